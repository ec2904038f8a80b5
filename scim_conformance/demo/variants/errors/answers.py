"""Legal variants in how errors look."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import answered, refusal
from scim_conformance.demo.variants.registry import TUTORIAL, variant


@variant(
    "not-found-bare",
    "A 404 has no body",
    f"{TUTORIAL}, of resources that are not found",
    breaks=("7644-3.12-a",),
)
async def not_found_bare(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.status == HTTPStatus.NOT_FOUND:
        response.body = None
    return response


@probe("not-found-bare")
def not_found_bare_differs(wire: Wire) -> bool:
    return not wire.get("/Users/none").body


@variant(
    "unauthorized-bare",
    "A 401 comes from a gateway: a challenge, no body",
    "RFC 6750 section 3",
    nearest=("changed-then-refused",),
)
async def unauthorized_bare(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.status == HTTPStatus.UNAUTHORIZED:
        response.body = None
        response.headers = {"WWW-Authenticate": 'Bearer error="invalid_token"', "Content-Type": "text/plain"}
    return response


@probe("unauthorized-bare")
def unauthorized_bare_differs(wire: Wire) -> bool:
    return not wire.get("/Users", Authorization=None).body


@variant(
    "wrong-token-403",
    "A wrong token is refused with 403",
    "RFC 7644 section 3.12, 403; SHOULD only",
    nearest=("changed-then-403",),
)
async def wrong_token_403(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    refused = response.status == HTTPStatus.UNAUTHORIZED and request.header("Authorization")
    return refusal(HTTPStatus.FORBIDDEN, "This token does not open anything") if refused else response


@probe("wrong-token-403")
def wrong_token_403_differs(wire: Wire) -> bool:
    return wire.get("/Users", Authorization="Bearer wrong").status == 403


@variant("errors-richer", "Errors carry more than SCIM asks for", "RFC 7644 section 3.12")
async def errors_richer(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.body is not None and int(response.status) >= HTTPStatus.BAD_REQUEST:
        more = {"correlationId": "6f2a9c41", "errors": [{"code": "E0000001"}], "schemas": [*_urns(response), VENDOR]}
        response.body |= more
    return response


@probe("errors-richer")
def errors_richer_differs(wire: Wire) -> bool:
    return "correlationId" in wire.get("/Users/none").json


VENDOR = "urn:example:params:scim:api:messages:2.0:Error"


def _urns(response: ScimResponse) -> list[str]:
    return list((response.body or {}).get("schemas", []))
