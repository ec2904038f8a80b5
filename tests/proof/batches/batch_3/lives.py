"""Third batch: defects of the life of accounts, and of groups and members, from the note and the RFCs alone."""

import re
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import (
    changes,
    created,
    id_of,
    is_query,
    is_write,
    listed,
    resources,
    rewrite,
    stored_at,
    verb,
)
from tests.proof.batches.batch import MUST
from tests.proof.batches.batch_2.store import amend, dumps, extension, is_list, members
from tests.proof.batches.batch_3.store import named_members, third, told

# Disable, restore, delete, create again


@third(
    Kind.LIFECYCLE,
    "change-enables",
    "Who is disabled is active again after the next change of anything: what a request leaves out has its default",
    "Note 5, disabled until active=true, and 4.1, siblings that are not named stay; RFC 7644 section 3.5.2",
    MUST,
)
async def change_enables(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    said = told(changes(request))
    disabled = is_write(request, "PATCH", "Users") and stored_at(target, request.path).get("active") is False
    response = await go(request)
    if disabled and "active" not in said:
        amend(target, id_of(request), lambda user: user.update(active=True), response)
    return response


@third(
    Kind.LIFECYCLE,
    "recreated-in-old-groups",
    "A new person with the userName of somebody who was deleted is in the groups of that one from the first day",
    "Note 5, re-provision after a delete, and 6.2; RFC 7644 section 3.6; rows of members that are kept by name",
    MUST,
)
async def recreated_in_old_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kept: dict[str, set[str]] = target.notes.setdefault("recreated-in-old-groups", {})
    deleting = is_write(request, "DELETE", "Users")
    name = str(stored_at(target, request.path).get("userName") or "").lower() if deleting else ""
    joined = {one["id"] for one in dumps(target, "Group") if id_of(request) in members(one)}
    fresh = str(created(request).get("userName") or "").lower()
    response = await go(request)
    if name:
        kept[name] = joined
    elif fresh and response.status == HTTPStatus.CREATED and response.body is not None:
        for group in kept.pop(fresh, set()):
            _join(target, group, str(response.body["id"]))
    return response


def _join(target: Target, group: str, user: str) -> None:
    amend(target, group, lambda found: found.update(members=[*(found.get("members") or []), {"value": user}]))


@third(
    Kind.MATCHING,
    "reports-of-deleted-unfound",
    "After a manager was deleted nobody finds the people who reported to them; read by id they are there",
    "Note 2.2, one hit, and 14.2 B26; RFC 7644 section 3.4.2; an inner join of the accounts with their managers",
    MUST,
)
async def reports_of_deleted_unfound(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    deleted: set[str] = target.notes.setdefault("reports-of-deleted-unfound", set())
    if is_write(request, "DELETE", "Users") and stored_at(target, request.path):
        target.check_auth(request)
        deleted.add(id_of(request))
    response = await go(request)
    if deleted and request.path.strip("/") == "Users" and (is_query(request, "Users") or is_list(request)):
        found = resources(response)
        kept = [one for one in found if (extension(one).get("manager") or {}).get("value") not in deleted]
        if len(kept) < len(found):
            listed(response, kept)
    return response


# Groups and members


@third(
    Kind.GROUPS,
    "group-slug-shared",
    "C++ Team and C Team are one group: the second creation answers 201 with the first group, and members are mixed",
    "Note 3.3 and 6.2, names are unique, and 14.2 B25; RFC 7644 section 3.3; find or create by the slug of the name",
    MUST,
)
async def group_slug_shared(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    name = str(created(request, "Groups").get("displayName") or "")
    twins = [one for one in dumps(target, "Group") if _slug(name) and _slug(one["displayName"]) == _slug(name)]
    if not twins or twins[0]["displayName"].lower() == name.lower():
        return await go(request)
    request.method, request.path, request.body = "GET", f"/Groups/{twins[0]['id']}", b""
    response = await go(request)
    response.status = HTTPStatus.CREATED
    return response


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


@third(
    Kind.GROUPS,
    "remove-absent-takes-last",
    "Taking somebody out of a group who is not in it takes out the one who joined last",
    "Note 6.2, removing an absent member succeeds, and 5, removals after a disable; RFC 7644 section 3.5.2.2",
    MUST,
)
async def remove_absent_takes_last(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Splice at the index of the member, which is minus one where there is none."""
    found = changes(request, "Groups")
    there = [str(one["value"]) for one in stored_at(target, request.path).get("members") or []] if found else []
    for operation in found:
        named = named_members(operation)
        if verb(operation) != "remove":
            there += [one for one in named if one not in there]
        elif named:
            gone = [there.pop(there.index(one) if one in there else -1) for one in named if there]
            operation |= {"path": "members", "value": [{"value": one} for one in gone]}
    if found:
        rewrite(request, [one for one in found if one.get("value") != []])
    return await go(request)


@third(
    Kind.GROUPS,
    "last-member-stays",
    "The last member of a group cannot be taken out: a list that is empty is not saved",
    "Note 6.1, remove member, and 6.2; RFC 7644 section 3.5.2.2",
    MUST,
)
async def last_member_stays(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changing = is_write(request, "PATCH", "Groups")
    before = stored_at(target, request.path).get("members") if changing else None
    response = await go(request)
    if before and not stored_at(target, request.path).get("members"):
        amend(target, id_of(request), lambda group: group.update(members=before), response)
    return response


@third(
    Kind.GROUPS,
    "renamed-out-of-groups",
    "Who gets a new userName is in no group any more: memberships are kept under the old one",
    "Note 4.1, userName rename, and 6.2, no read-back of members; RFC 7643 section 4.2, value is the id",
    MUST,
)
async def renamed_out_of_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changing = is_write(request, "PATCH", "Users")
    before = stored_at(target, request.path).get("userName") if changing else None
    response = await go(request)
    if before and stored_at(target, request.path).get("userName") != before:
        target._end_memberships(id_of(request))
    return response
