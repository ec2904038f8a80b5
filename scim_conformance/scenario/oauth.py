"""What an answer of a token endpoint can be asked for (RFC 6749 sections 5.1 and 5.2)."""

from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.obligations import short
from scim_conformance.scim import urns
from scim_conformance.scim.paths import elements, member


def has_token() -> Obligation:
    """Ask for an access token. What it is, is never recorded."""
    return Obligation("token", "an access_token", lambda view: None if _text(view, "access_token") else "none")


def is_bearer() -> Obligation:
    """Ask for the token type that can stand in `Authorization: Bearer`."""
    return Obligation("type", "token_type Bearer", _no_bearer)


def _no_bearer(view: View) -> str | None:
    found = member(view.body, "token_type")
    if found is None:
        return "no token_type"
    return None if str(found).casefold() == "bearer" else f"token_type {short(found)}"


def says_life() -> Obligation:
    """Ask that the answer says in seconds how long the token lives."""
    return Obligation("expires-in", "expires_in, a number of seconds", _no_life)


def _no_life(view: View) -> str | None:
    found = member(view.body, "expires_in")
    if found is None:
        return "no expires_in"
    return None if _is_number(found) else f"expires_in {short(found)}, which is no number"


def lives(least: int, most: int, said: str) -> Obligation:
    """Ask that the token lives from `least` to `most` seconds; `said` is that in words."""
    return Obligation("life", f"a token that lives {said}", lambda view: _other_life(view, least, most))


def _other_life(view: View, least: int, most: int) -> str | None:
    found = member(view.body, "expires_in")
    if isinstance(found, str) and found.isdecimal():
        found = int(found[:20])
    if not _is_number(found):
        return _no_life(view)
    return None if least <= found <= most else f"expires_in {found:g}: {found / 60:.4g} minutes"


def is_oauth_error() -> Obligation:
    """Ask for a refusal that says why, as RFC 6749 section 5.2 has it."""
    return Obligation("error", 'a JSON body with "error", such as "invalid_client"', _no_error)


def _no_error(view: View) -> str | None:
    return None if _text(view, "error") else f"no error code: {short(view.body)}"


def is_list() -> Obligation:
    """Ask for a ListResponse, whatever it lists."""
    return Obligation("list", "a ListResponse", _no_list)


def _no_list(view: View) -> str | None:
    body = view.body
    is_one = isinstance(body, dict) and urns.LIST_RESPONSE in elements(body.get("schemas")) and "totalResults" in body
    return None if is_one else f"no ListResponse: {short(body)}"


def _text(view: View, name: str) -> str | None:
    found = member(view.body, name)
    return found if isinstance(found, str) and found else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
