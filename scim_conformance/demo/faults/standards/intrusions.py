"""Faults that let others in through headers, methods and paths, as OWASP has it."""

from http import HTTPStatus
from urllib.parse import unquote

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, RawResponse, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import answered, authorize, filter_of, is_read, refusal

OWASP = "OWASP API Security Top 10 2023,"
ASVS = "OWASP ASVS 5.0,"


@defect(
    Kind.STANDARDS,
    "api-key-unchecked",
    "Any X-Api-Key opens the target without a token",
    f"{OWASP} API2",
    named="SEC-TOK-02#refused.status",
)
async def api_key_unchecked(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.header("X-Api-Key"):
        authorize(target, request)
    return await go(request)


@probe("api-key-unchecked")
def api_key_unchecked_shows(wire: Wire) -> bool:
    return wire.get("/Users?count=1", Authorization=None, X_Api_Key="x").status == 200


@defect(
    Kind.STANDARDS,
    "method-overridden",
    "GET with X-HTTP-Method-Override: DELETE deletes the user",
    f"{OWASP} API5",
    named="SEC-MET-01#after.status",
)
async def method_overridden(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    request.method = request.header("X-HTTP-Method-Override") or request.method
    return await go(request)


@probe("method-overridden")
def method_overridden_shows(wire: Wire) -> bool:
    user = wire.user()
    wire.get(f"/Users/{user}", X_HTTP_Method_Override="DELETE")
    return wire.get(f"/Users/{user}").status == 404


@defect(
    Kind.STANDARDS,
    "forwarded-host-linked",
    "meta.location names the host of X-Forwarded-Host, from any client",
    f"{OWASP} API8",
    named="SEC-HDR-02#read.links",
)
async def forwarded_host_linked(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, host = await go(request), request.header("X-Forwarded-Host")
    if host and is_read(request, "Users") and response.body is not None:
        response.body["meta"]["location"] = f"https://{host}{request.path}"
    return response


@probe("forwarded-host-linked")
def forwarded_host_linked_shows(wire: Wire) -> bool:
    reply = wire.get(f"/Users/{wire.user()}", X_Forwarded_Host="t.invalid")
    return "t.invalid" in reply.json["meta"]["location"]


@defect(
    Kind.STANDARDS,
    "dots-climb",
    "Two dots in the path of a user lead to a file of the server",
    f"{ASVS} 5.3.2",
    named="SEC-INJ-04/encoded-slash#path.only-user",
)
async def dots_climb(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "/../" in unquote(request.path):
        target.check_auth(request)
        return ScimResponse(HTTPStatus.OK, {"id": "settings", "database": "accounts"})
    return await go(request)


@probe("dots-climb")
def dots_climb_shows(wire: Wire) -> bool:
    return wire.get("/Users/%2e%2e/T").status == 200


@defect(
    Kind.STANDARDS,
    "line-break-adds-header",
    "A line break in the path adds a header to the response",
    f"{ASVS} 1.2.1; scim2-server 0.8.3",
    named="SEC-INJ-05#path.split",
)
async def line_break_adds_header(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    said = unquote(request.path).partition("\r\n")[2].partition(":")
    if said[0]:
        return RawResponse(HTTPStatus.NOT_FOUND, None, {**response.headers, said[0]: said[2]})
    return response


@probe("line-break-adds-header")
def line_break_adds_header_shows(wire: Wire) -> bool:
    return "x-made" in wire.get("/Users/none%0d%0aX-Made:1").headers


async def _all_of(request: ScimRequest, go: Go) -> ScimResponse:
    request.query = {name: value for name, value in request.query.items() if name != "filter"}
    return await go(request)


@defect(
    Kind.STANDARDS,
    "ldap-wildcards",
    "A filter with the characters of LDAP returns all users",
    f"{ASVS} 1.2.6",
    named="SEC-INJ-06/wildcard#find.none",
)
async def ldap_wildcards(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await (_all_of(request, go) if ")(" in filter_of(request) else go(request))


@probe("ldap-wildcards")
def ldap_wildcards_shows(wire: Wire) -> bool:
    wire.user()
    return bool(wire.find("Users", 'userName eq "a*)(uid=*"').listed)


@defect(
    Kind.STANDARDS,
    "zero-is-any-text",
    "A filter for the number 0 matches every text",
    f"{ASVS} 1.2.4",
    named="SEC-INJ-07/zero#find.none",
)
async def zero_is_any_text(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await (_all_of(request, go) if filter_of(request).endswith(" eq 0") else go(request))


@probe("zero-is-any-text")
def zero_is_any_text_shows(wire: Wire) -> bool:
    wire.user()
    found = wire.find("Users", "id eq 0")
    return found.status == 200 and bool(found.listed)


@defect(
    Kind.STANDARDS,
    "huge-count-500",
    "A count that is larger than 64 bits returns 500",
    f"{OWASP} API4",
    named="SEC-LIM-01#find.no-crash",
)
async def huge_count_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if len(request.query.get("count", "")) > 19:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "integer out of range")
    return await go(request)


@probe("huge-count-500")
def huge_count_500_shows(wire: Wire) -> bool:
    return wire.get(f"/Users?count={10**20}").status == 500
