"""The members of a group: by its members, by a query for the groups of a member, and by the user's own groups."""

from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from scim_conformance.scenario.checks import Obligation, Owed, View
from scim_conformance.scenario.obligations.answers import answered
from scim_conformance.scenario.obligations.values import sole
from scim_conformance.scim.paths import elements, member


def members_are(*names: str) -> Obligation:
    """Check that the group's members are exactly those stored under these names."""
    shown = ", ".join(f"{{{name}}}" for name in names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    expected = "members are exactly " + (shown or "none")
    owed, judge = Owed(shows_members, names, exactly=True), lambda view: _members_differ(view, names)
    return Obligation("members", expected, judge, attribute="members", owed=owed)


def members_shown(*names: str) -> Obligation:
    """Check that a response shows exactly the group's members: one of Microsoft's tests reads them there."""
    return replace(members_are(*names), owed=None)


def all_shown(*names: str) -> Obligation:
    """Check that a read that shows members shows all of them."""
    whole = members_are(*names)
    return replace(whole, key="all", expected=f"all {len(names)} members are shown", owed=Owed(shows_members))


def _members_differ(view: View, names: tuple[str, ...]) -> str | None:
    wanted = [view.bindings.get(name) for name in names]
    found = _members(view)
    lost, foreign = [value for value in wanted if value not in found], [v for v in found if v not in wanted]
    if not lost and not foreign:
        return None
    parts = [f"{len(lost)} missing" if lost else "", f"{len(foreign)} unexpected" if foreign else ""]
    return f"{len(found)} members: " + ", ".join(part for part in parts if part)


def has_member(name: str, key: str = "member") -> Obligation:
    """Check that the group has the member stored under this name; others do not matter."""
    owed, expected = Owed(shows_members, (name,)), f"{{{name}}} is a member"
    return Obligation(key, expected, lambda view: _not_member(view, name), attribute="members", owed=owed)


def _not_member(view: View, name: str) -> str | None:
    found = _members(view)
    return None if view.bindings.get(name) in found else f"it is missing among {len(found)} members"


def not_a_member(name: str) -> Obligation:
    """Check that the group does not have the member stored under this name."""
    return Obligation(
        "ghost",
        f"{{{name}}} is not a member",
        lambda view: "it is a member" if view.bindings.get(name) in _members(view) else None,
        owed=Owed(shows_members, strangers=(name,)),
    )


def members_once() -> Obligation:
    """Check that no member is listed twice."""
    return Obligation("once", "each member is listed once", _listed_twice, owed=Owed(shows_members))


def _listed_twice(view: View) -> str | None:
    found = _members(view)
    twice = len(found) - len(set(map(str, found)))
    return f"{twice} of {len(found)} entries are duplicates" if twice else None


def no_members() -> Obligation:
    """Check that `members` is absent or empty, in the resource or in each entry of the list."""
    return Obligation("no-members", "no members in the response", _members_shown)


def _members_shown(view: View) -> str | None:
    body = view.body
    groups = elements(body.get("Resources")) if isinstance(body, dict) and "Resources" in body else [body]
    shown = sum(len(elements(member(group, "members"))) for group in groups)
    return None if shown == 0 else f"{shown} members are returned"


def shows_members(view: View) -> bool:
    """Return whether a response shows any members of the group; showing none proves nothing about its members."""
    return bool(_members(view))


def is_shown(view: View, name: str) -> bool:
    """Return whether a read of a group shows the member stored under this name."""
    return view.bindings.get(name) in _members(view)


def _members(view: View) -> list[str]:
    return [_identifier(entry) for entry in elements(member(sole(view.body), "members"))]


def _identifier(entry: Any) -> str:
    """Return the id of a member: `value`, or the end of `$ref`, which is its URI (RFC 7643 section 4.2)."""
    value, place = member(entry, "value"), member(entry, "$ref")
    if value is None and isinstance(place, str):
        return unquote(place.rstrip("/").rpartition("/")[2])
    return str(value)


def is_listed(group: str, name: str, *, wanted: bool) -> Obligation:
    """Check that a query for the groups of a member finds the group, or does not find it."""
    expected = f"the query {'finds' if wanted else 'does not find'} {{{group}}}, with {{{name}}} as member"
    return Obligation("members", expected, lambda view: _not_listed(view, group, wanted=wanted), attribute="members")


def _not_listed(view: View, group: str, *, wanted: bool) -> str | None:
    if not wanted and 400 <= view.answer.status < 500:
        return None  # such as 404 for a member that does not exist, or a refusal of the filter
    if not view.answer.ok:
        return answered(view)
    body = view.body
    found = elements(body.get("Resources")) if isinstance(body, dict) else []
    is_there = view.bindings.get(group) in [str(member(one, "id")) for one in found]
    return None if is_there is wanted else f"it is {'not ' if wanted else ''}among {len(found)} Resources"


def is_in_group(group: str, name: str, *, wanted: bool) -> Obligation:
    """Check that the user's `groups` contain the group, or do not (RFC 7643 section 4.1.2)."""
    expected = f"groups of {{{name}}} {'contain' if wanted else 'do not contain'} {{{group}}}"
    return Obligation("members", expected, lambda view: _not_in_group(view, group, wanted=wanted), attribute="members")


def _not_in_group(view: View, group: str, *, wanted: bool) -> str | None:
    if not view.answer.ok:
        return answered(view) if wanted else None
    found = [_identifier(one) for one in elements(member(view.body, "groups"))]
    if (view.bindings.get(group) in found) is wanted:
        return None
    return f"it is {'not ' if wanted else ''}among {len(found)} groups"
