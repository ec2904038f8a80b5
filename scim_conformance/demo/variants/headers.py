"""Legal variants in methods, headers and credentials."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.probing.bodies import unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import answered, created, refusal
from scim_conformance.demo.variants.registry import variant


@variant("head-served", "HEAD is answered like GET, without a body", "RFC 9110 section 9.3.2")
async def head_served(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method != "HEAD":
        return await go(request)
    request.method = "GET"
    response = await go(request)
    request.method = "HEAD"
    response.body = None
    return response


@probe("head-served")
def head_served_differs(wire: Wire) -> bool:
    reply = wire.send("HEAD", f"/Users/{wire.user()}")
    return reply.status == 200 and "etag" in reply.headers


@variant("pages-stated", "The configuration states which pages it offers", "RFC 9865 section 4")
async def pages_stated(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/ServiceProviderConfig" and response.body is not None:
        pages = {"cursor": False, "index": True, "defaultPaginationMethod": "index", "maxPageSize": 1000}
        response.body["pagination"] = pages
    return response


@probe("pages-stated")
def pages_stated_differs(wire: Wire) -> bool:
    return "pagination" in wire.get("/ServiceProviderConfig").json


@variant(
    "challenges-two",
    "A 401 offers two schemes, and Bearer has a parameter",
    "RFC 9110 section 11.6.1; RFC 6750 section 3",
)
async def challenges_two(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.status == HTTPStatus.UNAUTHORIZED:
        said = 'Basic realm="directory", bearer error="invalid_token"'
        response.headers = {**response.headers, "WWW-Authenticate": said}
    return response


@probe("challenges-two")
def challenges_two_differs(wire: Wire) -> bool:
    return wire.get("/Users?count=1", Authorization=None).headers["www-authenticate"].startswith("Basic")


@variant(
    "two-tokens-refused",
    "A token in the URL besides that in the header is refused: 400",
    "RFC 6750 section 3.1, invalid_request",
    nearest=("token-of-the-url",),
)
async def two_tokens_refused(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "access_token" in request.query:
        return refusal(HTTPStatus.BAD_REQUEST, "There are two tokens")
    return await go(request)


@probe("two-tokens-refused")
def two_tokens_refused_differs(wire: Wire) -> bool:
    return wire.get("/Users?count=1&access_token=x").status == 400


@variant(
    "letters-plain",
    "A userName has ASCII letters alone: another one is refused, 400",
    "RFC 7644 section 3.12, invalidValue: a format rule",
    nearest=("found-by-code-points",),
)
async def letters_plain(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if str(created(request).get("userName", "")).startswith("zo\u00eb"):
        return refusal(HTTPStatus.BAD_REQUEST, "userName has a letter that is not allowed", "invalidValue")
    return await go(request)


@probe("letters-plain")
def letters_plain_differs(wire: Wire) -> bool:
    return wire.create(userName=f"zo\u00eb-{unique()}").status == 400
