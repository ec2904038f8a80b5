"""Ninth batch: faults of groups, of their members and of managers."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import (
    answered,
    changes,
    created,
    is_write,
    member_ids,
    path_of,
    refusal,
    rewrite,
    stored_at,
    users,
    verb,
)
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import amend, extension, written
from tests.proof.batches.batch_4.store import touches
from tests.proof.batches.batch_5.store import kind_of, refused
from tests.proof.batches.batch_9.store import ninth


def _adds_members(operation: dict[str, Any]) -> bool:
    value = operation.get("value")
    names = path_of(operation).lower() == "members" and isinstance(value, list)
    return names and verb(operation) != "remove" and all(isinstance(one, dict) for one in value or [])


@ninth(
    Kind.GROUPS,
    "member-without-type-400",
    "Adding a member without type returns 400: type, User or Group, is required",
    "Note 6.1, add member, value alone; RFC 7643 section 4.2 and 8.7.1, members.type is not required",
    NEEDED,
)
async def member_without_type_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    adding = [one for one in changes(request, "Groups") if _adds_members(one)]
    if any("type" not in member for one in adding for member in one["value"]):
        return refused(target, request, "members.type is required", "invalidValue")
    return await go(request)


@ninth(
    Kind.GROUPS,
    "group-writes-403",
    "Every creation, change and deletion of a group returns 403: the token has the scope to write users alone",
    "Note 8 no. 1, 2 and 23, 3.3 and 6.1; RFC 7644 section 2, the client is authorized by its token",
    NEEDED,
)
async def group_writes_403(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if kind_of(request) == "Groups" and request.method != "GET":
        return refused(target, request, "The scope groups:write is missing", status=HTTPStatus.FORBIDDEN)
    return await go(request)


@ninth(
    Kind.GROUPS,
    "member-toggled",
    "Adding a member who is in the group already removes this member: the relation is toggled",
    "Note 6.2, adding an existing member is a success; RFC 7644 section 3.5.2.1, the value is not added again",
    MUST,
)
async def member_toggled(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found, present = changes(request, "Groups"), set(member_ids(target, request))
    kept: list[dict[str, Any]] = []
    for operation in found:
        if _adds_members(operation) and verb(operation) == "add":
            again = [str(one.get("value")) for one in operation["value"] if str(one.get("value")) in present]
            operation["value"] = [one for one in operation["value"] if str(one.get("value")) not in present]
            kept += [{"op": "remove", "path": f'members[value eq "{one}"]'} for one in again]
        kept += [operation] if operation.get("value") != [] or verb(operation) == "replace" else []
    if found:
        rewrite(request, kept)
    return await go(request)


@ninth(
    Kind.GROUPS,
    "namesakes-one-member",
    "Of two members of a group with the same displayName the last one alone is kept: the map of members is by name",
    "Note 6.2, the value of a member is the id; RFC 7643 section 4.2; RFC 7644 section 3.5.2.1",
    MUST,
)
async def namesakes_one_member(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    group = written(request, response, "Groups")
    names = {one["id"]: one.get("displayName") or one["id"] for one in users(target)} if group else {}

    def by_name(content: dict[str, Any]) -> None:
        kept = {names.get(one.get("value"), one.get("value")): one for one in content.get("members") or []}
        if kept:
            content["members"] = list(kept.values())

    amend(target, group, by_name, response)
    return response


@ninth(
    Kind.PATCH,
    "manager-inverted",
    "Setting Ann as manager of Jo makes Jo the manager of Ann: both columns of the relation are exchanged",
    "Note 4.3, add, and returned under the enterprise URN; RFC 7643 section 4.3, manager; RFC 7644 section 3.5.2",
    MUST,
)
async def manager_inverted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    sets = "manager" in (created(request).get(ENTERPRISE) or {}) or touches(request, "manager")
    response = await go(request)
    user = written(request, response) if sets else ""
    manager = str((extension(stored_at(target, f"/{user}")).get("manager") or {}).get("value") or "")
    if manager and manager != user and stored_at(target, f"/{manager}"):
        amend(target, user, lambda one: one[ENTERPRISE].pop("manager", None), response)
        amend(target, manager, lambda one: one.update({ENTERPRISE: {**extension(one), "manager": {"value": user}}}))
    return response


@ninth(
    Kind.GROUPS,
    "nonempty-group-delete-409",
    "Deleting a group that has members returns 409: a foreign key of the memberships",
    "Note 5, group unassigned or deleted, DELETE and 204; RFC 7644 section 3.6",
    NEEDED,
)
async def nonempty_group_delete_409(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Groups") and member_ids(target, request):
        return refused(target, request, "The group still has members", status=HTTPStatus.CONFLICT)
    return await go(request)


@ninth(
    Kind.ERRORS,
    "group-taken-500",
    "Creating a group whose name is taken returns 500: the unique constraint is handled for users alone",
    "Note 3.4, 409 on displayName of groups, and 9.3, 500 is retried; RFC 7644 sections 3.3 and 3.12",
    NEEDED,
)
async def group_taken_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = bool(created(request, "Groups"))
    response = await answered(target, request, go)
    if creates and response.status == HTTPStatus.CONFLICT:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "UNIQUE constraint failed: groups.display_name")
    return response
