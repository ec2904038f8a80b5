"""Defects of the embedded target's token endpoint. They show where client credentials are used."""

from urllib.parse import parse_qsl, urlencode

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.defects import defect
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
