"""Faults in pages and in queries at the base URL, as RFC 7644 sections 3.4.2.1 and 3.4.2.4 has it."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    filter_of,
    is_list,
    is_query,
    listed,
    refilter,
    refusal,
    resources,
)

OURS = "our deduction from RFC 7644 section"


def _at_root(request: ScimRequest) -> bool:
    return request.method == "GET" and request.path.strip("/") == "" and "filter" in request.query


@defect(
    Kind.STANDARDS,
    "groups-on-one-page",
    "A list of groups that are found by their name is not paged",
    f"{OURS} 3.4.2.4",
    named="RFC-PAG-03#one.page",
)
async def groups_on_one_page(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_query(request, "Groups") and " sw " in filter_of(request):
        request.query = {"filter": filter_of(request)}
    return await go(request)


@probe("groups-on-one-page")
def groups_on_one_page_shows(wire: Wire) -> bool:
    start = unique()
    for end in "ab":
        wire.group(name=start + end)
    return len(wire.find("Groups", f'displayName sw "{start}"', "&count=1").listed) == 2


@defect(
    Kind.STANDARDS,
    "odd-count-500",
    "A count that is no number returns 500",
    f"{OURS} 3.4.2.4",
    named="RFC-PAG-04#letters.no-crash",
)
async def odd_count_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.query.get("count", "").isalpha():
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "invalid literal for int()")
    return await go(request)


@probe("odd-count-500")
def odd_count_500_shows(wire: Wire) -> bool:
    return wire.get("/Users?count=abc").status == 500


@defect(
    Kind.STANDARDS,
    "huge-count-400",
    "A count above 10,000 returns 400",
    f"{OURS} 3.4.2.4",
    named="RFC-PAG-04#huge.status",
)
async def huge_count_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    count = request.query.get("count", "")
    if count.isdigit() and int(count) > 10_000:
        return refusal(HTTPStatus.BAD_REQUEST, "count is too large", "invalidValue")
    return await go(request)


@probe("huge-count-400")
def huge_count_400_shows(wire: Wire) -> bool:
    return wire.get("/Users?count=1000000").status == 400


@defect(
    Kind.STANDARDS,
    "base-users-alone",
    "A query at the base URL finds users alone",
    f"{OURS} 3.4.2.1",
    named="RFC-LST-06#both.found",
)
async def base_users_alone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if _at_root(request) and is_list(response) and filter_of(request).startswith("displayName"):
        listed(response, [one for one in resources(response) if "userName" in one])
    return response


@probe("base-users-alone")
def base_users_alone_shows(wire: Wire) -> bool:
    name = unique()
    wire.group(name=name)
    return not wire.find("", f'displayName eq "{name}"').listed


@defect(
    Kind.STANDARDS,
    "base-user-name-400",
    "A query at the base URL for userName returns 400: groups have none",
    f"{OURS} 3.4.2.1",
    named="RFC-LST-06#one.found",
)
async def base_user_name_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _at_root(request) and filter_of(request).startswith("userName"):
        return refusal(HTTPStatus.BAD_REQUEST, "Group has no userName", "invalidFilter")
    return await go(request)


@probe("base-user-name-400")
def base_user_name_400_shows(wire: Wire) -> bool:
    return wire.find("", 'userName eq "a"').status == 400


@defect(
    Kind.STANDARDS,
    "base-id-nobody",
    "A query at the base URL for an id finds nothing",
    f"{OURS} 3.4.2.1",
    named="RFC-LST-06#id.found",
)
async def base_id_nobody(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _at_root(request) and filter_of(request).startswith("id eq"):
        refilter(request, 'id eq "nobody"')
    return await go(request)


@probe("base-id-nobody")
def base_id_nobody_shows(wire: Wire) -> bool:
    return not wire.find("", f'id eq "{wire.user()}"').listed


@defect(
    Kind.STANDARDS,
    "total-of-first-page",
    "Without startIndex, totalResults is the length of the page",
    f"{OURS} 3.4.2",
    named="RFC-FLT-21#find.matches",
)
async def total_of_first_page(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.query.get("count") == "1" and "startIndex" not in request.query and response.body is not None:
        response.body["totalResults"] = len(resources(response))
    return response


@probe("total-of-first-page")
def total_of_first_page_shows(wire: Wire) -> bool:
    title = unique()
    for _ in range(2):
        wire.user(title=title)
    return bool(wire.find("Users", f'title eq "{title}"', "&count=1").json["totalResults"] == 1)
