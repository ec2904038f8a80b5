"""Probes of the fourth batch over a raw socket, of groups and of lists: True where the defect shows."""

from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

from scim_conformance.demo.probing.bodies import added, merged, removed, replaced, unique
from scim_conformance.demo.probing.bodies import op as operation
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire

OK = {200, 204}


def found(wire: Wire, text: str, kind: str = "Users") -> list[str]:
    """Return the ids that a filter finds."""
    return [str(one["id"]) for one in wire.find(kind, text).listed]


def _holds(wire: Wire, group: str, user: str) -> bool:
    return found(wire, f'id eq "{group}" and members eq "{user}"', "Groups") == [group]


def _group(wire: Wire, group: str) -> Any:
    reply = wire.get(f"/Groups/{group}?attributes=displayName,externalId,members")
    assert reply.status == 200
    return reply.json


def _leaves(wire: Wire, group: str, user: str) -> None:
    assert wire.patch(f"/Groups/{group}", removed(user)).status in OK


def hidden_add_replaces(wire: Wire) -> bool:
    first, second = wire.user(), wire.user()
    group = wire.group(first, second)
    shown = {one["value"] for one in _group(wire, group)["members"]}
    assert second in shown
    return first not in shown and wire.members(group) == []


def hidden_remove_ignored(wire: Wire) -> bool:
    user = wire.user()
    group = wire.group(user)
    assert _holds(wire, group, user)
    _leaves(wire, group, user)
    return _holds(wire, group, user)


def group_old_name_found(wire: Wire) -> bool:
    old = unique("group")
    group = wire.group(name=old)
    assert wire.patch(f"/Groups/{group}", replaced("displayName", unique("group"))).status in OK
    return found(wire, f'displayName eq "{old}"', "Groups") == [group]


def group_delete_disables(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    group = wire.group(user, other)
    wire.group(other)
    assert wire.delete(f"/Groups/{group}").status == 204
    assert wire.read(other)["active"] is True
    return wire.read(user)["active"] is False


def last_group_disables(wire: Wire) -> bool:
    user = wire.user()
    group = wire.group(user)
    _leaves(wire, group, user)
    return wire.read(user)["active"] is False


def joining_enables(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, replaced("active", "False")).status in OK
    wire.group(user)
    return wire.read(user)["active"] is True


def group_recreated_with_members(wire: Wire) -> bool:
    name, user = unique("group"), wire.user()
    assert wire.delete(f"/Groups/{wire.group(user, name=name)}").status == 204
    return wire.members(wire.create_group(name).id) == [user]


def first_twenty_members(wire: Wire) -> bool:
    people, group = [wire.user() for _ in range(22)], wire.group()
    assert wire.patch(f"/Groups/{group}", added(*people)).status in OK
    members = wire.members(group)
    assert len(members) in {20, 22}
    return len(members) == 20


def ref_null_stays(wire: Wire) -> bool:
    user = wire.user()
    group = wire.group(user)
    leaving = operation("Remove", "members", [{"$ref": None, "value": user}])
    assert wire.patch(f"/Groups/{group}", leaving).status in OK
    return wire.members(group) == [user]


def rejoin_ignored(wire: Wire) -> bool:
    user = wire.user()
    group = wire.group(user)
    _leaves(wire, group, user)
    assert wire.patch(f"/Groups/{group}", added(user)).status in OK
    return wire.members(group) == []


def blanks_collapsed(wire: Wire) -> bool:
    name = unique("two  blanks")
    wire.group(name=name)
    return found(wire, f'displayName eq "{name}"', "Groups") == []


def group_rename_drops_external_id(wire: Wire) -> bool:
    group = wire.create_group(externalId="7").id
    assert wire.patch(f"/Groups/{group}", merged(displayName=unique("group"))).status in OK
    return "externalId" not in _group(wire, group)


def basic_secret_unchecked(wire: Wire) -> bool:
    client = wire.served.app.tokens.client_id
    body = urlencode({"grant_type": "client_credentials"}).encode()
    said = "Basic " + b64encode(f"{client}:wrong".encode()).decode()
    form = "application/x-www-form-urlencoded"
    return wire.send("POST", "/token", body, Content_Type=form, Authorization=said).status == 200


def and_ignored(wire: Wire) -> bool:
    group, user = wire.group(), wire.user()
    return _holds(wire, group, user)


def busy_empty(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    wire.user(userName=name)
    hits = [len(found(wire, f'userName eq "{name}"')) for _ in range(60)]
    assert hits[0] == 1
    return 0 in hits


def _pages(wire: Wire, count: int, people: int) -> list[Any]:
    for _ in range(people):
        wire.user()
    return [wire.get(f"/Users?startIndex={start}&count={count}").json for start in range(1, people + 1, count)]


def _seen(pages: list[Any]) -> set[str]:
    return {one["id"] for page in pages for one in page.get("Resources") or []}


def pages_reshuffled(wire: Wire) -> bool:
    pages = _pages(wire, 2, 6)
    assert {page["totalResults"] for page in pages} == {6}
    return len(_seen(pages)) < 6


def big_count_empty(wire: Wire) -> bool:
    wire.user()
    body = wire.get("/Users?startIndex=1&count=100").json
    assert body["totalResults"] == 1
    return not body.get("Resources")


def partial_page_lost(wire: Wire) -> bool:
    pages = _pages(wire, 2, 5)
    assert pages[-1]["totalResults"] == 5
    return len(_seen(pages)) == 4


def schemas_flat(wire: Wire) -> bool:
    listed = wire.get("/Schemas").json["Resources"]
    user = next(one for one in listed if one["id"].endswith("core:2.0:User"))
    return "givenName" in {one["name"] for one in user["attributes"]}


def group_ghost_changed(wire: Wire) -> bool:
    assert wire.patch("/Users/none", replaced("title", "x")).status == 404
    return wire.patch("/Groups/none", replaced("displayName", "x")).status == 204


PROBES: dict[str, Probe] = {
    probe.__name__.replace("_", "-"): probe
    for probe in (
        hidden_add_replaces,
        hidden_remove_ignored,
        group_old_name_found,
        group_delete_disables,
        last_group_disables,
        joining_enables,
        group_recreated_with_members,
        first_twenty_members,
        ref_null_stays,
        rejoin_ignored,
        blanks_collapsed,
        group_rename_drops_external_id,
        basic_secret_unchecked,
        and_ignored,
        busy_empty,
        pages_reshuffled,
        big_count_empty,
        partial_page_lost,
        schemas_flat,
        group_ghost_changed,
    )
}
"""By the name of the defect."""
