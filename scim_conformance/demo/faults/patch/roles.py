"""Faults in the roles of a user."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op, replaced
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import status_of_change
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, id_of, is_write, path_of, record_of, refusal, rewrite, stored_at, verb

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
    Kind.PATCH,
    "role-beside-former",
    "A role that replaces the primary one is added: the user has both",
    "our deduction: a target that only ever assigns roles, and revokes none",
    named="ENT-ROL-02/primary-quoted#read-back.roles",
    row="B73",
)
async def role_beside_former(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    parts = {path_of(one).rpartition(".")[2]: one["value"] for one in found if path_of(one).startswith("roles[")}
    if parts:
        rest = [one for one in found if not path_of(one).startswith("roles[")]
        rewrite(request, [*rest, op("add", "roles", [{**parts, "primary": True}])])
    return await go(request)


@probe("role-beside-former")
def role_beside_former_shows(wire: Wire) -> bool:
    user = wire.user(roles=[ROLE])
    wire.change(user, replaced('roles[primary eq "True"].value', "Owner"))
    return [one["value"] for one in wire.read(user)["roles"]] == ["Admin", "Owner"]


@defect(
    Kind.PATCH,
    "roles-merged",
    "A replacement of all roles is added to them",
    "our deduction: a target that saves every role it receives as a new row",
    named="ENT-ROL-02/replace-all#read-back.roles",
    row="B73",
)
async def roles_merged(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for operation in found:
        if verb(operation) == "replace" and path_of(operation) == "roles":
            operation["op"] = "add"
    if found:
        rewrite(request, found)
    return await go(request)


@probe("roles-merged")
def roles_merged_shows(wire: Wire) -> bool:
    user = wire.user(roles=[ROLE])
    wire.change(user, replaced("roles", [{"value": "Owner"}]))
    return [one["value"] for one in wire.read(user)["roles"]] == ["Admin", "Owner"]


@defect(
    Kind.PATCH,
    "roles-end-with-title",
    "A new title takes the roles from a user",
    "our deduction: rights that belong to a job are computed anew when the job changes",
    named="ENT-ROL-03#read-back.kept.roles",
)
async def roles_end_with_title(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changing = is_write(request, "PATCH", "Users")
    before = stored_at(target, request.path).get("title") if changing else None
    response = await go(request)
    found = record_of(target, id_of(request)) if changing else None
    if found is not None and found.title != before:
        found.roles = None
    return response


@probe("roles-end-with-title")
def roles_end_with_title_shows(wire: Wire) -> bool:
    user = wire.user(title="Clerk", roles=[{"value": "Admin"}])
    assert wire.change(user, replaced("title", "Boss")).status in {200, 204}
    return not wire.read(user).get("roles")


@defect(
    Kind.PATCH,
    "role-again-refused",
    "Adding a role that the user has already returns 400",
    "lightdash/lightdash#23037",
    named="ENT-ROL-04#add-again.status",
)
async def role_again_refused(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    there = {one.get("value") for one in stored_at(target, request.path).get("roles") or []}
    for operation in changes(request):
        values = operation.get("value") if (verb(operation), path_of(operation)) == ("add", "roles") else []
        if isinstance(values, list) and any(one.get("value") in there for one in values):
            return refusal(HTTPStatus.BAD_REQUEST, "The user has this role", "invalidValue")
    return await go(request)


@probe("role-again-refused")
def role_again_refused_shows(wire: Wire) -> bool:
    assert status_of_change(wire, op("add", "roles", [ROLE])) in {200, 204}
    return status_of_change(wire, op("add", "roles", [ROLE]), roles=[ROLE]) == 400


@defect(
    Kind.PATCH,
    "role-again-doubled",
    "Adding a role that the user has already stores it a second time",
    "our deduction: a row for each request, without a unique key",
    named="ENT-ROL-04#read-added.roles",
)
async def role_again_doubled(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    adds = any((verb(one), path_of(one)) == ("add", "roles") for one in changes(request))
    before = [*(record_of(target, id_of(request)).roles or [])] if adds and stored_at(target, request.path) else []
    response = await go(request)
    found = record_of(target, id_of(request)) if before else None
    if found is not None and len(found.roles or []) == len(before):
        found.roles = [*found.roles, before[-1]]
    return response


@probe("role-again-doubled")
def role_again_doubled_shows(wire: Wire) -> bool:
    user = wire.user(roles=[ROLE])
    assert wire.change(user, op("add", "roles", [ROLE])).status in {200, 204}
    return [one["value"] for one in wire.read(user)["roles"]] == ["Admin", "Admin"]
