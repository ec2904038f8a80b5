"""Faults in two requests at the same moment."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import added, replaced, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Reply, Wire
from scim_conformance.demo.shapes import created, id_of, is_read, is_write, refusal, users, without_uniqueness

RACE = 0.1
"""Seconds between reading and writing where the two are not one."""


async def read_then_written(target: Target, request: ScimRequest, go: Go, kind: str) -> ScimResponse:
    """Apply a PATCH to the resource as it was when the request came in, a moment ago."""
    if not is_write(request, "PATCH", kind):
        return await go(request)
    read = next((one.model_copy(deep=True) for one in target.stored() if one.id == id_of(request)), None)
    await asyncio.sleep(RACE)
    if read is not None:
        target.memory.resources = [read if one.id == read.id else one for one in target.stored()]
    return await go(request)


def at_once(*calls: Callable[[], Reply]) -> list[Reply]:
    """Send requests at the same moment, each over its own connection."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [one.result() for one in [pool.submit(call) for call in calls]]


@defect(
    Kind.ROBUSTNESS,
    "lost-members",
    "Of members who are added at the same moment, only the last one stays",
    "scimmyjs/scimmy#79; Captain-P-Goldfish/SCIM-SDK#646",
    named="SRV-SIM-01#read-members.members",
    flags=("--suite", "service"),
)
async def lost_members(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await read_then_written(target, request, go, "Groups")


@probe("lost-members")
def lost_members_shows(wire: Wire) -> bool:
    group, users = wire.group(), [wire.user() for _ in range(3)]
    replies = at_once(*(lambda user=user: wire.patch(f"/Groups/{group}", added(user)) for user in users))
    assert {reply.status for reply in replies} <= {200, 204}
    return len(wire.members(group)) < 3


@defect(
    Kind.ROBUSTNESS,
    "lost-changes",
    "Of two changes of one user at the same moment, one is lost",
    "Captain-P-Goldfish/scim-for-keycloak#90",
    named="SRV-SIM-02#read-back.stored.{attribute}",
    flags=("--suite", "service"),
)
async def lost_changes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await read_then_written(target, request, go, "Users")


@probe("lost-changes")
def lost_changes_shows(wire: Wire) -> bool:
    user = wire.user(title="Clerk", displayName="Jo")
    said = (replaced("title", "Boss"), replaced("displayName", "Joan"))
    replies = at_once(*(lambda one=one: wire.change(user, one) for one in said))
    assert {reply.status for reply in replies} <= {200, 204}
    found = wire.read(user)
    return (found["title"], found["displayName"]) != ("Boss", "Joan")


def _is_taken(target: Target, request: ScimRequest) -> bool:
    name = str(created(request).get("userName")).lower()
    return any(str(one.get("userName")).lower() == name for one in users(target))


def _twins(wire: Wire) -> list[int]:
    name = f"{unique()}@example.com"
    return sorted(one.status for one in at_once(*[lambda: wire.create(userName=name)] * 2))


@defect(
    Kind.ROBUSTNESS,
    "twins-at-once",
    "Two creations of one user at the same moment make two accounts",
    "wso2/product-is#26148, of the issue before it",
    named="SRV-SIM-03#match.single",
    flags=("--suite", "service"),
)
async def twins_at_once(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if not created(request) or _is_taken(target, request):
        return await go(request)
    await asyncio.sleep(RACE)
    return await without_uniqueness(target, request, go)


@probe("twins-at-once")
def twins_at_once_shows(wire: Wire) -> bool:
    return _twins(wire) == [201, 201]


@defect(
    Kind.ROBUSTNESS,
    "twins-at-once-500",
    "Of two creations at the same moment, the second one returns 500",
    "gravitee-io/gravitee-access-management#8290",
    named="SRV-SIM-03#create-second.status",
    flags=("--suite", "service"),
)
async def twins_at_once_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if not created(request) or _is_taken(target, request):
        return await go(request)
    await asyncio.sleep(RACE)
    if _is_taken(target, request):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "violates unique constraint")
    return await go(request)


@probe("twins-at-once-500")
def twins_at_once_500_shows(wire: Wire) -> bool:
    return _twins(wire) == [201, 500]


@defect(
    Kind.ROBUSTNESS,
    "group-shared",
    "Of two groups changed at the same moment, one gets all members",
    "our deduction: a handler that all requests share, with the group of the request in a field",
    named="SRV-SIM-04#read-members.own",
    flags=("--suite", "service"),
)
async def group_shared(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "PATCH", "Groups"):
        target.notes["group of the request"] = request.path
        await asyncio.sleep(RACE)
        request.path = target.notes["group of the request"]
    return await go(request)


@probe("group-shared")
def group_shared_shows(wire: Wire) -> bool:
    groups, users = [wire.group() for _ in range(2)], [wire.user() for _ in range(2)]
    pairs = zip(groups, users, strict=True)
    replies = at_once(*(lambda to=to, who=who: wire.patch(f"/Groups/{to}", added(who)) for to, who in pairs))
    assert {reply.status for reply in replies} <= {200, 204}
    return sorted(len(wire.members(group)) for group in groups) == [0, 2]


async def _at_the_same_moment(target: Target, request: ScimRequest) -> bool:
    """Take a moment for the change of a group, and tell whether another group is changed in it."""
    began = target.notes.setdefault("when groups change", {})
    own = began[request.path] = asyncio.get_running_loop().time()
    await asyncio.sleep(RACE)
    return any(abs(other - own) < RACE for path, other in began.items() if path != request.path)


def _two_groups_at_once(wire: Wire) -> tuple[list[str], list[int]]:
    """Change one group, then two at the same moment; return both, and the statuses."""
    groups, users = [wire.group() for _ in range(2)], [wire.user() for _ in range(2)]
    assert wire.patch(f"/Groups/{wire.group()}", added(users[0])).status in {200, 204}
    pairs = zip(groups, users, strict=True)
    replies = at_once(*(lambda to=to, who=who: wire.patch(f"/Groups/{to}", added(who)) for to, who in pairs))
    return groups, [one.status for one in replies]


@defect(
    Kind.ROBUSTNESS,
    "groups-at-once-500",
    "Two groups that are changed at the same moment return 500",
    "our deduction: transactions that lock the table of members, and time out",
    named="SRV-SIM-04#add-first.status",
    flags=("--suite", "service"),
)
async def groups_at_once_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "PATCH", "Groups"):
        target.check_auth(request)
        if await _at_the_same_moment(target, request):
            return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Lock wait timeout exceeded")
    return await go(request)


@probe("groups-at-once-500")
def groups_at_once_500_shows(wire: Wire) -> bool:
    return _two_groups_at_once(wire)[1] == [500, 500]


@defect(
    Kind.ROBUSTNESS,
    "groups-at-once-unread",
    "Two groups changed at the same moment cannot be read afterwards: 500",
    "our deduction: a transaction that stays open when another one meets it, and keeps its lock",
    named="SRV-SIM-04#read-members.status",
    flags=("--suite", "service"),
)
async def groups_at_once_unread(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    locked = target.notes.setdefault("locked groups", set())
    if is_write(request, "PATCH", "Groups") and await _at_the_same_moment(target, request):
        locked.add(request.path)
    response = await go(request)
    if is_read(request, "Groups") and request.path in locked:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Lock wait timeout exceeded")
    return response


@probe("groups-at-once-unread")
def groups_at_once_unread_shows(wire: Wire) -> bool:
    groups, statuses = _two_groups_at_once(wire)
    assert {*statuses} <= {200, 204}
    return [wire.get(f"/Groups/{group}").status for group in groups] == [500, 500]
