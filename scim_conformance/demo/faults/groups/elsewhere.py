"""Faults by which a request about one user or group changes memberships elsewhere."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import added, removed, replaced, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import PATCH_OP, answered, id_of, is_write, member_ids, stored_at


def _groups(target: Target) -> list[dict[str, Any]]:
    return [one.model_dump() for one in target.stored() if not hasattr(one, "user_name")]


def _members(group: dict[str, Any]) -> set[str]:
    return {str(one["value"]) for one in group.get("members") or []}


async def _send(target: Target, request: ScimRequest, go: Go, group: str, operations: Iterable[dict[str, Any]]) -> None:
    body = json.dumps({"schemas": [PATCH_OP], "Operations": [*operations]}).encode()
    await answered(target, replace(request, method="PATCH", path=f"/Groups/{group}", query={}, body=body), go)


def _department(target: Target, request: ScimRequest) -> Any:
    return (stored_at(target, request.path).get(ENTERPRISE) or {}).get("department")


@defect(
    Kind.GROUPS,
    "memberships-end-with-department",
    "A user whose department changes is in no group any more",
    "our deduction: groups are derived from the department, and written anew when it changes",
    named="ENT-GRP-28/legacy#read-changed.members",
)
async def memberships_end_with_department(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if not is_write(request, "PATCH", "Users"):
        return await go(request)
    before = _department(target, request)
    response = await go(request)
    if before and _department(target, request) != before:
        target._end_memberships(id_of(request))
    return response


@probe("memberships-end-with-department")
def memberships_end_with_department_shows(wire: Wire) -> bool:
    user = wire.user(**{ENTERPRISE: {"department": "A"}})
    group = wire.group(user)
    assert wire.change(user, replaced(f"{ENTERPRISE}:department", "B")).status in {200, 204}
    return wire.members(group) == []


@defect(
    Kind.GROUPS,
    "equal-groups-one-list",
    "Two groups with the same members share one list",
    "our deduction: sets of members are stored once, by their hash",
    named="ENT-GRP-28/legacy#read-second.members",
)
async def equal_groups_one_list(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    before = set(member_ids(target, request)) if is_write(request, "PATCH", "Groups") else set()
    alike = [one["id"] for one in _groups(target) if before and _members(one) == before]
    response = await go(request)
    left = before - set(member_ids(target, request)) if before else set()
    for group in [one for one in alike if one != id_of(request)] if left else []:
        await _send(target, request, go, group, [removed(*left)])
    return response


@probe("equal-groups-one-list")
def equal_groups_one_list_shows(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    first, second = (wire.group(user, other) for _ in range(2))
    assert wire.patch(f"/Groups/{first}", removed(other)).status in {200, 204}
    return wire.members(second) == [user]


@defect(
    Kind.GROUPS,
    "near-group-joined",
    "Who joins a group joins every group whose name begins with its name",
    "our deduction: the group is looked up by a LIKE on its name",
    named="ENT-GRP-26/legacy#read-near.members",
)
async def near_group_joined(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    before = set(member_ids(target, request)) if is_write(request, "PATCH", "Groups") else set()
    response = await go(request)
    joined = set(member_ids(target, request)) - before if is_write(request, "PATCH", "Groups") else set()
    name = f"{stored_at(target, request.path).get('displayName')} " if joined else ""
    for group in [one["id"] for one in _groups(target) if joined and one["displayName"].startswith(name)]:
        await _send(target, request, go, group, [added(*joined)])
    return response


@probe("near-group-joined")
def near_group_joined_shows(wire: Wire) -> bool:
    name, user = unique("Sales"), wire.user()
    group, near = wire.group(name=name), wire.group(name=f"{name} EMEA")
    assert wire.patch(f"/Groups/{group}", added(user)).status in {200, 204}
    return wire.members(near) == [user]
