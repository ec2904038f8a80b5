"""Seventh batch: faults of managers and members, in groups, in nested groups and in two groups at once."""

import asyncio
import re
from functools import partial
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import changes, id_of, member_ids, named_members, path_of, verb
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import amend, dumps, members
from tests.proof.batches.batch_5.store import succeeded
from tests.proof.batches.batch_7.store import Operation, left, seventh

EMPTIED = "emptied"
"""The verb of an operation of which nothing is left to do."""

MANAGER = re.compile(r"(urn:.*:)?manager\[.*\]", re.IGNORECASE)


@seventh(
    Kind.PATCH,
    "manager-filter-remove-ignored",
    "Removing the manager by manager[value eq “id”] returns a success, and the manager stays",
    "Note 4.3, remove as seen in production, and 14.4 B72b and B86; RFC 7644 section 3.5.2.2",
    NEEDED,
)
async def manager_filter_remove_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    left(request, changes(request), lambda one: verb(one) != "remove" or not MANAGER.fullmatch(path_of(one)))
    return await go(request)


@seventh(
    Kind.GROUPS,
    "removal-first-only",
    "Of several members who are removed by one operation, the first one leaves, and the others stay",
    "Note 6.1, remove several, and 14.5 B133; Entra's form, RFC 7644 section 3.5.2.2 would remove all",
    NEEDED,
)
async def removal_first_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    for operation in (found := changes(request, "Groups")):
        if verb(operation) == "remove" and path_of(operation) == "members" and operation.get("value"):
            operation["value"] = operation["value"][:1]
    left(request, found, lambda _: True)
    return await go(request)


@seventh(
    Kind.GROUPS,
    "leaves-all-groups",
    "Removing a member from one group removes this user from all groups: the statement names the user alone",
    "Note 6.1, remove, and 9, what was stored is not sent again; RFC 7644 section 3.5.2.2",
    MUST,
)
async def leaves_all_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    before = member_ids(target, request)
    removing = [one for one in changes(request, "Groups") if verb(one) == "remove"]
    leaving = [one for op in removing for one in named_members(op) if one in before]
    response = await go(request)
    for one in leaving if succeeded(response) else []:
        target._end_memberships(one)
    return response


@seventh(
    Kind.GROUPS,
    "nested-flattened",
    "Adding a group to a group makes its members, and not the group, members: people join who were not sent",
    "Note 6.2, nested groups, and 14.5 B136, store, ignore or 4xx; RFC 7644 section 3.5.2.1",
    NEEDED,
)
async def nested_flattened(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    inside = {one["id"]: sorted(members(one)) for one in dumps(target, "Group")}
    for operation in (found := changes(request, "Groups")):
        sent = named_members(operation)
        if verb(operation) != "remove" and set(sent) & set(inside):
            flat = [inner for one in sent for inner in inside.get(one, [one])]
            operation["value"] = [{"value": one} for one in flat]
            operation["op"] = operation["op"] if flat else EMPTIED
    left(request, found, lambda one: verb(one) != EMPTIED)
    return await go(request)


def _joined(target: Target, user: str) -> set[str]:
    return {one["id"] for one in dumps(target, "Group") if user in members(one)}


def _leave(group: dict[str, Any], user: str) -> None:
    kept = [one for one in group.pop("members", None) or [] if one["value"] != user]
    group |= {"members": kept} if kept else {}


SAVED = 0.08
"""Seconds between reading the groups of a user and writing them."""


@seventh(
    Kind.ROBUSTNESS,
    "parallel-groups-lost",
    "A user who is added to two groups at the same moment is in one of them: each request writes the whole list",
    "Note 6.2, separate requests at the same time, each must take effect, and 14.5 B135",
    NEEDED,
)
async def parallel_groups_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    adding = {one for op in changes(request, "Groups") if verb(op) == "add" for one in named_members(op)}
    before = {user: _joined(target, user) for user in adding}
    if adding:
        await asyncio.sleep(SAVED)
    response = await go(request)
    for user in adding if succeeded(response) else set():
        for group in _joined(target, user) - before[user] - {id_of(request)}:
            amend(target, group, partial(_leave, user=user))
    return response


@seventh(
    Kind.GROUPS,
    "replace-on-empty-ignored",
    "Replacing the members of a group that has none returns a success, and the group stays empty",
    "Note 6.1, set, and the session of Microsoft's validator, G10 and G11 on empty groups; RFC 7644 section 3.5.2.3",
    MUST,
)
async def replace_on_empty_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    empty = not member_ids(target, request)
    left(request, changes(request, "Groups"), lambda one: not (empty and _sets(one)))
    return await go(request)


def _sets(operation: Operation) -> bool:
    return verb(operation) == "replace" and path_of(operation) == "members"


@seventh(
    Kind.GROUPS,
    "add-ref-null-ignored",
    "An addition whose member carries $ref: null returns a success and adds nobody",
    "Note 6.1, both samples have $ref null, and 14.3 B42 and 14.5 B104; RFC 7643 section 2.5, null is no value",
    NEEDED,
)
async def add_ref_null_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    for operation in (found := changes(request, "Groups")):
        sent = operation.get("value")
        if verb(operation) == "add" and path_of(operation) == "members" and isinstance(sent, list):
            operation["value"] = [one for one in sent if one.get("$ref", "") is not None]
            operation["op"] = operation["op"] if operation["value"] else EMPTIED
    left(request, found, lambda one: verb(one) != EMPTIED)
    return await go(request)
