"""Probes of the seventh batch over a raw socket, of references and of answers: True where the fault shows."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import added, ids, op, removed, replaced, unique
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire

OK = {200, 204}
MANAGER = f"{ENTERPRISE}:manager"


def manager_filter_remove_ignored(wire: Wire) -> bool:
    user, manager = wire.user(), wire.user()
    assert wire.change(user, replaced(MANAGER, manager)).status in OK
    assert wire.read(user)[ENTERPRISE]["manager"]["value"] == manager
    assert wire.change(user, op("remove", f'manager[value eq "{manager}"]')).status in OK
    stays = "manager" in wire.read(user).get(ENTERPRISE, {})
    assert wire.change(user, replaced(MANAGER, "")).status in OK
    assert "manager" not in wire.read(user).get(ENTERPRISE, {})
    return stays


def removal_first_only(wire: Wire) -> bool:
    people = [wire.user() for _ in range(4)]
    group = wire.group(*people)
    assert wire.patch(f"/Groups/{group}", removed(*people[:3])).status in OK
    found = wire.members(group)
    assert people[0] not in found
    assert people[3] in found
    return found == people[1:]


def leaves_all_groups(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    group, second = wire.group(user, other), wire.group(user, other)
    assert wire.patch(f"/Groups/{group}", op("remove", f'members[value eq "{user}"]')).status in OK
    assert wire.members(group) == [other]
    assert other in wire.members(second)
    return user not in wire.members(second)


def nested_flattened(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    inner, outer = wire.group(user), wire.group(other)
    assert wire.patch(f"/Groups/{outer}", added(inner)).status in OK
    found = wire.members(outer)
    assert other in found
    return user in found and inner not in found


def _joined_at_once(wire: Wire) -> int:
    user, groups = wire.user(), [wire.group(), wire.group()]
    with ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(wire.patch, f"/Groups/{group}", added(user)) for group in groups]
    assert {one.result().status for one in sent} <= OK
    return len([group for group in groups if user in wire.members(group)])


def parallel_groups_lost(wire: Wire) -> bool:
    joined = {_joined_at_once(wire) for _ in range(4)}
    assert 0 not in joined
    return 1 in joined


def replace_on_empty_ignored(wire: Wire) -> bool:
    first, second = wire.user(), wire.user()
    group, full = wire.group(), wire.group(first)
    replacing = op("replace", "members", [{"value": second}])
    assert {wire.patch(f"/Groups/{one}", replacing).status for one in (group, full)} <= OK
    assert wire.members(full) == [second]
    return wire.members(group) == []


def add_ref_null_ignored(wire: Wire) -> bool:
    user, group = wire.user(), wire.group(wire.user())
    adding = op("Add", "members", [{"$ref": None, "value": user}])
    assert wire.patch(f"/Groups/{group}", adding).status in OK
    assert len(wire.members(group)) in {1, 2}
    return user not in wire.members(group)


def location_without_base(wire: Wire) -> bool:
    reply = wire.create()
    said = {reply.headers["location"], reply.json["meta"]["location"], wire.read(reply.id)["meta"]["location"]}
    assert len(said) == 1
    return bool(urlsplit(said.pop()).path == f"/Users/{reply.id}")


def created_is_modified(wire: Wire) -> bool:
    user = wire.user()
    created = wire.read(user)["meta"]["created"]
    assert wire.change(user, replaced("title", "Boss")).status in OK
    found = wire.read(user)["meta"]
    return bool(created < found["created"] == found["lastModified"])


def error_status_always_400(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    wire.user(userName=name)
    replies = [wire.get("/Users/nobody"), wire.create(userName=name), wire.get("/Groups", Authorization="Bearer no")]
    assert [one.status for one in replies] == [404, 409, 401]
    return [one.json["status"] for one in replies] == ["400"] * 3


def beyond_end_last_page(wire: Wire) -> bool:
    people = [wire.user() for _ in range(7)]
    pages = [wire.get(f"/Users?startIndex={start}&count=5") for start in (1, 6, 11)]
    assert [one.json["totalResults"] for one in pages] == [7] * 3
    assert {*ids(pages[0].listed), *ids(pages[1].listed)} == set(people)
    return ids(pages[2].json.get("Resources") or []) == ids(pages[1].listed)


def delete_200(wire: Wire) -> bool:
    places = [f"/Users/{wire.user()}", f"/Groups/{wire.group()}"]
    statuses = {wire.delete(place).status for place in places}
    assert {wire.get(place).status for place in places} == {404}
    return statuses == {200}


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        manager_filter_remove_ignored,
        removal_first_only,
        leaves_all_groups,
        nested_flattened,
        parallel_groups_lost,
        replace_on_empty_ignored,
        add_ref_null_ignored,
        location_without_base,
        created_is_modified,
        error_status_always_400,
        beyond_end_last_page,
        delete_200,
    )
}
