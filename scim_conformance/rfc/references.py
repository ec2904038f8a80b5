"""References between resources: members, groups of a user, the manager (RFC 7643 sections 2.3.7, 4.1.2, 4.2, 4.3)."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from scim_conformance.rfc.bodies import values_of
from scim_conformance.rfc.obligations import any_of, says
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.words import short
from scim_conformance.scim import urns
from scim_conformance.scim.paths import elements, member

KINDS = ("users", "groups")


def references(value: Any) -> Iterator[tuple[str, str]]:
    """Yield each $ref of a resource, at any depth, with the id next to it; empty where there is none."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"], str(value.get("value") or "")
        for one in value.values():
            yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)


def _each(key: str, expected: str, wrong: Callable[[str, str], str | None]) -> Obligation:
    return says(key, expected, lambda view: any_of(references(view.body), lambda pair: wrong(*pair)))


def are_uris() -> Obligation:
    """Check that each $ref has the form of a URI."""

    def wrong(ref: str, _: str) -> str | None:
        met = ref and ref.isprintable() and not set(ref) & set(' <>"{}|\\^`') and _splits(ref)
        return None if met else f"$ref is {short(ref)}"

    return _each("uri", "each $ref as an absolute or relative URI", wrong)


def _splits(ref: str) -> bool:
    try:
        urlsplit(ref)
    except ValueError:
        return False
    return True


def resolve_against_base() -> Obligation:
    """Check that a relative $ref leads to the resource from the base URL, or from the root of the server."""

    def wrong(ref: str, identifier: str) -> str | None:
        parts = _parts(ref)
        met = len(parts) > 1 and parts[-2].lower() in KINDS
        return None if "://" in ref or met or not identifier else f"$ref is {short(ref)}"

    return _each("relative", "a relative $ref that leads to the resource, such as Users/{id}", wrong)


def begins_at_base() -> Obligation:
    """Check that no relative $ref goes up, as the one in RFC 7643 section 8.3 does: from the base URL it leads away."""

    def wrong(ref: str, identifier: str) -> str | None:
        return f"$ref is {short(ref)}" if identifier and ".." in _parts(ref) else None

    return _each("base", "a relative $ref without .., such as Users/{id}", wrong)


def lead_to_value() -> Obligation:
    """Check that each $ref is the address of the resource whose id is next to it: that of a member, below the base URL,
    has the endpoint of users or groups."""

    def judge(view: View) -> str | None:
        found = [(*one, False) for one in references(view.body)]
        found += [(*one, _is_ours(one[0], view.url)) for one in references(member(view.body, "members"))]
        return any_of((one for one in found if one[1]), lambda one: _astray(*one))

    return says("target", "each $ref ends with its endpoint and the id in the value next to it", judge)


def _astray(ref: str, identifier: str, ours: bool) -> str | None:
    parts = _parts(ref)
    known = len(parts) > 1 and parts[-2].lower() in KINDS
    wrong = (known and parts[-1] != identifier) or (ours and not known)
    return f"$ref is {short(ref)}, and value {short(identifier)}" if wrong else None


def _is_ours(ref: str, url: str) -> bool:
    """Return whether an absolute $ref is below the base URL of this request to /Groups; the host does not matter."""
    base = urlsplit(url).path.rpartition("/Groups/")[0]
    return "://" in ref and bool(url) and _splits(ref) and urlsplit(ref).path.startswith(f"{base}/")


def _parts(ref: str) -> list[str]:
    return [unquote(one) for one in urlsplit(ref).path.split("/") if one] if _splits(ref) else []


def member_ids(*names: str) -> Obligation:
    """Check that each value of members is the id stored under one of these names."""

    def judge(view: View) -> str | None:
        known = {view.bindings.get(name, "?") for name in names}
        found = [member(one, "value") for one in elements(member(view.body, "members"))]
        other = [one for one in found if one is not None and str(one) not in known]
        return f"members has the value {short(other[0])}" if other else None

    return says("ids", "members with the ids of the resources that were added", judge)


def in_group(name: str) -> Obligation:
    """Check that a user's groups, where any are shown, have the id stored under `name`: the user may be in others."""

    def judge(view: View) -> str | None:
        found = values_of(view.body, "groups")
        met = not found or view.bindings.get(name, "?") in found
        return None if met else f"groups has the values {short(found)}"

    return says("groups", "the id of the group among groups, if any are shown", judge)


def not_joined(name: str) -> Obligation:
    """Check that a user whose id is stored under `name` is not among the members."""

    def judge(view: View) -> str | None:
        found = values_of(view.body, "members")
        return "the user is a member" if view.bindings.get(name, "?") in found else None

    return says("not-joined", f"{{{name}}} is not a member", judge)


def no_group(name: str) -> Obligation:
    """Check that a user does not show the group whose id is stored under `name`."""

    def judge(view: View) -> str | None:
        found = values_of(view.body, "groups")
        return "groups has the group that was sent" if view.bindings.get(name, "?") in found else None

    return says("own-groups", f"groups without {{{name}}}", judge)


def manager_object(name: str) -> Obligation:
    """Check that the manager, where it is shown, is an object with the id stored under `name`."""

    def judge(view: View) -> str | None:
        found = member(member(view.body, urns.ENTERPRISE_USER), "manager")
        met = found is None or (isinstance(found, dict) and str(member(found, "value")) == view.bindings.get(name))
        return None if met else f"manager is {short(found)}"

    return says("manager", f"manager as an object with the value {{{name}}}", judge)


def has_manager() -> Obligation:
    """Check that a user shows a manager."""

    def judge(view: View) -> str | None:
        found = member(member(view.body, urns.ENTERPRISE_USER), "manager")
        return None if found else "no manager"

    return says("managed", "a manager", judge)


def manager_name(wrong: str) -> Obligation:
    """Check that the manager does not show the displayName that the client sent."""

    def judge(view: View) -> str | None:
        found = member(member(member(view.body, urns.ENTERPRISE_USER), "manager"), "displayName")
        return f"manager.displayName is {short(found)}" if found == wrong else None

    return says("manager-name", "manager.displayName is not what the client sent", judge)


def location_of(body: Any) -> str | None:
    """Return meta.location, if it is a text."""
    found = member(member(body, "meta"), "location")
    return found if isinstance(found, str) else None
