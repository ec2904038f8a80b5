"""Faults in creating a group."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import created, resources, without_uniqueness


@defect(
    Kind.GROUPS,
    "group-twins",
    "Two groups can have one name",
    "hashicorp/web-unified-docs#3163",
    named="ENT-GRP-16#create-again.status",
    row="B101",
)
async def group_twins(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path.startswith("/Groups"):
        return await without_uniqueness(target, request, go)
    return await go(request)


@probe("group-twins")
def group_twins_shows(wire: Wire) -> bool:
    name = unique("group")
    wire.group(name=name)
    return wire.create_group(name).status == 201


@defect(
    Kind.GROUPS,
    "group-create-200",
    "Creating a group returns 200 instead of 201",
    "Microsoft Tech Community: SCIM Validator, of creations",
    named="ENT-GRP-01#create.status",
    row="B44",
)
async def group_create_200(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = bool(created(request, "Groups"))
    response = await go(request)
    if creates and response.status == HTTPStatus.CREATED:
        response.status = HTTPStatus.OK
    return response


@probe("group-create-200")
def group_create_200_shows(wire: Wire) -> bool:
    return wire.create_group().status == 200


@defect(
    Kind.GROUPS,
    "group-created-empty",
    "Creating a group returns 201 with no body: its id must be looked up",
    "RFC 7644 section 3.3, of an answer without the resource",
    named="ENT-GRP-01#create.id",
    shows=("ENT-POD-03",),
    wide="every creation of a group that is judged reads this response",
)
async def group_created_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = bool(created(request, "Groups"))
    response = await go(request)
    if creates and response.status == HTTPStatus.CREATED:
        response.body = None
    return response


@probe("group-created-empty")
def group_created_empty_shows(wire: Wire) -> bool:
    reply = wire.create_group()
    return reply.status == 201 and reply.body == b""


@defect(
    Kind.GROUPS,
    "group-external-id-lost",
    "A group's externalId is not stored",
    "simpleidserver/SimpleIdServer#208",
    named="ENT-GRP-01#read.stored.externalId",
    row="B49",
)
async def group_external_id_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path.startswith("/Groups"):
        for group in resources(response):
            group.pop("externalId", None)
    return response


@probe("group-external-id-lost")
def group_external_id_lost_shows(wire: Wire) -> bool:
    group = wire.create_group(externalId=unique("key")).id
    return "externalId" not in wire.get(f"/Groups/{group}").json


@defect(
    Kind.GROUPS,
    "group-location-of-list",
    "Location of a new group is the address of all groups",
    "our deduction: the address of the request that created it",
    named="ENT-GRP-01#create.location-own",
)
async def group_location_of_list(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = bool(created(request, "Groups"))
    response = await go(request)
    if creates and response.status == HTTPStatus.CREATED and response.body:
        response.headers["Location"] = str(response.headers["Location"]).rpartition("/")[0]
    return response


@probe("group-location-of-list")
def group_location_of_list_shows(wire: Wire) -> bool:
    return wire.create_group().headers["location"].endswith("/Groups")
