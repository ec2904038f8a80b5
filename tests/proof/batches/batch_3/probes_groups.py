"""Probes of the third batch over a raw socket, of lives, groups and the service: True where the defect shows."""

from typing import Any

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import added, removed, replaced, unique
from scim_conformance.demo.probing.bodies import op as operation
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Reply, Wire
from tests.proof.batches.batch_3.probes_accounts import OK, change, found


def change_enables(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    change(wire, user, replaced("active", "False"))
    change(wire, other, replaced("active", "False"))
    assert wire.read(user)["active"] is False
    change(wire, user, replaced("title", "Engineer"))
    body = wire.read(user)
    assert (body["title"], wire.read(other)["active"]) == ("Engineer", False)
    return bool(body["active"])


def recreated_in_old_groups(wire: Wire) -> bool:
    name, other = f"{unique()}@example.com", wire.user()
    first = wire.user(userName=name)
    group = wire.group(first, other)
    assert wire.delete(f"/Users/{first}").status == 204
    assert wire.members(group) == [other]
    again = wire.user(userName=name)
    members = set(wire.members(group))
    assert members in ({other}, {other, again})
    return again in members


def reports_of_deleted_unfound(wire: Wire) -> bool:
    boss, name = wire.user(), f"{unique()}@example.com"
    user = wire.user(userName=name, **{ENTERPRISE: {"manager": {"value": boss}}})
    assert found(wire, f'userName eq "{name}"') == [user]
    assert wire.delete(f"/Users/{boss}").status == 204
    assert wire.read(user)["userName"] == name
    hits = found(wire, f'userName eq "{name}"')
    assert hits in ([], [user])
    return not hits


def group_slug_shared(wire: Wire) -> bool:
    first = wire.create_group("C Team").id
    assert wire.create_group("c team").status == 409
    second = wire.create_group("C++ Team")
    assert second.status == 201
    assert second.json["displayName"] == ("C Team" if second.id == first else "C++ Team")
    return second.id == first


def _left(wire: Wire, group: str, *operations: dict[str, Any]) -> set[str]:
    """Change a group, which must be answered as a success, and return who is left in it."""
    reply: Reply = wire.patch(f"/Groups/{group}", *operations)
    assert reply.status in OK, (reply.status, reply.body)
    return set(wire.members(group))


def remove_absent_takes_last(wire: Wire) -> bool:
    first, last, absent = wire.user(), wire.user(), wire.user()
    left = []
    for removal in (removed(absent), operation("remove", f'members[value eq "{absent}"]')):
        group = wire.group(first, last)
        left.append(_left(wire, group, removal))
        assert _left(wire, group, added(last), removed(first)) == {last}
    assert left in ([{first, last}] * 2, [{first}] * 2)
    return left[0] == {first}


def last_member_stays(wire: Wire) -> bool:
    first, last = wire.user(), wire.user()
    group = wire.group(first, last)
    assert _left(wire, group, removed(first)) == {last}
    left = _left(wire, group, operation("remove", f'members[value eq "{last}"]'))
    assert left in (set(), {last})
    return bool(left)


def renamed_out_of_groups(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    group = wire.group(user, other)
    change(wire, user, replaced("title", "Engineer"))
    assert set(wire.members(group)) == {user, other}
    change(wire, user, replaced("userName", f"{unique()}@example.com"))
    members = set(wire.members(group))
    assert other in members
    return user not in members


def schemas_active_string(wire: Wire) -> bool:
    listed = wire.get("/Schemas").listed
    types = {one["name"]: one["type"] for schema in listed for one in schema["attributes"]}
    assert types["userName"] == "string"
    return bool(types["active"] == "string")


def pages_hide_inactive(wire: Wire) -> bool:
    names = [f"{unique()}@example.com" for _ in range(3)]
    users = [wire.user(userName=name) for name in names]
    change(wire, users[1], replaced("active", "False"))
    pages = [wire.get(f"/Users?startIndex={start}&count=2") for start in (1, 3)]
    seen = {str(one["id"]) for page in pages for one in page.listed}
    assert {page.json["totalResults"] for page in pages} == {3}
    assert found(wire, f'userName eq "{names[1]}"') == [users[1]]
    assert {users[0], users[2]} <= seen
    return users[1] not in seen


def rename_conflict_swallowed(wire: Wire) -> bool:
    taken = f"{unique()}@example.com"
    wire.user(userName=taken)
    user = wire.user(title="Engineer")
    status = wire.change(user, replaced("userName", taken.upper())).status
    assert wire.read(user)["userName"].lower() != taken
    assert wire.create(userName=taken).status == 409
    return status == 200


def conflict_then_500(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    wire.user(userName=name)
    assert wire.create(userName=name).status == 409
    assert found(wire, 'userName eq "nobody"') == []
    statuses = [wire.create().status, wire.create().status]
    assert statuses in ([500, 201], [201, 201])
    return statuses[0] == 500


def cache_without_query(wire: Wire) -> bool:
    group = wire.group(wire.user())
    whole = wire.get(f"/Groups/{group}").json
    part = wire.get(f"/Groups/{group}?excludedAttributes=members").json
    assert len(whole["members"]) == 1
    assert wire.get("/Groups/none").status == 404
    assert wire.get(f"/Groups/{group}", Authorization="Bearer wrong").status == 401
    return "members" in part


def second_worker_old(wire: Wire) -> bool:
    user = wire.user(title="Engineer")
    assert [wire.read(user)["title"] for _ in range(4)] == ["Engineer"] * 4
    change(wire, user, replaced("title", "Director"))
    titles = {wire.read(user)["title"] for _ in range(4)}
    assert titles in ({"Director"}, {"Engineer", "Director"})
    return len(titles) == 2


PROBES: dict[str, Probe] = {
    probe.__name__.replace("_", "-"): probe
    for probe in (
        change_enables,
        recreated_in_old_groups,
        reports_of_deleted_unfound,
        group_slug_shared,
        remove_absent_takes_last,
        last_member_stays,
        renamed_out_of_groups,
        schemas_active_string,
        pages_hide_inactive,
        rename_conflict_swallowed,
        conflict_then_500,
        cache_without_query,
        second_worker_old,
    )
}
"""By the name of the defect."""
