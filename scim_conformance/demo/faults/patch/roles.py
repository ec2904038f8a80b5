"""Faults in the roles of a user."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op, replaced
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import status_of_change
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, created, is_read, path_of, refusal, stored_at

ROLE = {"primary": True, "type": "WindowsAzureActiveDirectoryRole", "value": "Admin"}


@defect(
    Kind.PATCH,
    "primary-string-400",
    'A role by [primary eq "True"] returns 400',
    "apache/directory-scimple#693",
    named="ENT-ROL-02/primary-quoted#patch.status",
    row="B73",
)
async def primary_string_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any('primary eq "' in str(one.get("path")) for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "primary must be compared with a boolean", "invalidPath")
    return await go(request)


@probe("primary-string-400")
def primary_string_400_shows(wire: Wire) -> bool:
    return status_of_change(wire, replaced('roles[primary eq "True"].value', "Owner"), roles=[ROLE]) == 400


@defect(
    Kind.PATCH,
    "role-json-400",
    "A role that is JSON within a string returns 400",
    "MicrosoftDocs/azure-docs#50772",
    named="ENT-ROL-02/json-in-string#patch.status",
    row="B73",
)
async def role_json_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    for operation in changes(request):
        values = operation.get("value") if path_of(operation) == "roles" else None
        if isinstance(values, list) and any(str(one.get("value", "")).startswith("{") for one in values):
            return refusal(HTTPStatus.BAD_REQUEST, "This role does not exist", "invalidValue")
    return await go(request)


@probe("role-json-400")
def role_json_400_shows(wire: Wire) -> bool:
    assert status_of_change(wire, op("Add", "roles", [ROLE])) in {200, 204}
    return status_of_change(wire, op("Add", "roles", [{"value": '{"id":"1","value":"User"}'}])) == 400


@defect(
    Kind.CREATE,
    "no-roles-inactive",
    "A user who is created with an empty list of roles is inactive",
    "our deduction: an application in which only a role gives access",
    named="ENT-ROL-01/none#read-back.active",
)
async def no_roles_inactive(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    if body.get("roles") == []:
        set_body(request, {**body, "active": False})
    return await go(request)


@probe("no-roles-inactive")
def no_roles_inactive_shows(wire: Wire) -> bool:
    assert wire.read(wire.user(roles=[ROLE]))["active"]
    return not wire.read(wire.user(roles=[]))["active"]


@defect(
    Kind.CREATE,
    "role-without-value-500",
    "A user who was created with a role without a value cannot be read: 500",
    "MicrosoftDocs/entra-docs#391, of a value that is demanded",
    named="ENT-ROL-01/without-value#read-back.status",
    row="B123",
)
async def role_without_value_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    roles = stored_at(target, request.path).get("roles") or []
    if is_read(request, "Users") and any(not one.get("value") for one in roles):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "A null reference")
    return await go(request)


@probe("role-without-value-500")
def role_without_value_500_shows(wire: Wire) -> bool:
    bare = {name: value for name, value in ROLE.items() if name != "value"}
    return wire.get(f"/Users/{wire.user(roles=[bare])}").status == 500
