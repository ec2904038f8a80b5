"""Defects of the embedded target in groups themselves: their names, reads, renames and deletions."""

from http import HTTPStatus

from scim2_models import UniquenessException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import (
    changes,
    created,
    is_read,
    is_write,
    refusal,
    resources,
    rewrite,
    stored_at,
    verb,
    without,
    without_uniqueness,
)


@defect(
    Kind.GROUPS,
    "members-returned",
    "excludedAttributes=members is ignored",
    "simpleidserver/SimpleIdServer#490",
    row="B37",
)
async def members_returned(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    request.query = {name: value for name, value in request.query.items() if name != "excludedAttributes"}
    return await go(request)


@defect(
    Kind.GROUPS,
    "members-by-id",
    "excludedAttributes=members is ignored when a group is read by id",
    "Infisical/infisical#6525",
    row="B38",
)
async def members_by_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_read(request, "Groups"):
        request.query = {name: value for name, value in request.query.items() if name != "excludedAttributes"}
    return await go(request)


@defect(
    Kind.GROUPS,
    "list-without-members",
    "Groups in a list never have members, even where nobody left them out",
    "graphql-hive/console#8352",
    row="B37b",
)
async def list_without_members(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path.strip("/") == "Groups" and request.method == "GET":
        for group in resources(response):
            group.pop("members", None)
    return response


@defect(
    Kind.GROUPS,
    "group-patch-405",
    "Groups can be changed by PUT only: PATCH answers 405",
    "getsentry/self-hosted#2280",
    row="B100",
)
async def group_patch_405(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "PATCH", "Groups"):
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED, "The method PATCH is not allowed")
    return await go(request)


@defect(Kind.GROUPS, "group-twins", "Two groups can have one name", "hashicorp/web-unified-docs#3163", row="B101")
async def group_twins(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path.startswith("/Groups"):
        return await without_uniqueness(target, request, go)
    return await go(request)


@defect(
    Kind.GROUPS,
    "group-delete-405",
    "Groups cannot be deleted",
    "Stack Overflow: Why Azure treating 400 (Bad request) response as SCIM implementation error in provider?",
    row="B102",
)
async def group_delete_405(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Groups"):
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED, "The method DELETE is not allowed")
    return await go(request)


@defect(
    Kind.GROUPS,
    "group-delete-kept",
    "A deleted group is still there",
    "kirodotdev/Kiro#10711, of groups that stay",
    row="B107",
)
async def group_delete_kept(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Groups") and stored_at(target, request.path):
        return ScimResponse(HTTPStatus.NO_CONTENT)
    return await go(request)


@defect(
    Kind.GROUPS,
    "group-delete-takes-members",
    "Deleting a group deletes its members too",
    "our deduction from getprobo/probo#1488, of rows that hang on each other",
    row="B105",
)
async def group_delete_takes_members(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    gone = stored_at(target, request.path).get("members") or [] if is_write(request, "DELETE", "Groups") else []
    response = await go(request)
    members = {one["value"] for one in gone}
    if members:
        target.memory.resources = [one for one in target.stored() if one.id not in members]
    return response


@defect(
    Kind.GROUPS,
    "group-delete-again-500",
    "Deleting a group that is not there answers 500",
    "Microsoft SCIM Validator, “delete a group twice”",
    row="B108",
)
async def group_delete_again_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Groups") and not stored_at(target, request.path):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return await go(request)


@defect(
    Kind.GROUPS,
    "group-tombstone",
    "A deleted group can never be created again: 409",
    "better-auth/better-auth#11111, of keys that stay taken",
    row="B106",
)
async def group_tombstone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    buried: set[str] = target.notes.setdefault("group-tombstone", set())
    if is_write(request, "DELETE", "Groups"):
        buried.add(str(stored_at(target, request.path).get("displayName")))
    if created(request, "Groups").get("displayName") in buried:
        raise UniquenessException(detail="displayName is taken")
    return await go(request)


@defect(
    Kind.GROUPS,
    "group-create-200",
    "Creating a group answers 200 instead of 201",
    "Microsoft Tech Community: SCIM Validator, of creations",
    row="B44",
)
async def group_create_200(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = bool(created(request, "Groups"))
    response = await go(request)
    if creates and response.status == HTTPStatus.CREATED:
        response.status = HTTPStatus.OK
    return response


@defect(
    Kind.GROUPS,
    "group-external-id-lost",
    "A group's externalId is not stored",
    "simpleidserver/SimpleIdServer#208",
    row="B49",
)
async def group_external_id_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path.startswith("/Groups"):
        for group in resources(response):
            group.pop("externalId", None)
    return response


@defect(
    Kind.GROUPS,
    "group-external-id-fixed",
    "A group's externalId cannot be changed",
    "simpleidserver/SimpleIdServer#280",
    row="B49",
)
async def group_external_id_fixed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kept = [one for one in changes(request, "Groups") if one.get("path") != "externalId"]
    for operation in kept:
        if isinstance(operation.get("value"), dict):
            operation["value"] = {name: value for name, value in operation["value"].items() if name != "externalId"}
    if changes(request, "Groups"):
        rewrite(request, [one for one in kept if one.get("value") != {}])
    return await go(request)


@defect(
    Kind.GROUPS,
    "group-not-renamed",
    "Renaming a group answers with success, and the name stays",
    "NorthlandPositronics/Cogtrix#2803, of changes that are ignored",
    row="B86",
)
async def group_not_renamed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    if found:
        rewrite(request, without(found, "displayName"))
    return await go(request)


@defect(Kind.GROUPS, "rename-empties", "Renaming a group empties it", "langwatch/langwatch#7131", row="B91")
async def rename_empties(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    for operation in found:
        # Whatever is replaced, and is not displayName by its path, is taken for a list of members.
        if verb(operation) == "replace" and operation.get("path") not in {"members", "displayName"}:
            rewrite(request, [*found, {"op": "remove", "path": "members"}])
    return await go(request)
