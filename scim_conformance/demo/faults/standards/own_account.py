"""Faults of /Me, as RFC 7644 section 3.11 has it."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE

OURS = "our deduction from RFC 7644 section 3.11"


@defect(
    Kind.STANDARDS,
    "me-redirects-to-itself",
    "/Me redirects without an address",
    OURS,
    named="RFC-USR-06#me.redirect",
)
async def me_redirects_to_itself(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == "/Me":
        target.check_auth(request)
        return ScimResponse(HTTPStatus.PERMANENT_REDIRECT, None)
    return await go(request)


@probe("me-redirects-to-itself")
def me_redirects_to_itself_shows(wire: Wire) -> bool:
    reply = wire.get("/Me")
    return reply.status == 308 and reply.headers["location"].endswith("/Me")


@defect(
    Kind.STANDARDS,
    "me-without-address",
    "/Me returns the account, and not its permanent address",
    OURS,
    named="RFC-USR-06#me.location",
)
async def me_without_address(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == "/Me":
        target.check_auth(request)
        account = {"schemas": [f"{CORE}User"], "id": "client", "userName": "client"}
        return ScimResponse(HTTPStatus.OK, account)
    return await go(request)


@probe("me-without-address")
def me_without_address_shows(wire: Wire) -> bool:
    reply = wire.get("/Me")
    return reply.status == 200 and "meta" not in reply.json
