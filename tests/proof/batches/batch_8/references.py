"""Eighth batch: faults of managers, of members, and of groups that are changed or linked."""

from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, set_body
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import changes, created, id_of, is_write, path_of, rewrite, users, verb
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import amend, dumps, forget
from tests.proof.batches.batch_3.store import kept_if
from tests.proof.batches.batch_4.store import touches
from tests.proof.batches.batch_5.store import succeeded
from tests.proof.batches.batch_7.store import left
from tests.proof.batches.batch_8.store import eighth


@eighth(
    Kind.GROUPS,
    "member-change-drops-external-id",
    "Adding or removing a member leaves the group without its externalId",
    "Note 6.2, a member PATCH leaves everything else alone, and 14.5 B134; RFC 7644 section 3.5.2",
    MUST,
)
async def member_change_drops_external_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    members, external = (touches(request, name, "Groups") for name in ("members", "externalid"))
    response = await go(request)
    if members and not external and succeeded(response):
        amend(target, id_of(request), lambda group: group.pop("externalId", None), response)
    return response


@eighth(
    Kind.GROUPS,
    "disabled-member-not-added",
    "Adding a disabled user to a group returns a success, and the user is not in the group, also when enabled later",
    "Note 6.2, a disabled user may be added, and 14.5 B137; RFC 7644 section 3.5.2.1",
    NEEDED,
)
async def disabled_member_not_added(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    disabled = {one["id"] for one in users(target) if one.get("active") is False}
    found = changes(request, "Groups")
    for operation in found:
        value = operation.get("value")
        if path_of(operation).lower() == "members" and verb(operation) != "remove" and isinstance(value, list):
            operation["value"] = [one for one in value if one.get("value") not in disabled]
    left(request, found, lambda one: one.get("value") != [] or verb(one) == "replace")
    return await go(request)


@eighth(
    Kind.GROUPS,
    "one-operation-per-kind",
    "Of several operations of one kind on the members of a group, such as two removals, the last one alone is applied",
    "Note 6.1, remove several, one operation per member, and 14.4 B83; RFC 7644 section 3.5.2, each is applied",
    MUST,
)
async def one_operation_per_kind(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    last = {(verb(one), path_of(one).partition("[")[0].lower()): index for index, one in enumerate(found)}
    if found:
        rewrite(request, [one for index, one in enumerate(found) if index in last.values()])
    return await go(request)


@eighth(
    Kind.CREATE,
    "created-manager-dropped",
    "A manager in the creation of a user is not stored; a change sets it",
    "Note 0 no. 7 and 3.2, manager inside POST, and the session of Microsoft's validator, U; RFC 7644 section 3.3",
    NEEDED,
)
async def created_manager_dropped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = created(request)
    extension = user.get(ENTERPRISE)
    if isinstance(extension, dict) and "manager" in extension:
        kept: dict[str, Any] = {key: value for key, value in extension.items() if key != "manager"}
        set_body(request, {**user, ENTERPRISE: kept})
    return await go(request)


@eighth(
    Kind.GROUPS,
    "first-member-owns-group",
    "Deleting the user who was the first to be added to a group deletes the group: its owner is gone",
    "Note 5, user hard-deleted, and 6.2; RFC 7644 section 3.6, one resource is deleted; ON DELETE CASCADE",
    MUST,
)
async def first_member_owns_group(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = id_of(request) if is_write(request, "DELETE", "Users") else ""
    rows = {one["id"]: one.get("members") or [] for one in dumps(target, "Group")} if user else {}
    response = await go(request)
    if user and succeeded(response):
        forget(target, {group for group, members in rows.items() if members and members[0]["value"] == user})
    return response


@eighth(
    Kind.GROUPS,
    "linked-group-without-id",
    "Add on the externalId of a group returns a success and stores nothing; replace works",
    "Note 6.1, link an existing group, and 14.5 B140; RFC 7644 section 3.5.2.1",
    MUST,
)
async def linked_group_without_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kept_if(
        request,
        changes(request, "Groups"),
        lambda operation, path, _: not (verb(operation) == "add" and path.lower() == "externalid"),
    )
    return await go(request)
