"""Eleventh batch: faults of the connection, of tokens, and of what a gateway in front of the target does."""

import asyncio
import gzip
import json
import time
from http import HTTPStatus

from scim2_models import UnauthorizedException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import RAW_QUERY, Go, RawResponse, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import answered, created
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_5.store import kind_of, refused
from tests.proof.batches.batch_11.store import GALLERY, KINDS, changed, changed_one, eleventh, is_discovery

FAILURES, LOCKED = 2, 3


def _known(target: Target, request: ScimRequest) -> bool:
    try:
        target.check_auth(request)
    except UnauthorizedException:
        return False
    return True


@eleventh(
    Kind.CONNECTION,
    "lockout-by-address",
    "After two requests in a row with a wrong token the next three with the right one return 401: an address is locked",
    "Note 1.6, Test Connection is repeated after a typing error, and 9.4, a credential failure; RFC 7644 section 2",
    NEEDED,
)
async def lockout_by_address(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    state: dict[str, int] = target.notes.setdefault("lockout-by-address", {"failed": 0, "locked": 0})
    if kind_of(request) not in KINDS:
        return await go(request)
    if not _known(target, request):
        state["failed"] += 1
        if state["failed"] >= FAILURES:
            state.update(failed=0, locked=LOCKED)
        return await go(request)
    state["failed"] = 0
    if state["locked"]:
        state["locked"] -= 1
        raise UnauthorizedException(detail="Too many failed attempts from this address")
    return await go(request)


@eleventh(
    Kind.CONNECTION,
    "disable-ends-sessions",
    "After a user is disabled the next request returns 401: all sessions of the tenant end, also that of the service",
    "Note 5, the requests around a disable, and 9.4, a credential failure quarantines at once; RFC 7644 section 2",
    NEEDED,
)
async def disable_ends_sessions(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if target.notes.pop("disable-ends-sessions", False):
        raise UnauthorizedException(detail="The session has ended")
    response, before, after = await changed(target, request, go)
    if before and before.get("active") is not False and after.get("active") is False:
        target.notes["disable-ends-sessions"] = True
    return response


LONGEST_QUERY = 200


@eleventh(
    Kind.CONNECTION,
    "long-query-414",
    "A query of more than 200 characters, as of a group with a long name, returns 414: a limit of the gateway",
    "Note 2.1, the query of groups; RFC 9110 section 4.1, at least 8000 octets; RFC 7644 section 3.4.2",
    NEEDED,
)
async def long_query_414(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if len(request.header(RAW_QUERY) or "") > LONGEST_QUERY:
        return refused(target, request, "URI too long", status=HTTPStatus.REQUEST_URI_TOO_LONG)
    return await go(request)


LARGE = 1024


@eleventh(
    Kind.ROBUSTNESS,
    "gzip-undeclared",
    "An answer of more than a kilobyte is compressed, and nothing says so: a proxy takes Content-Encoding away",
    "Note 1.6, what is not JSON is an error, and 14.1 B07; RFC 9110 section 8.4; RFC 7644 section 3.8",
    MUST,
)
async def gzip_undeclared(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    raw = b"" if response.body is None else json.dumps(response.body).encode()
    if len(raw) <= LARGE:
        return response
    return RawResponse(response.status, None, response.headers, gzip.compress(raw))


LARGEST = 4096


@eleventh(
    Kind.ROBUSTNESS,
    "body-over-four-kilobytes-413",
    "A request with a body of more than four kilobytes returns 413: many members at once, or a change of everything",
    "Note 6.2, batch size, bodies may be large, not below 100 members, and 4.1, 36 operations; RFC 7644 section 3.12",
    NEEDED,
)
async def body_over_four_kilobytes_413(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if len(request.body or b"") > LARGEST:
        return refused(target, request, "Request too large", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return await go(request)


MOST, SECONDS = 5, 10


@eleventh(
    Kind.ROBUSTNESS,
    "changes-of-one-throttled",
    "More than five changes of one user or group within ten seconds return 429: the limit is for each resource",
    "Note 6.2, batch size, one member per PATCH and 300 in a row, and 8 no. 28, 25 requests per second",
    NEEDED,
)
async def changes_of_one_throttled(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    made: dict[str, list[float]] = target.notes.setdefault("changes-of-one-throttled", {})
    path, now = changed_one(request), time.monotonic()
    if path:
        recent = [one for one in made.get(path, []) if now - one < SECONDS]
        made[path] = recent
        if len(recent) >= MOST:
            return refused(target, request, "Too many changes", status=HTTPStatus.TOO_MANY_REQUESTS)
        recent.append(now)
    return await go(request)


@eleventh(
    Kind.ROBUSTNESS,
    "two-creations-at-once-500",
    "While a user is being created the creation of another one returns 500: both draw the same number for the row",
    "Note 6.2 and 9.3, requests may come at the same time, concurrency is not documented; RFC 7644 section 3.3",
    MUST,
)
async def two_creations_at_once_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if not created(request):
        return await go(request)
    if target.notes.get("two-creations-at-once-500"):
        return refused(target, request, "duplicate key: users_pkey", status=HTTPStatus.INTERNAL_SERVER_ERROR)
    target.notes["two-creations-at-once-500"] = True
    try:
        await asyncio.sleep(0.03)
        return await go(request)
    finally:
        target.notes["two-creations-at-once-500"] = False


@eleventh(
    Kind.DISCOVERY,
    "discovery-403",
    "/Schemas, /ResourceTypes and /ServiceProviderConfig return 403 with the right token: only admins may read them",
    "Note 7, the gallery requires them; RFC 7644 section 4, the three endpoints",
    MUST,
    profile=GALLERY,
)
async def discovery_403(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_discovery(request):
        return refused(target, request, "Permission settings.read is missing", status=HTTPStatus.FORBIDDEN)
    return await go(request)
