"""The response to a request: status, headers, the error, an HTML page instead of SCIM."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.obligations.values import MISSING, sole, unlike
from scim_conformance.scenario.words import quoted, short
from scim_conformance.scim.paths import member

SERVED = ": the request was accepted"
"""The end of a finding if a request should have been refused."""

FOUND = ": the resource was found"
"""The end of a finding if a resource should not have been there."""


def status(*allowed: int, key: str = "status") -> Obligation:
    """Check for one of these statuses. A gate: with another status, the rest of the response proves nothing."""
    expected = "status " + " or ".join(map(str, allowed))
    return Obligation(key, expected, lambda view: other_status(view, allowed), gate=True)


def succeeds(wanted: int) -> Obligation:
    """Check for success, where `wanted` is expected, but any 2xx allows further checks. A gate."""
    return Obligation(
        "status",
        f"status {wanted}",
        lambda view: None if view.answer.ok else answered(view),
        gate=True,
    )


def status_below(limit: int, key: str = "status", also: tuple[int, ...] = ()) -> Obligation:
    """Check for a status below `limit`, or one of `also`: success, or a refusal with a reason, and no server error."""
    return Obligation(
        key,
        f"a status below {limit}",
        lambda view: None if view.answer.status < limit else other_status(view, also),
        gate=True,
    )


def served(wanted: int) -> Obligation:
    """Check that a request has the same status under load as without; any failure is one problem."""
    plain = status(wanted, key="served")
    return replace(plain, expected=f"{plain.expected}, under load too", cause="throttled")


def other_status(view: View, allowed: tuple[int, ...]) -> str | None:
    """Return the status if it is none of these, otherwise None."""
    return None if view.answer.status in allowed else answered(view, allowed)


def answered(view: View, allowed: tuple[int, ...] = ()) -> str:
    """Return the status with what is wrong with it: the target's words, or the target of a redirect.

    `allowed`: the expected statuses; if all of them are refusals, success is what is wrong.
    """
    status, words = view.answer.status, quoted(view.answer)
    where = view.answer.header("Location") if 300 <= status < 400 else None
    if where:
        return f"status {status} to {where[:200]}"
    if words is None and view.answer.ok and allowed and min(allowed) >= 400:
        is_found = allowed == (404,) and view.answer.body.strip()
        return f"status {status}{FOUND if is_found else SERVED}"
    return f"status {status}" if words is None else f"status {status}: {words}"


def refused(key: str = "refused") -> Obligation:
    """Check that the request is refused: no 2xx."""
    return Obligation(
        key,
        "the request is refused",
        lambda view: f"status {view.answer.status}{SERVED}" if view.answer.ok else None,
    )


def not_html() -> Obligation:
    """Check that the response is neither an HTML page nor a redirect to one."""
    return Obligation("not-html", "neither an HTML page nor a redirect", _page)


def _page(view: View) -> str | None:
    if 300 <= view.answer.status < 400:
        return answered(view)
    declared = "html" in (view.answer.header("Content-Type") or "").lower()
    if not declared or not view.answer.body.strip():
        return None
    words = quoted(view.answer)
    return "an HTML page" if words is None else f"an HTML page: {words}"


def has_header(name: str) -> Obligation:
    """Check for a header."""
    return Obligation(name.lower(), f"the header {name}", lambda view: None if view.answer.header(name) else MISSING)


def located_here() -> Obligation:
    """Check that Location and meta.location of a created resource, where they are absolute, are below the URL of the
    POST: a client that knows the tenant URL can reach them."""
    return Obligation("location-base", "Location and meta.location below the tenant URL", _elsewhere)


def _elsewhere(view: View) -> str | None:
    shown = view.answer.json.get("meta") if isinstance(view.answer.json, dict) else None
    said = {"Location": view.answer.header("Location"), "meta.location": member(shown, "location")}
    wrong = [f"{name} is {short(place)}" for name, place in said.items() if _is_elsewhere(place, view.url)]
    return ", ".join(wrong) or None


def _is_elsewhere(place: Any, url: str) -> bool:
    if not isinstance(place, str) or "://" not in place:
        return False
    found, asked = (_origin_in_lower_case(one.partition("?")[0]).rstrip("/") + "/" for one in (place, url))
    return not found.startswith(asked)


def _origin_in_lower_case(url: str) -> str:
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    default = {"http": ":80", "https": ":443"}.get(scheme.lower(), "")
    return f"{scheme.lower()}://{host.lower().removesuffix(default)}{slash}{path}"


def located_itself() -> Obligation:
    """Check that Location and meta.location, where they are shown, are the address of the resource: that its id is the
    last part of the path (RFC 7644 section 3.2). They may be relative, and may be below another base."""
    expected = "Location and meta.location are the address of the resource"
    return Obligation("location-own", expected, _of_another, cause="location-own")


def _of_another(view: View) -> str | None:
    body = sole(view.answer.json)
    identifier = member(body, "id")
    # In other responses than a creation's, the header is not defined (RFC 9110 section 10.2.2).
    header = view.answer.header("Location") if view.answer.status == HTTPStatus.CREATED else None
    said = {"meta.location": member(member(body, "meta"), "location"), "Location": header}
    wrong = [
        f"{name} is {short(place)}"
        for name, place in said.items()
        if identifier is not None and isinstance(place, str) and _last_part(place) != str(identifier)
    ]
    return f"{', '.join(wrong)}, and the id is {short(identifier)}" if wrong else None


def _last_part(place: str) -> str:
    path = place.partition("#")[0].partition("?")[0]
    return unquote(path.rstrip("/").rpartition("/")[2])


def scim_type(wanted: str) -> Obligation:
    """Check for an error with this scimType."""
    return Obligation("scim-type", f"scimType {wanted}", lambda view: unlike(_scim_type(view), wanted, exact=True))


def _scim_type(view: View) -> Any:
    return view.body.get("scimType") if isinstance(view.body, dict) else None
