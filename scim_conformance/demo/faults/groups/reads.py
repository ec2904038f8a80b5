"""Faults in reading groups, with members or without."""

from http import HTTPStatus
from typing import Any

from scim2_models import NotFoundException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import UNREADABLE, Kind, defect
from scim_conformance.demo.hiding import asks
from scim_conformance.demo.probing.bodies import unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import grouped, peopled_group
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    changed_so_far,
    changes,
    id_of,
    is_query,
    is_read,
    refusal,
    resources,
    stored_at,
)

WITHOUT = "excludedAttributes=members"


def _in_list(wire: Wire, more: str = "") -> Any:
    name = unique("group")
    wire.group(wire.user(), name=name)
    return wire.find("Groups", f'displayName eq "{name}"', more).listed[0]


@defect(
    Kind.GROUPS,
    "members-returned",
    "excludedAttributes=members is ignored",
    "simpleidserver/SimpleIdServer#490",
    named="ENT-GRP-03#read.no-members",
    row="B37",
)
async def members_returned(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    request.query = {name: value for name, value in request.query.items() if name != "excludedAttributes"}
    return await go(request)


@probe("members-returned")
def members_returned_shows(wire: Wire) -> bool:
    return "members" in _in_list(wire, f"&{WITHOUT}")


@defect(
    Kind.GROUPS,
    "members-by-id",
    "excludedAttributes=members is ignored when a group is read by id",
    "Infisical/infisical#6525",
    named="ENT-GRP-03#read.no-members",
    row="B38",
)
async def members_by_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_read(request, "Groups"):
        request.query = {name: value for name, value in request.query.items() if name != "excludedAttributes"}
    return await go(request)


@probe("members-by-id")
def members_by_id_shows(wire: Wire) -> bool:
    assert "members" not in _in_list(wire, f"&{WITHOUT}")
    return "members" in wire.get(f"/Groups/{grouped(wire)[1]}?{WITHOUT}").json


@defect(
    Kind.GROUPS,
    "list-without-members",
    "Groups in a list never have members, even when these are not excluded",
    "graphql-hive/console#8352",
    named="ENT-GRP-04#list.members",
    row="B37b",
)
async def list_without_members(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path.strip("/") == "Groups" and request.method == "GET":
        for group in resources(response):
            group.pop("members", None)
    return response


@probe("list-without-members")
def list_without_members_shows(wire: Wire) -> bool:
    return "members" not in _in_list(wire)


@defect(
    Kind.GROUPS,
    "members-without-value",
    "Members come back with display only: nothing says who they are",
    "grokability/snipe-it#19493, of members of another group",
    named="ENT-GRP-05/legacy#read-members.members",
)
async def members_without_value(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for group in resources(response):
        if group.get("members"):
            group["members"] = [{"display": f"Member {number}"} for number, _ in enumerate(group["members"])]
    return response


@probe("members-without-value")
def members_without_value_shows(wire: Wire) -> bool:
    found = wire.get(f"/Groups/{grouped(wire)[1]}").json["members"]
    return "value" not in found[0]


@defect(
    Kind.GROUPS,
    "exclusion-400",
    "A group read with excludedAttributes=members returns 400",
    "nearest wrong server to a target that hides members",
    named="ENT-GRP-01#read.status",
)
async def exclusion_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_read(request, "Groups") and asks(request, "excludedAttributes"):
        return refusal(HTTPStatus.BAD_REQUEST, "There is no such attribute", "invalidValue")
    return await go(request)


@probe("exclusion-400")
def exclusion_400_shows(wire: Wire) -> bool:
    group = wire.group()
    statuses = [wire.get(f"/Groups/{group}{query}").status for query in ("", "?excludedAttributes=members")]
    return statuses == [200, 400]


@defect(
    Kind.GROUPS,
    "changed-group-500",
    "A group whose members were changed returns 500 when it is read",
    "our deduction from grokability/snipe-it#19115, of reads that load all members",
    named="ENT-GRP-05/legacy#read-members.status",
    leaves=UNREADABLE,
)
async def changed_group_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changed = changed_so_far(target, request, "Groups")
    excluded = "members" in request.query.get("excludedAttributes", "")
    if is_read(request, "Groups") and id_of(request) in changed and not excluded:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return await go(request)


@probe("changed-group-500")
def changed_group_500_shows(wire: Wire) -> bool:
    assert wire.get(f"/Groups/{wire.group()}").status == 200
    return wire.get(f"/Groups/{peopled_group(wire)}").status == 500


@defect(
    Kind.GROUPS,
    "other-group-by-id",
    "Asked for a group by its id, the target returns another one",
    "grokability/snipe-it#19493",
    named="ENT-GRP-01#read.same",
    row="B25",
    leaves=UNREADABLE,
)
async def other_group_by_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_read(request, "Groups"):
        for group in resources(response):
            group.update({"id": "everybody", "displayName": "Everybody"})
    return response


@probe("other-group-by-id")
def other_group_by_id_shows(wire: Wire) -> bool:
    group = wire.group()
    return wire.get(f"/Groups/{group}").id != group


@defect(
    Kind.GROUPS,
    "group-by-id-500",
    "A group returns 500 when it is read by its id",
    "our deduction from grokability/snipe-it#19115, of reads that load all members",
    named="ENT-GRP-01#read.status",
    leaves=UNREADABLE,
)
async def group_by_id_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_read(request, "Groups") and stored_at(target, request.path):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return await go(request)


@probe("group-by-id-500")
def group_by_id_500_shows(wire: Wire) -> bool:
    return wire.get(f"/Groups/{wire.group()}").status == 500


@defect(
    Kind.GROUPS,
    "found-group-500",
    "A filter that finds a group returns 500",
    "our deduction from grokability/snipe-it#19115, of reads that load all members",
    named="ENT-GRP-01#match.status",
)
async def found_group_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_query(request, "Groups") and resources(response):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return response


@probe("found-group-500")
def found_group_500_shows(wire: Wire) -> bool:
    name = unique("group")
    assert wire.find("Groups", f'displayName eq "{name}"').status == 200
    wire.group(name=name)
    return wire.find("Groups", f'displayName eq "{name}"').status == 500


@defect(
    Kind.GROUPS,
    "last-group-only",
    "Only the group that was changed last can be read; the others return 404",
    "our deduction from grokability/snipe-it#19493, of one group that is returned for all",
    named="ENT-GRP-01#read.status",
    row="B25",
    leaves=UNREADABLE,
)
async def last_group_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if changes(request, "Groups"):
        target.notes["last group"] = id_of(request)
    if is_read(request, "Groups") and target.notes.get("last group", id_of(request)) != id_of(request):
        raise NotFoundException(detail="No such group")
    return await go(request)


@probe("last-group-only")
def last_group_only_shows(wire: Wire) -> bool:
    group, last = peopled_group(wire), peopled_group(wire)
    assert wire.get(f"/Groups/{last}").status == 200
    return wire.get(f"/Groups/{group}").status == 404
