"""Faults in how the token endpoint checks the client secret. They show with client credentials only."""

from base64 import b64encode
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo import tokens
from scim_conformance.demo.app import Go, RawResponse, Target
from scim_conformance.demo.faults.registry import CHECKLIST, GALLERY, Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import FORM, ask_for_token
from scim_conformance.demo.probing.wire import Reply, Wire
from scim_conformance.demo.tokens import PATH


def without_authorization(request: ScimRequest) -> list[tuple[str, str]]:
    """Return the headers of a request but for Authorization."""
    headers = request.headers.items() if isinstance(request.headers, Mapping) else request.headers
    return [(name, value) for name, value in headers if name.lower() != "authorization"]


async def _trusting(
    target: Target, request: ScimRequest, go: Go, *, in_header: bool = False, in_body: bool = False
) -> ScimResponse:
    """Take the right secret for what was said in these places."""
    if request.path == PATH:
        form, basic = dict(parse_qsl(request.body.decode())), tokens.in_header(request)
        if (in_header and basic) or (in_body and "client_secret" in form):
            request.headers = without_authorization(request)
            said = form | basic | {"client_secret": target.tokens.client_secret}
            request.body = urlencode(said).encode()
    return await go(request)


@defect(
    Kind.CONNECTION,
    "wrong-secret-accepted",
    "A client that knows the client id alone gets a token",
    CHECKLIST,
    named="ENT-AUT-03#token.refused",
    profile=GALLERY,
)
async def wrong_secret_accepted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _trusting(target, request, go, in_header=True, in_body=True)


@probe("wrong-secret-accepted")
def wrong_secret_accepted_shows(wire: Wire) -> bool:
    return ask_for_token(wire, client_secret="wrong").status == 200


@defect(
    Kind.CONNECTION,
    "wrong-secret-page",
    "A wrong client secret returns 401 with a page",
    "RFC 6749 section 5.2, of an error that is no JSON",
    named="ENT-AUT-03#token.error",
    profile=GALLERY,
)
async def wrong_secret_page(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == PATH and response.status == HTTPStatus.UNAUTHORIZED:
        return RawResponse(response.status, None, {"Content-Type": "text/html"}, b"<h1>401 Unauthorized</h1>")
    return response


@probe("wrong-secret-page")
def wrong_secret_page_shows(wire: Wire) -> bool:
    return ask_for_token(wire, client_secret="wrong").body.startswith(b"<h1>")


def _with_basic(wire: Wire, secret: str) -> Reply:
    said = b64encode(f"{wire.served.app.tokens.client_id}:{secret}".encode()).decode()
    form = urlencode({"grant_type": "client_credentials"}).encode()
    return wire.send("POST", "/token", form, Content_Type=FORM, Authorization=f"Basic {said}")


@defect(
    Kind.CONNECTION,
    "basic-unchecked",
    "The token endpoint checks the secret in the body, and not in HTTP Basic",
    "RFC 6749 section 2.3.1, of a second way in that is not guarded",
    named="ENT-AUT-03#token.refused",
    profile=GALLERY,
)
async def basic_unchecked(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _trusting(target, request, go, in_header=True)


@probe("basic-unchecked")
def basic_unchecked_shows(wire: Wire) -> bool:
    assert ask_for_token(wire, client_secret="wrong").status == 401
    return _with_basic(wire, "wrong").status == 200


@defect(
    Kind.CONNECTION,
    "body-unchecked",
    "The token endpoint checks the secret in HTTP Basic, and not in the body",
    "RFC 6749 section 2.3.1, of a second way in that is not guarded",
    named="ENT-AUT-03#token-body.refused",
    profile=GALLERY,
)
async def body_unchecked(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _trusting(target, request, go, in_body=True)


@probe("body-unchecked")
def body_unchecked_shows(wire: Wire) -> bool:
    assert _with_basic(wire, "wrong").status == 401
    return ask_for_token(wire, client_secret="wrong").status == 200


@defect(
    Kind.CONNECTION,
    "basic-refused",
    "The token endpoint refuses HTTP Basic with 401, and accepts the body",
    "RFC 6749 section 2.3.1",
    named="ENT-AUT-05#token.status",
    profile=GALLERY,
)
async def basic_refused(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == PATH and tokens.in_header(request):
        return ScimResponse(HTTPStatus.UNAUTHORIZED, {"error": "invalid_client"}, {"Content-Type": "application/json"})
    return await go(request)


@probe("basic-refused")
def basic_refused_shows(wire: Wire) -> bool:
    assert ask_for_token(wire).status == 200
    return _with_basic(wire, wire.served.app.tokens.client_secret).status == 401
