"""Faults in a creation with roles."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, set_body
from scim_conformance.demo.faults.registry import UNREADABLE, Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import created, is_read, refusal, stored_at

BARE = {"primary": True, "type": "WindowsAzureActiveDirectoryRole"}
ROLE = {**BARE, "value": "Admin"}


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
    leaves=UNREADABLE,
    row="B123",
)
async def role_without_value_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    roles = stored_at(target, request.path).get("roles") or []
    if is_read(request, "Users") and any(not one.get("value") for one in roles):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "A null reference")
    return await go(request)


@probe("role-without-value-500")
def role_without_value_500_shows(wire: Wire) -> bool:
    return wire.get(f"/Users/{wire.user(roles=[BARE])}").status == 500


@defect(
    Kind.CREATE,
    "empty-roles-blank",
    "A user who is created with empty roles has one role, without a value",
    "our deduction: a form that always sends one field",
    named="ENT-ROL-01/none#read-back.no-empty-role",
)
async def empty_roles_blank(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    if body.get("roles") == []:
        set_body(request, {**body, "roles": [{"value": ""}]})
    return await go(request)


@probe("empty-roles-blank")
def empty_roles_blank_shows(wire: Wire) -> bool:
    blank, none = wire.read(wire.user(roles=[])).get("roles"), wire.read(wire.user()).get("roles")
    return blank == [{"value": ""}] and not none
