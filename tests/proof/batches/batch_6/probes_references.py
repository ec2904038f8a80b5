"""Probes of the sixth batch over a raw socket, of managers, members and groups: True where the fault shows."""

from concurrent.futures import ThreadPoolExecutor

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import added, op, removed, replaced
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire

OK = {200, 204}
MANAGER = f"{ENTERPRISE}:manager"


def manager_clear_drops_extension(wire: Wire) -> bool:
    user = wire.user(**{ENTERPRISE: {"department": "Sales", "manager": {"value": wire.user()}}})
    assert set(wire.read(user)[ENTERPRISE]) == {"department", "manager"}
    assert wire.change(user, replaced(MANAGER, "")).status in OK
    return ENTERPRISE not in wire.read(user)


def members_as_row_ids(wire: Wire) -> bool:
    user = wire.user()
    group = wire.group(user)
    found = wire.members(group)
    assert len(found) == 1
    assert wire.patch(f"/Groups/{group}", removed(user)).status in OK
    return found != [user] and wire.members(group) == []


def _left(wire: Wire, flagged: bool) -> tuple[list[str], list[str]]:
    people = [wire.user() for _ in range(4)]
    group = wire.group(*people)
    both = [op("remove", f'members[value eq "{one}"]') for one in people[:2]] if flagged else [removed(*people[:2])]
    assert wire.patch(f"/Groups/{group}", *both).status in OK
    return people, wire.members(group)


def removals_by_index(wire: Wire) -> bool:
    shown = [(people, left) for people, left in (_left(wire, flagged) for flagged in (True, False))]
    assert all(len(left) == 2 for _, left in shown)
    return all(left == [people[1], people[3]] for people, left in shown)


def nested_group_account(wire: Wire) -> bool:
    inner = wire.group()
    assert wire.patch(f"/Groups/{wire.group()}", added(inner)).status in OK
    return bool(wire.find("Users", f'userName eq "{inner}"').listed)


def nonempty_group_delete_ignored(wire: Wire) -> bool:
    empty, full = wire.group(), wire.group(wire.user())
    assert wire.delete(f"/Groups/{empty}").status == wire.delete(f"/Groups/{full}").status == 204
    assert wire.get(f"/Groups/{empty}").status == 404
    return len(wire.members(full)) == 1 if wire.get(f"/Groups/{full}").status == 200 else False


def parallel_change_409(wire: Wire) -> bool:
    group, people = wire.group(), [wire.user() for _ in range(3)]
    assert wire.patch(f"/Groups/{group}", added(people[0])).status in OK
    with ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(wire.patch, f"/Groups/{group}", added(one)) for one in people[1:]]
    return 409 in {one.result().status for one in sent}


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        manager_clear_drops_extension,
        members_as_row_ids,
        removals_by_index,
        nested_group_account,
        nonempty_group_delete_ignored,
        parallel_change_409,
    )
}
