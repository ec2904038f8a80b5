"""Defects of the embedded target in how an account is made, disabled, enabled again and deleted."""

from http import HTTPStatus
from typing import Any

from scim2_models import NotFoundException, SCIMException, UniquenessException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, body_of, set_body
from scim_conformance.demo.defects import defect, is_write, refusal, rewrite, stored_at, without_uniqueness
from scim_conformance.demo.patch_defects import changes, without

CORE = "urn:ietf:params:scim:schemas:core:2.0:"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
KNOWN_SCHEMAS = {f"{CORE}User", f"{CORE}Group", ENTERPRISE}


def _created(request: ScimRequest, kind: str = "Users") -> dict[str, Any]:
    """Return the resource that a request creates, or nothing."""
    body = body_of(request)
    creates = request.method == "POST" and request.path.strip("/") == kind and isinstance(body, dict)
    return body if creates else {}


def _active(target: Target, request: ScimRequest) -> bool:
    return stored_at(target, request.path).get("active") is not False


@defect("external-id-lost", "externalId is not stored", "simpleidserver/SimpleIdServer#208")
async def external_id_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    created = _created(request)
    if created:
        set_body(request, {name: value for name, value in created.items() if name != "externalId"})
    if changes(request):
        rewrite(request, without(changes(request), "externalId"))
    return await go(request)


@defect("duplicate-500", "Creating somebody who exists answers 500", "FusionAuth/fusionauth-issues#2695")
async def duplicate_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    created = bool(_created(request))
    try:
        response = await go(request)
    except UniquenessException:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    if created and response.status == HTTPStatus.CONFLICT:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return response


@defect("twin-by-case", "JYoung and jyoung are two accounts", "zitadel/zitadel#9257, of the match")
async def twin_by_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    name = _created(request).get("userName")
    held = [getattr(one, "user_name", None) for one in target.stored()]
    if name is not None and name not in held:
        return await without_uniqueness(target, request, go)
    return await go(request)


@defect("null-400", "An attribute that is null answers 400", "pond/scimitar#43")
async def null_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _holds_null(body_of(request) or {}):
        return refusal(HTTPStatus.BAD_REQUEST, "null is not allowed", "invalidValue")
    return await go(request)


def _holds_null(value: object) -> bool:
    if isinstance(value, dict):
        return any(_holds_null(entry) for entry in value.values())
    return any(_holds_null(entry) for entry in value) if isinstance(value, list) else value is None


@defect("unknown-schema-400", "A schema that is not known answers 400", "Captain-P-Goldfish/SCIM-SDK#539")
async def unknown_schema_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    created = _created(request) or _created(request, "Groups")
    named = [*created.get("schemas", []), *(name for name in created if name.startswith("urn:"))]
    unknown = [urn for urn in named if urn not in KNOWN_SCHEMAS]
    if unknown:
        return refusal(HTTPStatus.BAD_REQUEST, f"The schema {unknown[0]} is not known", "invalidValue")
    return await go(request)


@defect("created-active", "Everybody is active after the creation", "getprobo/probo#711")
async def created_active(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    created = _created(request)
    if created:
        set_body(request, {**created, "active": True})
    return await go(request)


@defect("boolean-string-400", "The string “False” for active answers 400", "Captain-P-Goldfish/scim-for-keycloak#119")
async def boolean_string_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = [one.get("value") for one in changes(request) if one.get("path") == "active"]
    objects = [one.get("value") for one in changes(request) if "path" not in one]
    found += [one.get("active") for one in [*objects, _created(request)] if isinstance(one, dict)]
    if any(isinstance(value, str) for value in found):
        return refusal(HTTPStatus.BAD_REQUEST, "active must be a boolean", "invalidValue")
    return await go(request)


@defect("roles-400", "A user with roles answers 400: an unknown attribute", "vouch-sh/vouch#932")
async def roles_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "roles" in _created(request) or any(str(one.get("path")).startswith("roles") for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "roles is not known", "invalidSyntax")
    return await go(request)


@defect("primary-string-400", 'A role by [primary eq "True"] answers 400', "apache/directory-scimple#693")
async def primary_string_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any('primary eq "' in str(one.get("path")) for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "primary must be compared with a boolean", "invalidPath")
    return await go(request)


@defect("manager-post-400", "Creating somebody with a manager answers 400", "apache/directory-scimple#1242")
async def manager_post_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if isinstance(_created(request).get(ENTERPRISE, {}).get("manager"), str):
        return refusal(HTTPStatus.BAD_REQUEST, "manager must be an object", "invalidValue")
    return await go(request)


@defect("deleted-stays", "A deleted user is merely disabled", "FusionAuth/fusionauth-issues#3244")
async def deleted_stays(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Users") and stored_at(target, request.path):
        disable = {"op": "replace", "path": "active", "value": False}
        request.method = "PATCH"
        set_body(request, {"schemas": [PATCH_OP], "Operations": [disable]})
        await go(request)
        return ScimResponse(HTTPStatus.NO_CONTENT)
    return await go(request)


@defect("delete-again-204", "Deleting somebody who is not there answers 204", "Microsoft SCIM Validator")
async def delete_again_204(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    deletes = is_write(request, "DELETE", "Users")
    try:
        response = await go(request)
    except NotFoundException:
        if deletes:
            return ScimResponse(HTTPStatus.NO_CONTENT)
        raise
    return ScimResponse(HTTPStatus.NO_CONTENT) if deletes and response.status == HTTPStatus.NOT_FOUND else response


def _sets_active(request: ScimRequest, wanted: str) -> bool:
    values = [one.get("value") for one in changes(request) if one.get("path") == "active"]
    return any(str(value).lower() == wanted for value in values)


@defect("reactivation-400", "Nobody can be enabled again: 400", "FusionAuth/fusionauth-issues#3311")
async def reactivation_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _sets_active(request, "true") and not _active(target, request):
        return refusal(HTTPStatus.BAD_REQUEST, "The user cannot be activated", "invalidValue")
    return await go(request)


@defect("inactive-locked", "A disabled user cannot be changed: “User must be Active”", "Microsoft Q&A 1185756")
async def inactive_locked(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if changes(request) and not _active(target, request):
        raise SCIMException(status=HTTPStatus.CONFLICT, detail="User must be Active")
    return await go(request)


@defect("buried-name-stays", "Whoever is restored keeps the name of the deleted account", "onyx-dot-app/onyx#14074")
async def buried_name_stays(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _sets_active(request, "true"):
        rewrite(request, without(changes(request), "userName"))
    return await go(request)


@defect("pathless-active-ignored", "active in a PATCH without path is ignored", "ssoready/ssoready#206")
async def pathless_active_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    by_path = [one for one in changes(request) if one.get("path") == "active"]
    if changes(request) and not by_path:
        rewrite(request, without(changes(request), "active"))
    return await go(request)
