"""Faults in disabling a user."""

from http import HTTPStatus

from scim2_models import NotFoundException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, operations, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import merged, replaced
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import disabled_user
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    changes,
    created,
    id_of,
    is_active,
    is_write,
    keys_of,
    refusal,
    rewrite,
    stored_at,
    without,
)

LAST_ADMIN = "last-administrator"


@defect(
    Kind.LIFECYCLE,
    "inactive-hidden",
    "A disabled user can no longer be read",
    "ssoready/ssoready#155",
    named="ENT-DIS-01/legacy#read-back.status",
    row="B27",
    wide="every scenario that disables a user reads the user afterwards",
)
async def inactive_hidden(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    body = response.body or {}
    if request.method == "GET" and request.path.startswith("/Users/") and body.get("active") is False:
        raise NotFoundException(detail="No such user")
    if request.method == "GET" and "Resources" in body:
        kept = [one for one in body["Resources"] if one.get("active") is not False]
        response.body = body | {"Resources": kept, "totalResults": len(kept)}
    return response


@probe("inactive-hidden")
def inactive_hidden_shows(wire: Wire) -> bool:
    return wire.get(f"/Users/{disabled_user(wire)}").status == 404


@defect(
    Kind.LIFECYCLE,
    "boolean-string-400",
    "The string “False” for active returns 400",
    "Captain-P-Goldfish/scim-for-keycloak#119",
    named="ENT-DIS-01/legacy#disable.status",
    shows=("ENT-CRE-08",),
    row="B55",
    wide="every way of disabling that sends a string fails with it",
)
async def boolean_string_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = [one.get("value") for one in changes(request) if one.get("path") == "active"]
    objects = [one.get("value") for one in changes(request) if "path" not in one]
    found += [one.get("active") for one in [*objects, created(request)] if isinstance(one, dict)]
    if any(isinstance(value, str) for value in found):
        return refusal(HTTPStatus.BAD_REQUEST, "active must be a boolean", "invalidValue")
    return await go(request)


@probe("boolean-string-400")
def boolean_string_400_shows(wire: Wire) -> bool:
    assert wire.change(wire.user(), replaced("active", False)).status in {200, 204}
    return wire.change(wire.user(), replaced("active", "False")).status == 400


@defect(
    Kind.LIFECYCLE,
    "active-string",
    'The string "False" counts as true: a disabled user stays active',
    "ory/polis#1199",
    named="ENT-DIS-01/legacy#read-back.active",
    shows=("ENT-DIS-01", "ENT-DIS-03"),
    row="B56",
    wide="every scenario that disables a user with a string sees an active user",
)
async def active_string(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    if is_write(request, "PATCH", "Users"):
        for operation in operations(body):
            if operation.get("path") == "active" and isinstance(operation.get("value"), str):
                operation["value"] = bool(operation["value"])
        set_body(request, body)
    return await go(request)


@probe("active-string")
def active_string_shows(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, replaced("active", "False")).status in {200, 204}
    return bool(wire.read(user)["active"])


@defect(
    Kind.LIFECYCLE,
    "pathless-active-ignored",
    "active in a PATCH without path is ignored",
    "ssoready/ssoready#206",
    named="ENT-DIS-06/compliant/boolean#read-back.active",
    row="B58",
)
async def pathless_active_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    by_path = [one for one in changes(request) if one.get("path") == "active"]
    if changes(request) and not by_path:
        rewrite(request, without(changes(request), "active"))
    return await go(request)


@probe("pathless-active-ignored")
def pathless_active_ignored_shows(wire: Wire) -> bool:
    return bool(wire.read(disabled_user(wire))["active"])


@defect(
    Kind.LIFECYCLE,
    "pathless-active-wipes",
    "Disabling a user without a path erases name and phones",
    "ssoready/ssoready#206, of a replace that is taken for a PUT",
    named="ENT-DIS-06/compliant/boolean#read-back.stored.displayName",
    row="B58",
)
async def pathless_active_wipes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    if any("active" in keys_of(one) for one in found):
        gone = [name for name in ("name", "phoneNumbers", "displayName") if name in stored_at(target, request.path)]
        rewrite(request, [*found, *({"op": "remove", "path": name} for name in gone)])
    return await go(request)


@probe("pathless-active-wipes")
def pathless_active_wipes_shows(wire: Wire) -> bool:
    user = wire.user(displayName="Jo")
    assert wire.change(user, merged(active=False)).status in {200, 204}
    return "displayName" not in wire.read(user)


@defect(
    Kind.LIFECYCLE,
    "inactive-locked",
    "A disabled user cannot be changed: “User must be Active”",
    "Microsoft Q&A 1185756",
    named="ENT-DIS-02/legacy#enable.status",
    shows=("ENT-DIS-04",),
    row="B86b",
    wide="every scenario that changes a disabled user is refused",
)
async def inactive_locked(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if changes(request) and not is_active(target, request):
        return refusal(HTTPStatus.CONFLICT, "User must be Active")
    return await go(request)


@probe("inactive-locked")
def inactive_locked_shows(wire: Wire) -> bool:
    return wire.change(disabled_user(wire), replaced("title", "Boss")).status == 409


@defect(
    Kind.LIFECYCLE,
    "disable-deletes",
    "A user who is disabled is deleted",
    "wireapp/wire-server#548, of inactive users who cannot be read",
    named="ENT-DIS-01/legacy#read-back.status",
    row="B27",
)
async def disable_deletes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if stored_at(target, request.path).get("active") is False:
        target.memory.resources = [one for one in target.stored() if one.id != id_of(request)]
    return response


@probe("disable-deletes")
def disable_deletes_shows(wire: Wire) -> bool:
    user = disabled_user(wire)
    return wire.get(f"/Users/{user}").status == wire.delete(f"/Users/{user}").status == 404


@defect(
    Kind.LIFECYCLE,
    "last-admin-403",
    "The last administrator cannot be disabled: 403",
    "HelpCode-ai/anythingmcp#535",
    row="B109",
    uncatchable="needs an administrator of the application, which no SCIM request creates",
)
async def last_admin_403(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "PATCH", "Users") and id_of(request) == LAST_ADMIN:
        return refusal(HTTPStatus.FORBIDDEN, "The last administrator cannot be disabled")
    return await go(request)


@probe("last-admin-403")
def last_admin_403_shows(wire: Wire) -> bool:
    return wire.change(LAST_ADMIN, replaced("active", "False")).status == 403
