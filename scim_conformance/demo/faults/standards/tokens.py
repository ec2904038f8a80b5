"""Faults of the token endpoint, as RFC 6749 has it. They show with client credentials only."""

from base64 import b64encode
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import GALLERY, Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import FORM, ask_for_token
from scim_conformance.demo.probing.wire import Reply, Wire
from scim_conformance.demo.tokens import PATH

OURS = "our deduction from RFC 6749 section"
GRANT = ("grant_type", "client_credentials")
Pairs = list[tuple[str, str]]


def _form(request: ScimRequest) -> Pairs:
    return parse_qsl(request.body.decode("utf-8", "replace")) if request.path == PATH else []


def _send(request: ScimRequest, pairs: Pairs) -> None:
    request.method, request.body = "POST", urlencode(pairs).encode()


@defect(
    Kind.STANDARDS,
    "token-cacheable",
    "The response with a token does not forbid caches to keep it",
    f"{OURS} 5.1",
    named="RFC-TOK-01#token.no-store",
    profile=GALLERY,
)
async def token_cacheable(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == PATH:
        response.headers = {**response.headers, "Cache-Control": "max-age=3600"}
    return response


@probe("token-cacheable")
def token_cacheable_shows(wire: Wire) -> bool:
    return "no-store" not in ask_for_token(wire).headers["cache-control"]


@defect(
    Kind.STANDARDS,
    "token-by-get",
    "GET returns a token",
    f"{OURS} 3.2",
    named="RFC-TOK-02#get.no-token",
    profile=GALLERY,
)
async def token_by_get(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == PATH and request.method == "GET":
        _send(request, [GRANT])
    return await go(request)


def _basic(wire: Wire) -> str:
    known = wire.served.app.tokens
    return b64encode(f"{known.client_id}:{known.client_secret}".encode()).decode()


@probe("token-by-get")
def token_by_get_shows(wire: Wire) -> bool:
    return wire.get(PATH, Authorization=f"Basic {_basic(wire)}").status == 200


KNOWN = {"grant_type", "client_id", "client_secret", "scope"}


@defect(
    Kind.STANDARDS,
    "token-field-400",
    "A token request with a field that is unknown returns 400",
    f"{OURS} 3.2",
    named="RFC-TOK-02#unknown.status",
    profile=GALLERY,
)
async def token_field_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if not {name for name, _ in _form(request)} <= KNOWN:
        return ScimResponse(HTTPStatus.BAD_REQUEST, {"error": "invalid_request"}, {"Content-Type": "application/json"})
    return await go(request)


@probe("token-field-400")
def token_field_400_shows(wire: Wire) -> bool:
    return ask_for_token(wire, more="1").status == 400


@defect(
    Kind.STANDARDS,
    "token-fields-twice",
    "A token request with a field that is sent twice returns a token",
    f"{OURS} 3.2",
    named="RFC-TOK-02#twice.status",
    profile=GALLERY,
)
async def token_fields_twice(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    pairs = _form(request)
    if pairs:
        _send(request, [*dict(pairs).items()])
    return await go(request)


def _posted(wire: Wire, *pairs: tuple[str, str]) -> Reply:
    body = urlencode(pairs).encode()
    return wire.send("POST", PATH, body, Content_Type=FORM, Authorization=f"Basic {_basic(wire)}")


@probe("token-fields-twice")
def token_fields_twice_shows(wire: Wire) -> bool:
    return _posted(wire, GRANT, GRANT).status == 200


@defect(
    Kind.STANDARDS,
    "token-401-without-challenge",
    "A wrong secret returns 401 without WWW-Authenticate",
    f"{OURS} 5.2",
    named="RFC-TOK-03#secret.challenge",
    profile=GALLERY,
)
async def token_401_without_challenge(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == PATH:
        response.headers = {name: one for name, one in response.headers.items() if name != "WWW-Authenticate"}
    return response


@probe("token-401-without-challenge")
def token_401_without_challenge_shows(wire: Wire) -> bool:
    reply = ask_for_token(wire, client_secret="wrong")
    return reply.status == 401 and "www-authenticate" not in reply.headers


@defect(
    Kind.STANDARDS,
    "token-for-any-grant",
    "A grant_type that does not exist returns a token",
    f"{OURS} 5.2",
    named="RFC-TOK-03#grant.status",
    profile=GALLERY,
)
async def token_for_any_grant(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    pairs = _form(request)
    if len(dict(pairs)) == len(pairs) > 0:
        _send(request, [GRANT, *(one for one in pairs if one[0] != "grant_type")])
    return await go(request)


@probe("token-for-any-grant")
def token_for_any_grant_shows(wire: Wire) -> bool:
    return ask_for_token(wire, grant_type="none").status == 200


@defect(
    Kind.STANDARDS,
    "token-scope-unsaid",
    "A token for a scope that does not exist does not say which scope it has",
    f"{OURS} 3.3",
    named="RFC-TOK-03#scope.scope",
    profile=GALLERY,
)
async def token_scope_unsaid(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == PATH and isinstance(response.body, dict):
        response.body = {name: one for name, one in response.body.items() if name != "scope"}
    return response


@probe("token-scope-unsaid")
def token_scope_unsaid_shows(wire: Wire) -> bool:
    return "scope" not in ask_for_token(wire, scope="none").json
