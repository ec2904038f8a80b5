"""Probes of the defects in groups and their members."""

import time
from typing import Any

from tests.probes.wire import Wire, added, merged, operation, person, probe, removed, replaced, unique

WITHOUT = "excludedAttributes=members"


def _grouped(wire: Wire) -> tuple[str, str]:
    user = wire.user()
    return user, wire.group(user)


def _gone(wire: Wire) -> tuple[str, str]:
    """Delete a group; return its id and its name."""
    name = unique("group")
    group = wire.group(name=name)
    assert wire.delete(f"/Groups/{group}").status == 204
    return group, name


def _in_list(wire: Wire, more: str = "") -> Any:
    name = unique("group")
    wire.group(wire.user(), name=name)
    return wire.find("Groups", f'displayName eq "{name}"', more).listed[0]


@probe("members-returned")
def members_returned(wire: Wire) -> bool:
    return "members" in _in_list(wire, f"&{WITHOUT}")


@probe("members-by-id")
def members_by_id(wire: Wire) -> bool:
    assert "members" not in _in_list(wire, f"&{WITHOUT}")
    return "members" in wire.get(f"/Groups/{_grouped(wire)[1]}?{WITHOUT}").json


@probe("list-without-members")
def list_without_members(wire: Wire) -> bool:
    return "members" not in _in_list(wire)


@probe("group-patch-405")
def group_patch_405(wire: Wire) -> bool:
    return wire.patch(f"/Groups/{wire.group()}", replaced("displayName", unique("group"))).status == 405


@probe("group-twins")
def group_twins(wire: Wire) -> bool:
    name = unique("group")
    wire.group(name=name)
    return wire.create_group(name).status == 201


@probe("group-delete-405")
def group_delete_405(wire: Wire) -> bool:
    return wire.delete(f"/Groups/{wire.group()}").status == 405


@probe("group-delete-kept")
def group_delete_kept(wire: Wire) -> bool:
    return wire.get(f"/Groups/{_gone(wire)[0]}").status == 200


@probe("group-delete-takes-members")
def group_delete_takes_members(wire: Wire) -> bool:
    user, group = _grouped(wire)
    assert wire.delete(f"/Groups/{group}").status == 204
    return wire.get(f"/Users/{user}").status == 404


@probe("group-delete-again-500")
def group_delete_again_500(wire: Wire) -> bool:
    return wire.delete(f"/Groups/{_gone(wire)[0]}").status == 500


@probe("group-tombstone")
def group_tombstone(wire: Wire) -> bool:
    return wire.create_group(_gone(wire)[1]).status == 409


@probe("group-create-200")
def group_create_200(wire: Wire) -> bool:
    return wire.create_group().status == 200


@probe("group-external-id-lost")
def group_external_id_lost(wire: Wire) -> bool:
    group = wire.create_group(externalId=unique("key")).id
    return "externalId" not in wire.get(f"/Groups/{group}").json


@probe("group-external-id-fixed")
def group_external_id_fixed(wire: Wire) -> bool:
    key, group = unique("key"), wire.create_group(externalId=unique("key")).id
    assert wire.patch(f"/Groups/{group}", merged(externalId=key)).status in {200, 204}
    return bool(wire.get(f"/Groups/{group}").json["externalId"] != key)


@probe("group-not-renamed")
def group_not_renamed(wire: Wire) -> bool:
    name, group = unique("group"), wire.group()
    assert wire.patch(f"/Groups/{group}", replaced("displayName", name)).status in {200, 204}
    return bool(wire.get(f"/Groups/{group}").json["displayName"] != name)


@probe("rename-empties")
def rename_empties(wire: Wire) -> bool:
    group = _grouped(wire)[1]
    assert wire.patch(f"/Groups/{group}", merged(displayName=unique("group"))).status in {200, 204}
    return wire.members(group) == []


def _one_leaves(wire: Wire, *, filtered: bool = False) -> tuple[int, str, list[str]]:
    """Remove one of two; return the status, who should stay, and who stayed."""
    users = [wire.user(), wire.user()]
    group = wire.group(*users)
    by_filter = operation("Remove", f'members[value eq "{users[0]}"]')
    status = wire.patch(f"/Groups/{group}", by_filter if filtered else removed(users[0])).status
    return status, users[1], wire.members(group)


