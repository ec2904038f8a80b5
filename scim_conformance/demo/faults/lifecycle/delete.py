"""Faults in deleting a user."""

from http import HTTPStatus
from typing import Any

from scim2_models import NotFoundException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import deleted_user
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import PATCH_OP, id_of, is_write, refusal, stored_at


@defect(
    Kind.LIFECYCLE,
    "delete-405",
    "DELETE is not allowed",
    "grokability/snipe-it#11094",
    named="ENT-DEL-01#delete.status",
    row="B11",
    wide="every scenario that deletes a user fails with it",
    leaves="accounts cannot be deleted",
)
async def delete_405(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Users"):
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED, "The method DELETE is not allowed", None)
    return await go(request)


@probe("delete-405")
def delete_405_shows(wire: Wire) -> bool:
    return wire.delete(f"/Users/{wire.user()}").status == 405


@defect(
    Kind.LIFECYCLE,
    "delete-of-member-500",
    "Deleting a user who is in a group returns 500: a foreign key",
    "getprobo/probo#1277",
    named="ENT-GRP-12/legacy#delete.status",
    row="B105",
)
async def delete_of_member_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Users"):
        members = [one.value for group in target.stored() for one in getattr(group, "members", None) or []]
        if id_of(request) in members:
            return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "violates foreign key constraint")
    return await go(request)


@probe("delete-of-member-500")
def delete_of_member_500_shows(wire: Wire) -> bool:
    user = wire.user()
    wire.group(user)
    deleted_user(wire)
    return wire.delete(f"/Users/{user}").status == 500


def _managers(target: Target) -> set[str]:
    extensions = (one.model_dump().get(ENTERPRISE) or {} for one in target.stored())
    return {str(extension["manager"].get("value")) for extension in extensions if extension.get("manager")}


@defect(
    Kind.LIFECYCLE,
    "manager-undeletable",
    "A user who is a manager cannot be deleted: 409",
    "RFC 7644 section 3.6; a foreign key that restricts",
    named="ENT-MGR-07#delete.status",
    shows=("ENT-MGR-07",),
)
async def manager_undeletable(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Users") and id_of(request) in _managers(target):
        return refusal(HTTPStatus.CONFLICT, "The user is still referenced")
    return await go(request)


@probe("manager-undeletable")
def manager_undeletable_shows(wire: Wire) -> bool:
    boss = wire.user()
    enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    assert wire.create(**{enterprise: {"manager": {"value": boss}}}).status == 201
    return wire.delete(f"/Users/{boss}").status == 409


@defect(
    Kind.LIFECYCLE,
    "deleted-stays",
    "A deleted user is only disabled",
    "FusionAuth/fusionauth-issues#3244",
    named="ENT-DEL-01#gone.status",
    shows=("ENT-UPD-07",),
    row="B107",
    wide="every scenario that looks for a deleted account finds it",
    leaves="deleted accounts stay",
)
async def deleted_stays(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Users") and stored_at(target, request.path):
        disable = {"op": "replace", "path": "active", "value": False}
        request.method = "PATCH"
        set_body(request, {"schemas": [PATCH_OP], "Operations": [disable]})
        await go(request)
        return ScimResponse(HTTPStatus.NO_CONTENT)
    return await go(request)


@probe("deleted-stays")
def deleted_stays_shows(wire: Wire) -> bool:
    return wire.get(f"/Users/{deleted_user(wire)}").status == 200


@defect(
    Kind.LIFECYCLE,
    "deleted-still-found",
    "A deleted user is still found by userName",
    "FusionAuth/fusionauth-issues#3244, of a deletion that is none",
    named="ENT-DEL-01#match-after.none",
    row="B107",
    leaves="deleted users are still found by their names",
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


@probe("deleted-still-found")
def deleted_still_found_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    assert wire.get(f"/Users/{deleted_user(wire, name)}").status == 404
    return len(wire.find("Users", f'userName eq "{name}"').listed) == 1


@defect(
    Kind.LIFECYCLE,
    "delete-again-204",
    "Deleting a user who does not exist returns 204",
    "Microsoft SCIM Validator",
    named="ENT-DEL-03#delete-again.refused",
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


@probe("delete-again-204")
def delete_again_204_shows(wire: Wire) -> bool:
    return wire.delete(f"/Users/{deleted_user(wire)}").status == 204


@defect(
    Kind.LIFECYCLE,
    "delete-again-500",
    "Deleting a user who does not exist returns 500",
    "Microsoft SCIM Validator",
    named="ENT-DEL-03#delete-again.status",
    row="B108",
    leaves="it cannot be checked whether a user is gone",
)
async def delete_again_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Users") and not stored_at(target, request.path):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return await go(request)


@probe("delete-again-500")
def delete_again_500_shows(wire: Wire) -> bool:
    return wire.delete(f"/Users/{deleted_user(wire)}").status == 500


@defect(
    Kind.LIFECYCLE,
    "delete-takes-all",
    "Deleting one user deletes all users",
    "our deduction: the RFC's DELETE is of one resource (RFC 7644 section 3.6)",
    named="ENT-DEL-01#read-neighbour.status",
    shows=("RFC-DEL-03",),
    wide="every scenario that deletes a user loses the others that it needs",
)
async def delete_takes_all(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    deletes = is_write(request, "DELETE", "Users") and bool(stored_at(target, request.path))
    response = await go(request)
    if deletes:
        target.memory.resources = [one for one in target.stored() if not hasattr(one, "user_name")]
    return response


@probe("delete-takes-all")
def delete_takes_all_shows(wire: Wire) -> bool:
    other, user = wire.user(), wire.user()
    assert wire.delete(f"/Users/{user}").status == 204
    return wire.get(f"/Users/{other}").status == 404
