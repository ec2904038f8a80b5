"""Faults in /Schemas. They show with the profile that reads it, gallery-2026."""

import json
from typing import Any

from scim2_models import NotFoundException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, RawResponse, Target
from scim_conformance.demo.faults.registry import GALLERY, Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE, resources


@defect(
    Kind.DISCOVERY,
    "schemas-array",
    "/Schemas answers with a bare array",
    "limosa-io/laravel-scim-server#103",
    named="ENT-DSC-01#schemas.schemas",
    row="B110",
    profile=GALLERY,
)
async def schemas_array(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/Schemas":
        raw = json.dumps((response.body or {}).get("Resources")).encode()
        return RawResponse(response.status, None, response.headers, raw)
    return response


@probe("schemas-array")
def schemas_array_shows(wire: Wire) -> bool:
    return isinstance(wire.get("/Schemas").json, list)


def _attributes(response: ScimResponse, urn: str) -> list[dict[str, Any]]:
    """Return the attributes of a schema, as an answer has them."""
    found: list[list[dict[str, Any]]] = [one["attributes"] for one in resources(response) if one.get("id") == urn]
    return found[0] if found else []


def _schemas(wire: Wire) -> Any:
    return wire.get("/Schemas").json["Resources"]


def _schema(wire: Wire, urn: str) -> list[Any]:
    return [one for one in _schemas(wire) if one["id"] == urn]


def _user_attributes(wire: Wire) -> list[Any]:
    found: list[Any] = _schema(wire, f"{CORE}User")[0]["attributes"]
    return found


@defect(
    Kind.DISCOVERY,
    "schemas-nulls",
    "/Schemas is full of nulls",
    "onyx-dot-app/onyx#8692",
    named="ENT-DSC-01#schemas.nulls",
    row="B110",
    profile=GALLERY,
)
async def schemas_nulls(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/Schemas":
        for attribute in _attributes(response, f"{CORE}User"):
            attribute.setdefault("referenceTypes", None)
            attribute.setdefault("subAttributes", None)
    return response


@probe("schemas-nulls")
def schemas_nulls_shows(wire: Wire) -> bool:
    return any(None in attribute.values() for attribute in _user_attributes(wire))


@defect(
    Kind.DISCOVERY,
    "schemas-404",
    "There is no /Schemas",
    "growthbook/growthbook#5258",
    named="ENT-DSC-01#schemas.status",
    row="B110",
    profile=GALLERY,
)
async def schemas_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == "/Schemas":
        raise NotFoundException(detail="There is nothing here")
    return await go(request)


@probe("schemas-404")
def schemas_404_shows(wire: Wire) -> bool:
    return wire.get("/Schemas").status == 404


@defect(
    Kind.DISCOVERY,
    "schemas-without-extension",
    "department and employeeNumber are missing from /Schemas",
    "limosa-io/laravel-scim-server#30",
    named="ENT-DSC-01#schemas.mapped",
    row="B110",
    profile=GALLERY,
)
async def schemas_without_extension(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/Schemas" and response.body is not None:
        response.body["Resources"] = [one for one in resources(response) if one.get("id") != ENTERPRISE]
        response.body["totalResults"] = len(response.body["Resources"])
    return response


@probe("schemas-without-extension")
def schemas_without_extension_shows(wire: Wire) -> bool:
    return _schema(wire, ENTERPRISE) == []


@defect(
    Kind.DISCOVERY,
    "schemas-without-groups",
    "There are groups, but /Schemas does not describe them",
    "limosa-io/laravel-scim-server#30, of schemas that are not listed",
    named="ENT-DSC-01#schemas.schemas",
    row="B110",
    profile=GALLERY,
)
async def schemas_without_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/Schemas" and response.body is not None:
        response.body["Resources"] = [one for one in resources(response) if one.get("id") != f"{CORE}Group"]
        response.body["totalResults"] = len(response.body["Resources"])
    return response


@probe("schemas-without-groups")
def schemas_without_groups_shows(wire: Wire) -> bool:
    return _schema(wire, f"{CORE}Group") == []


@defect(
    Kind.DISCOVERY,
    "schemas-password",
    "Microsoft's validator fails on password, which /Schemas lists",
    "scimmyjs/scimmy-routers#10",
    named="ENT-DSC-01#schemas.password",
    row="B111",
    profile=GALLERY,
)
async def schemas_password(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/Schemas":
        password = {"name": "password", "type": "string", "multiValued": False, "mutability": "writeOnly"}
        _attributes(response, f"{CORE}User").append(password)
    return response


@probe("schemas-password")
def schemas_password_shows(wire: Wire) -> bool:
    return "password" in [attribute["name"] for attribute in _user_attributes(wire)]


@defect(
    Kind.DISCOVERY,
    "members-undescribed",
    "/Schemas describes groups, and not their members",
    "limosa-io/laravel-scim-server#30, of attributes that are not listed",
    named="ENT-DSC-01#schemas.group-mapped",
    row="B110",
    profile=GALLERY,
)
async def members_undescribed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/Schemas":
        held = _attributes(response, f"{CORE}Group")
        held[:] = [one for one in held if one["name"] != "members"]
    return response


@probe("members-undescribed")
def members_undescribed_shows(wire: Wire) -> bool:
    names = [one["name"] for schema in _schema(wire, f"{CORE}Group") for one in schema["attributes"]]
    return "displayName" in names and "members" not in names
