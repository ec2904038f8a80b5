"""Faults in the request headers that a target wants."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import replaced
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import find_nobody
from scim_conformance.demo.probing.wire import JSON, Wire
from scim_conformance.demo.shapes import page, refusal

AGENT = "Mozilla/5.0"


@defect(
    Kind.CONNECTION,
    "no-agent-403",
    "The firewall returns 403 with a page: the request names no User-Agent",
    "kortix-ai/suna#7297",
    named="ENT-CON-01#probe.status",
    row="B04",
)
async def no_agent_403(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await go(request) if request.header("User-Agent") else page(HTTPStatus.FORBIDDEN)


@probe("no-agent-403")
def no_agent_403_shows(wire: Wire) -> bool:
    assert find_nobody(wire, User_Agent=AGENT).status == 200
    return find_nobody(wire).status == 403


@defect(
    Kind.CONNECTION,
    "no-accept-406",
    "Without an Accept header everything returns 406 Not Acceptable",
    "MicrosoftDocs/azure-docs#94189",
    named="ENT-CON-01#probe.status",
    row="B05",
)
async def no_accept_406(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await go(request) if "json" in (request.header("Accept") or "") else page(HTTPStatus.NOT_ACCEPTABLE)


@probe("no-accept-406")
def no_accept_406_shows(wire: Wire) -> bool:
    assert find_nobody(wire, Accept=JSON).status == 200
    return find_nobody(wire).status == 406


@defect(
    Kind.CONNECTION,
    "if-match-428",
    "PATCH and DELETE without If-Match return 428 Precondition Required",
    "our deduction: no request of Entra's with If-Match was ever reported",
    named="ENT-UPD-01/legacy#patch.status",
    row="B114",
    leaves="nothing can be deleted without naming a version",
)
async def if_match_428(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method in {"PATCH", "DELETE"} and not request.header("If-Match"):
        return refusal(HTTPStatus.PRECONDITION_REQUIRED, "If-Match is required")
    return await go(request)


@probe("if-match-428")
def if_match_428_shows(wire: Wire) -> bool:
    return wire.change(wire.user(), replaced("title", "Boss")).status == 428
