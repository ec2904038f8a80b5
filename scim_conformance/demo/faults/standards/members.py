"""Faults in how members leave groups and groups leave users, as RFC 7644 sections 3.5.2 and 3.6 has it."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.hiding import groups_of
from scim_conformance.demo.probing.bodies import op
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import grouped
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    answered,
    changes,
    id_of,
    is_write,
    member_ids,
    named_members,
    path_of,
    refusal,
    resources,
    rewrite,
    verb,
)

OURS = "our deduction from RFC 7644 section"


def _leaving(request: ScimRequest) -> list[str]:
    """Return the users whom a removal with a filter names."""
    return [
        name
        for one in changes(request, "Groups")
        if verb(one) == "remove" and path_of(one).startswith("members[")
        for name in named_members(one)
    ]


@defect(
    Kind.STANDARDS,
    "no-member-400",
    "Removing a user who is not a member by a filter returns 400",
    f"{OURS} 3.5.2.2",
    named="RFC-PAT-45#leave-three.status",
)
async def no_member_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if set(_leaving(request)) - set(member_ids(target, request)):
        return refusal(HTTPStatus.BAD_REQUEST, "There is no such member", "noTarget")
    return await go(request)


@probe("no-member-400")
def no_member_400_shows(wire: Wire) -> bool:
    group, other = wire.group(wire.user()), wire.user()
    return wire.patch(f"/Groups/{group}", op("remove", f'members[value eq "{other}"]')).status == 400


@defect(
    Kind.STANDARDS,
    "filtered-removal-empties",
    "Removing one of two members by a filter empties the group",
    f"{OURS} 3.5.2.2",
    named="RFC-PAT-24#read.values",
)
async def filtered_removal_empties(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if set(_leaving(request)) & set(member_ids(target, request)):
        rewrite(request, [{"op": "remove", "path": "members"}])
    return await go(request)


@probe("filtered-removal-empties")
def filtered_removal_empties_shows(wire: Wire) -> bool:
    users = [wire.user(), wire.user()]
    group = wire.group(*users)
    wire.patch(f"/Groups/{group}", op("remove", f'members[value eq "{users[0]}"]'))
    return wire.members(group) == []


@defect(
    Kind.STANDARDS,
    "last-member-400",
    "Removing the last member of a group by a filter returns 400",
    f"{OURS} 3.5.2.2",
    named="RFC-PAT-45#leave-two.status",
)
async def last_member_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _leaving(request) and _leaving(request) == member_ids(target, request):
        return refusal(HTTPStatus.BAD_REQUEST, "A group needs a member", "invalidValue")
    return await go(request)


@probe("last-member-400")
def last_member_400_shows(wire: Wire) -> bool:
    user, group = grouped(wire)
    return wire.patch(f"/Groups/{group}", op("remove", f'members[value eq "{user}"]')).status == 400


@defect(
    Kind.STANDARDS,
    "no-members-400",
    "Replacing the members of a group by an empty list returns 400",
    "Captain-P-Goldfish/SCIM-SDK#757",
    named="RFC-PAT-45#replace.status",
)
async def no_members_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    if any(f"{verb(one)} {path_of(one)}" == "replace members" and one.get("value") == [] for one in found):
        return refusal(HTTPStatus.BAD_REQUEST, "value must not be empty", "invalidValue")
    return await go(request)


@probe("no-members-400")
def no_members_400_shows(wire: Wire) -> bool:
    _, group = grouped(wire)
    return wire.patch(f"/Groups/{group}", op("replace", "members", [])).status == 400


@defect(
    Kind.STANDARDS,
    "deleted-group-listed",
    "A user still lists a group that was deleted",
    "nearest wrong server to the variant user-groups",
    named="RFC-DEL-04#read.unlisted",
)
async def deleted_group_listed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    gone: list[tuple[str, str]] = target.notes.setdefault("deleted groups", [])
    if is_write(request, "DELETE", "Groups"):
        gone += [(id_of(request), name) for name in member_ids(target, request)]
    response = await answered(target, request, go)
    for user in resources(response) if request.path.startswith("/Users") else ():
        stale = [{"value": group, "type": "direct"} for group, name in gone if name == user.get("id")]
        user["groups"] = groups_of(target, str(user.get("id")), request.base_url) + stale
    return response


@probe("deleted-group-listed")
def deleted_group_listed_shows(wire: Wire) -> bool:
    user, group = grouped(wire)
    wire.delete(f"/Groups/{group}")
    return [one["value"] for one in wire.read(user).get("groups", [])] == [group]


@defect(
    Kind.STANDARDS,
    "parameter-keeps-user",
    "DELETE with an unknown parameter returns 400",
    f"{OURS} 3.4.2",
    named="RFC-DEL-05#delete.status",
)
async def parameter_keeps_user(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Users") and "sct" in request.query:
        return refusal(HTTPStatus.BAD_REQUEST, "There is no parameter sct", "invalidValue")
    return await go(request)


@probe("parameter-keeps-user")
def parameter_keeps_user_shows(wire: Wire) -> bool:
    return wire.delete(f"/Users/{wire.user()}?sct=1").status == 400
