"""Sixth batch: faults of managers, of members, and of groups that are changed, nested or deleted."""

import asyncio
import json
import uuid
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import (
    CORE,
    answered,
    changes,
    id_of,
    is_write,
    member_ids,
    named_members,
    of_type,
    path_of,
    verb,
)
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import amend, dumps
from tests.proof.batches.batch_4.store import plain, said
from tests.proof.batches.batch_5.store import refused, succeeded
from tests.proof.batches.batch_6.store import sixth

MANAGER = {"manager", "manager.value"}


@sixth(
    Kind.PATCH,
    "manager-clear-drops-extension",
    "Removing the manager also removes department, employeeNumber and all other enterprise attributes",
    "Note 4.3, remove, and 4.1, siblings stay; RFC 7644 section 3.5.2; the row of the extension is deleted",
    MUST,
)
async def manager_clear_drops_extension(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    clears = is_write(request, "PATCH", "Users") and _clears_manager(request)
    response = await go(request)
    if clears and succeeded(response):
        amend(target, id_of(request), lambda user: user.pop(ENTERPRISE, None), response)
    return response


def _clears_manager(request: ScimRequest) -> bool:
    removed = any(verb(one) == "remove" and plain(path_of(one)) in MANAGER for one in changes(request))
    return removed or any(path in MANAGER and not value for path, value in said(request))


@sixth(
    Kind.GROUPS,
    "members-as-row-ids",
    "The value of a member is the id of the membership, not that of the user",
    "Note 6.2, value is the SCIM id, and 13.2, tests 11 and 12; RFC 7643 section 4.2, members.value; a join table",
    MUST,
)
async def members_as_row_ids(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for kind, group in of_type(request, response):
        for member in group.get("members") or [] if kind == "Groups" else []:
            member["value"] = uuid.uuid5(uuid.NAMESPACE_URL, f"{group['id']} {member.get('value')}").hex
    return response


@sixth(
    Kind.GROUPS,
    "removals-by-index",
    "Of two members who are removed in one request, the second one stays and the next one in the list is removed",
    "Note 6.1, remove several, and 14.5 B133; RFC 7644 section 3.5.2.2; positions are looked up once",
    MUST,
)
async def removals_by_index(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    before = member_ids(target, request) if found else []
    leaving = [one for op in found if verb(op) == "remove" for one in named_members(op) if one in before]
    response = await go(request)
    if len(leaving) > 1 and all(verb(one) == "remove" for one in found) and succeeded(response):
        kept = list(before)
        for index in (before.index(one) for one in leaving):
            del kept[index : index + 1]
        rows = [{"value": one} for one in kept]
        amend(target, id_of(request), lambda group: group.update(members=rows), response)
    return response


@sixth(
    Kind.GROUPS,
    "nested-group-account",
    "Adding a group to a group creates an account whose userName is the id of the group",
    "Note 6.2, nested groups and unknown ids, and 14.5 B136; RFC 7644 section 3.5.2.1; each member id is a user",
    NEEDED,
)
async def nested_group_account(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    groups = {one["id"] for one in dumps(target, "Group")}
    adding = [one for one in changes(request, "Groups") if verb(one) != "remove"]
    nested = [one for op in adding for one in named_members(op) if one in groups]
    creating = replace(request, method="POST", path="/Users", query={})
    response = await go(request)
    for name in nested if succeeded(response) else []:
        user: dict[str, Any] = {"schemas": [f"{CORE}User"], "userName": name, "active": True}
        await answered(target, replace(creating, body=json.dumps(user).encode()), go)
    return response


@sixth(
    Kind.GROUPS,
    "nonempty-group-delete-ignored",
    "Deleting a group that has members returns 204, and the group and its members stay",
    "Note 5, group unassigned or deleted; RFC 7644 section 3.6; the error of the database is only logged",
    MUST,
)
async def nonempty_group_delete_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Groups") and member_ids(target, request):
        target.check_auth(request)
        return ScimResponse(HTTPStatus.NO_CONTENT)
    return await go(request)


LOCKED = 0.08
"""Seconds that a change of a group takes."""


@sixth(
    Kind.ROBUSTNESS,
    "parallel-change-409",
    "While one change of a group is under way, a second one of the same group returns 409: the row is locked",
    "Note 6.2, separate requests at the same time, none may fail with a lock error, and 14.5 B135",
    NEEDED,
)
async def parallel_change_409(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if not is_write(request, "PATCH", "Groups"):
        return await go(request)
    locked: set[str] = target.notes.setdefault("parallel-change-409", set())
    group = id_of(request)
    if group in locked:
        return refused(target, request, "could not obtain lock on row", status=HTTPStatus.CONFLICT)
    locked.add(group)
    try:
        await asyncio.sleep(LOCKED)
        return await go(request)
    finally:
        locked.discard(group)
