"""Faults of the token endpoint, and of what a new token opens. They show with client credentials only."""

from http import HTTPStatus

from scim2_models import UnauthorizedException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import CHECKLIST, GALLERY, Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import ask_for_token
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import refusal, resources
from scim_conformance.demo.tokens import PATH


@defect(
    Kind.CONNECTION,
    "token-life-5-minutes",
    "Access tokens expire after 5 minutes",
    CHECKLIST,
    named="ENT-AUT-02#token.life",
    profile=GALLERY,
)
async def token_life_5_minutes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    target.tokens.life = 300
    return await go(request)


@probe("token-life-5-minutes")
def token_life_5_minutes_shows(wire: Wire) -> bool:
    life: float = ask_for_token(wire).json["expires_in"]
    return life == 300


@defect(
    Kind.CONNECTION,
    "token-without-life",
    "The token endpoint does not say when a token expires",
    CHECKLIST,
    named="ENT-AUT-01#token.expires-in",
    profile=GALLERY,
)
async def token_without_life(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == PATH and response.body is not None:
        response.body.pop("expires_in", None)
    return response


@probe("token-without-life")
def token_without_life_shows(wire: Wire) -> bool:
    return "expires_in" not in ask_for_token(wire).json


@defect(
    Kind.CONNECTION,
    "token-endpoint-json",
    "The token endpoint reads JSON only: a form returns 400",
    "RFC 6749 section 4.4.2, of a form that is not read",
    profile=GALLERY,
    uncatchable="without a token nothing can be judged: the run ends as inconclusive, and names the token",
)
async def token_endpoint_json(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == PATH and "json" not in (request.header("Content-Type") or ""):
        return ScimResponse(HTTPStatus.BAD_REQUEST, {"error": "invalid_request"}, {"Content-Type": "application/json"})
    return await go(request)


@probe("token-endpoint-json")
def token_endpoint_json_shows(wire: Wire) -> bool:
    return ask_for_token(wire).status == 400


@defect(
    Kind.CONNECTION,
    "token-type-missing",
    "The token endpoint does not say which type its tokens are of",
    "RFC 6749 section 5.1, of an answer without token_type",
    named="ENT-AUT-01#token.type",
    profile=GALLERY,
)
async def token_type_missing(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == PATH and response.body is not None:
        response.body.pop("token_type", None)
    return response


@probe("token-type-missing")
def token_type_missing_shows(wire: Wire) -> bool:
    return "token_type" not in ask_for_token(wire).json


def _asked_again(target: Target, request: ScimRequest) -> bool:
    """Tell whether this is a sound request for a token, and not the first one."""
    if request.path != PATH:
        return False
    target.notes["tokens"] = target.notes.get("tokens", 0) + 1
    return bool(target.notes["tokens"] > 1)


@defect(
    Kind.CONNECTION,
    "one-token-only",
    "A client that asks for a second token is refused: 400",
    f"{CHECKLIST}, of tokens that are fetched for every cycle",
    named="ENT-AUT-01#token.status",
    profile=GALLERY,
    leaves="the token for the clean-up is refused",
)
async def one_token_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _asked_again(target, request):
        error = {"error": "invalid_request", "error_description": "There is a token already"}
        return ScimResponse(HTTPStatus.BAD_REQUEST, error, {"Content-Type": "application/json"})
    return await go(request)


@probe("one-token-only")
def one_token_only_shows(wire: Wire) -> bool:
    return [ask_for_token(wire).status, ask_for_token(wire).status] == [200, 400]


@defect(
    Kind.CONNECTION,
    "second-token-empty",
    "A client that asks for a second token gets 200 without one",
    f"{CHECKLIST}, of tokens that are fetched for every cycle",
    named="ENT-AUT-01#token.token",
    profile=GALLERY,
    leaves="the token for the clean-up is missing",
)
async def second_token_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    again = _asked_again(target, request)
    response = await go(request)
    if again and response.body is not None:
        response.body.pop("access_token", None)
    return response


@probe("second-token-empty")
def second_token_empty_shows(wire: Wire) -> bool:
    assert "access_token" in ask_for_token(wire).json
    return "access_token" not in ask_for_token(wire).json


def _with_new_token(wire: Wire) -> int:
    issued = ask_for_token(wire).json["access_token"]
    return wire.get("/Users?startIndex=1&count=1", Authorization=f"Bearer {issued}").status


@defect(
    Kind.CONNECTION,
    "token-unknown-to-users",
    "A new access token is refused at /Users: 401",
    CHECKLIST,
    named="ENT-AUT-04#list.status",
    profile=GALLERY,
)
async def token_unknown_to_users(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == "/Users" and request.method == "GET" and "filter" not in request.query:
        raise UnauthorizedException(detail="The token is not known here")
    return await go(request)


@probe("token-unknown-to-users")
def token_unknown_to_users_shows(wire: Wire) -> bool:
    return _with_new_token(wire) == 401


@defect(
    Kind.CONNECTION,
    "list-403",
    "An access token does not open a list of users without a filter",
    CHECKLIST,
    named="ENT-AUT-04#list.status",
    shows=("ENT-AUT-04",),
    profile=GALLERY,
)
async def list_403(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "GET" and request.path == "/Users" and "filter" not in request.query:
        return refusal(HTTPStatus.FORBIDDEN, "The scope of this token is too small")
    return await go(request)


@probe("list-403")
def list_403_shows(wire: Wire) -> bool:
    return _with_new_token(wire) == 403


@defect(
    Kind.CONNECTION,
    "list-is-bare",
    "A list of users without a filter does not state its length",
    f"{CHECKLIST}, of the list that a new token opens",
    named="ENT-AUT-04#list.list",
    profile=GALLERY,
)
async def list_is_bare(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.method == "GET" and request.path == "/Users" and "filter" not in request.query:
        response.body = {"users": resources(response)}
    return response


@probe("list-is-bare")
def list_is_bare_shows(wire: Wire) -> bool:
    return "Resources" not in wire.get("/Users?startIndex=1&count=1").json
