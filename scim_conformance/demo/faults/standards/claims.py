"""Faults of a target that claims to meet the interop profile (draft-zollner-scim-interop-profile-01)."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import changed_user
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import answered, changes, filter_of, path_of, refusal, resources, rewrite, verb

OURS = "our deduction from the interop profile, section"
PLACE = "/ServiceProviderConfig"


async def _claimed(request: ScimRequest, go: Go, **more: Any) -> ScimResponse:
    """Serve a request as a target that claims to meet the profile; `more`: what else its configuration says."""
    response = await go(request)
    if request.path == PLACE and response.body is not None:
        response.body |= {"interopProfileConformant": True, **more}
    for part in _types(request, response):
        part.setdefault("canonicalValues", ["other"])
    return response


def _types(request: ScimRequest, response: ScimResponse) -> list[dict[str, Any]]:
    """Return the sub-attributes `type` of what /Schemas returns."""
    found = (
        [one for schema in resources(response) for one in schema["attributes"]] if request.path == "/Schemas" else []
    )
    return [part for one in found for part in one.get("subAttributes") or () if part["name"] == "type"]


async def _meeting(request: ScimRequest, go: Go, **more: Any) -> ScimResponse:
    """Serve a request as such a target that refuses what is unknown, and replaces names as a whole."""
    if request.method in {"POST", "PATCH"} and b'"sctUnknown"' in (request.body or b""):
        return refusal(HTTPStatus.BAD_REQUEST, "sctUnknown is unknown", "invalidSyntax")
    found = changes(request)
    if any((verb(one), path_of(one)) == ("replace", "name") for one in found):
        rewrite(request, [{"op": "remove", "path": "name"}, *found])
    return await _claimed(request, go, **more)


@defect(
    Kind.STANDARDS,
    "claimed-lenient",
    "The target claims the interop profile, and ignores unknown attributes",
    f"{OURS} 5.3",
    named="RFC-INT-02#create.status",
)
async def claimed_lenient(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _claimed(request, go)


@probe("claimed-lenient")
def claimed_lenient_shows(wire: Wire) -> bool:
    claims = wire.get(PLACE).json.get("interopProfileConformant")
    return bool(claims and wire.create(sctUnknown="x").status == 201)


@defect(
    Kind.STANDARDS,
    "claimed-type-ids",
    "Interop is claimed, and resource types have other ids than names",
    f"{OURS} 5.1",
    named="RFC-INT-01#types.ids",
)
async def claimed_type_ids(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await _meeting(request, go)
    for one in resources(response) if request.path == "/ResourceTypes" else ():
        one["id"] = f"type-{one['name']}"
    return response


@probe("claimed-type-ids")
def claimed_type_ids_shows(wire: Wire) -> bool:
    return any(one.get("id") != one["name"] for one in wire.get("/ResourceTypes").listed)


@defect(
    Kind.STANDARDS,
    "claimed-open-types",
    "The target claims the interop profile, and declares no values of type",
    f"{OURS} 5.4",
    named="RFC-INT-01#schemas.canonical",
)
async def claimed_open_types(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await _meeting(request, go)
    for part in _types(request, response):
        part.pop("canonicalValues", None)
    return response


@probe("claimed-open-types")
def claimed_open_types_shows(wire: Wire) -> bool:
    return b'"canonicalValues": ["work"' not in wire.get("/Schemas").body


@defect(
    Kind.STANDARDS,
    "claimed-small-pages",
    "The target claims the interop profile, and returns at most 50 resources",
    f"{OURS} 6.4",
    named="RFC-INT-01#configuration.pages",
)
async def claimed_small_pages(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _meeting(request, go, filter={"supported": True, "maxResults": 50})


@probe("claimed-small-pages")
def claimed_small_pages_shows(wire: Wire) -> bool:
    return bool(wire.get(PLACE).json["filter"]["maxResults"] == 50)


@defect(
    Kind.STANDARDS,
    "claimed-basic",
    "The target claims the interop profile, and offers HTTP Basic",
    f"{OURS} 7.2",
    named="RFC-INT-01#configuration.basic",
)
async def claimed_basic(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    basic = {"type": "httpbasic", "name": "Basic", "description": "A name and a password"}
    return await _meeting(request, go, authenticationSchemes=[basic])


@probe("claimed-basic")
def claimed_basic_shows(wire: Wire) -> bool:
    return bool(wire.get(PLACE).json["authenticationSchemes"][0]["type"] == "httpbasic")


@defect(
    Kind.STANDARDS,
    "claimed-unknown-empty",
    "Interop is claimed, and a filter on an unknown attribute is no error",
    f"{OURS} 6.3",
    named="RFC-INT-02#find.status",
)
async def claimed_unknown_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, lambda changed: _meeting(changed, go))
    if filter_of(request).startswith("sctUnknown ") and response.status == HTTPStatus.BAD_REQUEST:
        urn = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
        return ScimResponse(HTTPStatus.OK, {"schemas": [urn], "totalResults": 0, "Resources": []})
    return response


@probe("claimed-unknown-empty")
def claimed_unknown_empty_shows(wire: Wire) -> bool:
    return wire.find("Users", f'sctUnknown eq "{unique()}"').status == 200


@defect(
    Kind.STANDARDS,
    "claimed-add-replaces",
    "Interop is claimed, and adding a part of the name removes the others",
    f"{OURS} 6.5.2.1",
    named="RFC-INT-03#added.value.name.familyName",
)
async def claimed_add_replaces(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    if any((verb(one), path_of(one)) == ("add", "name") for one in found):
        rewrite(request, [{"op": "remove", "path": "name"}, *found])
    return await _meeting(request, go)


@probe("claimed-add-replaces")
def claimed_add_replaces_shows(wire: Wire) -> bool:
    name = {"givenName": "Ada", "familyName": "Byron"}
    return "familyName" not in changed_user(wire, op("add", "name", {"middleName": "Jo"}), name=name)["name"]
