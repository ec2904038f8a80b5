"""Probes of the eighth batch over a raw socket, of managers, members and groups: True where the fault shows."""

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import added, op, replaced, unique
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire

OK = {200, 204}


def member_change_drops_external_id(wire: Wire) -> bool:
    reply = wire.create_group(externalId=unique())
    assert "externalId" in wire.get(f"/Groups/{reply.id}").json
    user = wire.user()
    assert wire.patch(f"/Groups/{reply.id}", added(user)).status in OK
    assert wire.members(reply.id) == [user]
    return "externalId" not in wire.get(f"/Groups/{reply.id}").json


def disabled_member_not_added(wire: Wire) -> bool:
    disabled, active, group = wire.user(), wire.user(), wire.group()
    assert wire.change(disabled, replaced("active", "False")).status in OK
    assert wire.patch(f"/Groups/{group}", added(disabled)).status in OK
    assert wire.patch(f"/Groups/{group}", added(active)).status in OK
    assert active in wire.members(group)
    return disabled not in wire.members(group)


def one_operation_per_kind(wire: Wire) -> bool:
    first, second, third = (wire.user() for _ in range(3))
    group = wire.group(first, second, third)
    leaving = [op("remove", f'members[value eq "{one}"]') for one in (first, second)]
    assert wire.patch(f"/Groups/{group}", *leaving).status in OK
    assert second not in wire.members(group)
    return wire.members(group) == [first, third]


def created_manager_dropped(wire: Wire) -> bool:
    boss = wire.user()
    user = wire.user(**{ENTERPRISE: {"department": "Sales", "manager": {"value": boss}}})
    created = wire.read(user)[ENTERPRISE].get("manager")
    assert wire.change(user, op("Add", f"{ENTERPRISE}:manager", boss)).status in OK
    assert wire.read(user)[ENTERPRISE]["manager"]["value"] == boss
    return created is None


def first_member_owns_group(wire: Wire) -> bool:
    first, second = wire.user(), wire.user()
    group, other = wire.group(first, second), wire.group(second, first)
    assert wire.delete(f"/Users/{first}").status == 204
    assert wire.members(other) == [second]
    return wire.get(f"/Groups/{group}").status == 404


def linked_group_without_id(wire: Wire) -> bool:
    group, other = wire.group(), wire.group()
    assert wire.patch(f"/Groups/{group}", op("Add", "externalId", unique())).status in OK
    assert wire.patch(f"/Groups/{other}", op("Replace", "externalId", unique())).status in OK
    assert "externalId" in wire.get(f"/Groups/{other}").json
    return "externalId" not in wire.get(f"/Groups/{group}").json


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        member_change_drops_external_id,
        disabled_member_not_added,
        one_operation_per_kind,
        created_manager_dropped,
        first_member_owns_group,
        linked_group_without_id,
    )
}
