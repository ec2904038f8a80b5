"""Sixth batch: legal variants of tokens, of the configuration, of load and of the form of answers."""

import asyncio
import time
from datetime import UTC, datetime
from email.utils import formatdate
from http import HTTPStatus
from typing import Any

from scim2_models import UnauthorizedException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.shapes import answered, is_write, of_type, read_after, refusal
from scim_conformance.demo.tokens import PATH
from tests.proof.batches.batch_5.store import kind_of, succeeded
from tests.proof.batches.batch_6.store import GALLERY, legal

TWO_HOURS = 7200.0


# RFC 6749 section 5.1: expires_in is the lifetime of this token; a gateway with a cache gives all the same one.
# The note's 1.2: 60 minutes to 6 hours, which what is left is as well.
@legal(
    "token-cached",
    "Two requests for a token return the same one, the second with what is left of two hours",
    "RFC 6749 section 5.1; note 1.2",
    GALLERY,
)
async def token_cached(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    target.tokens.life = TWO_HOURS
    response = await go(request)
    if request.path == PATH and succeeded(response) and response.body is not None:
        now = time.monotonic()
        token, begun = target.notes.setdefault("token-cached", (response.body["access_token"], now))
        if now - begun > TWO_HOURS / 2:
            token, begun = target.notes["token-cached"] = (response.body["access_token"], now)
        response.body |= {"access_token": token, "expires_in": int(TWO_HOURS - (now - begun))}
    return response


# The note's 1.2 and 8 no. 38: 60 minutes to 6 hours, and 6 hours are the last of them.
@legal("token-six-hours", "An access token is valid for six hours", "RFC 6749 section 5.1; note 1.2, 8 no. 38", GALLERY)
async def token_six_hours(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    target.tokens.life = 6 * 3600
    return await go(request)


# RFC 6749 section 5.2: error is required, error_description is optional; 401 carries a challenge.
@legal(
    "client-error-bare",
    "A wrong client secret returns 401 with error alone and a challenge",
    "RFC 6749 section 5.2; note 16 S16",
    GALLERY,
)
async def client_error_bare(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == PATH and response.status == HTTPStatus.UNAUTHORIZED and response.body is not None:
        response.body.pop("error_description", None)
        response.headers["WWW-Authenticate"] = 'Basic realm="token"'
    return response


# The sample of RFC 6749 section 5.1 has this media type; RFC 9110 section 8.3.1: parameters, in any letter case.
@legal(
    "token-media-charset",
    "The token endpoint returns application/json;charset=UTF-8",
    "RFC 6749 section 5.1; RFC 9110 section 8.3.1",
    GALLERY,
)
async def token_media_charset(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == PATH:
        response.headers["Content-Type"] = "application/json;charset=UTF-8"
    return response


SCHEMES: list[dict[str, Any]] = [
    {"type": kind, "name": name, "description": f"Authentication with {name}", "primary": kind == "oauthbearertoken"}
    for kind, name in (("httpbasic", "HTTP Basic"), ("oauthbearertoken", "OAuth Bearer Token"), ("oauth2", "OAuth 2.0"))
]


# RFC 7643 section 5: authenticationSchemes is multi-valued, documentationUri optional. Entra reads none of it (note 7).
@legal(
    "configuration-richer",
    "The configuration names three authentication schemes, the bearer token second, and a page of documentation",
    "RFC 7643 section 5; note 7",
    GALLERY,
)
async def configuration_richer(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if kind_of(request) == "ServiceProviderConfig" and response.body is not None:
        response.body |= {"authenticationSchemes": SCHEMES, "documentationUri": "https://docs.example.com/scim"}
    return response


COLD = 2.0


# No source bounds the time of an answer (note 9.3): a process that starts with the first request takes seconds.
@legal("cold-start", "The first request takes two seconds", "Note 9.3, no time-out is known; RFC 9110 section 15.5.9")
async def cold_start(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if not target.notes.get("cold-start"):
        target.notes["cold-start"] = True
        await asyncio.sleep(COLD)
    return await go(request)


WRITE = 0.05


# The 25 requests per second are asked of gallery applications alone (note 8 no. 28 and 8.1).
@legal(
    "writes-queued",
    "Writes are done one after another, each in 50 milliseconds",
    "Note 8 no. 28 and 6.2: each takes effect; RFC 7644 is silent",
)
async def writes_queued(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "GET":
        return await go(request)
    lock: asyncio.Lock = target.notes.setdefault("writes-queued", asyncio.Lock())
    async with lock:
        await asyncio.sleep(WRITE)
        return await go(request)


MOST = 25


# RFC 9110 section 10.2.3: Retry-After is a number of seconds or a date; RFC 6585 section 4. 25 requests per second are
# what the note's 8 no. 28 asks for.
@legal(
    "retry-after-date",
    "More than 25 requests per second return 429, with Retry-After as a date",
    "RFC 9110 section 10.2.3; RFC 6585 section 4; note 8 no. 28",
)
async def retry_after_date(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    now = time.monotonic()
    recent = [one for one in target.notes.get("retry-after-date", []) if now - one < 1]
    target.notes["retry-after-date"] = [*recent, now] if len(recent) < MOST else recent
    if len(recent) < MOST:
        return await go(request)
    response = refusal(HTTPStatus.TOO_MANY_REQUESTS, f"More than {MOST} requests per second")
    response.headers["Retry-After"] = formatdate(time.time() + 2, usegmt=True)
    return response


TARPIT = 0.5


# RFC 6750 section 3.1 says nothing of time; a guard against guessing makes refusals slow.
@legal("refusals-slow", "A wrong token is refused after half a second", "RFC 6750 section 3.1; note 16 S1, 401")
async def refusals_slow(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    try:
        return await go(request)
    except UnauthorizedException:
        await asyncio.sleep(TARPIT)
        raise


# The note's 6.1 and 4.5: for groups 204 is recommended and 200 accepted, for users both are as good.
@legal(
    "patch-200-of-groups",
    "PATCH returns 200 with the whole group, and 204 for users",
    "RFC 7644 section 3.5.2; note 4.5, X16",
)
async def patch_200_of_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changing = is_write(request, "PATCH", "Groups")
    response = await go(request)
    return await read_after(request, go) if changing and succeeded(response) else response


# RFC 7643 section 3.1: lastModified and version change with the resource, which the application changes as well: the
# last sign-in is one of its details.
@legal(
    "changes-by-itself",
    "lastModified, version and ETag of a user are others at each read: people sign in",
    "RFC 7643 section 3.1, meta; RFC 7644 section 3.14",
)
async def changes_by_itself(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    known: dict[str, str] = target.notes.setdefault("changes-by-itself", {})
    headers: Any = request.headers
    conditions = {"if-match", "if-none-match"}
    request.headers = [(name, known.get(said, said) if name.lower() in conditions else said) for name, said in headers]
    response = await answered(target, request, go)
    for kind, user in of_type(request, response):
        if kind == "Users" and "version" in user.get("meta", {}):
            version = _another(known, user["meta"]["version"])
            user["meta"] |= {"lastModified": datetime.now(UTC).isoformat()[:26] + "Z", "version": version}
    if kind_of(request) == "Users" and "ETag" in response.headers:
        shown = (response.body or {}).get("meta", {}).get("version")
        response.headers["ETag"] = shown or _another(known, response.headers["ETag"])
    return response


def _another(known: dict[str, str], version: str) -> str:
    made = f'W/"{1000 + len(known)}"'
    known[made] = version
    return made
