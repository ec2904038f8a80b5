"""Faults in groups with many members, and in requests with many."""

import asyncio
import time
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import added, person, replaced, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import peopled_group
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    changes,
    is_write,
    member_ids,
    named_members,
    path_of,
    refusal,
    rewrite,
    stored_at,
    verb,
)


def _crowd(wire: Wire, size: int) -> list[str]:
    return [one.id for one in wire.post_all("/Users", (person() for _ in range(size)))]


@defect(
    Kind.GROUPS,
    "hundred-members",
    "A group never has more than a hundred members",
    "FusionAuth/fusionauth-issues#2784",
    named="ENT-GRP-13#read-members.members",
    row="B97",
)
async def hundred_members(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_write(request, "PATCH", "Groups"):
        kept = target.stored()
        for group in kept:
            if getattr(group, "members", None):
                group.members = group.members[:100]
        target.memory.resources = kept
    return response


@probe("hundred-members")
def hundred_members_shows(wire: Wire) -> bool:
    group, crowd = wire.group(), _crowd(wire, 101)
    assert wire.patch(f"/Groups/{group}", added(*crowd)).status in {200, 204}
    return len(wire.members(group)) == 100


def _entries(operation: dict[str, Any]) -> list[Any]:
    value = operation.get("value") if path_of(operation) == "members" else None
    return value if isinstance(value, list) else []


@defect(
    Kind.GROUPS,
    "hundred-and-first-400",
    "A group takes no more than a hundred members: 400",
    "goauthentik/authentik#20410",
    named="ENT-GRP-13#add-one-more.status",
    row="B99",
)
async def hundred_and_first_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    held = stored_at(target, request.path).get("members") or []
    added = [entry for one in changes(request, "Groups") if verb(one) == "add" for entry in _entries(one)]
    if added and len(held) + len(added) > 100:
        return refusal(HTTPStatus.BAD_REQUEST, "The group is full", "tooMany")
    return await go(request)


@probe("hundred-and-first-400")
def hundred_and_first_400_shows(wire: Wire) -> bool:
    group = wire.group()
    crowd = [one.id for one in wire.post_all("/Users", (person() for _ in range(101)))]
    assert wire.patch(f"/Groups/{group}", added(*crowd[:100])).status in {200, 204}
    return wire.patch(f"/Groups/{group}", added(crowd[100])).status == 400


@defect(
    Kind.GROUPS,
    "slow-group-patch",
    "Changing a group takes longer the more members it has",
    "wso2-extensions/identity-inbound-provisioning-scim2#178",
    row="B98",
    uncatchable="how long an answer takes is recorded, and not judged: no source says how long Entra waits",
)
async def slow_group_patch(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "PATCH", "Groups"):
        await asyncio.sleep(0.005 * len(member_ids(target, request)))
    return await go(request)


@probe("slow-group-patch")
def slow_group_patch_shows(wire: Wire) -> bool:
    group = wire.group()
    assert wire.patch(f"/Groups/{group}", added(*_crowd(wire, 101))).status in {200, 204}
    started = time.monotonic()
    assert wire.patch(f"/Groups/{group}", replaced("displayName", unique("group"))).status in {200, 204}
    return time.monotonic() - started > 0.5


@defect(
    Kind.GROUPS,
    "members-per-request",
    "More than fifty members in one request return 400",
    "slashdevops/idp-scim-sync#62, of a limit; goauthentik/authentik#20410",
    named="ENT-GRP-13#add-hundred.status",
    row="B99",
)
async def members_per_request(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(len(named_members(one)) > 50 for one in changes(request, "Groups")):
        return refusal(HTTPStatus.BAD_REQUEST, "Too many members in one request", "tooMany")
    return await go(request)


@probe("members-per-request")
def members_per_request_shows(wire: Wire) -> bool:
    group, crowd = wire.group(), _crowd(wire, 51)
    assert wire.patch(f"/Groups/{group}", added(*crowd[:50])).status in {200, 204}
    return wire.patch(f"/Groups/{wire.group()}", added(*crowd)).status == 400


@defect(
    Kind.GROUPS,
    "members-of-one-operation",
    "Of several members in one operation, only the first is added",
    "bitwarden/server#2190, of values of which the first is taken",
    named="ENT-GRP-05/legacy#read-members.members",
    row="B83",
)
async def members_of_one_operation(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    for operation in found:
        if verb(operation) == "add" and isinstance(operation.get("value"), list):
            operation["value"] = operation["value"][:1]
    if found:
        rewrite(request, found)
    return await go(request)


@probe("members-of-one-operation")
def members_of_one_operation_shows(wire: Wire) -> bool:
    group, users = wire.group(), [wire.user(), wire.user()]
    assert wire.patch(f"/Groups/{group}", added(*users)).status in {200, 204}
    return wire.members(group) == users[:1]


@defect(
    Kind.GROUPS,
    "one-member-at-a-time",
    "More than one member in an operation returns 400",
    "our deduction from bitwarden/server#2190, of values of which the first is taken",
    named="ENT-GRP-05/legacy#add-several.status",
    row="B99",
    wide="several scenarios add two members in one request",
)
async def one_member_at_a_time(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(len(_entries(one)) > 1 for one in changes(request, "Groups")):
        return refusal(HTTPStatus.BAD_REQUEST, "One member at a time", "tooMany")
    return await go(request)


@probe("one-member-at-a-time")
def one_member_at_a_time_shows(wire: Wire) -> bool:
    group = peopled_group(wire)
    return wire.patch(f"/Groups/{group}", added(wire.user(), wire.user())).status == 400
