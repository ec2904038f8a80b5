"""Faults beside the legal ways to hide the members of a group: what is shown is wrong, or a request fails."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.hiding import asks, declared, groups_of, hidden
from scim_conformance.demo.probing.bodies import added, op, removed
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    answered,
    changes,
    id_of,
    is_query,
    is_read,
    named_members,
    refusal,
    resources,
    rewrite,
    verb,
)

ASKED = "?attributes=members"


def _legacy(wire: Wire) -> dict[str, object]:
    return op("Add", "members", [{"value": wire.user()}])


@defect(
    Kind.GROUPS,
    "hidden-and-refused",
    "Members are never shown, as /Schemas says, and adding one returns 400",
    "nearest wrong server to the variant members-never",
    named="ENT-GRP-05/legacy#add-one.status",
)
async def hidden_and_refused(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(verb(one) == "add" and one.get("path") == "members" for one in changes(request, "Groups")):
        return refusal(HTTPStatus.BAD_REQUEST, "members cannot be changed", "mutability")
    return declared(await hidden(target, request, go), "never")


@probe("hidden-and-refused")
def hidden_and_refused_shows(wire: Wire) -> bool:
    group = wire.group()
    return [wire.patch(f"/Groups/{group}", one).status for one in (added(wire.user()), _legacy(wire))] == [400, 400]


def _without_removals(request: ScimRequest) -> None:
    """Take the removals out of the PATCH of a group: it changes nothing, and succeeds."""
    found = changes(request, "Groups")
    kept = [one for one in found if verb(one) != "remove"]
    if kept != found:
        rewrite(request, kept)


def _after_leaving(wire: Wire) -> tuple[str, str]:
    """Take the only member out of a group; return the user and the group."""
    user = wire.user()
    group = wire.group(user)
    assert wire.patch(f"/Groups/{group}", removed(user)).status in {200, 204}
    assert "members" not in wire.get(f"/Groups/{group}").json
    return user, group


@defect(
    Kind.GROUPS,
    "asked-never-leave",
    "Members are shown when requested by name, and removing one has no effect",
    "nearest wrong server to the variant members-asked",
    named="ENT-GRP-06/legacy#read-members.members",
)
async def asked_never_leave(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    _without_removals(request)
    return await (go(request) if asks(request, "attributes") else hidden(target, request, go))


@probe("asked-never-leave")
def asked_never_leave_shows(wire: Wire) -> bool:
    user, group = _after_leaving(wire)
    return [one["value"] for one in wire.get(f"/Groups/{group}{ASKED}").json.get("members", [])] == [user]


@defect(
    Kind.GROUPS,
    "queried-never-leave",
    "Members are never shown, and a search still finds former members",
    "nearest wrong server to the variant members-queried",
    named="ENT-GRP-06/legacy#read-members.members",
)
async def queried_never_leave(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    _without_removals(request)
    return await hidden(target, request, go, lambda text: False)  # noqa: ARG005


@probe("queried-never-leave")
def queried_never_leave_shows(wire: Wire) -> bool:
    user, group = _after_leaving(wire)
    found = wire.find("Groups", f'id eq "{group}" and members eq "{user}"').listed
    return [one["id"] for one in found] == [group] and "members" not in wire.get(f"/Groups/{group}{ASKED}").json


@defect(
    Kind.GROUPS,
    "groups-never-leave",
    "Members are never shown, and users still list the groups that they left",
    "nearest wrong server to the variant members-in-groups",
    named="ENT-GRP-06/legacy#read-members.members",
)
async def groups_never_leave(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    _without_removals(request)
    response = await hidden(target, request, lambda changed: answered(target, changed, go))
    for user in resources(response) if request.path.startswith("/Users") else ():
        user["groups"] = groups_of(target, user["id"], request.base_url)
    return response


@probe("groups-never-leave")
def groups_never_leave_shows(wire: Wire) -> bool:
    user, group = _after_leaving(wire)
    return [one["value"] for one in wire.read(user).get("groups", [])] == [group]


@defect(
    Kind.GROUPS,
    "members-shown-once",
    "Members are shown by the first read of a group, and missing later",
    "nearest wrong server to a target that hides members",
    named="ENT-GRP-14#read-neighbour.members",
)
async def members_shown_once(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    shown: set[str] = target.notes.setdefault("members-shown-once", set())
    response = await go(request)
    for group in resources(response) if is_read(request, "Groups") else ():
        if group["id"] in shown:
            group.pop("members", None)
        elif group.get("members"):
            shown.add(group["id"])
    return response


@probe("members-shown-once")
def members_shown_once_shows(wire: Wire) -> bool:
    group = wire.group(wire.user())
    return [bool(wire.get(f"/Groups/{group}").json.get("members")) for _ in range(2)] == [True, False]


def _left(target: Target, request: ScimRequest) -> set[tuple[str, str]]:
    """Return who ever left which group, as (group, user), this request's removals among them."""
    gone: set[tuple[str, str]] = target.notes.setdefault("left", set())
    for operation in changes(request, "Groups"):
        if verb(operation) == "remove":
            gone |= {(id_of(request), name) for name in named_members(operation)}
    return gone


@defect(
    Kind.GROUPS,
    "left-in-groups",
    "A user who was removed from a group still lists it among their groups",
    "nearest wrong server to the variant user-groups",
    named="ENT-GRP-06/legacy#read-left.groups",
)
async def left_in_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    gone = _left(target, request)
    response = await answered(target, request, go)
    for user in resources(response) if request.path.startswith("/Users") else ():
        stale = [{"value": group, "type": "direct"} for group, name in gone if name == user["id"]]
        user["groups"] = groups_of(target, user["id"], request.base_url) + stale
    return response


@probe("left-in-groups")
def left_in_groups_shows(wire: Wire) -> bool:
    user, group = _after_leaving(wire)
    return [one["value"] for one in wire.read(user).get("groups", [])] == [group]


@defect(
    Kind.GROUPS,
    "left-in-query",
    "A search for the groups of a member finds those that they left",
    "nearest wrong server to the variant members-queried",
    named="ENT-GRP-06/legacy#check-left.query",
)
async def left_in_query(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    text = request.query.get("filter", "")
    stale = [group for group, name in _left(target, request) if group in text and f'members eq "{name}"' in text]
    if is_query(request, "Groups") and stale:
        request.query = {**request.query, "filter": f'id eq "{stale[0]}"'}
    return await go(request)


@probe("left-in-query")
def left_in_query_shows(wire: Wire) -> bool:
    user, group = _after_leaving(wire)
    return [one["id"] for one in wire.find("Groups", f'id eq "{group}" and members eq "{user}"').listed] == [group]
