"""Twelfth batch: faults of a user's life: renamed, disabled, enabled, deleted, moved out of groups."""

import uuid
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import changes, id_of, is_write, stored_at
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import amend, forget, members, work_email
from tests.proof.batches.batch_3.store import Operation, kept_if
from tests.proof.batches.batch_11.store import Resource, changed, differ
from tests.proof.batches.batch_12.store import groups_of, twelfth, without_roles


@twelfth(
    Kind.LIFECYCLE,
    "renamed-user-new-id",
    "A user who gets a new userName has a new id, and the old one returns 404",
    "mailcow/mailcow-dockerized#7148, the id was the address of the mailbox; note 2.3, the cached id; RFC 7643 3.1",
    MUST,
)
async def renamed_user_new_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, before, after = await changed(target, request, go)
    if differ(before, after, "userName"):
        _move(target, before["id"], uuid.uuid4().hex)
    return response


def _move(target: Target, old: str, new: str) -> None:
    kept = target.stored()
    for resource in kept:
        resource.id = new if resource.id == old else resource.id
        for member in getattr(resource, "members", None) or []:
            member.value = new if member.value == old else member.value
    target.memory.resources = kept


@twelfth(
    Kind.LIFECYCLE,
    "delete-of-member-disables",
    "DELETE of a member of a group returns 204 and only disables the account",
    "getprobo/probo#1277, a deletion that references block falls back to deactivation; RFC 7644 section 3.6, 404",
    MUST,
)
async def delete_of_member_disables(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = id_of(request) if is_write(request, "DELETE", "Users") else ""
    if not user or not groups_of(target, user):
        return await go(request)
    target.check_auth(request)
    amend(target, user, lambda content: content.update(active=False))
    return ScimResponse(HTTPStatus.NO_CONTENT)


@twelfth(
    Kind.LIFECYCLE,
    "new-email-leaves-groups",
    "A user who gets a new work e-mail is in no group any more",
    "jira.atlassian.com ACCESS-1737, an e-mail that differs for a while takes the account out of all groups",
    MUST,
)
async def new_email_leaves_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, before, after = await changed(target, request, go)
    had, has = (work_email(one).get("value") for one in (before, after))
    if had and had != has:
        target._end_memberships(before["id"])
    return response


def _disabled(before: Resource, after: Resource) -> bool:
    return bool(before) and before.get("active") is not False and after.get("active") is False


def _write_none(user: Resource) -> None:
    user["title"] = user.get("title") or "None"
    user["name"] = {"middleName": "None", **(user.get("name") or {})}


@twelfth(
    Kind.LIFECYCLE,
    "disable-writes-none",
    "Disabling a user writes the text None to a title and middle name without a value",
    "Archer SCIM release 1.1, fixed issue SCIM-485: “None” gets added to middle name and title after deprovisioning",
    MUST,
)
async def disable_writes_none(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, before, after = await changed(target, request, go)
    if _disabled(before, after):
        amend(target, before["id"], _write_none, response)
    return response


@twelfth(
    Kind.LIFECYCLE,
    "disable-resets-roles",
    "Disabling a user takes the roles away, and enabling does not bring them back",
    "lightdash/lightdash#17494, the role drops to member when SCIM deactivates; RFC 7644 section 3.5.2",
    MUST,
)
async def disable_resets_roles(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, before, after = await changed(target, request, go)
    if _disabled(before, after) and after.get("roles"):
        amend(target, before["id"], without_roles, response)
    return response


@twelfth(
    Kind.LIFECYCLE,
    "grouped-disable-skipped",
    "Disabling a user who is in a group returns success, and the user stays active",
    "docs.acqueon.com, User Unassigned from a Group: active false is skipped, the life of a user follows the groups",
    MUST,
)
async def grouped_disable_skipped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def keep(_: Operation, path: str, value: Any) -> bool:
        return path.lower() != "active" or str(value).lower() != "false"

    if changes(request) and groups_of(target, str(stored_at(target, request.path).get("id"))):
        kept_if(request, changes(request), keep)
    return await go(request)


@twelfth(
    Kind.LIFECYCLE,
    "last-group-deletes-account",
    "A user who is taken out of the last group is deleted",
    "docs.acqueon.com, User Unassigned from a Group: who has only this group is deleted entirely; note 5",
    NEEDED,
)
async def last_group_deletes_account(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, before, after = await changed(target, request, go, "Groups")
    left = members(before) - members(after)
    forget(target, {one for one in left if not groups_of(target, one)})
    return response
