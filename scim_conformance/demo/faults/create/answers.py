"""Faults in the answer to a creation."""

from http import HTTPStatus
from urllib.parse import quote

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import created, of_type


@defect(
    Kind.CREATE,
    "create-200",
    "Creating a user returns 200 instead of 201",
    "Microsoft Tech Community: SCIM Validator",
    named="ENT-CRE-01#create.status",
    shows=("RFC-CRE-01",),
    row="B44",
    wide="every creation is answered with it",
)
async def create_200(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = bool(created(request))
    response = await go(request)
    if creates and response.status == HTTPStatus.CREATED:
        response.status = HTTPStatus.OK
    return response


@probe("create-200")
def create_200_shows(wire: Wire) -> bool:
    return wire.create().status == 200


@defect(
    Kind.CREATE,
    "create-without-body",
    "Creating a user returns 201 with no body: the id must be looked up",
    "RFC 7644 section 3.3, of an answer without the resource",
    named="ENT-CRE-01#create.id",
)
async def create_without_body(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = bool(created(request))
    response = await go(request)
    if creates and response.status == HTTPStatus.CREATED:
        response.body = None
    return response


@probe("create-without-body")
def create_without_body_shows(wire: Wire) -> bool:
    reply = wire.create()
    assert reply.status == 201
    return reply.body == b""


@defect(
    Kind.CREATE,
    "create-without-location",
    "Creating a user answers without a Location header",
    "RFC 7644 section 3.3, of an answer without Location",
    named="ENT-CRE-01#create.location",
)
async def create_without_location(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = bool(created(request))
    response = await go(request)
    if creates:
        response.headers["Location"] = ""
    return response


@probe("create-without-location")
def create_without_location_shows(wire: Wire) -> bool:
    reply = wire.create()
    assert reply.status == 201
    return "location" not in reply.headers


@defect(
    Kind.CREATE,
    "manager-post-empty",
    "Creating a user with a manager returns 201 with no body",
    "our deduction from apache/directory-scimple#1242, of creations with a manager",
    named="ENT-MGR-05#create.id",
    row="B41",
)
async def manager_post_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    has_manager = "manager" in (created(request).get(ENTERPRISE) or {})
    response = await go(request)
    if has_manager and response.status == HTTPStatus.CREATED:
        response.body = None
    return response


@probe("manager-post-empty")
def manager_post_empty_shows(wire: Wire) -> bool:
    reply = wire.create(**{ENTERPRISE: {"manager": wire.user()}})
    return reply.status == 201 and reply.body == b""


@defect(
    Kind.CREATE,
    "location-inner-host",
    "Location names a host inside the vendor's network",
    "jelhub/scimgateway#110",
    named="ENT-CRE-01#create.location-base",
    row="B125",
)
async def location_inner_host(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = bool(created(request))
    response = await go(request)
    if creates and response.status == HTTPStatus.CREATED and response.body:
        response.headers["Location"] = f"http://scim-backend.internal:8080/Users/{response.body['id']}"
    return response


@probe("location-inner-host")
def location_inner_host_shows(wire: Wire) -> bool:
    return wire.create().headers["location"].startswith("http://scim-backend.internal")


@defect(
    Kind.CREATE,
    "location-of-user-name",
    "meta.location has the userName in place of the id",
    "our deduction: an address built from the natural key",
    named="ENT-CRE-01#create.location-own",
)
async def location_of_user_name(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for kind, user in of_type(request, response):
        if kind == "Users" and user.get("userName"):
            user["meta"] = {**(user.get("meta") or {}), "location": f"/v2/Users/{quote(user['userName'])}"}
    return response


@probe("location-of-user-name")
def location_of_user_name_shows(wire: Wire) -> bool:
    user = wire.create().json
    return bool(user["meta"]["location"] == f"/v2/Users/{quote(user['userName'])}")
