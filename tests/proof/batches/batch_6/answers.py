"""Sixth batch: faults in lists, in pages, in locations, in meta and in the headers of errors."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import answered, of_type, refusal
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import is_list
from tests.proof.batches.batch_5.store import kind_of
from tests.proof.batches.batch_6.store import SHOULD, lists, sixth


@sixth(
    Kind.CREATE,
    "location-of-list",
    "Location and meta.location of a user are the address of the list of users: the id is missing",
    "Note 3.2, Location, and 14.3 B125; RFC 7644 section 3.3; RFC 7643 section 3.1, meta.location",
    MUST,
)
async def location_of_list(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for kind, user in of_type(request, response):
        if kind == "Users" and user.get("meta", {}).get("location"):
            user["meta"]["location"] = _above(user["meta"]["location"])
    if kind_of(request) == "Users" and "id" in (response.body or {}):
        named = {"location", "content-location"}
        response.headers |= {key: _above(said) for key, said in response.headers.items() if key.lower() in named}
    return response


def _above(location: str) -> str:
    return location.rpartition("/")[0]


@sixth(
    Kind.GROUPS,
    "group-typed-as-user",
    "Groups are returned with meta.resourceType User",
    "Note 3.3, meta of a group; RFC 7643 section 3.1, meta.resourceType; one serializer for both",
    MUST,
)
async def group_typed_as_user(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for kind, group in of_type(request, response):
        if kind == "Groups" and "meta" in group:
            group["meta"]["resourceType"] = "User"
    return response


@sixth(
    Kind.MATCHING,
    "total-as-text",
    "totalResults of every list is a text: “1” instead of 1",
    "Note 2.2, ListResponse, and 14.2 B32; RFC 7644 section 3.4.2, an integer; a count as the driver returns it",
    MUST,
)
async def total_as_text(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if lists(request, response.body) and response.body is not None:
        response.body["totalResults"] = str(response.body["totalResults"])
    return response


@sixth(
    Kind.MATCHING,
    "single-resource-object",
    "Where a list has one entry, Resources is that entry and not an array of one",
    "Note 2.2 and 14.2 B32; RFC 7644 section 3.4.2, Resources is multi-valued; JSON that was converted from XML",
    MUST,
)
async def single_resource_object(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    found: Any = (response.body or {}).get("Resources") if lists(request, response.body) else None
    if isinstance(found, list) and len(found) == 1 and response.body is not None:
        response.body["Resources"] = found[0]
    return response


@sixth(
    Kind.PAGING,
    "beyond-end-404",
    "A page whose startIndex is above the number of users or groups returns 404",
    "Note 17 and 16 S13, 200 without entries; RFC 7644 section 3.4.2.4; the paginator of a web framework",
    NEEDED,
)
async def beyond_end_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    start = str(request.query.get("startIndex") or "")
    response = await go(request)
    total = int((response.body or {}).get("totalResults") or 0)
    if is_list(request) and start.isdigit() and int(start) > max(total, 1):
        return refusal(HTTPStatus.NOT_FOUND, "Invalid page")
    return response


@sixth(
    Kind.GROUPS,
    "exclusion-id-only",
    "A group that is read with excludedAttributes=members has its id only: displayName and externalId are missing",
    "Note 2.1 and 2.2, the match attribute is in the resource, and 0 no. 4; RFC 7644 section 3.9",
    MUST,
)
async def exclusion_id_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    excludes = "members" in str(request.query.get("excludedAttributes") or "")
    response = await go(request)
    for kind, group in of_type(request, response):
        if kind == "Groups" and excludes:
            for key in set(group) - {"schemas", "id", "meta"}:
                del group[key]
    return response


@sixth(
    Kind.ERRORS,
    "errors-declared-html",
    "Errors are SCIM errors in JSON, and are declared as text/html",
    "Note 8 no. 18, every response is application/scim+json, and 13.1, not checked of errors; RFC 7644 section 3.12",
    SHOULD,
)
async def errors_declared_html(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.status >= HTTPStatus.BAD_REQUEST:
        response.headers["Content-Type"] = "text/html; charset=utf-8"
    return response
