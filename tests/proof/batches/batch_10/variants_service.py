"""Tenth batch: legal variants in what a server supports, and in how it answers."""

import re
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, set_body
from scim_conformance.demo.shapes import answered, filter_of, refusal, resources, stored_at
from tests.proof.batches.batch_5.store import kind_of, succeeded
from tests.proof.batches.batch_10.rights import bulkless, declined, is_listing, parameter, published, tenant_of
from tests.proof.batches.batch_10.store import QUOTED, asked_filter, configure, is_search, legal, outside, replaces


# RFC 7644 section 3.4.2.3: “sort is OPTIONAL”; section 3.12, table 8: 501 where an operation is not supported.
@legal(
    "sort-501",
    "The configuration says that sorting is not supported, and a query with sortBy returns 501",
    "RFC 7644 section 3.4.2.3, sort is OPTIONAL, and section 3.12, 501; RFC 7643 section 5, sort",
)
async def sort_501(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_listing(request) and parameter(request, "sortBy"):
        return declined(target, request, "Sorting is not supported", status=HTTPStatus.NOT_IMPLEMENTED)
    response = await go(request)
    configure(request, response, "sort", supported=False)
    return response


# RFC 7644 section 3.14: “weak or strong ETags MAY be supported”; RFC 7643 section 3.1: version is OPTIONAL.
@legal(
    "versions-unsupported",
    "The configuration says that ETags are not supported: there is no ETag, no meta.version, and If-Match is not read",
    "RFC 7644 section 3.14, ETags MAY be supported; RFC 7643 section 3.1, version is optional, and section 5, etag",
)
async def versions_unsupported(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    headers: Any = request.headers
    request.headers = [pair for pair in headers if pair[0].lower() not in {"if-match", "if-none-match"}]
    response = await go(request)
    configure(request, response, "etag", supported=False)
    response.headers["ETag"] = ""
    for resource in resources(response):
        (resource.get("meta") or {}).pop("version", None)
    for one in (response.body or {}).get("Operations") or []:
        one.pop("version", None)
    return response


# RFC 7644 section 3.5.2: “PATCH is an OPTIONAL server function”; the client finds out from the configuration.
@legal(
    "patch-501",
    "The configuration says that PATCH is not supported, nor bulk, and a PATCH of a user or a group returns 501",
    "RFC 7644 section 3.5.2, PATCH is an OPTIONAL server function, and section 3.12, 501; RFC 7643 section 5, patch",
)
@bulkless
async def patch_501(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "PATCH" and stored_at(tenant_of(target, request), request.path):
        return declined(target, request, "PATCH is not supported: use PUT", status=HTTPStatus.NOT_IMPLEMENTED)
    response = await go(request)
    configure(request, response, "patch", supported=False)
    return response


# RFC 9110 section 10.2.2: “Location = URI-reference”, resolved against the request. meta.location stays whole, and
# Content-Location, which RFC 7643 section 3.1 compares with it, need not be sent.
@legal(
    "location-relative",
    "The header Location is a path without scheme and host; meta.location is whole, and there is no Content-Location",
    "RFC 9110 section 10.2.2, Location is a URI reference; RFC 7644 section 3.3; RFC 7643 section 3.1, location",
)
async def location_relative(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if succeeded(response):
        response.headers["Location"] = urlsplit(response.headers.get("Location", request.url)).path
    response.headers["Content-Location"] = ""
    return response


UNSUPPORTED = re.compile(r"(?i) (ne|co|sw|ew|gt|ge|lt|le) ")


# RFC 7644 section 3.12, table 9, invalidFilter: “the specified attribute and filter comparison combination is not
# supported”. What is looked up by its name, its id or its externalId is found.
@legal(
    "filter-equality-only",
    "Filters compare by eq and pr, with and, or and not; every other operator returns 400 invalidFilter",
    "RFC 7644 section 3.12, table 9, invalidFilter, a combination of attribute and comparison is not supported",
)
async def filter_equality_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    bare = re.sub(QUOTED, "", asked_filter(request)) if is_listing(request) else ""
    if UNSUPPORTED.search(f"{bare} "):
        return declined(target, request, "Only eq and pr are supported in a filter", "invalidFilter")
    return await go(request)


REQUIRED = {"Users": {"username"}, "Groups": {"displayname"}}


# RFC 7644 section 3.5.1: an attribute that a PUT leaves out MAY be cleared, and need not be: a client that wants it
# gone sends null.
@legal(
    "put-keeps-left-out",
    "A PUT leaves attributes that are not in its body as they are; null and an empty list clear them",
    "RFC 7644 section 3.5.1, the server MAY assume that what is omitted is not asserted by the client",
)
@bulkless
async def put_keeps_left_out(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = replaces(request)
    if body:
        former = stored_at(tenant_of(target, request), request.path)
        told = {key.lower() for key in body} | REQUIRED[kind_of(request)] | {"id", "meta", "schemas"}
        set_body(request, {**{key: value for key, value in former.items() if key.lower() not in told}, **body})
    return await go(request)


DEVICE = "urn:example:params:scim:schemas:1.0:Device"
_TEXT = {"type": "string", "multiValued": False, "caseExact": False, "uniqueness": "none", "returned": "default"}
_FACTS = {"serialNumber": "The number of the maker", "model": "The name of the model"}
DEVICE_SCHEMA = {
    "id": DEVICE,
    "name": "Device",
    "description": "A device that the agent has enrolled",
    "attributes": [
        {"name": name, "description": text, "required": False, "mutability": "readOnly", **_TEXT}
        for name, text in _FACTS.items()
    ],
}
DEVICE_TYPE = {
    "id": "Device",
    "name": "Device",
    "description": "Devices, enrolled by the agent alone",
    "endpoint": "/Devices",
    "schema": DEVICE,
    "schemaExtensions": [],
}
_AS_USERS = {"serialnumber": "nickName", "model": "title"}


# RFC 7643 section 6: a server may have further resource types. This one is filled by an agent and not by clients.
@legal(
    "device-type-empty",
    "There is a third resource type, Device, with a schema of its own: nobody can create one, and the list is empty",
    "RFC 7643 sections 3.2 and 6, further resource types; RFC 7644 section 3.12, 403 for what is not permitted",
)
async def device_type_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if kind_of(request) == "Schemas":
        return await published(target, request, go, "Schema", DEVICE_SCHEMA)
    if kind_of(request) == "ResourceTypes":
        return await published(target, request, go, "ResourceType", DEVICE_TYPE)
    return await (_devices(target, request, go) if kind_of(request) == "Devices" else go(request))


async def _devices(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    tenant_of(target, request).check_auth(request)
    if request.path.strip("/") != "Devices" and not is_search(request):
        return refusal(HTTPStatus.NOT_FOUND, "There is no such device")
    if is_search(request) or request.method in {"GET", "HEAD"}:
        return await _no_devices(target, request, go)
    if request.method == "POST":
        return refusal(HTTPStatus.FORBIDDEN, "Devices are enrolled by the agent")
    response = refusal(HTTPStatus.METHOD_NOT_ALLOWED, "Devices are enrolled by the agent")
    response.headers["Allow"] = "GET, POST"
    return response


async def _no_devices(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Answer a query on devices; its filter and its figures are checked as those of a query on users are."""
    asked = replace(request, method="GET", path="/Users", body=b"", query={"count": "0"})
    text = asked_filter(request) if is_search(request) else filter_of(request)
    if text or "filter" in request.query:
        asked.query = {"count": "0", "filter": outside(text, _as_users)}
    response = await answered(target, asked, go)
    if "totalResults" in (response.body or {}):
        figures = {"totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": []}
        response.body = {**(response.body or {}), **figures}
    return response


def _as_users(part: str) -> str:
    bare = re.sub(rf"(?i){re.escape(DEVICE)}:", "", part)
    return re.sub(r"(?i)\b(serialNumber|model)\b", lambda found: _AS_USERS[found[0].lower()], bare)
