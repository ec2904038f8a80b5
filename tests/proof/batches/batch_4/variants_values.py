"""Fourth batch: legal variants in which values are taken, and how they come back."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from zoneinfo import available_timezones

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.shapes import changes, created, id_of, is_write, keys_of, path_of, read_after, refusal, users
from tests.proof.batches.batch_4.store import plain, right, said, typed, user_answers


def _invalid(target: Target, request: ScimRequest, detail: str) -> ScimResponse:
    target.check_auth(request)
    return refusal(HTTPStatus.BAD_REQUEST, detail, "invalidValue")


# RFC 7643 section 4.1.2, country: MUST be ISO 3166-1 alpha-2 (erratum 5990); the note's 0 no. 13 calls a refusal right.
@right("country-two-letters", "A country that is no ISO 3166-1 alpha-2 code answers 400", "RFC 7643 section 4.1.2")
async def country_two_letters(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    for path, value in said(request):
        if path == "addresses.country" and value and not re.fullmatch("[A-Z]{2}", str(value)):
            return _invalid(target, request, f"addresses.country: {value} is no ISO 3166-1 alpha-2 code")
    return await go(request)


FORMATS: dict[str, Callable[[str], bool]] = {
    "preferredlanguage": lambda text: re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", text) is not None,
    "locale": lambda text: re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", text) is not None,
    "timezone": lambda text: text in available_timezones(),
    "profileurl": lambda text: text.startswith(("http://", "https://")),
    "emails.value": lambda text: re.fullmatch(r"[^@\s]+@[^@\s]+", text) is not None,
}


# RFC 7643 section 4.1.1 gives each its format, and section 4.1.2 that of e-mails; the note's 8 no. 11: reject invalid
# values with a descriptive error. Filters take any value (1.6).
@right("formats-checked", "Languages, time zones, addresses of e-mails must be such", "RFC 7643 4.1.1; note 8 no. 11")
async def formats_checked(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    for path, value in said(request):
        if path in FORMATS and value and not FORMATS[path](str(value)):
            return _invalid(target, request, f"{path}: {value} is not in the format of RFC 7643")
    return await go(request)


KINDS = {
    "emails": {"work", "home", "other"},
    "phoneNumbers": {"work", "home", "mobile", "fax", "pager", "other"},
    "addresses": {"work", "home", "other"},
}


# RFC 7643 sections 4.1.2 and 7: canonicalValues; a service provider MAY refuse what is not among them.
@right(
    "types-checked", "Types of e-mails, phones and addresses are those of the RFC alone", "RFC 7643 sections 4.1.2, 7"
)
async def types_checked(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    named = [(one[0], one[1]) for op in changes(request) if (one := typed(op)) is not None]
    for name, kinds in KINDS.items():
        sent = {str(value) for path, value in said(request) if path == f"{name.lower()}.type"}
        sent |= {kind for attribute, kind in named if attribute == name}
        if sent - kinds:
            return _invalid(target, request, f"{name}.type: {min(sent - kinds)} is none of {', '.join(sorted(kinds))}")
    return await go(request)


# RFC 7643 section 4.1.2, roles: no vocabulary is fixed, so that a server has its own; Entra sends roles only where they
# are mapped, and then those of the application's manifest (note 4.4).
@right("roles-known-only", "Of roles there are viewer and editor, and another answers 400", "RFC 7643 4.1.2; note 4.4")
async def roles_known_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    for path, value in said(request):
        if path in {"roles", "roles.value"} and value and value not in {"viewer", "editor"}:
            return _invalid(target, request, f"roles.value: {value} is none of viewer, editor")
    return await go(request)


# The note's 14.3 B50: externalId uniqueness is a server's own matter, and answers 409; RFC 7644 section 3.3.
@right("external-id-unique", "A second account with the same externalId answers 409", "Note B50; RFC 7644 section 3.3")
async def external_id_unique(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    sent = {str(value) for path, value in said(request) if path == "externalid" and value}
    others = {one.get("externalId") for one in users(target) if one["id"] != id_of(request)}
    if sent & others:
        target.check_auth(request)
        return refusal(HTTPStatus.CONFLICT, "externalId is taken", "uniqueness")
    return await go(request)


# RFC 7643 section 4.3: employeeNumber identifies a person within an organization; section 7 lets a server say unique.
@right("employee-number-unique", "A second account with the same employeeNumber answers 409", "RFC 7643 4.3 and 7")
async def employee_number_unique(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    sent = {str(value) for path, value in said(request) if path == "employeenumber" and value}
    others = {(one.get(ENTERPRISE) or {}).get("employeeNumber") for one in users(target) if one["id"] != id_of(request)}
    if sent & others:
        target.check_auth(request)
        return refusal(HTTPStatus.CONFLICT, "employeeNumber is taken", "uniqueness")
    return await go(request)


# RFC 7643 section 2.2, required is the server's to say: GitHub Enterprise Managed Users asks for externalId, and the
# default mapping fills it from mailNickname, which everybody has (note 3.1).
@right("external-id-required", "An account without externalId answers 400", "RFC 7643 section 7, required; note 3.1")
async def external_id_required(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = created(request)
    if user and not user.get("externalId"):
        return _invalid(target, request, "externalId is required")
    return await go(request)


# The note's B120: 4xx with detail where e-mail is indispensable, never 5xx.
@right("emails-required", "An account without an e-mail answers 400", "Note B120; RFC 7643 section 7, required")
async def emails_required(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = created(request)
    if user and not user.get("emails"):
        return _invalid(target, request, "emails: an account needs an e-mail")
    return await go(request)


# RFC 7643 section 4.3: the value is the id of the resource that is the manager; the note's 4.3 defers a manager who
# is not there yet, so Entra sends none that the target does not know. RFC 7644 section 3.12, invalidValue.
@right("manager-checked", "A manager who is no account answers 400", "RFC 7643 section 4.3; note 4.3")
async def manager_checked(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    known = {one["id"] for one in users(target)}
    for path, value in said(request):
        if path in {"manager", "manager.value"} and value and value not in known:
            return _invalid(target, request, f"manager: there is no user {value}")
    return await go(request)


# The note's 4.5: the complete resource is not necessary; RFC 7644 section 3.5.2: 200 with a representation, and
# section 3.9 lets a server choose its default set.
@right("patch-200-sparse", "A changed user is answered with id, userName and active alone", "Note 4.5; RFC 7643 7")
async def patch_200_sparse(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changing = is_write(request, "PATCH", "Users")
    response = await go(request)
    if changing:
        response = await read_after(request, go)
        few = {"schemas", "id", "userName", "active", "meta"}
        response.body = {key: value for key, value in (response.body or {}).items() if key in few}
    return response


# RFC 7643 section 2.5: no value, null and an empty one are the same state.
@right(
    "enterprise-always", "Every user has the enterprise extension, empty where nothing is in it", "RFC 7643 2.5, 3.3"
)
async def enterprise_always(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for user in user_answers(request, response):
        user.setdefault(ENTERPRISE, {})
    return response


# The note's 4.5 and 13.2 test 16: what was cleared reads back null or empty.
@right(
    "cleared-is-empty", 'What was set to "" or null reads back as ""', "Note 13.2 test 16, S15; RFC 7643 section 2.5"
)
async def cleared_is_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    cleared: dict[str, set[str]] = target.notes.setdefault("cleared-is-empty", {})
    named = [(path_of(one), one.get("value")) for one in changes(request)]
    named += [pair for one in changes(request) for pair in keys_of(one).items()]
    response = await go(request)
    for path, value in named:
        if path in SIMPLE:
            known = cleared.setdefault(id_of(request), set())
            known.add(path) if value in ("", None) else known.discard(path)
    for user in user_answers(request, response):
        user |= {name: "" for name in cleared.get(user["id"], ()) if name not in user}
    return response


SIMPLE = {"title", "displayName", "nickName", "userType", "preferredLanguage", "locale", "timezone", "profileUrl"}


# RFC 7643 sections 2.1 and 4.1.2: roles and entitlements may be the server's own, beside those that are sent.
@right("roles-of-everybody", "Everybody has the role and the entitlement of the tenant", "RFC 7643 4.1.2; RFC 7644 3.3")
async def roles_of_everybody(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for user in user_answers(request, response):
        user["roles"] = [*(user.get("roles") or []), {"value": "everyone", "type": "default"}]
        user["entitlements"] = [{"value": "seat", "display": "A seat"}]
    return response


DATES = re.compile(r"(\.\d+)?(Z|\+00:00)$")


# RFC 7643 section 2.3.5: xsd:dateTime, which has any number of digits; .NET writes seven.
@right("dates-seven-digits", "Dates have seven digits of a second", "RFC 7643 section 2.3.5; xsd:dateTime")
async def dates_seven_digits(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    body: dict[str, Any] = response.body or {}
    for resource in body.get("Resources", [body]):
        meta = resource.get("meta", {})
        meta |= {key: DATES.sub(".1234567Z", str(meta[key])) for key in ("created", "lastModified") if meta.get(key)}
    return response


# RFC 7643 section 2.1: dots and colons belong to no attribute name; the note's 8.1: an error is allowed, and the legacy
# dialect works.
@right(
    "keys-are-names",
    "Dotted and URN keys in an object without a path answer 400",
    "RFC 7643 section 2.1; note 4.1 and 8.1",
    flags=("--dialect", "legacy"),
)
async def keys_are_names(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    keys = [key for one in changes(request) for key in keys_of(one)]
    wrong = [key for key in keys if "." in key.removeprefix(ENTERPRISE) or plain(key) not in {key.lower(), ""}]
    if wrong:
        target.check_auth(request)
        return refusal(HTTPStatus.BAD_REQUEST, f"{wrong[0]} is no attribute", "invalidSyntax")
    return await go(request)
