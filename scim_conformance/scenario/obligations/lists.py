"""The contents of a ListResponse (RFC 7644 section 3.4.2)."""

from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.obligations.answers import other_status
from scim_conformance.scenario.words import short
from scim_conformance.scim import urns
from scim_conformance.scim.paths import elements, member
from scim_conformance.scim.values import same_text


def is_list() -> Obligation:
    """Check for a ListResponse, whatever it lists."""
    return Obligation("list", "a ListResponse", _no_list)


def _no_list(view: View) -> str | None:
    body = view.body
    is_one = isinstance(body, dict) and urns.LIST_RESPONSE in elements(body.get("schemas")) and "totalResults" in body
    return None if is_one else f"no ListResponse: {short(body)}"


def none_found() -> Obligation:
    """Check for a ListResponse without any resource."""
    return Obligation("none", "a ListResponse with totalResults 0", lambda view: _count(view, 0))


def resources_listed() -> Obligation:
    """Check that `Resources`, if it is there, is an array: null is the same as absent in RFC 7643 section 2.5."""
    return Obligation("resources", "Resources is an array or absent", _null_resources, cause="resources.null")


def _null_resources(view: View) -> str | None:
    body = view.body
    is_null = isinstance(body, dict) and "Resources" in body and body["Resources"] is None
    return "Resources is null" if is_null else None


def no_namesake(name: str) -> Obligation:
    """Check that a list has no account whose userName is the id stored as `name`.

    Other accounts do not matter: a target may ignore the filter, or refuse it, which other scenarios report.
    """
    expected = f"no account with the userName {{{name}}}"
    return Obligation("no-namesake", expected, lambda view: _namesake(view, name), cause="account.member")


def _namesake(view: View, name: str) -> str | None:
    listed = elements(member(view.answer.json, "Resources")) if view.answer.ok else []
    named = [one for one in listed if same_text(member(one, "userName"), view.bindings.get(name), exact=False)]
    return f"an account with this userName, id {short(member(named[0], 'id'))}" if named else None


def nobody_or_refused() -> Obligation:
    """Check for a ListResponse without any resource, or for a refusal of the filter."""
    return Obligation(
        "none",
        "a ListResponse with totalResults 0, or a refusal of the filter",
        lambda view: None if 400 <= view.answer.status < 500 else other_status(view, (200,)) or _count(view, 0),
    )


def found_only(name: str) -> Obligation:
    """Check for a ListResponse with exactly the resource whose id is stored as `name`."""
    return Obligation("one", f"a ListResponse with exactly {{{name}}}", lambda view: _only(view, name), gate=True)


def list_of(name: str) -> Obligation:
    """Check for a ListResponse with the resource stored as `name`, of which only the id need be there."""
    return Obligation("one", f"a ListResponse with exactly {{{name}}}", lambda view: _only(view, name))


def _only(view: View, name: str) -> str | None:
    wrong = _count(view, 1)
    if wrong is not None:
        return wrong
    found, wanted = member(view.body["Resources"][0], "id"), view.bindings.get(name)
    return None if str(found) == wanted else f"another resource, id {short(found)}"


def at_most(name: str) -> Obligation:
    """Check for nothing or exactly the resource stored as `name`."""
    return Obligation(
        "one-or-none",
        f"a ListResponse with nothing or exactly {{{name}}}",
        lambda view: None if _count(view, 0) is None else _only(view, name),
    )


def not_several() -> Obligation:
    """Check for a ListResponse with at most one resource, whichever it is."""
    return Obligation("single", "a ListResponse with at most one resource", _several, gate=True)


def _several(view: View) -> str | None:
    return None if _count(view, 0) is None else _count(view, 1)


def found_if_made(*names: str) -> Obligation:
    """Check for a ListResponse with a resource, if one was created whose id is stored under one of these names."""
    return Obligation(
        "made", "a ListResponse with the created resource", lambda view: _count(view, 1) if _made(view, names) else None
    )


def _made(view: View, names: tuple[str, ...]) -> bool:
    return any(name in view.bindings for name in names)


def _count(view: View, wanted: int) -> str | None:
    body = view.body
    if not isinstance(body, dict) or "totalResults" not in body:
        return f"no ListResponse: {short(body)}"
    found = elements(body.get("Resources"))
    if body["totalResults"] != wanted or len(found) != wanted:
        return f"totalResults {short(body['totalResults'])} with {len(found)} Resources"
    return None
