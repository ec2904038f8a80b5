"""Defects of the embedded target in how an account is disabled, enabled again and deleted."""

from http import HTTPStatus
from typing import Any

from scim2_models import NotFoundException, UniquenessException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, operations, set_body
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import (
    changes,
    created,
    id_of,
    is_write,
    keys_of,
    refusal,
    rewrite,
    stored_at,
    without,
)

LAST_ADMIN = "last-administrator"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def _active(target: Target, request: ScimRequest) -> bool:
    return stored_at(target, request.path).get("active") is not False


def _sets_active(request: ScimRequest, wanted: str) -> bool:
    values = [one.get("value") for one in changes(request) if one.get("path") == "active"]
    return any(str(value).lower() == wanted for value in values)


@defect(
    Kind.LIFECYCLE, "inactive-hidden", "A disabled user cannot be read any more", "ssoready/ssoready#155", row="B27"
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


@defect(
    Kind.LIFECYCLE,
    "boolean-string-400",
    "The string “False” for active answers 400",
    "Captain-P-Goldfish/scim-for-keycloak#119",
    row="B55",
)
async def boolean_string_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = [one.get("value") for one in changes(request) if one.get("path") == "active"]
    objects = [one.get("value") for one in changes(request) if "path" not in one]
    found += [one.get("active") for one in [*objects, created(request)] if isinstance(one, dict)]
    if any(isinstance(value, str) for value in found):
        return refusal(HTTPStatus.BAD_REQUEST, "active must be a boolean", "invalidValue")
    return await go(request)


@defect(
    Kind.LIFECYCLE,
    "active-string",
    'The string "False" counts as true: a disabled user stays active',
    "ory/polis#1199",
    row="B56",
)
async def active_string(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    if is_write(request, "PATCH", "Users"):
        for operation in operations(body):
            if operation.get("path") == "active" and isinstance(operation.get("value"), str):
                operation["value"] = bool(operation["value"])
        set_body(request, body)
    return await go(request)


@defect(
    Kind.LIFECYCLE,
    "reactivation-400",
    "Nobody can be enabled again: 400",
    "FusionAuth/fusionauth-issues#3311",
    row="B57",
)
async def reactivation_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _sets_active(request, "true") and not _active(target, request):
        return refusal(HTTPStatus.BAD_REQUEST, "The user cannot be activated", "invalidValue")
    return await go(request)


@defect(
    Kind.LIFECYCLE,
    "pathless-active-ignored",
    "active in a PATCH without path is ignored",
    "ssoready/ssoready#206",
    row="B58",
)
async def pathless_active_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    by_path = [one for one in changes(request) if one.get("path") == "active"]
    if changes(request) and not by_path:
        rewrite(request, without(changes(request), "active"))
    return await go(request)


@defect(
    Kind.LIFECYCLE,
    "pathless-active-wipes",
    "Disabling somebody without a path wipes name and phones",
    "ssoready/ssoready#206, of a replace that is taken for a PUT",
    row="B58",
)
async def pathless_active_wipes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    if any("active" in keys_of(one) for one in found):
        gone = [name for name in ("name", "phoneNumbers", "displayName") if name in stored_at(target, request.path)]
        rewrite(request, [*found, *({"op": "remove", "path": name} for name in gone)])
    return await go(request)


@defect(
    Kind.LIFECYCLE,
    "buried-name-stays",
    "Whoever is restored keeps the name of the deleted account",
    "onyx-dot-app/onyx#14074",
    row="B81",
)
async def buried_name_stays(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _sets_active(request, "true"):
        rewrite(request, without(changes(request), "userName"))
    return await go(request)


@defect(
    Kind.LIFECYCLE,
    "inactive-locked",
    "A disabled user cannot be changed: “User must be Active”",
    "Microsoft Q&A 1185756",
    row="B86b",
)
async def inactive_locked(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if changes(request) and not _active(target, request):
        return refusal(HTTPStatus.CONFLICT, "User must be Active")
    return await go(request)


@defect(
    Kind.LIFECYCLE,
    "disable-deletes",
    "Whoever is disabled is deleted",
    "wireapp/wire-server#548, of inactive users who cannot be read",
    row="B27",
)
async def disable_deletes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if stored_at(target, request.path).get("active") is False:
        target.memory.resources = [one for one in target.stored() if one.id != id_of(request)]
    return response


@defect(
    Kind.LIFECYCLE,
    "last-admin-403",
    "The last administrator cannot be disabled: 403",
    "HelpCode-ai/anythingmcp#535",
    row="B109",
    uncatchable="needs an administrator of the application, whom no SCIM request makes",
)
async def last_admin_403(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "PATCH", "Users") and id_of(request) == LAST_ADMIN:
        return refusal(HTTPStatus.FORBIDDEN, "The last administrator cannot be disabled")
    return await go(request)


@defect(Kind.LIFECYCLE, "delete-405", "DELETE is not allowed", "grokability/snipe-it#11094", row="B11")
async def delete_405(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Users"):
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED, "The method DELETE is not allowed", None)
    return await go(request)


@defect(
    Kind.LIFECYCLE,
    "delete-of-member-500",
    "Deleting a user who is in a group answers 500: a foreign key",
    "getprobo/probo#1277",
    row="B105",
)
async def delete_of_member_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Users"):
        members = [one.value for group in target.stored() for one in getattr(group, "members", None) or []]
        if id_of(request) in members:
            return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "violates foreign key constraint")
    return await go(request)


@defect(
    Kind.LIFECYCLE, "tombstone", "A deleted user can never be created again: 409", "kirodotdev/Kiro#10711", row="B106"
)
async def tombstone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    buried: set[str] = target.notes.setdefault("tombstone", set())
    if is_write(request, "DELETE", "Users"):
        names = {one.id: str(getattr(one, "user_name", "")) for one in target.stored()}
        buried.add(names.get(id_of(request), ""))
    body = body_of(request)
    if request.method == "POST" and isinstance(body, dict) and body.get("userName") in buried:
        raise UniquenessException(detail="userName is taken")
    return await go(request)


@defect(
    Kind.LIFECYCLE,
    "deleted-stays",
    "A deleted user is merely disabled",
    "FusionAuth/fusionauth-issues#3244",
    row="B107",
)
async def deleted_stays(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Users") and stored_at(target, request.path):
        disable = {"op": "replace", "path": "active", "value": False}
        request.method = "PATCH"
        set_body(request, {"schemas": [PATCH_OP], "Operations": [disable]})
        await go(request)
        return ScimResponse(HTTPStatus.NO_CONTENT)
    return await go(request)


@defect(
    Kind.LIFECYCLE,
    "deleted-still-found",
    "A deleted user is still found by userName",
    "FusionAuth/fusionauth-issues#3244, of a deletion that is none",
    row="B107",
)
async def deleted_still_found(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    gone: list[dict[str, Any]] = target.notes.setdefault("deleted-still-found", [])
    if is_write(request, "DELETE", "Users") and stored_at(target, request.path):
        gone.append(stored_at(target, request.path))
    response = await go(request)
    body = response.body or {}
    if request.method == "GET" and request.path == "/Users" and "Resources" in body and not body["Resources"]:
        name = request.query.get("filter", "").lower()
        found = [one for one in gone if f'username eq "{str(one.get("userName")).lower()}"' == name]
        response.body = body | {"Resources": found[:1], "totalResults": len(found[:1])}
    return response


@defect(
    Kind.LIFECYCLE,
    "delete-again-204",
    "Deleting somebody who is not there answers 204",
    "Microsoft SCIM Validator",
    row="B108",
)
async def delete_again_204(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    deletes = is_write(request, "DELETE", "Users")
    try:
        response = await go(request)
    except NotFoundException:
        if deletes:
            return ScimResponse(HTTPStatus.NO_CONTENT)
        raise
    return ScimResponse(HTTPStatus.NO_CONTENT) if deletes and response.status == HTTPStatus.NOT_FOUND else response


@defect(
    Kind.LIFECYCLE,
    "delete-again-500",
    "Deleting somebody who is not there answers 500",
    "Microsoft SCIM Validator",
    row="B108",
)
async def delete_again_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Users") and not stored_at(target, request.path):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return await go(request)
