"""Faults in two writes at the same moment, as RFC 7644 section 3.3 and OWASP have it."""

import asyncio
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.faults.robustness.concurrency import RACE, at_once, read_then_written
from scim_conformance.demo.probing.bodies import added, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import created, refusal, users, without_uniqueness


@defect(
    Kind.STANDARDS,
    "name-checked-early",
    "Two creations at the same moment with one userName are both made",
    "our deduction from RFC 7644 section 3.3",
    named="RFC-CRE-05#find.single",
)
async def name_checked_early(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    name = str(created(request).get("userName")).lower()
    if not created(request) or name in {str(one.get("userName")).lower() for one in users(target)}:
        return await go(request)
    await asyncio.sleep(RACE)
    return await without_uniqueness(target, request, go)


@probe("name-checked-early")
def name_checked_early_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    return {one.status for one in at_once(*[lambda: wire.create(userName=name)] * 2)} == {201}


@defect(
    Kind.STANDARDS,
    "both-refused",
    "Of two creations at once with one userName, both return 409",
    "our deduction from RFC 7644 section 3.3",
    named="RFC-CRE-05#find.made",
)
async def both_refused(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    name = str(created(request).get("userName")).lower()
    if not created(request):
        return await go(request)
    target.check_auth(request)
    asked = target.notes.setdefault("names asked for", {})
    asked[name] = asked.get(name, 0) + 1
    await asyncio.sleep(RACE)
    if asked.pop(name, 2) > 1:
        return refusal(HTTPStatus.CONFLICT, "The userName is being taken", "uniqueness")
    return await go(request)


@probe("both-refused")
def both_refused_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    return {one.status for one in at_once(*[lambda: wire.create(userName=name)] * 2)} == {409}


@defect(
    Kind.STANDARDS,
    "group-written-back",
    "Of two changes of a group at the same moment, one is written over",
    "OWASP ASVS 5.0, 2.3.3",
    named="SEC-RAC-01#read.joined",
)
async def group_written_back(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await read_then_written(target, request, go, "Groups")


@probe("group-written-back")
def group_written_back_shows(wire: Wire) -> bool:
    group, members = wire.group(), [wire.user(), wire.user()]
    at_once(*(lambda user=user: wire.patch(f"/Groups/{group}", added(user)) for user in members))
    return len(wire.members(group)) < 2
