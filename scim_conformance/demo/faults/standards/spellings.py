"""Faults in how an operation or a filter names what it is about, and in names that are taken."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op, person, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import answered, changes, filter_of, is_write, path_of, verb

OURS = "our deduction from RFC 7644 section"


@defect(
    Kind.STANDARDS,
    "remove-without-path-204",
    "A removal without a path returns 204",
    f"{OURS} 3.5.2.2",
    named="RFC-PAT-11#patch.refused",
)
async def remove_without_path_204(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    target.check_auth(request)
    if any(verb(one) == "remove" and not path_of(one) for one in changes(request)):
        return ScimResponse(HTTPStatus.NO_CONTENT, None)
    return await go(request)


@probe("remove-without-path-204")
def remove_without_path_204_shows(wire: Wire) -> bool:
    return wire.change(wire.user(), op("remove", None, None)).status == 204


@defect(
    Kind.STANDARDS,
    "sub-attribute-nobody",
    "A filter on name.familyName finds nobody",
    f"{OURS} 3.4.2.2",
    named="RFC-FLT-14#name.found",
)
async def sub_attribute_nobody(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if filter_of(request).startswith("name.familyName "):
        request.query = {**request.query, "filter": 'id eq "nobody"'}
    return await go(request)


@probe("sub-attribute-nobody")
def sub_attribute_nobody_shows(wire: Wire) -> bool:
    family = unique()
    wire.user(name={"familyName": family})
    return not wire.find("Users", f'name.familyName eq "{family}"').listed


@defect(
    Kind.STANDARDS,
    "put-taken-200",
    "PUT with the userName of another user returns 200",
    f"{OURS} 3.5.1",
    named="RFC-PUT-04#put.refused",
)
async def put_taken_200(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if is_write(request, "PUT", "Users") and response.status == HTTPStatus.CONFLICT:
        return ScimResponse(HTTPStatus.OK, body_of(request))
    return response


@probe("put-taken-200")
def put_taken_200_shows(wire: Wire) -> bool:
    name = unique()
    wire.user(userName=name)
    return wire.send("PUT", f"/Users/{wire.user()}", person(userName=name)).status == 200