@probe("group-emptied")
def group_emptied(wire: Wire) -> bool:
    status, _, left = _one_leaves(wire)
    assert status in {200, 204}
    return left == []


@probe("remove-value-400")
def remove_value_400(wire: Wire) -> bool:
    assert _one_leaves(wire, filtered=True)[0] in {200, 204}
    return _one_leaves(wire)[0] == 400


@probe("member-filter-400")
def member_filter_400(wire: Wire) -> bool:
    assert _one_leaves(wire)[0] in {200, 204}
    return _one_leaves(wire, filtered=True)[0] == 400


@probe("replace-adds")
def replace_adds(wire: Wire) -> bool:
    user, group = _grouped(wire)
    assert wire.patch(f"/Groups/{group}", replaced("members", [{"value": wire.user()}])).status in {200, 204}
    return user in wire.members(group)


@probe("member-again-409")
def member_again_409(wire: Wire) -> bool:
    user, group = _grouped(wire)
    return wire.patch(f"/Groups/{group}", added(user)).status == 409


@probe("member-twice")
def member_twice(wire: Wire) -> bool:
    user, group = _grouped(wire)
    assert wire.patch(f"/Groups/{group}", added(user)).status in {200, 204}
    return wire.members(group) == [user, user]


@probe("not-a-member-404")
def not_a_member_404(wire: Wire) -> bool:
    return wire.patch(f"/Groups/{wire.group()}", removed(wire.user())).status == 404


@probe("unknown-member-500")
def unknown_member_500(wire: Wire) -> bool:
    return wire.patch(f"/Groups/{wire.group()}", added("nobody")).status == 500


@probe("unknown-member-stored")
def unknown_member_stored(wire: Wire) -> bool:
    group = wire.group()
    wire.patch(f"/Groups/{group}", added("nobody"))
    return "nobody" in wire.members(group)


@probe("inactive-stays-member")
def inactive_stays_member(wire: Wire) -> bool:
    user, group = _grouped(wire)
    assert wire.change(user, merged(active=False)).status in {200, 204}
    assert wire.patch(f"/Groups/{group}", removed(user)).status in {200, 204}
    return user in wire.members(group)


def _crowd(wire: Wire, size: int) -> list[str]:
    return [one.id for one in wire.post_all("/Users", (person() for _ in range(size)))]


@probe("hundred-members")
def hundred_members(wire: Wire) -> bool:
    group, crowd = wire.group(), _crowd(wire, 101)
    assert wire.patch(f"/Groups/{group}", added(*crowd)).status in {200, 204}
    return len(wire.members(group)) == 100


@probe("slow-group-patch")
def slow_group_patch(wire: Wire) -> bool:
    group = wire.group()
    assert wire.patch(f"/Groups/{group}", added(*_crowd(wire, 101))).status in {200, 204}
    started = time.monotonic()
    assert wire.patch(f"/Groups/{group}", replaced("displayName", unique("group"))).status in {200, 204}
    return time.monotonic() - started > 0.5


@probe("members-per-request")
def members_per_request(wire: Wire) -> bool:
    group, crowd = wire.group(), _crowd(wire, 51)
    assert wire.patch(f"/Groups/{group}", added(*crowd[:50])).status in {200, 204}
    return wire.patch(f"/Groups/{wire.group()}", added(*crowd)).status == 400


@probe("members-of-one-operation")
def members_of_one_operation(wire: Wire) -> bool:
    group, users = wire.group(), [wire.user(), wire.user()]
    assert wire.patch(f"/Groups/{group}", added(*users)).status in {200, 204}
    return wire.members(group) == users[:1]


@probe("member-ref-null-400")
def member_ref_null_400(wire: Wire) -> bool:
    member = operation("Add", "members", [{"$ref": None, "value": wire.user()}])
    return wire.patch(f"/Groups/{wire.group()}", member).status == 400


@probe("members-without-value")
def members_without_value(wire: Wire) -> bool:
    found = wire.get(f"/Groups/{_grouped(wire)[1]}").json["members"]
    return "value" not in found[0]
