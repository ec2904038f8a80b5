"""Faults in the URNs of schemas in paths and keys."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import merged, replaced
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import changed_user, status_of_change
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE, changes, drop, keys_of, path_of, refusal, resources, rewrite, stored_at

DEPARTMENT = f"{ENTERPRISE}:department"


def _is_key(request: ScimRequest, name: str) -> bool:
    return any(name in keys_of(one) for one in changes(request))


@defect(
    Kind.PATCH,
    "urn-keys-ignored",
    "Keys that begin with a URN are ignored in a PATCH without path",
    "Captain-P-Goldfish/SCIM-SDK#193",
    named="ENT-UPD-02/compliant#read-back.stored.enterprise.employeeNumber",
    row="B64",
)
async def urn_keys_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    drop(request, lambda name: name.startswith(f"{ENTERPRISE}:") and _is_key(request, name))
    return await go(request)


@probe("urn-keys-ignored")
def urn_keys_ignored_shows(wire: Wire) -> bool:
    found = changed_user(wire, merged(**{"title": "Boss", DEPARTMENT: "Sales"}))
    assert found["title"] == "Boss"
    return bool(found.get(ENTERPRISE, {}).get("department") != "Sales")


def _is_flat(name: str) -> bool:
    return name.startswith(f"{ENTERPRISE}:") and not name.endswith("manager")


@defect(
    Kind.PATCH,
    "extension-misplaced",
    "department and employeeNumber are changed beside the extension, not in it",
    "simpleidserver/SimpleIdServer#138",
    named="ENT-UPD-02/legacy#read-back.stored.enterprise.employeeNumber",
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


@probe("extension-misplaced")
def extension_misplaced_shows(wire: Wire) -> bool:
    return bool(changed_user(wire, replaced(DEPARTMENT, "Sales")).get("department") == "Sales")


@defect(
    Kind.PATCH,
    "extension-replaced",
    "A new department deletes the employee number",
    "simpleidserver/SimpleIdServer#690, of a complex attribute that is replaced as a whole",
    named="ENT-UPD-18/legacy#read-back.stored.enterprise.employeeNumber",
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


@probe("extension-replaced")
def extension_replaced_shows(wire: Wire) -> bool:
    found = changed_user(wire, replaced(DEPARTMENT, "Sales"), **{ENTERPRISE: {"employeeNumber": "1"}})
    return "employeeNumber" not in found[ENTERPRISE]


@defect(
    Kind.PATCH,
    "nested-extension-ignored",
    "department never arrives: an extension as a nested object is not read",
    "fleetdm/fleet#42678",
    named="ENT-UPD-13/nested-extension#read-back.stored.enterprise.department",
    row="B69",
)
async def nested_extension_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    drop(request, lambda name: name == ENTERPRISE)
    return await go(request)


@probe("nested-extension-ignored")
def nested_extension_ignored_shows(wire: Wire) -> bool:
    found = changed_user(wire, merged(**{ENTERPRISE: {"department": "Sales"}, "title": "Boss"}))
    assert found["title"] == "Boss"
    return bool(found.get(ENTERPRISE, {}).get("department") != "Sales")


@defect(
    Kind.PATCH,
    "core-urn-501",
    "A path that begins with the URN of the core schema returns 501",
    "zulip/zulip#39773",
    named="ENT-UPD-13/core-urn-path#patch.status",
    row="B68",
)
async def core_urn_501(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(path_of(one).startswith(f"{CORE}User:") for one in changes(request)):
        return refusal(HTTPStatus.NOT_IMPLEMENTED, "This path is not supported")
    return await go(request)


@probe("core-urn-501")
def core_urn_501_shows(wire: Wire) -> bool:
    return status_of_change(wire, replaced(f"{CORE}User:title", "Boss")) == 501


@defect(
    Kind.PATCH,
    "core-urn-key-ignored",
    "Keys that begin with the URN of the core schema are ignored",
    "langwatch/langwatch#7140",
    named="ENT-UPD-13/core-urn-path#read-back.stored.title",
    row="B68",
)
async def core_urn_key_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    drop(request, lambda name: name.startswith(f"{CORE}User:"))
    return await go(request)


@probe("core-urn-key-ignored")
def core_urn_key_ignored_shows(wire: Wire) -> bool:
    found = changed_user(wire, merged(**{f"{CORE}User:title": "Boss", "displayName": "Jo"}))
    assert found["displayName"] == "Jo"
    return bool(found.get("title") != "Boss")
