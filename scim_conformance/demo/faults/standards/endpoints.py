"""Faults in endpoints and resource types, as RFC 7643 sections 3.1 and 6 and RFC 7644 sections 3 and 4 have it."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE, answered, refusal

OURS = "our deduction from RFC 7643 section"
OURS_7644 = "our deduction from RFC 7644 section"
DISCOVERY = ("/ServiceProviderConfig", "/Schemas", "/ResourceTypes")


@defect(
    Kind.STANDARDS,
    "schemas-writable",
    "POST to /Schemas returns 201",
    f"{OURS_7644} 4",
    named="RFC-DSC-07#schemas.refused",
)
async def schemas_writable(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "POST" and request.path == "/Schemas":
        target.check_auth(request)
        return ScimResponse(HTTPStatus.CREATED, {"schemas": [f"{CORE}Schema"], "id": "urn:example:made"})
    return await go(request)


@probe("schemas-writable")
def schemas_writable_shows(wire: Wire) -> bool:
    return wire.send("POST", "/Schemas", {}).status == 201


@defect(
    Kind.STANDARDS,
    "allow-missing",
    "A 405 does not say which methods are allowed",
    "our deduction from RFC 9110 section 15.5.6",
    named="RFC-DSC-07#configuration.allow",
)
async def allow_missing(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    response.headers = {name: value for name, value in response.headers.items() if name != "Allow"}
    return response


@probe("allow-missing")
def allow_missing_shows(wire: Wire) -> bool:
    reply = wire.send("POST", "/Schemas", {})
    return reply.status == 405 and "allow" not in reply.headers


def _types(request: ScimRequest, response: ScimResponse) -> list[dict[str, Any]]:
    """Return the resource types that an answer lists."""
    return list((response.body or {}).get("Resources", [])) if request.path == "/ResourceTypes" else []


@defect(
    Kind.STANDARDS,
    "endpoints-absolute",
    "The endpoint of a resource type is a whole URL",
    f"{OURS} 6",
    named="RFC-DSC-08#types.relative",
)
async def endpoints_absolute(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for one in _types(request, response):
        one["endpoint"] = f"{request.base_url}{one['endpoint']}"
    return response


@probe("endpoints-absolute")
def endpoints_absolute_shows(wire: Wire) -> bool:
    return all("://" in one["endpoint"] for one in wire.get("/ResourceTypes").listed)


@defect(
    Kind.STANDARDS,
    "group-list-404",
    "A list of groups without a filter returns 404",
    f"{OURS_7644} 4",
    named="RFC-DSC-08#groups.works",
)
async def group_list_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "GET" and request.path.strip("/") == "Groups" and "filter" not in request.query:
        target.check_auth(request)
        return refusal(HTTPStatus.NOT_FOUND, "There is nothing here")
    return await go(request)


@probe("group-list-404")
def group_list_404_shows(wire: Wire) -> bool:
    return wire.get("/Groups?count=1").status == 404


@defect(
    Kind.STANDARDS,
    "extensions-object",
    "schemaExtensions of a resource type is an object instead of an array",
    "RFC 7643 erratum 7522",
    named="RFC-DSC-08#types.array",
)
async def extensions_object(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for one in _types(request, response):
        one["schemaExtensions"] = one["schemaExtensions"][0]
    return response


@probe("extensions-object")
def extensions_object_shows(wire: Wire) -> bool:
    return all(isinstance(one["schemaExtensions"], dict) for one in wire.get("/ResourceTypes").listed)


@defect(
    Kind.STANDARDS,
    "id-writable",
    "/Schemas says that a client may write the id",
    f"{OURS} 3.1",
    named="RFC-DSC-08#schemas.common",
)
async def id_writable(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/Schemas" and response.body is not None:
        user = next(one for one in response.body["Resources"] if one["id"] == f"{CORE}User")
        said = {"name": "id", "type": "string", "multiValued": False, "mutability": "readWrite", "returned": "always"}
        user["attributes"].append({**said, "required": False, "caseExact": True, "uniqueness": "server"})
    return response


@probe("id-writable")
def id_writable_shows(wire: Wire) -> bool:
    schemas = {one["id"]: one["attributes"] for one in wire.get("/Schemas").listed}
    return any(one["name"] == "id" and one["mutability"] == "readWrite" for one in schemas[f"{CORE}User"])


@defect(
    Kind.STANDARDS,
    "extension-unrequired",
    "An extension is required, says /ResourceTypes, and is not",
    f"{OURS} 6",
    named="RFC-SCH-03#create.extension",
)
async def extension_unrequired(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for one in _types(request, response):
        for extension in one.get("schemaExtensions") or []:
            extension["required"] = extension["schema"] == ENTERPRISE
    return response


@probe("extension-unrequired")
def extension_unrequired_shows(wire: Wire) -> bool:
    extensions = [ext for one in wire.get("/ResourceTypes").listed for ext in one["schemaExtensions"]]
    required = any(one["required"] for one in extensions)
    return required and ENTERPRISE not in wire.read(wire.user())


@defect(
    Kind.STANDARDS,
    "unknown-endpoint-200",
    "An endpoint that does not exist returns an empty list",
    f"{OURS_7644} 3.12",
    named="RFC-ERR-03#list.status",
)
async def unknown_endpoint_200(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.status == HTTPStatus.NOT_FOUND and not request.path.startswith(("/Users", "/Groups", *DISCOVERY)):
        urn = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
        return ScimResponse(HTTPStatus.OK, {"schemas": [urn], "totalResults": 0, "Resources": []})
    return response


@probe("unknown-endpoint-200")
def unknown_endpoint_200_shows(wire: Wire) -> bool:
    return wire.get("/Nothing").status == 200
