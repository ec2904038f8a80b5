"""Defects of the embedded target's token endpoint. They show where client credentials are used."""

from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

from scim2_models import UnauthorizedException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import refusal
from scim_conformance.demo.tokens import PATH

CHECKLIST = "Microsoft's app gallery checklist, 2.2"
GALLERY = "gallery-2026"


@defect(Kind.CONNECTION, "token-life-5-minutes", "Access tokens end after 5 minutes", CHECKLIST, profile=GALLERY)
async def token_life_5_minutes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    target.tokens.life = 300
    return await go(request)


@defect(
    Kind.CONNECTION, "wrong-secret-accepted", "Whoever knows the client id gets a token", CHECKLIST, profile=GALLERY
)
async def wrong_secret_accepted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == PATH:
        form = dict(parse_qsl(request.body.decode()))
        request.body = urlencode(form | {"client_secret": target.tokens.client_secret}).encode()
    return await go(request)


@defect(
    Kind.CONNECTION,
    "token-without-life",
    "The token endpoint does not say how long a token lives",
    CHECKLIST,
    profile=GALLERY,
)
async def token_without_life(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == PATH and response.body is not None:
        response.body.pop("expires_in", None)
    return response


@defect(
    Kind.CONNECTION,
    "token-endpoint-json",
    "The token endpoint reads JSON only: a form answers 400",
    "RFC 6749 section 4.4.2, of a form that is not read",
    profile=GALLERY,
    uncatchable="without a token nothing can be judged: the run ends as inconclusive, and says that it is the token",
)
async def token_endpoint_json(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == PATH and "json" not in (request.header("Content-Type") or ""):
        return ScimResponse(HTTPStatus.BAD_REQUEST, {"error": "invalid_request"}, {"Content-Type": "application/json"})
    return await go(request)


@defect(
    Kind.CONNECTION,
    "token-type-missing",
    "The token endpoint does not say which type its tokens are of",
    "RFC 6749 section 5.1, of an answer without token_type",
    profile=GALLERY,
)
async def token_type_missing(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == PATH and response.body is not None:
        response.body.pop("token_type", None)
    return response


@defect(
    Kind.CONNECTION,
    "token-unknown-to-users",
    "A new access token is refused at /Users: 401",
    CHECKLIST,
    profile=GALLERY,
)
async def token_unknown_to_users(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == "/Users" and request.method == "GET" and "filter" not in request.query:
        raise UnauthorizedException(detail="The token is not known here")
    return await go(request)


@defect(
    Kind.CONNECTION,
    "list-403",
    "An access token does not open a list of users without a filter",
    CHECKLIST,
    profile=GALLERY,
)
async def list_403(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "GET" and request.path == "/Users" and "filter" not in request.query:
        return refusal(HTTPStatus.FORBIDDEN, "The scope of this token is too small")
    return await go(request)
