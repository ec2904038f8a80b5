"""Defects of the embedded target in what it says of itself: schemas, resource types, configuration."""

import json
from typing import Any

from scim2_models import NotFoundException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, RawResponse, Target
from scim_conformance.demo.auth_defects import GALLERY
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import CORE, resources


def _attributes(response: ScimResponse, urn: str) -> list[dict[str, Any]]:
    """Return the attributes of a schema, as they stand in an answer."""
    found: list[list[dict[str, Any]]] = [one["attributes"] for one in resources(response) if one.get("id") == urn]
    return found[0] if found else []


@defect(
    Kind.DISCOVERY,
    "schemas-array",
    "/Schemas answers with a bare array",
    "limosa-io/laravel-scim-server#103",
    row="B110",
    profile=GALLERY,
)
async def schemas_array(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/Schemas":
        raw = json.dumps((response.body or {}).get("Resources")).encode()
        return RawResponse(response.status, None, response.headers, raw)
    return response


@defect(
    Kind.DISCOVERY,
    "schemas-nulls",
    "/Schemas is full of nulls",
    "onyx-dot-app/onyx#8692",
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


@defect(
    Kind.DISCOVERY,
    "schemas-404",
    "There are no /Schemas",
    "growthbook/growthbook#5258",
    row="B110",
    profile=GALLERY,
)
async def schemas_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == "/Schemas":
        raise NotFoundException(detail="There is nothing here")
    return await go(request)


@defect(
    Kind.DISCOVERY,
    "schemas-without-extension",
    "department and employeeNumber do not stand in /Schemas",
    "limosa-io/laravel-scim-server#30",
    row="B110",
    profile=GALLERY,
)
async def schemas_without_extension(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/Schemas" and response.body is not None:
        response.body["Resources"] = [one for one in resources(response) if one.get("id") != ENTERPRISE]
        response.body["totalResults"] = len(response.body["Resources"])
    return response


@defect(
    Kind.DISCOVERY,
    "schemas-without-groups",
    "There are groups, but /Schemas does not describe them",
    "limosa-io/laravel-scim-server#30, of schemas that are not listed",
    row="B110",
    profile=GALLERY,
)
async def schemas_without_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/Schemas" and response.body is not None:
        response.body["Resources"] = [one for one in resources(response) if one.get("id") != f"{CORE}Group"]
        response.body["totalResults"] = len(response.body["Resources"])
    return response


@defect(
    Kind.DISCOVERY,
    "resource-types-404",
    "There are no /ResourceTypes",
    "Microsoft's app gallery checklist, discovery",
    profile=GALLERY,
)
async def resource_types_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == "/ResourceTypes":
        raise NotFoundException(detail="There is nothing here")
    return await go(request)


@defect(
    Kind.DISCOVERY,
    "configuration-404",
    "There is no /ServiceProviderConfig",
    "growthbook/growthbook#5258",
    profile=GALLERY,
)
async def configuration_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == "/ServiceProviderConfig":
        raise NotFoundException(detail="There is nothing here")
    return await go(request)


@defect(
    Kind.DISCOVERY,
    "patch-denied",
    "The configuration says that PATCH is not supported",
    "langwatch/langwatch#6973",
    row="B112",
    profile=GALLERY,
)
async def patch_denied(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/ServiceProviderConfig" and response.body is not None:
        response.body["patch"] = {"supported": False}
    return response


@defect(
    Kind.DISCOVERY,
    "filter-denied",
    "The configuration says that filters are not supported, and they are",
    "Tr3kkR/Yuzu#2027",
    row="B112",
    profile=GALLERY,
)
async def filter_denied(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/ServiceProviderConfig" and response.body is not None:
        response.body["filter"] = {"supported": False, "maxResults": 0}
    return response


@defect(
    Kind.DISCOVERY,
    "schemas-password",
    "Microsoft's validator stumbles over password, which /Schemas lists",
    "scimmyjs/scimmy-routers#10",
    row="B111",
    profile=GALLERY,
)
async def schemas_password(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/Schemas":
        password = {"name": "password", "type": "string", "multiValued": False, "mutability": "writeOnly"}
        _attributes(response, f"{CORE}User").append(password)
    return response
