"""Defects of the embedded target in lists that come in pages."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import refusal, resources


def _pages(request: ScimRequest) -> bool:
    return request.method == "GET" and "startIndex" in request.query


def _dropped(request: ScimRequest, *names: str) -> None:
    request.query = {name: value for name, value in request.query.items() if name not in names}


@defect(Kind.PAGING, "pages-repeat", "Every page of a list is the first, with everybody", "PostHog/posthog#51441")
async def pages_repeat(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kept = {name: value for name, value in request.query.items() if name not in {"startIndex", "count"}}
    request.query = kept
    response = await go(request)
    for name in ("startIndex", "itemsPerPage"):
        (response.body or {}).pop(name, None)
    return response


@defect(
    Kind.PAGING,
    "start-ignored",
    "startIndex is ignored: every page is the first one",
    "scimmyjs/scimmy#21",
)
async def start_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    start = request.query.get("startIndex", "1")
    _dropped(request, "startIndex")
    response = await go(request)
    if "startIndex" in (response.body or {}):
        response.body = {**(response.body or {}), "startIndex": int(start)}
    return response


@defect(
    Kind.PAGING,
    "count-ignored",
    "count is ignored: a page holds everybody",
    "wso2/product-is#5106",
)
async def count_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    _dropped(request, "count")
    return await go(request)


@defect(
    Kind.PAGING,
    "start-from-zero",
    "startIndex comes back counted from 0",
    "osiam/server#7",
)
async def start_from_zero(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if "startIndex" in (response.body or {}):
        response.body = {**(response.body or {}), "startIndex": (response.body or {})["startIndex"] - 1}
    return response


@defect(
    Kind.PAGING,
    "total-of-page",
    "totalResults is the length of the page",
    "wso2/product-is#7320",
)
async def total_of_page(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if _pages(request) and response.body is not None:
        response.body["totalResults"] = len(resources(response))
    return response


@defect(
    Kind.PAGING,
    "later-page-empty",
    "A page that starts behind its own size is empty",
    "Captain-P-Goldfish/SCIM-SDK#131",
)
async def later_page_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    behind = _pages(request) and int(request.query["startIndex"]) > int(request.query.get("count", 1000))
    response = await go(request)
    if behind and response.body is not None:
        response.body |= {"Resources": [], "itemsPerPage": 0}
    return response


@defect(
    Kind.PAGING,
    "pages-overlap",
    "The last of a page is the first of the next one",
    "wso2/product-is#4944, of pages that are cut wrongly",
)
async def pages_overlap(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    start = int(request.query.get("startIndex", "1"))
    if _pages(request) and start > 1:
        request.query = {**request.query, "startIndex": str(start - 1)}
    response = await go(request)
    if _pages(request) and response.body is not None:
        response.body["startIndex"] = start
    return response


@defect(
    Kind.PAGING,
    "group-pages-400",
    "Groups cannot be listed in pages: 400",
    "wso2/product-is#13823, of paging that is right for users alone",
)
async def group_pages_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _pages(request) and request.path.strip("/") == "Groups":
        return refusal(HTTPStatus.BAD_REQUEST, "startIndex is not supported here", "invalidValue")
    return await go(request)


@defect(
    Kind.PAGING,
    "group-pages-repeat",
    "Every page of groups is the first one",
    "wso2/product-is#13823, of paging that is right for users alone",
)
async def group_pages_repeat(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _pages(request) and request.path.strip("/") == "Groups":
        return await start_ignored(target, request, go)
    return await go(request)
