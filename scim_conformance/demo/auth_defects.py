"""Defects of the embedded target's token endpoint. They show where client credentials are used."""

from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.defects import defect, refusal
from scim_conformance.demo.tokens import PATH

CHECKLIST = "Microsoft's app gallery checklist, 2.2"
GALLERY = "gallery-2026"


@defect("token-life-5-minutes", "Access tokens end after 5 minutes", CHECKLIST, GALLERY)
async def token_life_5_minutes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    target.tokens.life = 300
    return await go(request)


@defect("wrong-secret-accepted", "Whoever knows the client id gets a token", CHECKLIST, GALLERY)
async def wrong_secret_accepted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == PATH:
        form = dict(parse_qsl(request.body.decode()))
        request.body = urlencode(form | {"client_secret": target.tokens.client_secret}).encode()
    return await go(request)


@defect("token-without-life", "The token endpoint does not say how long a token lives", CHECKLIST, GALLERY)
async def token_without_life(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == PATH and response.body is not None:
        response.body.pop("expires_in", None)
    return response


@defect("list-403", "An access token does not open a list of users without a filter", CHECKLIST, GALLERY)
async def list_403(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "GET" and request.path == "/Users" and "filter" not in request.query:
        return refusal(HTTPStatus.FORBIDDEN, "The scope of this token is too small")
    return await go(request)
