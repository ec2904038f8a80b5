"""Ninth batch: faults of filters, of what they find, and of reading a user."""

import re
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import RAW_QUERY, Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import filter_of, is_read, listed, resources
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import compared, dumps, found_by
from tests.proof.batches.batch_3.store import only
from tests.proof.batches.batch_5.store import refused
from tests.proof.batches.batch_6.store import queried, understood
from tests.proof.batches.batch_9.store import ninth


def _raw_filter(request: ScimRequest) -> str:
    """Return the filter as it was sent: still percent-encoded."""
    found = re.search(r"(?:^|&)filter=([^&]*)", request.header(RAW_QUERY) or "")
    return found[1] if found else ""


@ninth(
    Kind.MATCHING,
    "plus-not-a-space",
    "A filter with its spaces written as plus signs returns 400 invalidFilter; written as %20 it is understood",
    "Note 2.1, encoding, the service writes a space as +, and servers must decode it; HTML form encoding",
    NEEDED,
)
async def plus_not_a_space(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if queried(request) and "+" in _raw_filter(request):
        return refused(target, request, f"Unexpected token: {_raw_filter(request)}", "invalidFilter")
    return await go(request)


@ninth(
    Kind.MATCHING,
    "nothing-found-204",
    "A filter that matches nothing returns 204 without a body",
    "Note 1.6, Test Connection, and 2.2, none, 200 and a ListResponse; RFC 7644 section 3.4.2, SHALL be 200",
    MUST,
)
async def nothing_found_204(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    filters = queried(request)
    response = await go(request)
    if filters and response.body is not None and response.body.get("totalResults") == 0:
        return ScimResponse(HTTPStatus.NO_CONTENT)
    return response


@ninth(
    Kind.MATCHING,
    "value-undecoded",
    "The value of a filter stays as it is in the address: jo@example.com is looked up as jo%40example.com",
    "Note 2.1, encoding, @ as %40, and 14.2 B31, decode once; RFC 3986 section 2.4; RFC 7644 section 3.4.2.2",
    MUST,
)
async def value_undecoded(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    sent = re.search(r'(?:%22|")(.*)(?:%22|")', _raw_filter(request))
    if sent:
        understood(target, request, lambda _: sent[1].replace("+", " ").replace("%20", " "))
    return await go(request)


@ninth(
    Kind.MATCHING,
    "memberless-group-unfound",
    "A group without members is found by no filter, and read by id: the query joins the table of memberships",
    "Note 0 no. 4, groups are created without members, and 2.2; RFC 7644 section 3.4.2, INNER JOIN for LEFT JOIN",
    MUST,
)
async def memberless_group_unfound(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    filters = queried(request) == "Group"
    response = await go(request)
    if filters:
        joined = {one["id"] for one in dumps(target, "Group") if one.get("members")}
        listed(response, [one for one in resources(response) if one["id"] in joined])
    return response


@ninth(
    Kind.MATCHING,
    "domain-ignored",
    "A filter on userName compares what is before the @ alone: jo@one.example finds jo@two.example",
    "Note 2.2, one hit is linked; RFC 7644 section 3.4.2.2, eq, identical; the login name was once without a domain",
    MUST,
)
async def domain_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    said = compared(filter_of(request)) if queried(request) == "User" else None
    if said and said[0].lower() == "username":
        found_by(target, request, lambda one, other: _local(one) == _local(other))
    return await go(request)


def _local(name: str) -> str:
    return name.partition("@")[0].lower()


@ninth(
    Kind.MATCHING,
    "absent-remembered",
    "A name that a filter has once not found is never found, also after its creation: a cache keeps empty results",
    "Note 2 and 3.4, the filter comes before the creation, and each retry begins with it; RFC 7644 section 3.4.2.2",
    MUST,
)
async def absent_remembered(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    absent: set[str] = target.notes.setdefault("absent-remembered", set())
    kind, text = queried(request), filter_of(request).lower()
    if kind and f"{kind} {text}" in absent:
        only(request, [])
    response = await go(request)
    if kind and response.body is not None and response.body.get("totalResults") == 0:
        absent.add(f"{kind} {text}")
    return response


@ninth(
    Kind.MATCHING,
    "user-by-id-405",
    "A read of a user by id returns 405: users can be searched for, created, changed and deleted alone",
    "Note 2.1, linked user, GET /Users/{id}, and 8 no. 3; RFC 7644 section 3.4.1",
    MUST,
)
async def user_by_id_405(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_read(request, "Users"):
        response = refused(target, request, "GET is not allowed here", status=HTTPStatus.METHOD_NOT_ALLOWED)
        response.headers["Allow"] = "PATCH, PUT, DELETE"
        return response
    return await go(request)
