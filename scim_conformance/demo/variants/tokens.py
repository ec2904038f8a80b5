"""Legal variants of the token endpoint: where it takes the client's id and secret."""

from base64 import b64encode
from http import HTTPStatus
from urllib.parse import parse_qsl, quote, urlencode

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import ask_for_token
from scim_conformance.demo.probing.wire import Reply, Wire
from scim_conformance.demo.shapes import page
from scim_conformance.demo.tokens import PATH, SCOPE, in_header
from scim_conformance.demo.variants.registry import variant

GALLERY = "gallery-2026"


def _refused(status: HTTPStatus, error: str) -> ScimResponse:
    return ScimResponse(status, {"error": error}, {"Content-Type": "application/json"})


def _in_body(request: ScimRequest) -> bool:
    return "client_secret" in dict(parse_qsl(request.body.decode("utf-8", "replace")))


@variant(
    "token-basic-only",
    "The token endpoint accepts only HTTP Basic; id and secret in the body are refused: 401 invalid_client",
    "RFC 6749 section 2.3.1: Basic is a MUST, the body an option",
    profile=GALLERY,
    nearest=("basic-unchecked", "wrong-secret-accepted"),
)
async def token_basic_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == PATH and _in_body(request) and not in_header(request):
        return _refused(HTTPStatus.UNAUTHORIZED, "invalid_client")
    return await go(request)


@probe("token-basic-only")
def token_basic_only_differs(wire: Wire) -> bool:
    return ask_for_token(wire).status == 401


def _with_basic(wire: Wire, *, in_body: bool = False) -> Reply:
    tokens = wire.served.app.tokens
    said = urlencode(
        {"grant_type": "client_credentials"} | ({"client_secret": tokens.client_secret} if in_body else {})
    )
    basic = b64encode(f"{quote(tokens.client_id)}:{quote(tokens.client_secret)}".encode()).decode()
    media = "application/x-www-form-urlencoded"
    return wire.send("POST", "/token", said.encode(), Content_Type=media, Authorization=f"Basic {basic}")


@variant(
    "token-body-only",
    "The token endpoint accepts id and secret only in the body; HTTP Basic is refused: 400 invalid_request",
    "Microsoft's tutorial: an administrator chooses Body; of RFC 6749 section 2.3.1 it is short, which is advice",
    profile=GALLERY,
    nearest=("body-unchecked",),
    breaks=("6749-2.3.1-a", "6749-5.2-a"),
)
async def token_body_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == PATH and not _in_body(request):
        return _refused(HTTPStatus.BAD_REQUEST, "invalid_request")
    return await go(request)


@probe("token-body-only")
def token_body_only_differs(wire: Wire) -> bool:
    return _with_basic(wire).status == 400


@variant(
    "token-one-method",
    "A token request with credentials in header and body is refused: 400 invalid_request",
    "RFC 6749 sections 2.3 and 5.2: a client must not use more than one method in a request",
    profile=GALLERY,
    nearest=("basic-unchecked",),
)
async def token_one_method(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == PATH and _in_body(request) and in_header(request):
        return _refused(HTTPStatus.BAD_REQUEST, "invalid_request")
    return await go(request)


@probe("token-one-method")
def token_one_method_differs(wire: Wire) -> bool:
    return _with_basic(wire, in_body=True).status == 400


@variant(
    "token-scopes-known",
    "A scope that does not exist is refused: 400 invalid_scope",
    "RFC 6749 section 5.2",
    profile=GALLERY,
    nearest=("token-scope-unsaid",),
)
async def token_scopes_known(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    scope = dict(parse_qsl(request.body.decode("utf-8", "replace"))).get("scope") if request.path == PATH else None
    if scope not in {None, SCOPE}:
        return _refused(HTTPStatus.BAD_REQUEST, "invalid_scope")
    return await go(request)


@probe("token-scopes-known")
def token_scopes_known_differs(wire: Wire) -> bool:
    return ask_for_token(wire, scope="none").status == 400


@variant(
    "token-get-405",
    "GET of the token endpoint returns 405 and a page",
    "RFC 6749 section 3.2; RFC 9110 section 15.5.6",
    profile=GALLERY,
    nearest=("token-by-get",),
)
async def token_get_405(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == PATH and request.method == "GET":
        return page(HTTPStatus.METHOD_NOT_ALLOWED, Allow="POST")
    return await go(request)


@probe("token-get-405")
def token_get_405_differs(wire: Wire) -> bool:
    return wire.get(PATH).status == 405
