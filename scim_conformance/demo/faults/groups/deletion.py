"""Faults in deleting a group."""

from http import HTTPStatus

from scim2_models import UniquenessException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import deleted_group, grouped
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import created, is_write, refusal, stored_at


@defect(
    Kind.GROUPS,
    "group-delete-405",
    "Groups cannot be deleted",
    "Stack Overflow: Why Azure treating 400 (Bad request) response as SCIM implementation error in provider?",
    named="ENT-GRP-14#delete.status",
    shows=("ENT-GRP-14",),
    row="B102",
    leaves="groups cannot be deleted",
)
async def group_delete_405(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Groups"):
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED, "The method DELETE is not allowed")
    return await go(request)


@probe("group-delete-405")
def group_delete_405_shows(wire: Wire) -> bool:
    return wire.delete(f"/Groups/{wire.group()}").status == 405


@defect(
    Kind.GROUPS,
    "group-delete-kept",
    "A deleted group is still there",
    "kirodotdev/Kiro#10711, of groups that stay",
    named="ENT-GRP-14#gone.status",
    row="B107",
    leaves="deleted groups stay",
)
async def group_delete_kept(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Groups") and stored_at(target, request.path):
        return ScimResponse(HTTPStatus.NO_CONTENT)
    return await go(request)


@probe("group-delete-kept")
def group_delete_kept_shows(wire: Wire) -> bool:
    return wire.get(f"/Groups/{deleted_group(wire)[0]}").status == 200


@defect(
    Kind.GROUPS,
    "group-delete-takes-members",
    "Deleting a group deletes its members too",
    "our deduction from getprobo/probo#1488, of rows that hang on each other",
    named="ENT-GRP-14#read-member.status",
    row="B105",
)
async def group_delete_takes_members(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    gone = stored_at(target, request.path).get("members") or [] if is_write(request, "DELETE", "Groups") else []
    response = await go(request)
    members = {one["value"] for one in gone}
    if members:
        target.memory.resources = [one for one in target.stored() if one.id not in members]
    return response


@probe("group-delete-takes-members")
def group_delete_takes_members_shows(wire: Wire) -> bool:
    user, group = grouped(wire)
    assert wire.delete(f"/Groups/{group}").status == 204
    return wire.get(f"/Users/{user}").status == 404


@defect(
    Kind.GROUPS,
    "group-delete-takes-all",
    "Deleting one group deletes all of them",
    "our deduction: the RFC's DELETE is of one resource (RFC 7644 section 3.6)",
    named="ENT-GRP-14#read-neighbour.status",
)
async def group_delete_takes_all(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    deletes = is_write(request, "DELETE", "Groups") and bool(stored_at(target, request.path))
    response = await go(request)
    if deletes:
        target.memory.resources = [one for one in target.stored() if hasattr(one, "user_name")]
    return response


@probe("group-delete-takes-all")
def group_delete_takes_all_shows(wire: Wire) -> bool:
    other, group = wire.group(), wire.group()
    assert wire.delete(f"/Groups/{group}").status == 204
    return wire.get(f"/Groups/{other}").status == 404


@defect(
    Kind.GROUPS,
    "group-delete-again-500",
    "Deleting a group that does not exist returns 500",
    "Microsoft SCIM Validator, “delete a group twice”",
    named="ENT-GRP-14#delete-again.status",
    row="B108",
)
async def group_delete_again_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Groups") and not stored_at(target, request.path):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return await go(request)


@probe("group-delete-again-500")
def group_delete_again_500_shows(wire: Wire) -> bool:
    return wire.delete(f"/Groups/{deleted_group(wire)[0]}").status == 500


@defect(
    Kind.GROUPS,
    "group-tombstone",
    "A deleted group can never be created again: 409",
    "better-auth/better-auth#11111, of keys that stay taken",
    named="ENT-GRP-14#create-again.status",
    row="B106",
)
async def group_tombstone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    buried: set[str] = target.notes.setdefault("group-tombstone", set())
    if is_write(request, "DELETE", "Groups"):
        buried.add(str(stored_at(target, request.path).get("displayName")))
    if created(request, "Groups").get("displayName") in buried:
        raise UniquenessException(detail="displayName is taken")
    return await go(request)


@probe("group-tombstone")
def group_tombstone_shows(wire: Wire) -> bool:
    return wire.create_group(deleted_group(wire)[1]).status == 409
