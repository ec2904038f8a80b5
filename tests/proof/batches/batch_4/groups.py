"""Fourth batch: defects of groups and members, and of accounts that a group takes along."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, operations, set_body
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import changes, created, id_of, is_query, is_write, path_of, rewrite, stored_at, verb
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import amend, dumps, members
from tests.proof.batches.batch_3.store import named_members, only, wanted
from tests.proof.batches.batch_4.store import fourth, group_answers, recast


def _adds_members(operation: dict[str, object]) -> bool:
    return verb(operation) == "add" and path_of(operation) == "members"


def _disable(target: Target, users: set[str]) -> None:
    grouped = {one for group in dumps(target, "Group") for one in members(group)}
    for user in users - grouped:
        amend(target, user, lambda found: found.update(active=False))


@fourth(
    Kind.GROUPS,
    "hidden-add-replaces",
    "Members are shown only on request, and each addition removes the existing members",
    "Note 6.1, add member, and 6.2, members on request; RFC 7644 section 3.5.2.1",
    MUST,
)
async def hidden_add_replaces(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    for operation in found:
        if _adds_members(operation):
            operation["op"] = "replace"
    if found:
        rewrite(request, found)
    shown = "members" in str(request.query.get("attributes") or "")
    response = await go(request)
    for group in [] if shown else group_answers(request, response):
        group.pop("members", None)
    return response


@fourth(
    Kind.GROUPS,
    "hidden-remove-ignored",
    "Members are not shown, a filter on them is correct, and a removed member stays",
    "Note 6.1, remove member, and 6.2, showing members; RFC 7644 section 3.5.2.2",
    MUST,
)
async def hidden_remove_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    if found:
        rewrite(request, [one for one in found if verb(one) != "remove"])
    response = await go(request)
    for group in group_answers(request, response):
        group.pop("members", None)
    return response


@fourth(
    Kind.GROUPS,
    "group-old-name-found",
    "After a group was renamed the old name still finds it, so another group of that name is linked to it",
    "Note 2.2 and 6.1, rename, and 14.2 B25; RFC 7644 section 3.4.2.2; an index that rows are only added to",
    MUST,
)
async def group_old_name_found(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    names: dict[str, set[str]] = target.notes.setdefault("group-old-name-found", {})
    if is_query(request, "Groups"):
        name = wanted(str(request.query["filter"]), "displayName")
        alive = {one["id"] for one in dumps(target, "Group")}
        found = {one for one, known in names.items() if name and name.lower() in known} & alive
        if found:
            only(request, sorted(found))
    response = await go(request)
    for group in dumps(target, "Group") if request.method in {"POST", "PATCH"} else []:
        names.setdefault(group["id"], set()).add(str(group.get("displayName")).lower())
    return response


@fourth(
    Kind.GROUPS,
    "group-delete-disables",
    "When a group is deleted, its members who are in no other group lose their accounts",
    "Note 5, group unassigned or deleted; RFC 7644 section 3.6, the resource alone; a licence that came by the group",
    MUST,
)
async def group_delete_disables(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    deleting = is_write(request, "DELETE", "Groups")
    before = members(stored_at(target, request.path)) if deleting else set()
    response = await go(request)
    _disable(target, before)
    return response


@fourth(
    Kind.GROUPS,
    "last-group-disables",
    "Who is taken out of their last group is disabled, though Entra still has them assigned",
    "Note 6.1, remove member, and 4.1, a PATCH changes its target and nothing beside it; RFC 7644 section 3.5.2",
    MUST,
)
async def last_group_disables(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changing = is_write(request, "PATCH", "Groups")
    before = members(stored_at(target, request.path)) if changing else set()
    response = await go(request)
    if before:
        _disable(target, before - members(stored_at(target, request.path)))
    return response


@fourth(
    Kind.GROUPS,
    "joining-enables",
    "A disabled account that is added to a group is active again",
    "Note 6.2, a disabled user may be added, and 5, disabled until active=true; RFC 7644 section 3.5.2",
    MUST,
)
async def joining_enables(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    joined = [one for op in changes(request, "Groups") if _adds_members(op) for one in named_members(op)]
    response = await go(request)
    for user in joined:
        amend(target, user, lambda found: found.update(active=True) if "userName" in found else None)
    return response


@fourth(
    Kind.GROUPS,
    "group-recreated-with-members",
    "A group that was deleted and is made again has its old members from the first moment",
    "Note 3.3, created without members, and 5, DELETE of a group; RFC 7644 section 3.6; rows kept by the name",
    MUST,
)
async def group_recreated_with_members(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kept: dict[str, list[str]] = target.notes.setdefault("group-recreated-with-members", {})
    if is_write(request, "DELETE", "Groups"):
        old = stored_at(target, request.path)
        kept[str(old.get("displayName")).lower()] = sorted(members(old))
    name = str(created(request, "Groups").get("displayName") or "").lower()
    response = await go(request)
    if name and response.status == HTTPStatus.CREATED and response.body is not None and kept.get(name):
        back = [{"value": one} for one in kept.pop(name)]
        amend(target, str(response.body["id"]), lambda group: group.update(members=back), response)
    return response


MOST = 20


@fourth(
    Kind.GROUPS,
    "first-twenty-members",
    "Of many members in one request the first twenty are added, and the answer is a success",
    "Note 6.1, add several, and 6.2, do not cap below 100, and 14.5 B99; RFC 7644 section 3.5.2.1, or 413",
    MUST,
)
async def first_twenty_members(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    for operation in found:
        if _adds_members(operation) and isinstance(operation.get("value"), list):
            operation["value"] = operation["value"][:MOST]
    if found:
        rewrite(request, found)
    return await go(request)


@fourth(
    Kind.GROUPS,
    "ref-null-stays",
    "A removal whose member carries $ref: null answers a success and takes nobody out",
    "Note 6.1, both doc samples have $ref null, and 14.5 B104; RFC 7643 section 2.5, null is no value",
    NEEDED,
)
async def ref_null_stays(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    for operation in found:
        value = operation.get("value")
        if verb(operation) == "remove" and isinstance(value, list):
            operation["value"] = [one for one in value if not (isinstance(one, dict) and "$ref" in one)]
    if found:
        rewrite(request, [one for one in found if one.get("value") != []])
    return await go(request)


@fourth(
    Kind.GROUPS,
    "rejoin-ignored",
    "Who once left a group cannot come back: the addition answers a success, and the row stays marked as deleted",
    "Note 5, unassigned and assigned again, and 6.2; RFC 7644 section 3.5.2.1",
    MUST,
)
async def rejoin_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    gone: set[tuple[str, str]] = target.notes.setdefault("rejoin-ignored", set())
    group, found = id_of(request), changes(request, "Groups")
    before = members(stored_at(target, request.path)) if found else set()
    for operation in found:
        if _adds_members(operation) and isinstance(operation.get("value"), list):
            operation["value"] = [one for one in operation["value"] if (group, str(one.get("value"))) not in gone]
    if found:
        rewrite(request, [one for one in found if one.get("value") != []])
    response = await go(request)
    gone |= {(group, one) for one in before - members(stored_at(target, request.path))} if before else set()
    return response


@fourth(
    Kind.GROUPS,
    "blanks-collapsed",
    "Two blanks in the name of a group become one, so the name that Entra asks for finds nothing",
    "Note 2.2, one hit, and 8 no. 11, values as sent; RFC 7643 section 2.3.1, a string is kept",
    MUST,
)
async def blanks_collapsed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    recast(
        request,
        lambda path, value: " ".join(value.split()) if path == "displayname" and isinstance(value, str) else value,
        "Groups",
    )
    return await go(request)


@fourth(
    Kind.GROUPS,
    "group-rename-drops-external-id",
    "A rename in one object without a path leaves the group without its externalId: what is not named is taken away",
    "Note 6.1, rename in the flagged dialect, and 14.4 B87; RFC 7644 section 3.5.2.3",
    MUST,
)
async def rename_drops_external_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    whole = [
        one
        for one in operations(body)
        if is_write(request, "PATCH", "Groups") and not path_of(one) and isinstance(one.get("value"), dict)
    ]
    if any("displayName" in one["value"] and "externalId" not in one["value"] for one in whole):
        set_body(request, {**body, "Operations": [*operations(body), {"op": "remove", "path": "externalId"}]})
    return await go(request)
