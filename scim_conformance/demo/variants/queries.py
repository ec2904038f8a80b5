"""Legal variants in what a target offers of queries, and in defaults that queries see."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, set_body
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import created, refusal
from scim_conformance.demo.variants.registry import variant


@variant(
    "search-not-offered",
    "There is no .search, and no query at the base URL: 404",
    "RFC 7644 sections 3.4.2.1 and 3.4.3: MAY",
    nearest=("search-wrong-all",),
)
async def search_not_offered(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path.endswith("/.search") or not request.path.strip("/"):
        target.check_auth(request)
        return refusal(HTTPStatus.NOT_FOUND, "There is no such endpoint")
    return await go(request)


@probe("search-not-offered")
def search_not_offered_differs(wire: Wire) -> bool:
    return wire.send("POST", "/Users/.search", {}).status == 404


@variant(
    "sort-not-offered",
    "The configuration says that sorting is not supported, and sortBy returns 501",
    "RFC 7643 section 5, sort; RFC 7644 section 3.4.2.3: OPTIONAL",
    nearest=("unoffered-sort-500",),
)
async def sort_not_offered(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "sortBy" in request.query and request.path.startswith(("/Users", "/Groups")):
        return refusal(HTTPStatus.NOT_IMPLEMENTED, "Sorting is not supported")
    response = await go(request)
    if request.path == "/ServiceProviderConfig" and response.body is not None:
        response.body["sort"] = {"supported": False}
    return response


@probe("sort-not-offered")
def sort_not_offered_differs(wire: Wire) -> bool:
    return wire.get("/Users?sortBy=userName").status == 501


@variant(
    "active-by-default",
    "A user who is created without active is active",
    "RFC 7644 section 3.3: free to set defaults; RFC 7644 section 3.4.2.2: found by them",
    nearest=("default-not-found",),
)
async def active_by_default(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    if body and body.get("active") is None:
        set_body(request, {**body, "active": True})
    return await go(request)


@probe("active-by-default")
def active_by_default_differs(wire: Wire) -> bool:
    return bool(wire.read(wire.user(active=None)).get("active"))
