"""Defects of the embedded target in managers and roles."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import changes, id_of, is_write, path_of, refusal, resources, verb


def _of_manager(operation: dict[str, Any]) -> bool:
    return path_of(operation).partition("[")[0] in {"manager", f"{ENTERPRISE}:manager"}


@defect(
    Kind.PATCH, "manager-string-400", "A manager as a string answers 400", "Captain-P-Goldfish/SCIM-SDK#686", row="B70"
)
async def manager_string_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(_of_manager(one) and isinstance(one.get("value"), str) for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "manager must be an object", "invalidValue")
    return await go(request)


@defect(
    Kind.PATCH,
    "manager-object-400",
    "A manager as an object answers 400: only the plain id is taken",
    "Captain-P-Goldfish/SCIM-SDK#686, the other way round",
    row="B70",
)
async def manager_object_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(_of_manager(one) and isinstance(one.get("value"), dict | list) for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "manager must be a string", "invalidValue")
    return await go(request)


@defect(
    Kind.PATCH, "manager-as-text", "The manager comes back as a string", "MicrosoftDocs/azure-docs#11784", row="B71"
)
async def manager_as_text(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        extension = resource.get(ENTERPRISE) or {}
        if isinstance(extension.get("manager"), dict):
            extension["manager"] = extension["manager"].get("value")
    return response


@defect(
    Kind.PATCH,
    "manager-outside",
    "The manager comes back beside the enterprise extension, not in it",
    "Budibase/budibase#15369",
    row="B71",
)
async def manager_outside(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        extension = resource.get(ENTERPRISE) or {}
        if "manager" in extension:
            resource["manager"] = extension.pop("manager")
    return response


@defect(
    Kind.PATCH,
    "manager-empty",
    "A manager who was removed stays as an object with an empty value",
    "pranems/SCIMServer",
    row="B72",
)
async def manager_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    emptied: set[str] = target.notes.setdefault("manager-empty", set())
    for operation in changes(request):
        if _of_manager(operation):
            removed = verb(operation) == "remove" or operation.get("value") in ("", {"value": ""})
            (emptied.add if removed else emptied.discard)(request.path)
    response = await go(request)
    for resource in resources(response):
        if f"/Users/{resource.get('id')}" in emptied:
            resource.setdefault(ENTERPRISE, {})["manager"] = {"value": ""}
    return response


@defect(
    Kind.PATCH,
    "manager-filter-400",
    "Removing a manager answers 400: impossible to search",
    "thomaspoignant/scim-patch#453",
    row="B72b",
)
async def manager_filter_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(_of_manager(one) and "[" in str(one.get("path")) for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "Impossible to search on a mono valued attribute", "invalidPath")
    return await go(request)


@defect(
    Kind.PATCH,
    "primary-string-400",
    'A role by [primary eq "True"] answers 400',
    "apache/directory-scimple#693",
    row="B73",
)
async def primary_string_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any('primary eq "' in str(one.get("path")) for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "primary must be compared with a boolean", "invalidPath")
    return await go(request)


@defect(
    Kind.PATCH,
    "role-json-400",
    "A role that is JSON within a string answers 400",
    "MicrosoftDocs/azure-docs#50772",
    row="B73",
)
async def role_json_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    for operation in changes(request):
        values = operation.get("value") if path_of(operation) == "roles" else None
        if isinstance(values, list) and any(str(one.get("value", "")).startswith("{") for one in values):
            return refusal(HTTPStatus.BAD_REQUEST, "This role does not exist", "invalidValue")
    return await go(request)


@defect(
    Kind.LIFECYCLE,
    "manager-undeletable",
    "Whoever manages somebody cannot be deleted: 409",
    "RFC 7644 section 3.6; a foreign key that restricts",
)
async def manager_undeletable(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Users") and id_of(request) in _managers(target):
        return refusal(HTTPStatus.CONFLICT, "The user is still referenced")
    return await go(request)


def _managers(target: Target) -> set[str]:
    extensions = (one.model_dump().get(ENTERPRISE) or {} for one in target.stored())
    return {str(extension["manager"].get("value")) for extension in extensions if extension.get("manager")}
