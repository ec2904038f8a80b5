"""Further defects of the life of accounts, of groups, discovery, paging, errors and robustness, from the note alone."""

import asyncio
from copy import deepcopy
from http import HTTPStatus
from typing import Any

from scim2_models import UniquenessException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import created, id_of, is_read, is_write, stored_at
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import amend, dumps, extension, forget, is_list, members, same_request, second

GALLERY = "gallery-2026"
PAUSE = 0.05
"""For how many seconds `answers-crossed` waits between the request and its answer."""

# Disable, restore, delete


@second(
    Kind.LIFECYCLE,
    "disabled-out-of-groups",
    "Who was disabled and is enabled again is in no group any more, and nothing puts them back",
    "Note 5, memberships are not restored by a restore, and 6.2, no read-back of members; QA-2278290",
    NEEDED,
)
async def disabled_out_of_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_write(request, "PATCH", "Users") and stored_at(target, request.path).get("active") is False:
        target._end_memberships(id_of(request))
    return response


@second(
    Kind.LIFECYCLE,
    "restore-old-copy",
    "Who is enabled again has title and department of the day on which they were disabled: later changes are lost",
    "Note 5, restored, 14.4 B86b, updates whatever the state, and 16 S5; how-provisioning-works.md",
    MUST,
)
async def restore_old_copy(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    copies: dict[str, dict[str, Any]] = target.notes.setdefault("restore-old-copy", {})
    changing = is_write(request, "PATCH", "Users")
    before = stored_at(target, request.path) if changing else {}
    response = await go(request)
    active = stored_at(target, request.path).get("active") if changing else None
    if before.get("active") and active is False:
        copies[id_of(request)] = deepcopy(before)
    elif active and before.get("active") is False and id_of(request) in copies:
        copy = {name: value for name, value in copies.pop(id_of(request)).items() if name not in {"meta", "userName"}}
        amend(target, id_of(request), lambda user: _become(user, copy), response)
    return response


def _become(user: dict[str, Any], copy: dict[str, Any]) -> None:
    kept = {name: user[name] for name in ("meta", "userName")}
    user.clear()
    user.update(deepcopy(copy) | kept)


@second(
    Kind.LIFECYCLE,
    "reports-deleted",
    "When a manager is deleted everybody who reported to them is deleted too: ON DELETE CASCADE",
    "Note 5, hard-deleted, and 14.6 B105; RFC 7644 section 3.6, the resource that the request names",
    MUST,
)
async def reports_deleted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_write(request, "DELETE", "Users"):
        managers = {one["id"]: (extension(one).get("manager") or {}).get("value") for one in dumps(target, "User")}
        forget(target, {report for report, manager in managers.items() if manager == id_of(request)})
    return response


# Groups and members


@second(
    Kind.GROUPS,
    "rename-like-named",
    "Renaming the group Sales also renames Sales EMEA: whatever begins with the old name",
    "Note 6.1, rename, and 14.5 B101; use-scim-to-provision-users-and-groups.md; RFC 7644 section 3.5.2",
    MUST,
)
async def rename_like_named(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changing = is_write(request, "PATCH", "Groups")
    old = str(stored_at(target, request.path).get("displayName") or "") if changing else ""
    response = await go(request)
    new = str(stored_at(target, request.path).get("displayName") or "") if changing else ""
    if old and new and old != new:
        for group in (one for one in dumps(target, "Group") if one["id"] != id_of(request)):
            name = str(group.get("displayName") or "")
            if name.startswith(old):
                _rename(target, group["id"], new + name.removeprefix(old))
    return response


def _rename(target: Target, identifier: str, name: str) -> None:
    amend(target, identifier, lambda group: group.update(displayName=name))


@second(
    Kind.GROUPS,
    "rename-restores-members",
    "After a group is renamed those who had left it are members again",
    "Note 6.1, remove member and rename, and 16 S9, members unchanged; langwatch/langwatch#7131",
    MUST,
)
async def rename_restores_members(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Save the group with all rows of its members, those too that were only marked as removed."""
    if not is_write(request, "PATCH", "Groups"):
        return await go(request)
    before = stored_at(target, request.path)
    response = await go(request)
    after = stored_at(target, request.path)
    left: set[str] = target.notes.setdefault("rename-restores-members", {}).setdefault(id_of(request), set())
    left |= members(before) - members(after)
    if before.get("displayName") != after.get("displayName"):
        back = [{"value": one["id"]} for one in dumps(target, "User") if one["id"] in left - members(after)]
        amend(target, id_of(request), lambda group: group.update(members=[*(group.get("members") or []), *back]))
        left.clear()
    return response


@second(
    Kind.GROUPS,
    "empty-group-deleted",
    "When its last member leaves, the group is deleted, and adding the next member returns 404",
    "Note 6.1, remove member, and 9.5, InvalidAnchor; use-scim-to-provision-users-and-groups.md, a group stays",
    NEEDED,
)
async def empty_group_deleted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changing = is_write(request, "PATCH", "Groups")
    before = stored_at(target, request.path) if changing else {}
    response = await go(request)
    if members(before) and not members(stored_at(target, request.path)):
        forget(target, {id_of(request)})
    return response


# Discovery, paging, errors


@second(
    Kind.DISCOVERY,
    "schemas-single",
    "/Schemas says of e-mails, telephone numbers and members that there is one of them only",
    "Note 7, the sample's multiValued; RFC 7643 section 8.7.1, where they are multi-valued",
    NEEDED,
    profile=GALLERY,
)
async def schemas_single(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path.startswith("/Schemas") and response.body is not None:
        for schema in response.body.get("Resources", [response.body]):
            for attribute in schema.get("attributes", []):
                attribute["multiValued"] = False
    return response


@second(
    Kind.PAGING,
    "deleted-counted",
    "totalResults of a list counts users and groups that were deleted: there are always fewer than it says",
    "Note 13.1 and 16 S13, totalResults; RFC 7644 section 3.4.2; sourcegraph/sourcegraph#48355",
    MUST,
)
async def deleted_counted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    deleted: dict[str, int] = target.notes.setdefault("deleted-counted", {})
    kind = request.path.strip("/").partition("/")[0]
    response = await go(request)
    if is_write(request, "DELETE", kind):
        deleted[kind] = deleted.get(kind, 0) + 1
    elif is_list(request) and response.body is not None and "totalResults" in response.body:
        response.body["totalResults"] += deleted.get(kind, 0)
    return response


@second(
    Kind.ERRORS,
    "conflict-has-written",
    "Creating somebody who exists answers 409, and the account that was there has the new values",
    "Note 3.4, a conflict, 4.1, atomic, and 14.3 B52; RFC 7644 section 3.3; eneo-ai/eneo#443",
    MUST,
)
async def conflict_has_written(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Insert or update first, and look for the conflict afterwards."""
    body = created(request)
    try:
        return await go(request)
    except UniquenessException:
        wanted = str(body.get("userName")).lower()
        names = ("title", "displayName", "active", "externalId", "nickName")
        said = {name: body[name] for name in names if body.get(name) is not None}
        for user in (one for one in dumps(target, "User") if body and one["userName"].lower() == wanted):
            amend(target, user["id"], lambda found: found.update(said))
        raise


# Robustness


@second(
    Kind.ROBUSTNESS,
    "answers-crossed",
    "Of two users who are read at the same moment one request gets the other's answer",
    "Note 8 nos. 3 and 28, 25 requests a second, and 2.2, GET by id; RFC 7644 section 3.4.1",
    MUST,
)
async def answers_crossed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Keep the id of the present request in a variable that all requests share."""
    if is_read(request, "Users"):
        target.notes["answers-crossed"] = request.path
        await asyncio.sleep(PAUSE)
        request.path = target.notes["answers-crossed"]
    return await go(request)


@second(
    Kind.ROBUSTNESS,
    "same-request-replayed",
    "Who is disabled, enabled and disabled again stays enabled: a request that was sent before is not done again",
    "Note 5, disable and restore, and 16 S5; RFC 7644 section 3.5.2; a key for repeated requests made of their body",
    MUST,
)
async def same_request_replayed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    done: dict[str, ScimResponse] = target.notes.setdefault("same-request-replayed", {})
    key = same_request(request)
    if request.method != "PATCH":
        return await go(request)
    target.check_auth(request)
    if not stored_at(target, request.path):
        done.pop(key, None)
    if key not in done:
        response = await go(request)
        if response.status >= HTTPStatus.BAD_REQUEST:
            return response
        done[key] = deepcopy(response)
    return deepcopy(done[key])
