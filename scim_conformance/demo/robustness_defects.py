"""Defects of the embedded target that show in time: late visibility, races, throttling, answers that break off."""

import asyncio
import copy
import time
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import BrokenResponse, Go, Target
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import (
    changes,
    created,
    id_of,
    is_query,
    is_read,
    is_write,
    listed,
    refusal,
    resources,
    stored_at,
    users,
    without_uniqueness,
)

LAG = 0.1
"""Seconds until a write shows."""
RACE = 0.1
"""Seconds between reading and writing where the two are not one."""


@defect(
    Kind.ROBUSTNESS,
    "late-groups",
    "A new group is found by its name a moment later",
    "dimagi/commcare-hq#27807",
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


@defect(
    Kind.ROBUSTNESS,
    "late-users",
    "A new user is found by userName a moment later",
    "jelhub/scimgateway#168",
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


@defect(
    Kind.ROBUSTNESS,
    "late-changes",
    "A change shows a moment later: reads come from a replica",
    "firezone/firezone#12102, of reads from a replica",
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


@defect(
    Kind.ROBUSTNESS,
    "lost-members",
    "Of members who are added at the same moment only the last one stays",
    "scimmyjs/scimmy#79; Captain-P-Goldfish/SCIM-SDK#646",
    flags=("--suite", "service"),
)
async def lost_members(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _read_then_written(target, request, go, "Groups")


@defect(
    Kind.ROBUSTNESS,
    "lost-changes",
    "Of two changes of one user at the same moment one is lost",
    "Captain-P-Goldfish/scim-for-keycloak#90",
    flags=("--suite", "service"),
)
async def lost_changes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _read_then_written(target, request, go, "Users")


async def _read_then_written(target: Target, request: ScimRequest, go: Go, kind: str) -> ScimResponse:
    """Apply a PATCH to the resource as it was when the request came in, a moment ago."""
    if not is_write(request, "PATCH", kind):
        return await go(request)
    read = next((one.model_copy(deep=True) for one in target.stored() if one.id == id_of(request)), None)
    await asyncio.sleep(RACE)
    if read is not None:
        target.memory.resources = [read if one.id == read.id else one for one in target.stored()]
    return await go(request)


@defect(
    Kind.ROBUSTNESS,
    "twins-at-once",
    "Two creations of one user at the same moment make two accounts",
    "wso2/product-is#26148, of the issue before it",
    flags=("--suite", "service"),
)
async def twins_at_once(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if not created(request) or _is_taken(target, request):
        return await go(request)
    await asyncio.sleep(RACE)
    return await without_uniqueness(target, request, go)


@defect(
    Kind.ROBUSTNESS,
    "twins-at-once-500",
    "Of two creations at the same moment the second one answers 500",
    "gravitee-io/gravitee-access-management#8290",
    flags=("--suite", "service"),
)
async def twins_at_once_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if not created(request) or _is_taken(target, request):
        return await go(request)
    await asyncio.sleep(RACE)
    if _is_taken(target, request):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "violates unique constraint")
    return await go(request)


def _is_taken(target: Target, request: ScimRequest) -> bool:
    name = str(created(request).get("userName")).lower()
    return any(str(one.get("userName")).lower() == name for one in users(target))


def _too_many(target: Target, most: int, seconds: float = 1) -> bool:
    """Tell whether more than so many requests came in the last seconds; those that are refused do not count."""
    now = time.monotonic()
    recent = [moment for moment in target.notes.get("recent", []) if now - moment < seconds]
    target.notes["recent"] = recent if len(recent) >= most else [*recent, now]
    return len(recent) >= most


@defect(
    Kind.ROBUSTNESS,
    "throttled",
    "More than ten requests in a second answer 429, with Retry-After",
    "Microsoft Q&A 1922038",
    row="B17",
    flags=("--suite", "service"),
)
async def throttled(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _too_many(target, 10):
        response = refusal(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests")
        response.headers["Retry-After"] = "1"
        return response
    return await go(request)


@defect(
    Kind.ROBUSTNESS,
    "throttled-without-hint",
    "More than ten requests in a second answer 429, without Retry-After",
    "getsentry/sentry#27302",
    row="B17",
    flags=("--suite", "service"),
)
async def throttled_without_hint(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _too_many(target, 10):
        return refusal(HTTPStatus.TOO_MANY_REQUESTS, "You are being rate limited.")
    return await go(request)


@defect(
    Kind.ROBUSTNESS,
    "throttled-as-500",
    "Under load requests answer 500: REQUEST_LIMIT_EXCEEDED",
    "databricks/databricks-sdk-go#721",
    row="B17",
)
async def throttled_as_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _too_many(target, 15, 60):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "REQUEST_LIMIT_EXCEEDED")
    return await go(request)


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


@defect(
    Kind.ROBUSTNESS,
    "broken-off",
    "The answer to a change of a group breaks off in the middle",
    "bitwarden/server#7309, of a request that cannot be sent to its end",
    row="B16",
    uncatchable="the run ends as inconclusive, and says that the connection broke; it may be the network's fault",
)
async def broken_off(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if not is_write(request, "PATCH", "Groups"):
        return await go(request)
    await go(request)
    return BrokenResponse(HTTPStatus.OK, None, {}, b'{"schemas":["urn:ietf:params:sc')
