"""Faults in the bytes of answers, in errors and in credentials, as RFC 7644 sections 3.8 and 3.12 has it."""

import json
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, RawResponse, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import person, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE, answered, authorize, created, is_list, is_read, refusal

OURS = "our deduction from RFC 7644 section"


@defect(
    Kind.STANDARDS,
    "charset-latin",
    "A user is declared as ISO 8859-1",
    f"{OURS} 3.8",
    named="RFC-MED-03#read.utf-8",
)
async def charset_latin(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_read(request, "Users"):
        response.headers = {**response.headers, "Content-Type": "application/scim+json; charset=iso-8859-1"}
    return response


@probe("charset-latin")
def charset_latin_shows(wire: Wire) -> bool:
    return "8859-1" in wire.get(f"/Users/{wire.user()}").headers["content-type"]


@defect(
    Kind.STANDARDS,
    "byte-order-mark",
    "A list of users begins with a byte order mark",
    "our deduction from RFC 8259 section 8.1",
    named="RFC-MED-03#list.bom",
)
async def byte_order_mark(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path.strip("/") == "Users" and is_list(response):
        raw = b"\xef\xbb\xbf" + json.dumps(response.body).encode()
        return RawResponse(response.status, None, response.headers, raw)
    return response


@probe("byte-order-mark")
def byte_order_mark_shows(wire: Wire) -> bool:
    return wire.get("/Users?count=1").body.startswith(b"\xef\xbb\xbf")


@defect(
    Kind.STANDARDS,
    "page-size-with-point",
    "itemsPerPage is written as 2.0",
    "our deduction from RFC 7643 section 2.3.4",
    named="RFC-MED-03#list.integers",
)
async def page_size_with_point(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_list(response) and response.body is not None and "itemsPerPage" in response.body:
        response.body["itemsPerPage"] = float(response.body["itemsPerPage"])
    return response


@probe("page-size-with-point")
def page_size_with_point_shows(wire: Wire) -> bool:
    return b'"itemsPerPage": 0.0' in wire.get("/Users?count=0").body


@defect(
    Kind.STANDARDS,
    "name-missing-sensitive",
    "A creation without a userName returns 400 with scimType sensitive",
    f"{OURS} 3.12",
    named="RFC-ERR-02#nameless.type-status",
)
async def name_missing_sensitive(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    if body and not body.get("userName"):
        target.check_auth(request)
        return refusal(HTTPStatus.BAD_REQUEST, "userName is missing", "sensitive")
    return await go(request)


@probe("name-missing-sensitive")
def name_missing_sensitive_shows(wire: Wire) -> bool:
    return bool(wire.send("POST", "/Users", {"schemas": [f"{CORE}User"]}).json["scimType"] == "sensitive")


@defect(
    Kind.STANDARDS,
    "challenge-without-scheme",
    "WWW-Authenticate does not name a scheme",
    "our deduction from RFC 9110 section 11.6.1",
    named="RFC-AUT-04#create.challenge",
)
async def challenge_without_scheme(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if "WWW-Authenticate" in response.headers:
        response.headers = {**response.headers, "WWW-Authenticate": 'realm="scim"'}
    return response


@probe("challenge-without-scheme")
def challenge_without_scheme_shows(wire: Wire) -> bool:
    return wire.get("/Users?count=1", Authorization=None).headers["www-authenticate"].startswith("realm")


@defect(
    Kind.STANDARDS,
    "refused-stranger-creates",
    "A creation without a token returns 401, and the account is made",
    f"{OURS} 7.6",
    named="RFC-AUT-04#find.none",
)
async def refused_stranger_creates(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if created(request) and not request.header("Authorization") and response.status == HTTPStatus.UNAUTHORIZED:
        authorize(target, request)
        await answered(target, request, go)
    return response


@probe("refused-stranger-creates")
def refused_stranger_creates_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    assert wire.send("POST", "/Users", person(userName=name), Authorization=None).status == 401
    return len(wire.find("Users", f'userName eq "{name}"').listed) == 1


@defect(
    Kind.STANDARDS,
    "bearer-refused-to-lists",
    "A list of users without a filter returns 401 with the right bearer token",
    "our deduction from RFC 6750 section 2.1",
    named="RFC-AUT-05#list.status",
)
async def bearer_refused_to_lists(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "GET" and request.path.strip("/") == "Users" and "filter" not in request.query:
        response = refusal(HTTPStatus.UNAUTHORIZED, "Log in first")
        response.headers = {"WWW-Authenticate": "Bearer"}
        return response
    return await go(request)


@probe("bearer-refused-to-lists")
def bearer_refused_to_lists_shows(wire: Wire) -> bool:
    return wire.get("/Users?count=1").status == 401
