"""Ninth batch: faults of the connection, of what wraps an answer, and of the discovery endpoints."""

import json
from http import HTTPStatus

from scim2_models import UnauthorizedException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, RawResponse, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import answered
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_5.store import kind_of, refused, succeeded
from tests.proof.batches.batch_9.store import KINDS, ninth


@ninth(
    Kind.CONNECTION,
    "version-header-400",
    "A request with the header ADSCIMVersion returns 400: the gateway lets only the headers through that it knows",
    "Note 1.4, ADSCIMVersion is sent; RFC 9110 section 5.1, fields that are not known are ignored or passed on",
    NEEDED,
)
async def version_header_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.header("ADSCIMVersion") is not None:
        return refused(target, request, "The header ADSCIMVersion is not allowed")
    return await go(request)


NODES = 7


@ninth(
    Kind.CONNECTION,
    "node-with-old-token",
    "Every seventh request returns 401 with the right token: one of seven nodes has the secret of before the rotation",
    "Note 1.2, the token is on every request, and 9.4, a credential failure quarantines at once; RFC 7644 section 2",
    NEEDED,
)
async def node_with_old_token(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.header("Authorization") != f"Bearer {target.token}":
        return await go(request)
    asked = target.notes["node-with-old-token"] = target.notes.get("node-with-old-token", 0) + 1
    if asked % NODES == 0:
        raise UnauthorizedException(detail="The bearer token is missing or wrong")
    return await go(request)


@ninth(
    Kind.CONNECTION,
    "get-untyped-415",
    "A request without Content-Type returns 415, and so do reads and deletions, which have no body",
    "Note 1.4, GET and DELETE come without Content-Type; RFC 9110 section 8.3, it belongs to a body",
    NEEDED,
)
async def get_untyped_415(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.header("Content-Type") is None:
        return refused(target, request, "Content-Type is missing", status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    return await go(request)


@ninth(
    Kind.CONNECTION,
    "creation-redirected",
    "A creation returns 301 to the same address with a slash at its end, and only there something is created",
    "Note 1.1, the service appends /Users, and 3.2, 201; RFC 7644 section 3.3; a client repeats a 301 as GET",
    MUST,
)
async def creation_redirected(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "POST" and request.path in {f"/{kind}" for kind in KINDS}:
        target.check_auth(request)
        return ScimResponse(HTTPStatus.MOVED_PERMANENTLY, None, {"Location": f"{request.url}/"})
    return await go(request)


@ninth(
    Kind.CONNECTION,
    "wrapped-in-data",
    "A user or a group is in an envelope of the vendor's API, {“data”: {…}}; lists and errors are as SCIM has them",
    "Note 3.2, the answer to a creation, and 8 no. 10; RFC 7644 sections 3.3 and 3.4.1, the body is the resource",
    MUST,
)
async def wrapped_in_data(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if kind_of(request) in KINDS and response.body is not None and "id" in response.body:
        response.body = {"data": response.body}
    return response


@ninth(
    Kind.ROBUSTNESS,
    "length-in-characters",
    "An answer with letters beyond ASCII ends too early: Content-Length is the number of characters, not of bytes",
    "Note 14.2 B31, accents; RFC 9110 section 8.6, a number of octets; RFC 7644 section 3.8, the body is JSON",
    MUST,
)
async def length_in_characters(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    text = "" if response.body is None else json.dumps(response.body, ensure_ascii=False)
    if text.isascii():
        return response
    headers = {**response.headers, "Content-Length": str(len(text))}
    return RawResponse(response.status, None, headers, text.encode()[: len(text)])


@ninth(
    Kind.DISCOVERY,
    "schema-ids-are-names",
    "The id of each schema in /Schemas is its name, such as User, and not its URN",
    "Note 7, /Schemas, Resources with the URN of the core Group; RFC 7643 section 7, id is the URI of the schema",
    MUST,
)
async def schema_ids_are_names(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path.strip("/") == "Schemas" and response.body is not None:
        for schema in response.body.get("Resources") or []:
            schema["id"] = schema["name"]
    return response


@ninth(
    Kind.DISCOVERY,
    "patch-supported-flat",
    "The configuration says “patch”: true where an object with supported is due; filter, sort and the others likewise",
    "Note 7, /ServiceProviderConfig is required of the gallery; RFC 7643 section 5, patch.supported is REQUIRED",
    MUST,
)
async def patch_supported_flat(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path.strip("/") == "ServiceProviderConfig" and succeeded(response) and response.body:
        for name, value in response.body.items():
            if isinstance(value, dict) and "supported" in value:
                response.body[name] = value["supported"]
    return response
