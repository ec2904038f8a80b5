"""The contents of a token endpoint's response (RFC 6749 sections 5.1 and 5.2)."""

from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.words import short
from scim_conformance.scim.paths import member


def has_token() -> Obligation:
    """Check for an access token. Its value is never recorded."""
    return Obligation("token", "an access_token", lambda view: None if _text(view, "access_token") else "none")


def is_bearer() -> Obligation:
    """Check for the token type that `Authorization: Bearer` requires."""
    return Obligation("type", "token_type Bearer", _no_bearer)


def _no_bearer(view: View) -> str | None:
    found = member(view.body, "token_type")
    if found is None:
        return "no token_type"
    return None if str(found).casefold() == "bearer" else f"token_type {short(found)}"


def says_life() -> Obligation:
    """Check that the response contains the lifetime of the token in seconds."""
    return Obligation("expires-in", "expires_in as a number of seconds", _no_life)


def _no_life(view: View) -> str | None:
    found = member(view.body, "expires_in")
    if found is None:
        return "no expires_in"
    return None if _is_number(found) else f"expires_in {short(found)}, which is not a number"


def lives(least: int, most: int, said: str) -> Obligation:
    """Check that the token is valid for `least` to `most` seconds, if the response says so; `said` is that as text."""
    return Obligation("life", f"a token that is valid for {said}", lambda view: _other_life(view, least, most))


def _other_life(view: View, least: int, most: int) -> str | None:
    found = member(view.body, "expires_in")
    if isinstance(found, str) and found.isdecimal():
        found = int(found[:20])
    if not _is_number(found):
        return None  # not stated: `says_life`
    return None if least <= found <= most else f"expires_in {found:g}: {found / 60:.4g} minutes"


def is_oauth_error() -> Obligation:
    """Check for a refusal with a reason, according to RFC 6749 section 5.2."""
    return Obligation("error", 'a JSON body with "error", such as "invalid_client"', _no_error)


def _no_error(view: View) -> str | None:
    return None if _text(view, "error") else f"no error code: {short(view.body)}"


def _text(view: View, name: str) -> str | None:
    found = member(view.body, name)
    return found if isinstance(found, str) and found else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
