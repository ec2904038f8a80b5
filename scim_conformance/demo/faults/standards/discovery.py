"""Faults in what a target publishes, as RFC 7643 sections 5 to 7 has it."""

from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE

OURS = "our deduction from RFC 7643 section"


@defect(
    Kind.STANDARDS,
    "schemes-missing",
    "The configuration names no authentication schemes",
    f"{OURS} 5; scim2-server 0.8.3",
    named="RFC-DSC-01#get.complete",
)
async def schemes_missing(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/ServiceProviderConfig" and response.body is not None:
        response.body.pop("authenticationSchemes", None)
    return response


@probe("schemes-missing")
def schemes_missing_shows(wire: Wire) -> bool:
    return "authenticationSchemes" not in wire.get("/ServiceProviderConfig").json


@defect(
    Kind.STANDARDS,
    "configuration-listed",
    "/ServiceProviderConfig is a list with one entry",
    "our deduction from RFC 7644 section 4",
    named="RFC-DSC-01#get.schemas",
)
async def configuration_listed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/ServiceProviderConfig" and response.body is not None:
        urn = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
        response.body = {**response.body, "schemas": [urn], "totalResults": 1, "Resources": [response.body]}
    return response


@probe("configuration-listed")
def configuration_listed_shows(wire: Wire) -> bool:
    return bool(wire.get("/ServiceProviderConfig").json.get("totalResults") == 1)


@defect(
    Kind.STANDARDS,
    "sort-claimed",
    "The configuration offers sorting, and sortBy returns 400",
    f"{OURS} 5",
    named="RFC-DSC-04/sort#use.status",
)
async def sort_claimed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "sortBy" in request.query and request.path.startswith("/Users"):
        request.query = {**request.query, "count": "none"}
    return await go(request)


@probe("sort-claimed")
def sort_claimed_shows(wire: Wire) -> bool:
    offered = wire.get("/ServiceProviderConfig").json["sort"]["supported"]
    return bool(offered) and wire.get("/Users?sortBy=userName").status == 400


@defect(
    Kind.STANDARDS,
    "type-without-endpoint",
    "A resource type does not say where it is",
    f"{OURS} 6",
    named="RFC-DSC-03#get.complete",
)
async def type_without_endpoint(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/ResourceTypes":
        (response.body or {})["Resources"][0].pop("endpoint")
    return response


@probe("type-without-endpoint")
def type_without_endpoint_shows(wire: Wire) -> bool:
    return "endpoint" not in wire.get("/ResourceTypes").listed[0]


@defect(
    Kind.STANDARDS,
    "schema-undeclared",
    "A schema does not say that it is one: its schemas is missing",
    "apache/directory-scimple#1012",
    named="RFC-DSC-02#get.ids",
)
async def schema_undeclared(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/Schemas":
        for one in (response.body or {})["Resources"]:
            one.pop("schemas")
    return response


@probe("schema-undeclared")
def schema_undeclared_shows(wire: Wire) -> bool:
    return all("schemas" not in one for one in wire.get("/Schemas").listed)


def _attribute(body: Any, name: str) -> Any:
    """Return an attribute of the User schema in a list of schemas."""
    users = [one for one in body["Resources"] if one["id"] == f"{CORE}User"]
    return next(one for one in users[0]["attributes"] if one["name"] == name)


@defect(
    Kind.STANDARDS,
    "user-name-optional",
    "The schema says that userName is not required",
    f"{OURS} 4.1.1",
    named="RFC-DSC-02#get.core-user",
)
async def user_name_optional(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/Schemas":
        _attribute(response.body, "userName")["required"] = False
    return response


@probe("user-name-optional")
def user_name_optional_shows(wire: Wire) -> bool:
    return _attribute(wire.get("/Schemas").json, "userName")["required"] is False


@defect(
    Kind.STANDARDS,
    "nick-name-lost",
    "An attribute that /Schemas publishes is not stored",
    f"{OURS} 7",
    named="RFC-SCH-01#read.stored",
)
async def nick_name_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for one in [response.body or {}, *(response.body or {}).get("Resources", [])]:
        one.pop("nickName", None)
    return response


@probe("nick-name-lost")
def nick_name_lost_shows(wire: Wire) -> bool:
    return "nickName" not in wire.read(wire.user(nickName="Jo"))


@defect(
    Kind.STANDARDS,
    "title-unrequired",
    "The schema says that title is required, and a user without one is created",
    f"{OURS} 7",
    named="RFC-SCH-02#create.required",
)
async def title_unrequired(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/Schemas":
        _attribute(response.body, "title")["required"] = True
    return response


@probe("title-unrequired")
def title_unrequired_shows(wire: Wire) -> bool:
    return bool(_attribute(wire.get("/Schemas").json, "title")["required"]) and wire.create().status == 201


@defect(
    Kind.STANDARDS,
    "schemas-paged",
    "count shortens the list of schemas",
    "our deduction from RFC 7644 section 4",
    named="RFC-DSC-06#schemas.same",
)
async def schemas_paged(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/Schemas" and "count" in request.query and response.body is not None:
        response.body["Resources"] = response.body["Resources"][: int(request.query["count"])]
    return response


@probe("schemas-paged")
def schemas_paged_shows(wire: Wire) -> bool:
    return len(wire.get("/Schemas?count=1").listed) == 1


@defect(
    Kind.STANDARDS,
    "unknown-schema-200",
    "An unknown schema is returned as an empty list",
    "our deduction from RFC 7644 section 4",
    named="RFC-DSC-05#no-schema.status",
)
async def unknown_schema_200(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path.startswith("/Schemas/") and "ietf" not in request.path:
        request.path = "/Schemas"
    return await go(request)


@probe("unknown-schema-200")
def unknown_schema_200_shows(wire: Wire) -> bool:
    return wire.get("/Schemas/urn:example:none").status == 200
