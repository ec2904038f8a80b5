"""Eleventh batch: faults of managers, of groups and of their members, most of them between two resources."""

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import changes, is_write, member_ids, rewrite, stored_at, users, verb
from tests.proof.batches.batch import MUST
from tests.proof.batches.batch_2.store import amend, dumps, extension, members, written
from tests.proof.batches.batch_3.store import named_members
from tests.proof.batches.batch_5.store import succeeded
from tests.proof.batches.batch_11.store import Resource, changed, differ, eleventh, manager_of, without_manager


@eleventh(
    Kind.PATCH,
    "renamed-manager-lost",
    "When a manager gets a new userName, the people who report to this manager have none: the link is by name",
    "Note 4.3, the value of a manager is the id, and 4.1, userName rename; RFC 7643 section 4.3, manager",
    MUST,
)
async def renamed_manager_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, before, after = await changed(target, request, go)
    if differ(before, after, "userName"):
        for one in users(target):
            if manager_of(one) == before["id"]:
                amend(target, one["id"], without_manager)
    return response


@eleventh(
    Kind.PATCH,
    "reports-follow-up",
    "Who gets a manager passes the own reports on: they report to that manager too, because the tree is stored flat",
    "Note 4.3, manager, and 4.1, a PATCH changes nothing beside; RFC 7643 section 4.3; RFC 7644 section 3.5.2",
    MUST,
)
async def reports_follow_up(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, before, after = await changed(target, request, go)
    manager = manager_of(after)
    if manager and manager != manager_of(before):
        for one in users(target):
            if manager_of(one) == before["id"] and one["id"] != manager:
                _report(target, one["id"], manager)
    return response


def _report(target: Target, user: str, manager: str) -> None:
    def move(content: Resource) -> None:
        content[ENTERPRISE] = {**extension(content), "manager": {"value": manager}}

    amend(target, user, move)


@eleventh(
    Kind.PATCH,
    "one-report-each",
    "A manager has one report: who is given this manager takes the place of the one before, who has none any more",
    "Note 4.3, manager; RFC 7643 section 4.3, an attribute of the one who reports; a relation of one to one",
    MUST,
)
async def one_report_each(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    user = written(request, response)
    manager = manager_of(stored_at(target, f"/{user}")) if user else ""
    for one in users(target) if manager else []:
        if manager_of(one) == manager and one["id"] != user:
            amend(target, one["id"], without_manager)
    return response


@eleventh(
    Kind.GROUPS,
    "removal-keeps-named",
    "Removing members keeps those who are named and removes the others: the filter is the wrong way round",
    "Note 6.1, remove member, and 16 S9, others remain; RFC 7644 section 3.5.2.2",
    MUST,
)
async def removal_keeps_named(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    named = {member for one in found if verb(one) == "remove" for member in named_members(one)}
    if named:
        kept = [one for one in found if verb(one) != "remove" or not named_members(one)]
        others = [one for one in member_ids(target, request) if one not in named]
        rewrite(request, [*kept, *({"op": "remove", "path": f'members[value eq "{one}"]'} for one in others)])
    return await go(request)


def _put_members(target: Target, group: str, wanted: list[Resource]) -> None:
    def put(content: Resource) -> None:
        content.pop("members", None)
        if wanted:
            content["members"] = wanted

    amend(target, group, put)


@eleventh(
    Kind.GROUPS,
    "longer-names-joined",
    "Who is added to the group Sales is in Sales EMEA too: groups are a tree, and a name that begins so is below",
    "Note 6.1, add member, the group of the address; RFC 7643 section 4.2; RFC 7644 section 3.5.2.1",
    MUST,
)
async def longer_names_joined(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, before, after = await changed(target, request, go, "Groups")
    new = [one for one in after.get("members") or [] if one["value"] not in members(before)]
    name = str(after.get("displayName") or "")
    for one in dumps(target, "Group") if new and name else []:
        if one["id"] != before["id"] and str(one.get("displayName")).startswith(name):
            there = one.get("members") or []
            _put_members(target, one["id"], [*there, *(other for other in new if other["value"] not in members(one))])
    return response


@eleventh(
    Kind.GROUPS,
    "group-delete-ends-memberships",
    "Deleting a group takes its members out of every other group: the statement names the members and not the group",
    "Note 5, group deleted, DELETE and 204, and 6.2; RFC 7644 section 3.6, one resource is deleted",
    MUST,
)
async def group_delete_ends_memberships(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    there = member_ids(target, request) if is_write(request, "DELETE", "Groups") else []
    response = await go(request)
    for member in there if succeeded(response) else []:
        target._end_memberships(member)
    return response


@eleventh(
    Kind.GROUPS,
    "equal-groups-share-members",
    "Two groups with the same members share one list: who joins or leaves one of them joins or leaves the other",
    "Note 6.1, the group of the address, and 6.2; RFC 7644 section 3.5.2; a list is stored once under its hash",
    MUST,
)
async def equal_groups_share_members(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, before, after = await changed(target, request, go, "Groups")
    had = members(before)
    if had and had != members(after):
        for one in dumps(target, "Group"):
            if one["id"] != before["id"] and members(one) == had:
                _put_members(target, one["id"], after.get("members") or [])
    return response
