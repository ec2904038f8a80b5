"""Legal variants in how a conflict of names is refused, and what two requests at the same moment get."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, set_body
from scim_conformance.demo.probing.bodies import replaced, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Reply, Wire
from scim_conformance.demo.shapes import answered, changes, created, refusal
from scim_conformance.demo.variants.registry import variant

AT_ONCE = 0.1
"""Seconds within which two creations are at the same moment."""


def _renamed_to_taken(wire: Wire) -> Reply:
    taken = f"{unique()}@example.com"
    wire.user(userName=taken)
    return wire.change(wire.user(), replaced("userName", taken))


@variant(
    "rename-taken-400",
    "Renaming a user to a name that is taken returns 400 uniqueness",
    "RFC 7644 section 3.12, uniqueness, which it has for PATCH under 400; SHOULD only",
    nearest=("rename-to-taken",),
)
async def rename_taken_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    renames = bool(changes(request))
    response = await answered(target, request, go)
    if renames and response.status == HTTPStatus.CONFLICT:
        return refusal(HTTPStatus.BAD_REQUEST, "userName is taken", "uniqueness")
    return response


@probe("rename-taken-400")
def rename_taken_400_differs(wire: Wire) -> bool:
    return _renamed_to_taken(wire).status == 400


def _twins(wire: Wire) -> set[int]:
    name = f"{unique()}@example.com"
    with ThreadPoolExecutor(2) as pool:
        return {reply.status for reply in pool.map(lambda _: wire.create(userName=name), range(2))}


@variant(
    "twins-503",
    "Two creations of one user at the same moment are both refused: 503 with Retry-After",
    "RFC 9110 section 15.6.4; SHOULD only",
    flags=("--suite", "service"),
    nearest=("twins-at-once",),
)
async def twins_503(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    name = str(created(request).get("userName")).lower()
    if not created(request):
        return await go(request)
    asked: dict[str, list[float]] = target.notes.setdefault("twins-503", {})
    came, others = time.monotonic(), asked.setdefault(name, [])
    others.append(came)
    await asyncio.sleep(AT_ONCE)
    if all(one == came or abs(one - came) >= AT_ONCE for one in others):
        return await go(request)
    busy = refusal(HTTPStatus.SERVICE_UNAVAILABLE, "This user is being created by another request: try again")
    busy.headers["Retry-After"] = "1"
    return busy


@probe("twins-503")
def twins_503_differs(wire: Wire) -> bool:
    return 503 in _twins(wire)


@variant(
    "inactive-refused",
    "Creating a disabled account is refused: 400 invalidValue",
    "RFC 7644 section 3.12, invalidValue; Entra skips a user who is disabled and was never provisioned; SHOULD only",
    nearest=("active-in-creation-500", "active-string"),
)
async def inactive_refused(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if created(request).get("active") is False:
        target.check_auth(request)
        return refusal(HTTPStatus.BAD_REQUEST, "A new account is active", "invalidValue")
    return await go(request)


@probe("inactive-refused")
def inactive_refused_differs(wire: Wire) -> bool:
    return wire.create(active=False).status == 400


@variant(
    "inactive-made-active",
    "An account is active when it is created, whatever was sent",
    "RFC 7644 section 3.3: free to alter; Entra skips a user who is disabled and was never provisioned; SHOULD only",
    nearest=("active-string", "update-enables"),
)
async def inactive_made_active(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    if body.get("active") is False:
        set_body(request, body | {"active": True})
    return await go(request)


@probe("inactive-made-active")
def inactive_made_active_differs(wire: Wire) -> bool:
    return wire.read(wire.user(active=False))["active"] is True
