"""Probes of the eleventh batch over a raw socket, of managers, groups and members: True where the fault shows."""

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import added, op, removed, replaced, unique
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire

OK = {200, 204}


def _manager(wire: Wire, user: str) -> str:
    found = (wire.read(user).get(ENTERPRISE) or {}).get("manager") or {}
    return str(found.get("value") or "")


def _report(wire: Wire, user: str, manager: str) -> None:
    assert wire.change(user, op("Add", f"{ENTERPRISE}:manager", manager)).status in OK
    assert _manager(wire, user) == manager


def renamed_manager_lost(wire: Wire) -> bool:
    user, boss = wire.user(), wire.user()
    _report(wire, user, boss)
    assert wire.change(boss, replaced("title", "Boss")).status in OK
    assert _manager(wire, user) == boss
    assert wire.change(boss, replaced("userName", f"{unique()}@example.com")).status in OK
    return not _manager(wire, user)


def reports_follow_up(wire: Wire) -> bool:
    user, boss, head = wire.user(), wire.user(), wire.user()
    _report(wire, user, boss)
    _report(wire, boss, head)
    return _manager(wire, user) == head


def one_report_each(wire: Wire) -> bool:
    user, other, boss, head = (wire.user() for _ in range(4))
    _report(wire, user, boss)
    _report(wire, other, head)
    assert _manager(wire, user) == boss
    _report(wire, other, boss)
    return not _manager(wire, user)


def removal_keeps_named(wire: Wire) -> bool:
    users = [wire.user() for _ in range(3)]
    first, second = wire.group(*users), wire.group(*users)
    assert wire.patch(f"/Groups/{first}", removed(users[0])).status in OK
    assert wire.patch(f"/Groups/{second}", op("remove", f'members[value eq "{users[0]}"]')).status in OK
    return [wire.members(one) for one in (first, second)] == [users[:1], users[:1]]


def longer_names_joined(wire: Wire) -> bool:
    name, user = unique("Sales"), wire.user()
    group, below, other = (wire.group(name=one) for one in (name, f"{name} EMEA", unique("Legal")))
    assert wire.patch(f"/Groups/{group}", added(user)).status in OK
    assert [wire.members(one) for one in (group, other)] == [[user], []]
    return wire.members(below) == [user]


def group_delete_ends_memberships(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    group, kept = wire.group(user), wire.group(user, other)
    assert wire.members(kept) == [user, other]
    assert wire.delete(f"/Groups/{group}").status == 204
    return wire.members(kept) == [other]


def equal_groups_share_members(wire: Wire) -> bool:
    user, new = wire.user(), wire.user()
    group, equal, other = wire.group(user), wire.group(user), wire.group(user, new)
    assert wire.patch(f"/Groups/{group}", added(new)).status in OK
    assert [wire.members(one) for one in (group, other)] == [[user, new]] * 2
    return wire.members(equal) == [user, new]


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        renamed_manager_lost,
        reports_follow_up,
        one_report_each,
        removal_keeps_named,
        longer_names_joined,
        group_delete_ends_memberships,
        equal_groups_share_members,
    )
}
