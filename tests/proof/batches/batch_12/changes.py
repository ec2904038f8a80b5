"""Twelfth batch: faults in which changes of a user are refused, and in what is returned of them."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import PATCH_OP, changes, keys_of, path_of, read_after, stored_at
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import amend, extension
from tests.proof.batches.batch_4.store import said, told, touches
from tests.proof.batches.batch_5.store import refused, succeeded
from tests.proof.batches.batch_11.store import changed, changed_one
from tests.proof.batches.batch_12.store import elements, twelfth, without_roles

CRASH = HTTPStatus.INTERNAL_SERVER_ERROR


def _says_enterprise(request: ScimRequest) -> bool:
    paths = (path for one in changes(request) for path in (keys_of(one) or [path_of(one)]))
    return any(path.lower().startswith(ENTERPRISE.lower()) for path in paths)


@twelfth(
    Kind.PATCH,
    "first-department-500",
    "A department or manager for a user without enterprise attributes returns 500",
    "FusionAuth/fusionauth-issues#2667, created without the enterprise schema, then Azure adds a department: 500",
    MUST,
)
async def first_department_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = stored_at(target, request.path) if _says_enterprise(request) else {}
    if user and not extension(user):
        return refused(target, request, "The response could not be written", status=CRASH)
    return await go(request)


@twelfth(
    Kind.PATCH,
    "first-display-name-500",
    "A displayName for a user who has none returns 500",
    "OctopusDeploy/Issues#9940, a PATCH of the display name of a user without one: key dn is not in the dictionary",
    MUST,
)
async def first_display_name_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = stored_at(target, request.path) if "displayname" in {*told(request)} and changes(request) else {}
    if user and not user.get("displayName"):
        return refused(target, request, "The given key 'dn' was not present in the dictionary.", status=CRASH)
    return await go(request)


@twelfth(
    Kind.PATCH,
    "phone-change-400",
    "A phone number can be created and not changed: every change of one returns 400",
    "wireapp/wire-docs#96, a creation with unsupported attributes is fine, an update with them is rejected",
    NEEDED,
)
async def phone_change_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if touches(request, "phonenumbers"):
        return refused(target, request, "phoneNumbers is not supported in PATCH", "invalidPath")
    return await go(request)


@twelfth(
    Kind.PATCH,
    "external-id-change-400",
    "A new externalId for a user who has one returns 400: it is immutable",
    "kirodotdev/Kiro#10711, a corrected mapping of externalId fails at the immutable field; RFC 7643 section 3.1",
    NEEDED,
)
async def external_id_change_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    had = stored_at(target, request.path).get("externalId") if changes(request) else None
    if had and any(path == "externalid" and value != had for path, value in said(request)):
        return refused(target, request, "externalId is immutable", "mutability")
    return await go(request)


@twelfth(
    Kind.PATCH,
    "role-added-again-400",
    "Adding a role that the user has already returns 400: two roles are found",
    "lightdash/lightdash#23037, Entra adds a role again, “exactly one organization role, found 2”; RFC 7644 3.5.2.1",
    MUST,
)
async def role_added_again_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    there = {str(one.get("value")) for one in stored_at(target, request.path).get("roles") or []}
    if any(str(one.get("value")) in there for one in elements(request, "roles", "Users", {"add"})):
        detail = "Roles array must contain exactly one organization role, found 2"
        return refused(target, request, detail, "invalidValue")
    return await go(request)


@twelfth(
    Kind.PATCH,
    "any-change-clears-roles",
    "Every change of a user clears the roles, unless it names them",
    "Budibase/budibase#18538, a PATCH from Entra rebuilds the user with empty roles and saves them",
    MUST,
)
async def any_change_clears_roles(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    names_them = touches(request, "roles")
    response, before, _ = await changed(target, request, go)
    if before.get("roles") and not names_them:
        amend(target, before["id"], without_roles, response)
    return response


@twelfth(
    Kind.PATCH,
    "patch-answer-is-patch-op",
    "A change returns 200 with the resource, and PatchOp in its schemas",
    "jelhub/scimgateway#33, the answer to a PATCH repeats the schemas of the request; RFC 7643 section 3",
    MUST,
)
async def patch_answer_is_patch_op(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changing = bool(changed_one(request))
    response = await go(request)
    if not changing or not succeeded(response):
        return response
    response = await read_after(request, go)
    if response.body:
        response.body["schemas"] = [PATCH_OP]
    return response
