"""Faults in when a write shows, and in how long an answer takes."""

import asyncio
import copy
import time
from http import HTTPStatus
from http.client import IncompleteRead
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import BrokenResponse, Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import replaced, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    changes,
    created,
    id_of,
    is_query,
    is_read,
    is_write,
    listed,
    resources,
    stored_at,
)

LAG = 0.1
"""Seconds until a write shows."""


@defect(
    Kind.ROBUSTNESS,
    "late-groups",
    "A new group is found by its name a moment later",
    "dimagi/commcare-hq#27807",
    named="STD-LAG-01#any.answer",
    flags=("--settle", "0.5"),
)
async def late_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    born: dict[Any, float] = target.notes.setdefault("late-groups", {})
    response = await go(request)
    for resource in resources(response):
        born.setdefault(resource["id"], time.monotonic())
    if is_query(request, "Groups"):
        body = response.body or {}
        kept = [one for one in body.get("Resources", []) if time.monotonic() - born[one["id"]] > 0.1]
        response.body = {**body, "Resources": kept, "totalResults": len(kept)}
    return response


@probe("late-groups")
def late_groups_shows(wire: Wire) -> bool:
    name = unique("group")
    wire.group(name=name)
    before = wire.find("Groups", f'displayName eq "{name}"').listed
    time.sleep(0.15)
    assert len(wire.find("Groups", f'displayName eq "{name}"').listed) == 1
    return before == []


@defect(
    Kind.ROBUSTNESS,
    "late-users",
    "A new user is found by userName a moment later",
    "jelhub/scimgateway#168",
    named="STD-LAG-01#any.answer",
    flags=("--settle", "0.5"),
)
async def late_users(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    born: dict[Any, float] = target.notes.setdefault("late-users", {})
    response = await go(request)
    for resource in resources(response):
        born.setdefault(resource["id"], time.monotonic())
    if is_query(request, "Users"):
        listed(response, [one for one in resources(response) if time.monotonic() - born[one["id"]] > LAG])
    return response


@probe("late-users")
def late_users_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    wire.user(userName=name)
    before = wire.find("Users", f'userName eq "{name}"').listed
    time.sleep(0.15)
    assert len(wire.find("Users", f'userName eq "{name}"').listed) == 1
    return before == []


@defect(
    Kind.ROBUSTNESS,
    "late-changes",
    "A change shows a moment later: reads come from a replica",
    "firezone/firezone#12102, of reads from a replica",
    named="STD-LAG-01#any.answer",
    flags=("--settle", "0.5"),
)
async def late_changes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    old: dict[str, tuple[float, dict[str, Any]]] = target.notes.setdefault("late-changes", {})
    if changes(request) and stored_at(target, request.path):
        old[id_of(request)] = (time.monotonic(), stored_at(target, request.path))
    response = await go(request)
    changed, before = old.get(id_of(request), (0.0, {}))
    if is_read(request, "Users") and before and time.monotonic() - changed < LAG:
        response.body = copy.deepcopy(before)
    return response


@probe("late-changes")
def late_changes_shows(wire: Wire) -> bool:
    user = wire.user(title="Clerk")
    assert wire.change(user, replaced("title", "Boss")).status in {200, 204}
    before = wire.read(user)["title"]
    time.sleep(0.15)
    assert wire.read(user)["title"] == "Boss"
    return bool(before == "Clerk")


@defect(
    Kind.ROBUSTNESS,
    "slow-creations",
    "Creating a user takes longer than the client waits",
    "Captain-P-Goldfish/scim-for-keycloak#134, of a client that gives up",
    flags=("--timeout", "1"),
    uncatchable="the run ends as inconclusive, and says that no answer came in time",
)
async def slow_creations(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if created(request):
        await asyncio.sleep(1.5)
    return await go(request)


@probe("slow-creations")
def slow_creations_shows(wire: Wire) -> bool:
    started = time.monotonic()
    wire.user()
    return time.monotonic() - started > 1


@defect(
    Kind.ROBUSTNESS,
    "broken-off",
    "The answer to a change of a group breaks off in the middle",
    "bitwarden/server#7309, of a request that cannot be sent to its end",
    named="STD-ANS-01#any.answer",
    row="B16",
)
async def broken_off(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if not is_write(request, "PATCH", "Groups"):
        return await go(request)
    await go(request)
    return BrokenResponse(HTTPStatus.OK, None, {}, b'{"schemas":["urn:ietf:params:sc')


@probe("broken-off")
def broken_off_shows(wire: Wire) -> bool:
    group = wire.group()
    try:
        wire.patch(f"/Groups/{group}", replaced("displayName", unique("group")))
    except (IncompleteRead, ConnectionError):
        return True
    return False
