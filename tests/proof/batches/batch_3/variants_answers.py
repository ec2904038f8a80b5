"""Fresh legal variants in the form of answers: JSON, headers, lists, errors and what is refused."""

import hashlib
import json
import re
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, RawResponse, Target, body_of
from scim_conformance.demo.shapes import CORE, Only, answered, of_type, refusal, resources
from tests.proof.batches.batch_3.variants_store import legal


def _raw(response: ScimResponse, body: bytes, **headers: str) -> RawResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return RawResponse(response.status, None, {**response.headers, **named}, body)


# RFC 8259 section 7: any character may be escaped. System.Text.Json does so with those that a page could misread.
@legal("json-safe-escapes", "JSON without spaces; quotes, <, >, &, ' and + are \\u escapes", "RFC 8259 section 7")
async def json_safe_escapes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.body is None:
        return response
    text = json.dumps(response.body, separators=(",", ":"))
    text = re.sub(r"\\(.)", lambda found: "\\u0022" if found[1] == '"' else found[0], text)
    text = re.sub("[<>&'+]", lambda found: f"\\u{ord(found[0]):04X}", text)
    return _raw(response, text.encode())


# RFC 9112 section 6.2 and 6.3: a message has its length in Content-Length or is chunked; both are as good.
@legal("bodies-measured", "Bodies come with a Content-Length, not in chunks", "RFC 9112 sections 6.2 and 6.3")
async def bodies_measured(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.body is None:
        return response
    content = json.dumps(response.body).encode()
    return _raw(response, content, Content_Length=str(len(content)))


# RFC 9110 section 8.3: Content-Type describes content, and 15.3.5: a 204 has none. The note's 8 no. 18, every response
# is application/scim+json, can be about those with a body alone; its 5 and 6.1 ask of a 204 nothing but the status.
@legal("no-content-untyped", "A 204 has no Content-Type and no Location", "RFC 9110 sections 8.3 and 15.3.5")
async def no_content_untyped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.status == HTTPStatus.NO_CONTENT:
        dropped = {"content-type", "location", "content-location"}
        response.headers = Only({name: said for name, said in response.headers.items() if name.lower() not in dropped})
    return response


# RFC 7644 section 3.14: ETags may be weak or strong, and meta.version has the same value. Entra sends none (note 1.4).
@legal("etags-strong", "ETags are strong, and so is meta.version", "RFC 7644 section 3.14")
async def etags_strong(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    weak: dict[str, str] = target.notes.setdefault("etags-strong", {})
    headers: Any = request.headers
    request.headers = [
        (name, weak.get(value, value) if name.lower() in {"if-match", "if-none-match"} else value)
        for name, value in headers
    ]
    response = await answered(target, request, go)
    for _, resource in of_type(request, response):
        if "version" in resource.get("meta", {}):
            resource["meta"]["version"] = _strong(resource["meta"]["version"], weak)
    if "ETag" in response.headers:
        response.headers["ETag"] = _strong(response.headers["ETag"], weak)
    return response


def _strong(version: str, weak: dict[str, str]) -> str:
    made = f'"{hashlib.sha256(version.encode()).hexdigest()[:20]}"'
    weak[made] = version
    return made


# Lists


# RFC 7644 section 3.4.2.3: without sortBy the order is the server's; section 3.4.2.4 asks for no order by age.
@legal("newest-first", "Lists begin with what was created last", "RFC 7644 sections 3.4.2.3 and 3.4.2.4")
async def newest_first(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    asked = {name: request.query.get(name) for name in ("startIndex", "count")}
    listing = request.method == "GET" and request.path.strip("/") in {"Users", "Groups"}
    if not listing or not all(value is None or value.isdecimal() for value in asked.values()):
        return await go(request)
    request.query = {name: value for name, value in request.query.items() if name not in asked}
    response = await go(request)
    if response.body is None or "Resources" not in response.body:
        return response
    start = max(int(asked["startIndex"] or 1), 1)
    # The store keeps the order of creation; its own lists are sorted by id.
    age = {one.id: number for number, one in enumerate(target.stored())}
    newest = sorted(resources(response), key=lambda one: -age[one["id"]])[start - 1 :]
    page = newest if asked["count"] is None else newest[: int(asked["count"])]
    response.body |= {"Resources": page, "startIndex": start, "itemsPerPage": len(page)}
    return response


MULTIPLE = ("emails", "phoneNumbers", "addresses", "roles", "members")


# RFC 7643 section 2.4: the values of a multi-valued attribute are a set, of which no order is said.
@legal("values-shuffled", "E-mails, phones, members come in another order at each reading", "RFC 7643 section 2.4")
async def values_shuffled(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    turn = target.notes["values-shuffled"] = target.notes.get("values-shuffled", 0) + 1
    for _, resource in of_type(request, response):
        for name in MULTIPLE:
            values = resource.get(name)
            if values:
                at = turn % len(values)
                resource[name] = values[at:] + values[:at]
    return response


# Errors, and what is refused

PLAIN = {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}


# RFC 7644 section 3.12: status alone is required, detail is optional. The note asks for a detail where a value is
# refused (8 no. 11); of 404 the status suffices (2.2), of 409 the scimType (3.4), and both stay.
@legal("errors-terse", "401, 404 and 409 say nothing beyond status and scimType", "RFC 7644 section 3.12, detail")
async def errors_terse(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.status in PLAIN and response.body is not None:
        response.body = {key: said for key, said in response.body.items() if key in {"schemas", "status", "scimType"}}
    return response


# RFC 7644 section 3.12: detail is a text for people; no language is named. Entra shows it as it is (note 9.5).
@legal("errors-localised", "What an error says is German", "RFC 7644 section 3.12, detail")
async def errors_localised(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if int(response.status) >= HTTPStatus.BAD_REQUEST and response.body is not None:
        sent = f"{request.path} {request.body.decode('utf-8', 'replace')}"
        words = [word.strip("'\".,") for word in str(response.body.get("detail", "")).split()]
        named = [word for word in words if re.search(r"[\d-]", word) and word in sent]
        about = f": {', '.join(named)}" if named else ""
        response.body["detail"] = f"Die Anfrage kann so nicht ausgeführt werden{about}"
    return response


PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


# RFC 7643 section 3: schemas is required in every resource; RFC 7644 section 3.5.2: the body of a PATCH has the URI of
# PatchOp. Entra sends both each time (note 3.2, 3.3 and 4).
@legal("schemas-required", "A body without its schemas answers 400", "RFC 7643 section 3; RFC 7644 section 3.5.2")
async def schemas_required(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kind = request.path.strip("/").partition("/")[0]
    wanted = {"POST": f"{CORE}{kind.removesuffix('s')}", "PATCH": PATCH_OP}.get(request.method)
    body = body_of(request)
    if wanted and kind in {"Users", "Groups"} and isinstance(body, dict) and wanted not in (body.get("schemas") or []):
        target.check_auth(request)
        return refusal(HTTPStatus.BAD_REQUEST, f"schemas must name {wanted}", "invalidSyntax")
    return await go(request)


# RFC 7644 section 3.8: application/scim+json must be supported, and application/json merely should. Entra sends the
# first alone (note 1.4).
@legal("only-scim-media", "A body of application/json answers 415", "RFC 7644 section 3.8; SHOULD alone")
async def only_scim_media(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    said = (request.header("Content-Type") or "").partition(";")[0].strip().lower()
    if request.body and request.path.startswith(("/Users", "/Groups")) and said != "application/scim+json":
        target.check_auth(request)
        return refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Bodies must be application/scim+json")
    return await go(request)
