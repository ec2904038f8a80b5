"""Seventh batch: faults in locations, in meta, in errors, in pages and in the answer to a deletion."""

import re
from dataclasses import replace
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import answered, of_type
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import is_list
from tests.proof.batches.batch_5.store import kind_of, succeeded
from tests.proof.batches.batch_7.store import seventh

KINDS = {"Users", "Groups"}
BASE = re.compile(r"^(https?://[^/]+)/.*?(?=/(?:Users|Groups)/)")


def _cut(location: str) -> str:
    return BASE.sub(r"\1", location)


@seventh(
    Kind.CREATE,
    "location-without-base",
    "Location and meta.location leave out the base path: https://host/Users/id, which returns 404",
    "Note 3.2, Location, and 14.3 B125, origin and base of the tenant URL; RFC 7644 section 3.3, RFC 7643 section 3.1",
    MUST,
)
async def location_without_base(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for _, resource in of_type(request, response):
        if resource.get("meta", {}).get("location"):
            resource["meta"]["location"] = _cut(resource["meta"]["location"])
    if kind_of(request) in KINDS:
        response.headers |= {key: _cut(said) for key, said in response.headers.items() if "location" in key.lower()}
    return response


@seventh(
    Kind.PATCH,
    "created-is-modified",
    "meta.created of a user or a group is the time of the last change",
    "Note 3.2, meta; RFC 7643 section 3.1, created is when the resource was added; one column for both",
    MUST,
)
async def created_is_modified(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for _, resource in of_type(request, response):
        if "lastModified" in resource.get("meta", {}):
            resource["meta"]["created"] = resource["meta"]["lastModified"]
    return response


@seventh(
    Kind.ERRORS,
    "error-status-always-400",
    "Every error has the status “400” in its body, whatever the status line says: 404, 409 or 401",
    "Note 14.1 B19 and 8.1, the form of the error object; RFC 7644 section 3.12, status is the HTTP status code",
    MUST,
)
async def error_status_always_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.status >= HTTPStatus.BAD_REQUEST and "status" in (response.body or {}) and response.body is not None:
        response.body["status"] = "400"
    return response


@seventh(
    Kind.PAGING,
    "beyond-end-last-page",
    "A startIndex above the number of users or groups returns the last page again, so a walk never ends",
    "Note 17 and 16 S13, 200 without entries, and 14.2 B119; RFC 7644 section 3.4.2.4; a paginator that clamps",
    NEEDED,
)
async def beyond_end_last_page(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    lists, query = is_list(request), dict(request.query)
    asking = replace(request)
    response = await go(request)
    start, total = str(query.get("startIndex") or ""), int((response.body or {}).get("totalResults") or 0)
    if not (lists and start.isdigit() and int(start) > total > 0):
        return response
    size = max(int(query.get("count") or total), 1)
    asking.query = {**query, "startIndex": str((total - 1) // size * size + 1)}
    return await go(asking)


@seventh(
    Kind.LIFECYCLE,
    "delete-200",
    "Deleting a user or a group works and returns 200 with a message instead of 204",
    "Note 5, DELETE -> 204, and 8.1, Entra reads the 204; RFC 7644 section 3.6, SHALL return 204",
    MUST,
)
async def delete_200(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.method == "DELETE" and kind_of(request) in KINDS and succeeded(response):
        return ScimResponse(HTTPStatus.OK, {"message": "The record was deleted"})
    return response
