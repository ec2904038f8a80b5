"""The bytes and headers of responses: JSON in UTF-8, numbers, errors, challenges (RFC 7644 section 3, RFC 8259)."""

import re

from scim_conformance.rfc.obligations import says
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.words import short
from scim_conformance.scim.paths import elements, member

API = "urn:ietf:params:scim:api:"
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_NUMBER = re.compile(r"\"(totalResults|startIndex|itemsPerPage)\"\s*:\s*(-?[\d.eE+-]+)")
_CHALLENGE = re.compile(r"^[!#$%&'*+.^`|~\w-]+(\s|$)")
_DATE = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
_BEARER = re.compile(r"(?:^|,)\s*bearer(?![\w-])(?!\s*=)", re.IGNORECASE)
_PARAMETER = re.compile(r"(?:^|,)\s*bearer\s+[\w-]+\s*=", re.IGNORECASE)
BOM = b"\xef\xbb\xbf"

_STATUSES = {
    "uniqueness": (400, 409), "sensitive": (403,), "invalidFilter": (400,), "tooMany": (400,), "mutability": (400,),
    "invalidSyntax": (400,), "invalidPath": (400,), "noTarget": (400,), "invalidValue": (400,), "invalidVers": (400,),
    "invalidCursor": (400,), "expiredCursor": (400,), "invalidCount": (400,),
}  # fmt: skip
"""The registered values of scimType, each with the statuses that it may have (RFC 7644 section 3.12, RFC 9865)."""


def in_utf_8() -> Obligation:
    """Check that a body is UTF-8, and that the media type names no other encoding."""

    def judge(view: View) -> str | None:
        named = _CHARSET.search(view.answer.header("Content-Type") or "")
        if named and named[1].lower() not in {"utf-8", "utf8"}:
            return f"the media type names {named[1]}"
        try:
            view.answer.body.decode("utf-8")
        except UnicodeDecodeError as error:
            return f"not UTF-8 (byte {error.start})"
        return None

    return says("utf-8", "a body in UTF-8, and no other encoding in Content-Type", judge)


def no_byte_order_mark() -> Obligation:
    """Check that a body does not begin with a byte order mark."""

    def judge(view: View) -> str | None:
        return "the body begins with EF BB BF" if view.answer.body.startswith(BOM) else None

    return says("bom", "no byte order mark", judge)


def whole_numbers() -> Obligation:
    """Check that the integers of a list are written without a fraction and an exponent."""

    def judge(view: View) -> str | None:
        text = view.answer.body.decode("utf-8", "replace")
        bad = [f"{name} is {number}" for name, number in _NUMBER.findall(text) if not re.fullmatch(r"-?\d+", number)]
        return bad[0] if bad else None

    return says("integers", "integers without a fraction and an exponent", judge)


def of_api() -> Obligation:
    """Check that a message names its own URN, below that of the API; that there is a body is judged elsewhere."""

    def judge(view: View) -> str | None:
        if not view.answer.body.strip():
            return None
        found = member(view.body, "schemas")
        met = any(str(one).startswith(API) for one in elements(found))
        return None if met else f"schemas is {short(found)}"

    return says("message", f"schemas with a URN that begins with {API}", judge)


def fitting_type() -> Obligation:
    """Check that a registered scimType has a status that it may have."""

    def judge(view: View) -> str | None:
        found = member(view.answer.json, "scimType")
        allowed = _STATUSES.get(found) if isinstance(found, str) else None
        met = allowed is None or view.answer.ok or view.answer.status in allowed
        return None if met else f"scimType {found} with status {view.answer.status}"

    return says("type-status", "a registered scimType only with the status that RFC 7644 gives it", judge)


def registered_type() -> Obligation:
    """Check that scimType, where it is there, is one of the registered words."""

    def judge(view: View) -> str | None:
        found = member(view.answer.json, "scimType")
        return None if found in (None, "") or found in _STATUSES else f"scimType is {short(found)}"

    return says("registered", "a registered scimType, or none", judge)


def allows() -> Obligation:
    """Check that a 405 names the methods that are allowed."""

    def judge(view: View) -> str | None:
        met = view.answer.status != 405 or view.answer.header("Allow") is not None
        return None if met else "405 without the header Allow"

    return says("allow", "the header Allow in a 405", judge)


def challenged() -> Obligation:
    """Check that WWW-Authenticate in a 401 begins with the name of a scheme."""

    def judge(view: View) -> str | None:
        found = (view.answer.header("WWW-Authenticate") or "").strip()
        met = view.answer.status != 401 or _CHALLENGE.match(found)
        return None if met else f"WWW-Authenticate is {short(found)}"

    return says("challenge", "WWW-Authenticate with the name of a scheme in a 401", judge)


def offers_bearer() -> Obligation:
    """Check that the configuration lists bearer tokens."""

    def judge(view: View) -> str | None:
        found = [member(one, "type") for one in elements(member(view.answer.json, "authenticationSchemes"))]
        return None if "oauthbearertoken" in [str(one).lower() for one in found] else f"the schemes are {short(found)}"

    return says("offered", "oauthbearertoken among the authenticationSchemes", judge)


def dated() -> Obligation:
    """Check for the time of a response in Date, in the form of RFC 9110."""

    def judge(view: View) -> str | None:
        found = view.answer.header("Date")
        return None if found and _DATE.fullmatch(found.strip()) else f"Date is {short(found)}"

    return says("date", "Date, such as Mon, 30 Nov 2026 10:00:00 GMT", judge)


def no_content() -> Obligation:
    """Check that a 204 has no body, and announces none."""

    def judge(view: View) -> str | None:
        length = (view.answer.header("Content-Length") or "0").strip()
        met = view.answer.status != 204 or (not view.answer.body and length == "0")
        return None if met else f"Content-Length is {short(length)}, and the body has {len(view.answer.body)} bytes"

    return says("empty", "a 204 without a body", judge)


def no_length() -> Obligation:
    """Check that a 204 has no Content-Length, not even 0."""

    def judge(view: View) -> str | None:
        found = view.answer.header("Content-Length")
        return None if view.answer.status != 204 or found is None else f"Content-Length is {short(found)}"

    return says("length", "a 204 without Content-Length", judge)


def with_parameter() -> Obligation:
    """Check that a challenge for bearer tokens has a parameter, such as a realm. Other schemes are not judged."""

    def judge(view: View) -> str | None:
        found = (view.answer.header("WWW-Authenticate") or "").strip()
        met = not _BEARER.search(found) or _PARAMETER.search(found)
        return None if met else f"WWW-Authenticate is {short(found)}"

    return says("parameter", 'a parameter with the scheme, such as Bearer realm="scim"', judge)


def like_get() -> Obligation:
    """Check that HEAD of what GET returns with 200 has this status and no body, or is refused as a method."""

    def judge(view: View) -> str | None:
        if view.answer.status in {405, 501}:
            return None
        if view.answer.status != 200:
            return f"status {view.answer.status}"
        return f"a body of {len(view.answer.body)} bytes" if view.answer.body else None

    return says("head", "status 200 without a body, as GET has it, or 405 or 501", judge)
