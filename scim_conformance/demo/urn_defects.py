"""Defects of the embedded target in the URNs of schemas, where a PATCH of a user names what it changes."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import CORE, changes, drop, keys_of, path_of, refusal, resources, rewrite, stored_at


@defect(
    Kind.PATCH,
    "urn-keys-ignored",
    "Keys that begin with a URN are ignored in a PATCH without path",
    "Captain-P-Goldfish/SCIM-SDK#193",
    row="B64",
)
async def urn_keys_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    drop(request, lambda name: name.startswith(f"{ENTERPRISE}:") and _is_key(request, name))
    return await go(request)


def _is_key(request: ScimRequest, name: str) -> bool:
    return any(name in keys_of(one) for one in changes(request))


@defect(
    Kind.PATCH,
    "external-id-alone",
    "Beside externalId in an object without path every other key is ignored",
    "simpleidserver/SimpleIdServer#377",
    row="B66",
)
async def external_id_alone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for operation in found:
        if "externalId" in keys_of(operation):
            operation["value"] = {"externalId": keys_of(operation)["externalId"]}
    if found:
        rewrite(request, found)
    return await go(request)


@defect(
    Kind.PATCH,
    "extension-misplaced",
    "department and employeeNumber are changed beside the extension, not in it",
    "simpleidserver/SimpleIdServer#138",
    row="B67",
)
async def extension_misplaced(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    beside: dict[str, dict[str, Any]] = target.notes.setdefault("extension-misplaced", {})
    misplaced: dict[str, Any] = {}
    for operation in changes(request):
        said = keys_of(operation) or {path_of(operation): operation.get("value")}
        misplaced |= {key: value for key, value in said.items() if _is_flat(key)}
    beside.setdefault(request.path, {}).update({key.rpartition(":")[2]: value for key, value in misplaced.items()})
    drop(request, _is_flat)
    response = await go(request)
    for resource in resources(response):
        resource.update(beside.get(f"/Users/{resource.get('id')}", {}))
    return response


def _is_flat(name: str) -> bool:
    return name.startswith(f"{ENTERPRISE}:") and not name.endswith("manager")


@defect(
    Kind.PATCH,
    "extension-replaced",
    "A new department deletes the employee number",
    "simpleidserver/SimpleIdServer#690, of a complex attribute that is replaced as a whole",
    row="B65",
)
async def extension_replaced(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    said = {name for one in found for name in (path_of(one), *keys_of(one)) if _is_flat(name)}
    held = stored_at(target, request.path).get(ENTERPRISE) or {}
    gone = [f"{ENTERPRISE}:{name}" for name in held if f"{ENTERPRISE}:{name}" not in said and name != "manager"]
    if said:
        rewrite(request, [*found, *({"op": "remove", "path": path} for path in gone)])
    return await go(request)


@defect(
    Kind.PATCH,
    "core-urn-501",
    "A path that begins with the URN of the core schema answers 501",
    "zulip/zulip#39773",
    row="B68",
)
async def core_urn_501(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(path_of(one).startswith(f"{CORE}User:") for one in changes(request)):
        return refusal(HTTPStatus.NOT_IMPLEMENTED, "This path is not supported")
    return await go(request)


@defect(
    Kind.PATCH,
    "core-urn-key-ignored",
    "Keys that begin with the URN of the core schema are ignored",
    "langwatch/langwatch#7140",
    row="B68",
)
async def core_urn_key_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    drop(request, lambda name: name.startswith(f"{CORE}User:"))
    return await go(request)


@defect(
    Kind.PATCH,
    "nested-extension-ignored",
    "department never arrives: an extension as a nested object is not read",
    "fleetdm/fleet#42678",
    row="B69",
)
async def nested_extension_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    drop(request, lambda name: name == ENTERPRISE)
    return await go(request)
