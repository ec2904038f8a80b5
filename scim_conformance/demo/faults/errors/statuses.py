"""Faults in the status of an error."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import UNREADABLE, Kind, defect
from scim_conformance.demo.probing.bodies import replaced, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import answered, changes, is_read, refusal


@defect(
    Kind.ERRORS,
    "error-with-200",
    "A conflict and an unknown id return 200 with the error in the body",
    "scylladb/terraform-provider-scylladbcloud#89, of a server that always returns 200",
    named="ENT-DEL-01#gone.status",
    leaves=UNREADABLE,
)
async def error_with_200(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}:
        response.status = HTTPStatus.OK
    return response


@probe("error-with-200")
def error_with_200_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    wire.user(userName=name)
    again = wire.create(userName=name)
    return again.status == 200 and again.json["status"] == "409"


@defect(
    Kind.ERRORS,
    "unknown-id-200",
    "An id that does not exist returns 200 with an empty list",
    "Azure/AzureAD-BYOA-Provisioning-Samples#28, of what is to be answered for an unknown id",
    named="ENT-DEL-01#gone.status",
    leaves=UNREADABLE,
    wide="every scenario that deletes a user reads whether it is gone",
)
async def unknown_id_200(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    reads = is_read(request, "Users")
    response = await answered(target, request, go)
    if reads and response.status == HTTPStatus.NOT_FOUND:
        empty = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0, "Resources": []}
        return ScimResponse(HTTPStatus.OK, empty)
    return response


@probe("unknown-id-200")
def unknown_id_200_shows(wire: Wire) -> bool:
    return wire.get("/Users/nobody").status == 200


@defect(
    Kind.ERRORS,
    "unknown-group-500",
    "Reading a group that does not exist returns 500",
    "lightdash/lightdash#24458, of faults in the data that end as 500",
    named="ENT-GRP-14#gone.status",
    row="B18",
    leaves=UNREADABLE,
)
async def unknown_group_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    reads = is_read(request, "Groups")
    response = await answered(target, request, go)
    if reads and response.status == HTTPStatus.NOT_FOUND:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return response


@probe("unknown-group-500")
def unknown_group_500_shows(wire: Wire) -> bool:
    return wire.get("/Groups/nobody").status == 500


@defect(
    Kind.ERRORS,
    "conflict-not-rolled-back",
    "After a conflict the next change returns 500: nothing was rolled back",
    "our deduction from RFC 7644 section 3.12: one connection that keeps an aborted transaction",
    named="ENT-UPD-16/legacy#after.status",
)
async def conflict_not_rolled_back(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if changes(request) and target.notes.pop("conflict", None):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "current transaction is aborted")
    response = await answered(target, request, go)
    if response.status == HTTPStatus.CONFLICT:
        target.notes["conflict"] = True
    return response


@probe("conflict-not-rolled-back")
def conflict_not_rolled_back_shows(wire: Wire) -> bool:
    user, name = wire.user(), f"{unique()}@example.com"
    wire.user(userName=name)
    assert wire.change(user, replaced("userName", name)).status == HTTPStatus.CONFLICT
    return wire.change(user, replaced("displayName", "Kim")).status == 500
