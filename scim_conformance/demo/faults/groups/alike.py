"""Faults by which groups and members are distinguished by less than their id, or by which what ended comes back."""

import json
import re
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.patch.sequences import repeated
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import added, removed, replaced, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    PATCH_OP,
    created,
    id_of,
    is_write,
    member_ids,
    read_after,
    record_of,
    refusal,
    stored_at,
    users,
)

OK = {HTTPStatus.OK, HTTPStatus.NO_CONTENT}


def _groups(target: Target) -> list[Any]:
    return [one for one in target.stored() if not hasattr(one, "user_name")]


def _name_at(target: Target, request: ScimRequest) -> str:
    return str(stored_at(target, request.path).get("displayName") or "")


@defect(
    Kind.GROUPS,
    "renamed-by-prefix",
    "Renaming a group renames every group whose name begins with its old name",
    "our deduction: an UPDATE with a LIKE on the old name",
    named="ENT-GRP-26/legacy#read-near.stored.displayName",
)
async def renamed_by_prefix(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    old = _name_at(target, request) if is_write(request, "PATCH", "Groups") else ""
    response = await go(request)
    new = _name_at(target, request) if old else ""
    for group in _groups(target) if new != old else []:
        if group.display_name.startswith(f"{old} "):
            group.display_name = new + group.display_name.removeprefix(old)
    return response


@probe("renamed-by-prefix")
def renamed_by_prefix_shows(wire: Wire) -> bool:
    old, new = unique("Sales"), unique("Trade")
    group, near = wire.group(name=old), wire.group(name=f"{old} EMEA")
    assert wire.patch(f"/Groups/{group}", replaced("displayName", new)).status in OK
    return bool(wire.get(f"/Groups/{near}").json["displayName"] == f"{new} EMEA")


@defect(
    Kind.GROUPS,
    "rename-revives-members",
    "After a group is renamed, users who had left it are members again",
    "our deduction: rows that are marked as removed, and saved again with the whole group",
    named="ENT-GRP-26/legacy#read-members.members",
)
async def rename_revives_members(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if not is_write(request, "PATCH", "Groups"):
        return await go(request)
    old, before = _name_at(target, request), member_ids(target, request)
    response = await go(request)
    left: list[str] = target.notes.setdefault("rename-revives-members", {}).setdefault(id_of(request), [])
    now = member_ids(target, request)
    left += [one for one in before if one not in now]
    if left and _name_at(target, request) != old:
        body = {"schemas": [PATCH_OP], "Operations": [added(*left)]}
        await go(replace(request, body=json.dumps(body).encode()))
        left.clear()
    return response


@probe("rename-revives-members")
def rename_revives_members_shows(wire: Wire) -> bool:
    stays, leaves = wire.user(), wire.user()
    group = wire.group(stays, leaves)
    for change in (removed(leaves), replaced("displayName", unique())):
        assert wire.patch(f"/Groups/{group}", change).status in OK
    return leaves in wire.members(group)


@defect(
    Kind.GROUPS,
    "repeated-membership-skipped",
    "A former member of a group cannot join it again",
    "our deduction: a key against retried requests that is made from their body, and is kept for good",
    named="ENT-GRP-25/legacy#read-joined.members",
)
async def repeated_membership_skipped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if repeated(target, request, "Groups", "repeated-membership-skipped") and stored_at(target, request.path):
        return await read_after(request, go)
    return await go(request)


@probe("repeated-membership-skipped")
def repeated_membership_skipped_shows(wire: Wire) -> bool:
    user, group = wire.user(), wire.group()
    for change in (added(user), removed(user), added(user)):
        assert wire.patch(f"/Groups/{group}", change).status in OK
    return wire.members(group) == []


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name.lower())


def _same_key(target: Target, request: ScimRequest) -> Any:
    """Return the group whose name has the same letters and digits as the one that a request creates, or None."""
    name = str(created(request, "Groups").get("displayName") or "")
    others = (one for one in _groups(target) if one.display_name.lower() != name.lower())
    return next((one for one in others if name and _key(one.display_name) == _key(name)), None)


@defect(
    Kind.GROUPS,
    "group-key-shared",
    "Two groups whose names differ in signs alone are one group",
    "our deduction: find or create by a key that is made from the letters of the name",
    named="ENT-GRP-27#create-second.another",
)
async def group_key_shared(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = _same_key(target, request)
    if found is None:
        return await go(request)
    response = await go(replace(request, method="GET", path=f"/Groups/{found.id}", body=b""))
    response.status = HTTPStatus.CREATED
    return response


@probe("group-key-shared")
def group_key_shared_shows(wire: Wire) -> bool:
    name = unique("C")
    first = wire.group(name=f"{name} Team")
    return wire.create_group(f"{name}++ Team").id == first


@defect(
    Kind.GROUPS,
    "group-key-409",
    "A group whose name differs in signs alone is refused with 409",
    "our deduction: a unique key that is made from the letters of the name",
    named="ENT-GRP-27#create-second.status",
)
async def group_key_409(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _same_key(target, request) is not None:
        return refusal(HTTPStatus.CONFLICT, "a group with this key exists", "uniqueness")
    return await go(request)


@probe("group-key-409")
def group_key_409_shows(wire: Wire) -> bool:
    name = unique("C")
    wire.group(name=f"{name} Team")
    return wire.create_group(f"{name}-Team").status == HTTPStatus.CONFLICT


@defect(
    Kind.GROUPS,
    "namesake-not-kept",
    "Of two members who have the same display name, only one is kept",
    "our deduction: members in a dictionary by their name",
    named="ENT-DIS-08#read-members.members",
)
async def namesake_not_kept(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    group = record_of(target, id_of(request)) if is_write(request, "PATCH", "Groups") else None
    if group is not None and group.members:
        names = {user["id"]: user.get("displayName") or user["id"] for user in users(target)}
        group.members = [*{names.get(one.value, one.value): one for one in group.members}.values()]
    return response


@probe("namesake-not-kept")
def namesake_not_kept_shows(wire: Wire) -> bool:
    first, second = (wire.user(displayName="Jo Young") for _ in range(2))
    group = wire.group()
    assert wire.patch(f"/Groups/{group}", added(first, second)).status in OK
    return wire.members(group) == [second]


@defect(
    Kind.GROUPS,
    "freed-name-inherits",
    "A group that gets the name of a deleted one gets its members too",
    "wso2-extensions/identity-inbound-provisioning-scim2#432, of what a deleted group leaves under its name",
    named="ENT-GRP-29/legacy#read-members.members",
)
async def freed_name_inherits(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    left: dict[str, list[str]] = target.notes.setdefault("freed-name-inherits", {})
    name, members = _name_at(target, request), member_ids(target, request)
    response = await go(request)
    if is_write(request, "DELETE", "Groups"):
        left[name] = members
    new = _name_at(target, request) if is_write(request, "PATCH", "Groups") else name
    if new != name and left.get(new):
        body = {"schemas": [PATCH_OP], "Operations": [added(*left.pop(new))]}
        await go(replace(request, body=json.dumps(body).encode()))
    return response


@probe("freed-name-inherits")
def freed_name_inherits_shows(wire: Wire) -> bool:
    user, name = wire.user(), unique("Sales")
    former, group = wire.group(user, name=name), wire.group()
    assert wire.delete(f"/Groups/{former}").status == HTTPStatus.NO_CONTENT
    assert wire.patch(f"/Groups/{group}", replaced("displayName", name)).status in OK
    return wire.members(group) == [user]
