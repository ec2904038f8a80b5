"""The responses of a token endpoint, as RFC 6749 has them."""

from scim_conformance.rfc.obligations import says
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.words import short
from scim_conformance.scim.paths import member


def typed() -> Obligation:
    """Check that the type of the token is stated; what it is does not matter here."""

    def judge(view: View) -> str | None:
        found = member(view.body, "token_type")
        return None if isinstance(found, str) and found else f"token_type is {short(found)}"

    return says("type", "token_type as a text", judge)


def life_in_seconds() -> Obligation:
    """Check that expires_in, where it is there, is a number."""

    def judge(view: View) -> str | None:
        found = member(view.body, "expires_in")
        is_number = isinstance(found, int | float) and not isinstance(found, bool)
        return None if found is None or is_number else f"expires_in is {short(found)}"

    return says("life", "expires_in as a number, if it is there", judge)


def not_stored() -> Obligation:
    """Check that no cache may keep a token."""

    def judge(view: View) -> str | None:
        found = view.answer.header("Cache-Control") or ""
        words = {one.strip().lower() for one in found.split(",")}
        return None if "no-store" in words else f"Cache-Control is {short(found)}"

    return says("no-store", "Cache-Control: no-store", judge)


def no_token() -> Obligation:
    """Check that a response has no access token. A page of another kind has none."""

    def judge(view: View) -> str | None:
        found = member(view.answer.json, "access_token")
        return "an access_token" if view.answer.ok and found is not None else None

    return says("no-token", "no access_token", judge)


def challenged() -> Obligation:
    """Check that a client that HTTP Basic does not authenticate gets 401 with a challenge."""

    def judge(view: View) -> str | None:
        met = view.answer.status == 401 and view.answer.header("WWW-Authenticate")
        without = "" if view.answer.header("WWW-Authenticate") else " without WWW-Authenticate"
        return None if met else f"status {view.answer.status}{without}"

    return says("challenge", "status 401 with WWW-Authenticate", judge)


def error(code: str) -> Obligation:
    """Check that a refusal has this error code."""

    def judge(view: View) -> str | None:
        found = member(view.answer.json, "error")
        return None if found == code or view.answer.ok else f"error is {short(found)}"

    return says("code", f"error {code}", judge)


def other_scope(asked: str) -> Obligation:
    """Check that a scope that does not exist is refused, or that the response states another one."""

    def judge(view: View) -> str | None:
        if 400 <= view.answer.status < 500:
            return None
        found = member(view.answer.json, "scope")
        met = view.answer.ok and isinstance(found, str) and asked not in found.split()
        return None if met else f"status {view.answer.status}, and scope is {short(found)}"

    return says("scope", "a refusal, or `scope` without the one that was asked for", judge)
