"""Probes of the tenth batch over a raw socket, of PUT, PATCH and DELETE: True where the fault shows."""

from typing import Any

from scim_conformance.demo.probing.bodies import op, person, replaced, unique
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Reply, Wire

OK = {200, 204}


def put(wire: Wire, user: str, **attributes: Any) -> Reply:
    """Put a user with the userName that is stored; the user must be there."""
    return wire.send("PUT", f"/Users/{user}", person(**{"userName": wire.read(user)["userName"], **attributes}))


def put_empty_204(wire: Wire) -> bool:
    user = wire.user()
    reply = put(wire, user, title="Boss")
    assert wire.read(user)["title"] == "Boss"
    return reply.status == 204 and reply.body == b""


def put_created_anew(wire: Wire) -> bool:
    user = wire.user()
    before = wire.read(user)["meta"]["created"]
    assert wire.change(user, replaced("title", "Boss")).status in OK
    assert wire.read(user)["meta"]["created"] == before
    answer = put(wire, user, title="Chief").json["meta"]
    assert wire.read(user)["meta"] == answer
    return bool(answer["created"] > before)


def patch_half_kept(wire: Wire) -> bool:
    user = wire.user(displayName="Jo")
    reply = wire.change(user, replaced("displayName", "Ann"), op("remove", "userName"))
    assert reply.status == 400
    assert wire.change(user, op("remove", "userName"), replaced("displayName", "Eve")).status == 400
    return bool(wire.read(user)["displayName"] == "Ann")


def primary_stays(wire: Wire) -> bool:
    former = {"type": "work", "value": f"{unique()}@example.com", "primary": True}
    user = wire.user(emails=[former])
    added = {"type": "home", "value": f"{unique()}@example.com"}
    assert wire.change(user, op("add", "emails", [{**added, "primary": True}])).status in OK
    found = wire.read(user)["emails"]
    assert {one["value"] for one in found} == {former["value"], added["value"]}
    return [one.get("primary") for one in found] == [True, True]


def replace_unmatched_204(wire: Wire) -> bool:
    user = wire.user(emails=[{"type": "work", "value": "jo@example.com"}])
    before = wire.read(user)
    reply = wire.change(user, replaced('emails[value sw "none"].type', "home"))
    assert wire.read(user) == before
    assert wire.change(user, op("remove", None)).status == 400
    return reply.status == 204


def group_delete_empties(wire: Wire) -> bool:
    user = wire.user()
    group = wire.group(user)
    assert wire.delete(f"/Groups/{group}").status == 204
    assert wire.delete(f"/Users/{user}").status == 204
    assert wire.get(f"/Users/{user}").status == 404
    return wire.get(f"/Groups/{group}").status == 200 and wire.members(group) == []


def put_groups_join(wire: Wire) -> bool:
    user, group = wire.user(), wire.group()
    posted = wire.user(groups=[{"value": group}])
    assert posted not in wire.members(group)
    assert put(wire, user, groups=[{"value": group}]).status == 200
    return wire.members(group) == [user]


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        put_empty_204,
        put_created_anew,
        patch_half_kept,
        primary_stays,
        replace_unmatched_204,
        group_delete_empties,
        put_groups_join,
    )
}
