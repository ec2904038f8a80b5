"""Faults in queries by POST, as RFC 7644 section 3.4.3 has it."""

import re
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import person, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Reply, Wire
from scim_conformance.demo.shapes import answered, is_list, listed, resources, users

OURS = "our deduction from RFC 7644 section 3.4.3"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
REQUEST = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"


def _searched(request: ScimRequest) -> dict[str, Any]:
    """Return the body of a search, or nothing."""
    body = body_of(request)
    searches = request.method == "POST" and request.path.endswith("/.search")
    return body if searches and isinstance(body, dict) else {}


def _without(request: ScimRequest, *names: str) -> None:
    if _searched(request):
        set_body(request, {name: value for name, value in _searched(request).items() if name not in names})


def _search(wire: Wire, text: str, path: str = "/Users/.search", **more: Any) -> Reply:
    return wire.send("POST", path, {"schemas": [REQUEST], "filter": text, **more})


def _titled(wire: Wire, number: int = 2) -> str:
    """Create users with a title in common, and return the filter that finds them."""
    title = unique()
    for letter in "ba"[:number]:
        wire.user(title=title, displayName=letter)
    return f'title eq "{title}"'


@defect(
    Kind.STANDARDS,
    "search-without-last",
    "A search by POST leaves out the last user",
    OURS,
    named="RFC-SEA-01#all.same-set",
)
async def search_without_last(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    whole = bool(_searched(request)) and not {"count", "sortBy"} & _searched(request).keys()
    response = await go(request)
    if whole and is_list(response):
        listed(response, resources(response)[:-1])
    return response


@probe("search-without-last")
def search_without_last_shows(wire: Wire) -> bool:
    return len(_search(wire, _titled(wire)).listed) == 1


@defect(
    Kind.STANDARDS,
    "search-unpaged",
    "A search by POST ignores count and startIndex",
    OURS,
    named="RFC-SEA-01#chosen.page",
)
async def search_unpaged(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    _without(request, "count", "startIndex")
    return await go(request)


@probe("search-unpaged")
def search_unpaged_shows(wire: Wire) -> bool:
    return len(_search(wire, _titled(wire), count=1).listed) == 2


@defect(
    Kind.STANDARDS,
    "search-unsorted",
    "A search by POST ignores sortBy",
    OURS,
    named="RFC-SEA-02#up.order",
)
async def search_unsorted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "sortBy" in _searched(request):
        _without(request, "sortOrder")
        set_body(request, {**_searched(request), "sortBy": "meta.created"})
    return await go(request)


@probe("search-unsorted")
def search_unsorted_shows(wire: Wire) -> bool:
    found = _search(wire, _titled(wire), sortBy="displayName").listed
    return [one["displayName"] for one in found] == ["b", "a"]


@defect(
    Kind.STANDARDS,
    "search-creates",
    "A search by POST for a later page creates a user",
    OURS,
    named="RFC-SEA-01#find.found",
    leaves="the users that a search creates are created by no request of ours, so their ids are not recorded",
)
async def search_creates(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    said = re.fullmatch(r'title eq "([^"]+)"', str(_searched(request).get("filter")))
    is_later = "startIndex" in _searched(request)
    response = await answered(target, request, go)
    if said is not None and is_later:
        request.path = "/Users"
        set_body(request, person(userName=f"{said[1]}-{unique()}@example.com", title=said[1]))
        await answered(target, request, go)
    return response


@probe("search-creates")
def search_creates_shows(wire: Wire) -> bool:
    text = _titled(wire, 1)
    _search(wire, text, startIndex=2)
    return len(wire.find("Users", text).listed) == 2


@defect(
    Kind.STANDARDS,
    "search-wrong-all",
    "A search by POST with a broken filter returns all users",
    OURS,
    named="RFC-SEA-01#wrong.only",
)
async def search_wrong_all(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    searches = bool(_searched(request))
    response = await answered(target, request, go)
    if searches and response.status == HTTPStatus.BAD_REQUEST:
        found = [{"schemas": one["schemas"], "id": one["id"]} for one in users(target)]
        return ScimResponse(HTTPStatus.OK, {"schemas": [LIST], "totalResults": len(found), "Resources": found})
    return response


@probe("search-wrong-all")
def search_wrong_all_shows(wire: Wire) -> bool:
    return _search(wire, "title eq").status == 200


@defect(
    Kind.STANDARDS,
    "base-search-users-alone",
    "A search by POST at the base URL finds users alone",
    OURS,
    named="RFC-SEA-03#both.found",
)
async def base_search_users_alone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    at_base = bool(_searched(request)) and request.path == "/.search"
    response = await go(request)
    if at_base and is_list(response):
        listed(response, [one for one in resources(response) if "userName" in one])
    return response


@probe("base-search-users-alone")
def base_search_users_alone_shows(wire: Wire) -> bool:
    name = unique()
    wire.group(name=name)
    return not _search(wire, f'displayName eq "{name}"', "/.search").listed
