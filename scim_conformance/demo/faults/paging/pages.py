"""Faults in lists that come in pages."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import person
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import disabled_user
from scim_conformance.demo.probing.wire import Reply, Wire
from scim_conformance.demo.shapes import refusal, resources


def _ids_of(reply: Reply) -> list[Any]:
    return [one["id"] for one in reply.listed]


def _page(wire: Wire, start: int, count: int = 2, kind: str = "Users") -> Reply:
    return wire.get(f"/{kind}?startIndex={start}&count={count}")


def _peopled(wire: Wire) -> None:
    wire.post_all("/Users", (person() for _ in range(5)))


@defect(
    Kind.PAGING,
    "pages-repeat",
    "Every page of a list is the first, with all users",
    "PostHog/posthog#51441",
    named="ENT-LST-01#page-1.count",
    shows=("ENT-LST-02",),
)
async def pages_repeat(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kept = {name: value for name, value in request.query.items() if name not in {"startIndex", "count"}}
    request.query = kept
    response = await go(request)
    for name in ("startIndex", "itemsPerPage"):
        (response.body or {}).pop(name, None)
    return response


@probe("pages-repeat")
def pages_repeat_shows(wire: Wire) -> bool:
    _peopled(wire)
    return len(_ids_of(_page(wire, 1))) > 2 and _ids_of(_page(wire, 1)) == _ids_of(_page(wire, 3))


def _dropped(request: ScimRequest, *names: str) -> None:
    request.query = {name: value for name, value in request.query.items() if name not in names}


@defect(
    Kind.PAGING,
    "start-ignored",
    "startIndex is ignored: every page is the first one",
    "scimmyjs/scimmy#21",
    named="ENT-LST-01#page-6.new",
)
async def start_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    start = request.query.get("startIndex", "1")
    _dropped(request, "startIndex")
    response = await go(request)
    if "startIndex" in (response.body or {}):
        response.body = {**(response.body or {}), "startIndex": int(start)}
    return response


@probe("start-ignored")
def start_ignored_shows(wire: Wire) -> bool:
    _peopled(wire)
    return _ids_of(_page(wire, 1)) == _ids_of(_page(wire, 3))


@defect(
    Kind.PAGING,
    "count-ignored",
    "count is ignored: a page contains all users",
    "wso2/product-is#5106",
    named="ENT-LST-01#page-1.count",
)
async def count_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    _dropped(request, "count")
    return await go(request)


@probe("count-ignored")
def count_ignored_shows(wire: Wire) -> bool:
    _peopled(wire)
    return len(_ids_of(_page(wire, 1))) > 2


@defect(
    Kind.PAGING,
    "start-from-zero",
    "startIndex comes back counted from 0",
    "osiam/server#7",
    named="ENT-LST-01#page-1.start-index",
)
async def start_from_zero(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if "startIndex" in (response.body or {}):
        response.body = {**(response.body or {}), "startIndex": (response.body or {})["startIndex"] - 1}
    return response


@probe("start-from-zero")
def start_from_zero_shows(wire: Wire) -> bool:
    _peopled(wire)
    return bool(_page(wire, 1).json["startIndex"] == 0)


def _pages(request: ScimRequest) -> bool:
    return request.method == "GET" and "startIndex" in request.query


@defect(
    Kind.PAGING,
    "total-of-page",
    "totalResults is the length of the page",
    "wso2/product-is#7320",
    named="ENT-LST-01#page-1.total",
)
async def total_of_page(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if _pages(request) and response.body is not None:
        response.body["totalResults"] = len(resources(response))
    return response


@probe("total-of-page")
def total_of_page_shows(wire: Wire) -> bool:
    _peopled(wire)
    return bool(_page(wire, 1).json["totalResults"] == 2)


@defect(
    Kind.PAGING,
    "later-page-empty",
    "A page whose startIndex is above its size is empty",
    "Captain-P-Goldfish/SCIM-SDK#131",
    named="ENT-LST-01#page-6.some",
)
async def later_page_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    behind = _pages(request) and int(request.query["startIndex"]) > int(request.query.get("count", 1000))
    response = await go(request)
    if behind and response.body is not None:
        response.body |= {"Resources": [], "itemsPerPage": 0}
    return response


@probe("later-page-empty")
def later_page_empty_shows(wire: Wire) -> bool:
    _peopled(wire)
    assert len(_ids_of(_page(wire, 2))) == 2
    return _ids_of(_page(wire, 3)) == []


@defect(
    Kind.PAGING,
    "pages-overlap",
    "The last user of a page is the first of the next one",
    "wso2/product-is#4944, of pages that are cut wrongly",
    named="ENT-LST-01#page-6.new",
)
async def pages_overlap(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    start = int(request.query.get("startIndex", "1"))
    if _pages(request) and start > 1:
        request.query = {**request.query, "startIndex": str(start - 1)}
    response = await go(request)
    if _pages(request) and response.body is not None:
        response.body["startIndex"] = start
    return response


@probe("pages-overlap")
def pages_overlap_shows(wire: Wire) -> bool:
    _peopled(wire)
    return bool(_ids_of(_page(wire, 1))[-1] == _ids_of(_page(wire, 3))[0])


@defect(
    Kind.PAGING,
    "listed-without-number",
    "A list without a filter leaves out the enterprise attributes",
    "our deduction from Microsoft: Account Discovery, which matches by what it lists",
    named="ENT-LST-01#page-11.matching",
    profile="employee-number",
)
async def listed_without_number(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    whole = _pages(request) and request.path.strip("/") == "Users" and "filter" not in request.query
    response = await go(request)
    for user in resources(response) if whole else []:
        user.pop(ENTERPRISE, None)
        user["schemas"] = [one for one in user["schemas"] if one != ENTERPRISE]
    return response


@probe("listed-without-number")
def listed_without_number_shows(wire: Wire) -> bool:
    user = wire.user(**{ENTERPRISE: {"employeeNumber": "701984"}})
    assert ENTERPRISE in wire.read(user)
    listed = [one for one in _page(wire, 1, 10_000).listed if one["id"] == user]
    return bool(listed) and ENTERPRISE not in listed[0]


@defect(
    Kind.PAGING,
    "group-pages-400",
    "Groups cannot be listed in pages: 400",
    "wso2/product-is#13823, of paging that is right for users alone",
    named="ENT-LST-02#page-1.status",
)
async def group_pages_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _pages(request) and request.path.strip("/") == "Groups":
        return refusal(HTTPStatus.BAD_REQUEST, "startIndex is not supported here", "invalidValue")
    return await go(request)


@probe("group-pages-400")
def group_pages_400_shows(wire: Wire) -> bool:
    return _page(wire, 1, kind="Groups").status == 400


def _grouped(wire: Wire) -> None:
    for _ in range(3):
        wire.group()


@defect(
    Kind.PAGING,
    "group-pages-repeat",
    "Every page of groups is the first one",
    "wso2/product-is#13823, of paging that is right for users alone",
    named="ENT-LST-02#page-2.new",
)
async def group_pages_repeat(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _pages(request) and request.path.strip("/") == "Groups":
        return await start_ignored(target, request, go)
    return await go(request)


@probe("group-pages-repeat")
def group_pages_repeat_shows(wire: Wire) -> bool:
    _grouped(wire)
    return _ids_of(_page(wire, 1, 1, "Groups")) == _ids_of(_page(wire, 2, 1, "Groups"))


@defect(
    Kind.PAGING,
    "disabled-unlisted",
    "A list without a filter leaves out disabled users",
    "our deduction from Microsoft: Account Discovery, which finds accounts that nobody uses",
    named="ENT-LST-01#all-1.everyone",
    row="B119",
)
async def disabled_unlisted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _pages(request) and request.path.strip("/") == "Users" and "filter" not in request.query:
        request.query = {**request.query, "filter": "active eq true"}
    return await go(request)


@probe("disabled-unlisted")
def disabled_unlisted_shows(wire: Wire) -> bool:
    user = disabled_user(wire)
    assert wire.read(user)["id"] == user
    found = _page(wire, 1, 10_000)
    return user not in _ids_of(found) and found.json["totalResults"] == len(found.listed)
