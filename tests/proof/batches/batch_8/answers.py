"""Eighth batch: faults in lists, in pages and in what an answer says of its extensions."""

from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import of_type
from tests.proof.batches.batch import MUST
from tests.proof.batches.batch_2.store import is_list
from tests.proof.batches.batch_6.store import lists
from tests.proof.batches.batch_8.store import eighth


@eighth(
    Kind.MATCHING,
    "lists-without-extension",
    "Users in a list, or found by a filter, have no enterprise attributes; read by id they have them",
    "Note 2.2, one hit is the full resource; RFC 7644 section 3.4.2, and RFC 7643 section 7, returned by default",
    MUST,
)
async def lists_without_extension(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for _, resource in of_type(request, response) if lists(request, response.body) else ():
        if resource.pop(ENTERPRISE, None) is not None:
            _undeclare(resource)
    return response


def _undeclare(resource: dict[str, Any]) -> None:
    resource["schemas"] = [urn for urn in resource.get("schemas") or [] if urn != ENTERPRISE]


@eighth(
    Kind.CREATE,
    "extension-undeclared",
    "A user with enterprise attributes is returned without the URN of the enterprise extension in schemas",
    "Note 3.2, the answer to a creation; RFC 7643 sections 3 and 3.3, schemas names the extensions that are there",
    MUST,
)
async def extension_undeclared(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for _, resource in of_type(request, response):
        if ENTERPRISE in resource:
            _undeclare(resource)
    return response


@eighth(
    Kind.PAGING,
    "page-one-too-many",
    "A page has one entry more than count, which the next page has too: one more is read to know whether there is one",
    "Note 17, every account once and count is a maximum; RFC 7644 section 3.4.2.4, no more than count",
    MUST,
)
async def page_one_too_many(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    count = str(request.query.get("count") or "")
    if is_list(request) and count.isdigit() and int(count):
        request.query = {**request.query, "count": str(int(count) + 1)}
    return await go(request)


@eighth(
    Kind.PAGING,
    "total-counts-what-is-left",
    "totalResults of a later page is the number of entries from there on: a walk ends half way",
    "Note 17, totalResults stays put; RFC 7644 section 3.4.2, the total number of results",
    MUST,
)
async def total_counts_what_is_left(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    start = str(request.query.get("startIndex") or "")
    response = await go(request)
    if is_list(request) and start.isdigit() and response.body is not None and "totalResults" in response.body:
        response.body["totalResults"] = max(response.body["totalResults"] - max(int(start) - 1, 0), 0)
    return response
