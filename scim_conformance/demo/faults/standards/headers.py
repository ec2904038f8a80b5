"""Faults in the headers of answers, as RFC 9110 and RFC 6750 have them."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, RawResponse, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import answered, is_read, is_write, refusal

OURS = "our deduction from RFC 9110 section"


@defect(
    Kind.STANDARDS,
    "date-missing",
    "Answers have no Date",
    f"{OURS} 6.6.1",
    named="RFC-MED-03#read.date",
)
async def date_missing(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    response.headers = {**response.headers, "Date": ""}
    return response


@probe("date-missing")
def date_missing_shows(wire: Wire) -> bool:
    return "date" not in wire.get("/Users?count=1").headers


@defect(
    Kind.STANDARDS,
    "head-404",
    "HEAD of a user returns 404",
    f"{OURS} 9.3.2",
    named="RFC-RED-02#head.head",
)
async def head_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "HEAD":
        target.check_auth(request)
        return refusal(HTTPStatus.NOT_FOUND, "There is no such route")
    return await go(request)


@probe("head-404")
def head_404_shows(wire: Wire) -> bool:
    return wire.send("HEAD", f"/Users/{wire.user()}").status == 404


@defect(
    Kind.STANDARDS,
    "deleted-with-length",
    "The 204 of a deletion has a Content-Length",
    f"{OURS} 15.3.5",
    named="RFC-DEL-01#delete.empty",
)
async def deleted_with_length(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_write(request, "DELETE", "Users") and response.status == HTTPStatus.NO_CONTENT:
        return RawResponse(response.status, None, {**response.headers, "Content-Length": "2"})
    return response


@probe("deleted-with-length")
def deleted_with_length_shows(wire: Wire) -> bool:
    return wire.delete(f"/Users/{wire.user()}").headers.get("content-length") == "2"


@defect(
    Kind.STANDARDS,
    "challenge-without-realm",
    "WWW-Authenticate is Bearer, and nothing else",
    "our deduction from RFC 6750 section 3",
    named="RFC-AUT-01#refused.parameter",
)
async def challenge_without_realm(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if "WWW-Authenticate" in response.headers:
        response.headers = {**response.headers, "WWW-Authenticate": "Bearer"}
    return response


@probe("challenge-without-realm")
def challenge_without_realm_shows(wire: Wire) -> bool:
    return wire.get("/Users?count=1", Authorization=None).headers["www-authenticate"] == "Bearer"


@defect(
    Kind.STANDARDS,
    "content-of-the-list",
    "Content-Location of a user is the address of all users",
    "our deduction from RFC 7643 section 3.1",
    named="RFC-RES-09#read.content-location",
)
async def content_of_the_list(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_read(request, "Users"):
        response.headers = {**response.headers, "Content-Location": f"{request.base_url}/Users"}
    return response


@probe("content-of-the-list")
def content_of_the_list_shows(wire: Wire) -> bool:
    return wire.get(f"/Users/{wire.user()}").headers["content-location"].endswith("/Users")
