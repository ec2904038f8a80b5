"""Faults in authentication and in headers, as RFC 7644 section 2 and OWASP have it."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op, person
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import answered, authorize, created, is_read

OWASP = "OWASP API Security Top 10 2023,"


@defect(
    Kind.STANDARDS,
    "challenge-missing",
    "A 401 has no WWW-Authenticate header",
    "our deduction from RFC 7644 section 2; scim2-server 0.8.3",
    named="RFC-AUT-01#refused.www-authenticate",
)
async def challenge_missing(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    response.headers = {name: value for name, value in response.headers.items() if name != "WWW-Authenticate"}
    return response


@probe("challenge-missing")
def challenge_missing_shows(wire: Wire) -> bool:
    reply = wire.get("/Users?count=1", Authorization=None)
    return reply.status == 401 and "www-authenticate" not in reply.headers


@defect(
    Kind.STANDARDS,
    "writes-open",
    "PATCH is served without a token",
    f"{OWASP} API2",
    named="RFC-AUT-03#change.closed",
)
async def writes_open(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "PATCH":
        authorize(target, request)
    return await go(request)


@probe("writes-open")
def writes_open_shows(wire: Wire) -> bool:
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [op("replace", "title", "x")]}
    return wire.send("PATCH", f"/Users/{wire.user()}", body, Authorization=None).status == 204


def _is_stranger(request: ScimRequest) -> bool:
    return request.header("Authorization") is None


@defect(
    Kind.STANDARDS,
    "groups-unguarded",
    "Groups are read and changed without a token",
    f"{OWASP} API2",
    named="RFC-AUT-06#list.closed",
)
async def groups_open(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _is_stranger(request) and request.path.startswith("/Groups") and request.method != "DELETE":
        authorize(target, request)
    return await go(request)


@probe("groups-unguarded")
def groups_open_shows(wire: Wire) -> bool:
    return wire.get(f"/Groups/{wire.group()}", Authorization=None).status == 200


@defect(
    Kind.STANDARDS,
    "search-open",
    "A search by POST is served without a token",
    f"{OWASP} API2",
    named="RFC-AUT-07#users.closed",
)
async def search_open(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _is_stranger(request) and request.path.endswith("/.search"):
        authorize(target, request)
    return await go(request)


@probe("search-open")
def search_open_shows(wire: Wire) -> bool:
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "count": 0}
    return wire.send("POST", "/Users/.search", body, Authorization=None).status == 200


@defect(
    Kind.STANDARDS,
    "strangers-register",
    "A user is created without a token",
    f"{OWASP} API2; RFC 7644 section 2.2 allows it to endpoints where people register themselves",
    named="SEC-TOK-06#create.status",
)
async def strangers_register(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _is_stranger(request) and created(request):
        authorize(target, request)
    return await go(request)


@probe("strangers-register")
def strangers_register_shows(wire: Wire) -> bool:
    return wire.send("POST", "/Users", person(), Authorization=None).status == 201


@defect(
    Kind.STANDARDS,
    "token-by-start",
    "The first half of the token is enough",
    f"{OWASP} API2",
    named="SEC-TOK-01/half#refused.status",
)
async def token_by_start(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    said = request.header("Authorization") or ""
    right = f"Bearer {target.token}"
    if len(said) >= len(right) // 2 and right.startswith(said):
        authorize(target, request)
    return await go(request)


@probe("token-by-start")
def token_by_start_shows(wire: Wire) -> bool:
    token = wire.served.token
    return wire.get("/Users?count=1", Authorization=f"Bearer {token[: len(token) // 2]}").status == 200


@defect(
    Kind.STANDARDS,
    "token-null",
    "The header “Bearer null” is accepted",
    f"{OWASP} API2",
    named="SEC-TOK-01/null#refused.status",
)
async def token_null(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.header("Authorization") == "Bearer null":
        authorize(target, request)
    return await go(request)


@probe("token-null")
def token_null_shows(wire: Wire) -> bool:
    return wire.get("/Users?count=1", Authorization="Bearer null").status == 200


@defect(
    Kind.STANDARDS,
    "users-cached",
    "Users may be cached by everyone: Cache-Control: public",
    f"{OWASP} API8",
    named="SEC-HDR-01#read.public",
)
async def users_cached(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_read(request, "Users") and response.status == HTTPStatus.OK:
        response.headers = {**response.headers, "Cache-Control": "public, max-age=600"}
    return response


@probe("users-cached")
def users_cached_shows(wire: Wire) -> bool:
    return "public" in wire.get(f"/Users/{wire.user()}").headers["cache-control"]


@defect(
    Kind.STANDARDS,
    "origin-echoed",
    "Any site may read the accounts: the Origin is returned",
    f"{OWASP} API8",
    named="SEC-HDR-01#foreign.origin",
)
async def origin_echoed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, origin = await go(request), request.header("Origin")
    if origin:
        response.headers = {**response.headers, "Access-Control-Allow-Origin": origin}
    return response


@probe("origin-echoed")
def origin_echoed_shows(wire: Wire) -> bool:
    return "access-control-allow-origin" in wire.get(f"/Users/{wire.user()}", Origin="https://t.invalid").headers


@defect(
    Kind.STANDARDS,
    "error-with-trace",
    "An error shows a stack trace",
    "OWASP API Security Top 10 2023, API8",
    named="SEC-ERR-01#unknown.internals",
)
async def error_with_trace(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.status == HTTPStatus.NOT_FOUND and response.body is not None:
        response.body["detail"] = 'Traceback (most recent call last):\n  File "/srv/app/users.py", line 7'
    return response


@probe("error-with-trace")
def error_with_trace_shows(wire: Wire) -> bool:
    return "Traceback" in wire.get("/Users/none").json["detail"]
