"""Legal variants in the form of answers: media types, JSON, headers and lists."""

import gzip
import json
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, RawResponse, Target
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import NAMED, NO_MATCH, ask_for_token
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import Only, answered, is_list
from scim_conformance.demo.tokens import PATH
from scim_conformance.demo.variants.registry import TUTORIAL, variant


def _raw(response: ScimResponse, body: bytes, **headers: str) -> RawResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return RawResponse(response.status, None, {**response.headers, **named}, body)


def _media(wire: Wire) -> str:
    return wire.get("/Users").headers["content-type"]


@variant(
    "media-type-json",
    "Answers are declared as application/json",
    "in production with Entra; SHOULD only",
    breaks=("7644-3.8-b", "7644-3.8-d"),
)
async def media_type_json(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    response.headers["Content-Type"] = "application/json"
    return response


@probe("media-type-json")
def media_type_json_differs(wire: Wire) -> bool:
    return _media(wire) == "application/json"


@variant("media-type-parameters", "The media type has parameters and capitals", "RFC 9110 section 8.3.1")
async def media_type_parameters(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    response.headers["Content-Type"] = 'Application/SCIM+JSON ;charset="UTF-8"'
    return response


@probe("media-type-parameters")
def media_type_parameters_differs(wire: Wire) -> bool:
    return "charset" in _media(wire)


@variant("json-escaped", "JSON is indented, with escaped slashes and bare Unicode", "RFC 8259 sections 2 and 7")
async def json_escaped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.body is None:
        return response
    text = json.dumps(response.body, ensure_ascii=False, indent=4).replace("/", "\\/")
    return _raw(response, f"\r\n{text}\n".encode())


@probe("json-escaped")
def json_escaped_differs(wire: Wire) -> bool:
    return b"\\/" in wire.get("/Users/none").body or b"    " in wire.get(NO_MATCH).body


@variant("gzip", "Answers are compressed, although the request did not ask for it", "RFC 9110 section 12.5.3")
async def compressed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.body is None:
        return response
    return _raw(response, gzip.compress(json.dumps(response.body).encode()), Content_Encoding="gzip")


@probe("gzip")
def gzip_differs(wire: Wire) -> bool:
    return wire.get("/Users").headers.get("content-encoding") == "gzip"


@variant("connection-close", "The connection is closed after each answer", "RFC 9112 section 9.6")
async def connection_close(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    response.headers["Connection"] = "close"
    return response


@probe("connection-close")
def connection_close_differs(wire: Wire) -> bool:
    return wire.send("GET", "/Users", Connection=None).headers.get("connection") == "close"


@variant(
    "gateway-headers", "A gateway adds a cookie and headers of its own", "RFC 6265 section 4.1; RFC 9110 section 5.1"
)
async def gateway_headers(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    response.headers |= {
        "Set-Cookie": "affinity=6f2a9c41d0; Path=/; HttpOnly",
        "X-Request-Id": "6f2a9c41-d0aa-4c1e-9b7f-0c8f3c1d2e4f",
        "X-RateLimit-Remaining": "599",
        "Vary": "Accept, Authorization",
    }
    return response


@probe("gateway-headers")
def gateway_headers_differs(wire: Wire) -> bool:
    return "set-cookie" in wire.get("/Users").headers


@variant(
    "no-location",
    "No Location header and no Content-Location",
    f"{TUTORIAL}; of creations SHOULD only",
    breaks=("7644-3.3-f",),
)
async def no_location(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    kept = {name: value for name, value in response.headers.items() if "location" not in name.lower()}
    response.headers = Only(kept)
    return response


@probe("no-location")
def no_location_differs(wire: Wire) -> bool:
    return "location" not in wire.create().headers


@variant("no-etags", "There are no ETags and no meta.version", "RFC 7644 section 3.14: versioning is optional")
async def no_etags(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    response.headers.pop("ETag", None)
    body = response.body or {}
    for resource in body.get("Resources", [body]):
        resource.get("meta", {}).pop("version", None)
    return response


@probe("no-etags")
def no_etags_differs(wire: Wire) -> bool:
    return "etag" not in wire.create().headers


@variant(
    "empty-without-resources",
    "Resources is left out when nothing is found",
    "RFC 7644 section 3.4.2",
    nearest=("list-without-total",),
)
async def empty_without_resources(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_list(response) and not (response.body or {}).get("Resources"):
        (response.body or {}).pop("Resources", None)
    return response


@probe("empty-without-resources")
def empty_without_resources_differs(wire: Wire) -> bool:
    return "Resources" not in wire.get(NO_MATCH).json


@variant("lists-unpaged", "A complete list has no paging attributes", "RFC 7644 section 3.4.2, startIndex")
async def lists_unpaged(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_list(response) and not {"startIndex", "count"} & set(request.query):
        for name in ("startIndex", "itemsPerPage"):
            (response.body or {}).pop(name, None)
    return response


@probe("lists-unpaged")
def lists_unpaged_differs(wire: Wire) -> bool:
    return "startIndex" not in wire.get(NO_MATCH).json


MOST = 3


def _listed(wire: Wire) -> Any:
    for _ in range(5):
        wire.user(**NAMED)
    return wire.get("/Users?startIndex=1&count=5").json


@variant("small-pages", f"A page has {MOST} resources, however many were requested", "RFC 7644 section 3.4.2.4")
async def small_pages(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "GET" and request.path.strip("/") in {"Users", "Groups"}:
        asked = request.query.get("count", str(MOST))
        count = str(min(int(asked), MOST)) if asked.isdecimal() else asked
        request.query = {**request.query, "count": count}
    return await go(request)


@probe("small-pages")
def small_pages_differs(wire: Wire) -> bool:
    return bool(len(_listed(wire)["Resources"]) < 5 <= _listed(wire)["totalResults"])


@variant("cursors-offered", "Lists offer a cursor besides the index", "RFC 9865 section 2")
async def cursors_offered(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_list(response) and response.body is not None:
        response.body |= {"nextCursor": "VZUTiyhEQJ94IR", "previousCursor": "ze7L30kMiiLX6x"}
    return response


@probe("cursors-offered")
def cursors_offered_differs(wire: Wire) -> bool:
    return "nextCursor" in wire.get("/Users").json


@variant("configuration-open", "Discovery needs no token", "RFC 7644 section 4", "gallery-2026")
async def configuration_open(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path in {"/ServiceProviderConfig", "/Schemas", "/ResourceTypes"}:
        headers: Any = request.headers
        kept = [pair for pair in headers if pair[0].lower() != "authorization"]
        request.headers = [*kept, ("Authorization", f"Bearer {target.token}")]
    return await go(request)


@probe("configuration-open")
def configuration_open_differs(wire: Wire) -> bool:
    return wire.get("/ServiceProviderConfig", Authorization=None).status == 200


@variant("schemas-richer", "/Schemas lists more, in another order", "RFC 7643 section 7", "gallery-2026")
async def schemas_richer(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/Schemas" and response.body is not None:
        listed = [{**one, "attributes": one["attributes"][::-1]} for one in response.body["Resources"]]
        told = {"name": "Vendor", "description": "Attributes of the vendor"}
        own = {"schemas": listed[0]["schemas"], "id": VENDOR, "attributes": [], **told}
        response.body |= {"Resources": [own, *reversed(listed)], "totalResults": len(listed) + 1}
    return response


@probe("schemas-richer")
def schemas_richer_differs(wire: Wire) -> bool:
    return bool(wire.get("/Schemas").json["Resources"][0]["id"] == VENDOR)


VENDOR = "urn:example:params:scim:schemas:extension:vendor:2.0:User"


@variant(
    "token-richer",
    "The token response has more fields, and bearer in lower case",
    "RFC 6749 section 5.1",
    "gallery-2026",
)
async def token_richer(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == PATH and response.status == HTTPStatus.OK and response.body is not None:
        more = {"token_type": "bearer", "scope": "scim", "ext_expires_in": 3600, "not_before": 1_790_000_000}
        response.body = {**response.body, **more}
    return response


@probe("token-richer")
def token_richer_differs(wire: Wire) -> bool:
    return bool(ask_for_token(wire).json["token_type"] == "bearer")


@variant(
    "client-400",
    "A wrong client secret is answered 400, also with HTTP Basic",
    "RFC 6749 section 5.2, of a secret in the body; Entra reads the error alone",
    "gallery-2026",
    breaks=("6749-5.2-a",),
)
async def client_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == PATH and response.status == HTTPStatus.UNAUTHORIZED:
        response.status = HTTPStatus.BAD_REQUEST
    return response


@probe("client-400")
def client_400_differs(wire: Wire) -> bool:
    return ask_for_token(wire, client_secret="wrong").status == 400
