"""Faults in sorting, as RFC 7644 section 3.4.2.3 has it."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import ids, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import drop_parameters, refusal, resources

OURS = "our deduction from RFC 7644 section 3.4.2.3"


def _listed(wire: Wire, more: str, name: str = "displayName", *letters: str) -> list[int]:
    """Create users whose names end with these letters, and return in which order they are listed."""
    title, made = unique(), []
    for letter in letters or ("b", "c", "a"):
        value = f"x-{letter}"
        body = {"name": {"familyName": value}} if name == "name.familyName" else {name: value}
        made.append(wire.user(title=title, **body))
    return [made.index(one) for one in ids(wire.find("Users", f'title eq "{title}"', f"&sortBy={name}{more}").listed)]


def _by_date(request: ScimRequest) -> None:
    """Let a list have the order of creation, as a database has it."""
    drop_parameters(request, "sortOrder")
    if "sortBy" in request.query:
        request.query = {**request.query, "sortBy": "meta.created"}


@defect(Kind.STANDARDS, "sort-ignored", "sortBy has no effect", OURS, named="RFC-SRT-01#up.order")
async def sort_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    _by_date(request)
    return await go(request)


@probe("sort-ignored")
def sort_ignored_shows(wire: Wire) -> bool:
    return _listed(wire, "") == [0, 1, 2]


@defect(
    Kind.STANDARDS,
    "sort-down-by-default",
    "Without sortOrder, a list is sorted in descending order",
    OURS,
    named="RFC-SRT-01#default.order",
)
async def sort_down_by_default(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "sortBy" in request.query:
        request.query = {"sortOrder": "descending", **request.query}
    return await go(request)


@probe("sort-down-by-default")
def sort_down_by_default_shows(wire: Wire) -> bool:
    return _listed(wire, "") == [1, 0, 2]


@defect(Kind.STANDARDS, "sort-order-ignored", "sortOrder has no effect", OURS, named="RFC-SRT-01#down.order")
async def sort_order_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    drop_parameters(request, "sortOrder")
    return await go(request)


@probe("sort-order-ignored")
def sort_order_ignored_shows(wire: Wire) -> bool:
    return _listed(wire, "&sortOrder=descending") == [2, 0, 1]


@defect(
    Kind.STANDARDS,
    "sort-by-letter-case",
    "Capitals are sorted before all other letters",
    OURS,
    named="RFC-SRT-01#folded.order",
)
async def sort_by_letter_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.query.get("sortBy") == "nickName" and response.body is not None:
        response.body["Resources"] = sorted(resources(response), key=lambda one: str(one.get("nickName")))
    return response


@probe("sort-by-letter-case")
def sort_by_letter_case_shows(wire: Wire) -> bool:
    return _listed(wire, "", "nickName", "B", "c", "a") == [0, 2, 1]


@defect(
    Kind.STANDARDS,
    "sort-parts-ignored",
    "A sortBy with a sub-attribute has no effect",
    OURS,
    named="RFC-SRT-01#part.order",
)
async def sort_parts_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "." in request.query.get("sortBy", ""):
        _by_date(request)
    return await go(request)


@probe("sort-parts-ignored")
def sort_parts_ignored_shows(wire: Wire) -> bool:
    return _listed(wire, "", "name.familyName") == [0, 1, 2]


@defect(
    Kind.STANDARDS,
    "sort-each-page",
    "Each page is sorted for itself",
    OURS,
    named="RFC-SRT-01#page-one.order",
)
async def sort_each_page(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    name = request.query.get("sortBy", "")
    if "count" not in request.query or not name:
        return await go(request)
    _by_date(request)
    response = await go(request)
    if response.body is not None:
        response.body["Resources"] = sorted(resources(response), key=lambda one: str(one.get(name)))
    return response


@probe("sort-each-page")
def sort_each_page_shows(wire: Wire) -> bool:
    return _listed(wire, "&count=2") == [0, 1]


@defect(
    Kind.STANDARDS,
    "odd-sort-500",
    "A sortOrder that is unknown returns 500",
    OURS,
    named="RFC-SRT-02#order.no-crash",
)
async def odd_sort_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.query.get("sortOrder") not in {None, "ascending", "descending"}:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "unexpected token")
    return await go(request)


@probe("odd-sort-500")
def odd_sort_500_shows(wire: Wire) -> bool:
    return wire.get("/Users?sortBy=userName&sortOrder=sideways").status == 500


@defect(
    Kind.STANDARDS,
    "unoffered-sort-500",
    "Sorting is not supported, says the configuration, and returns 500",
    OURS,
    named="RFC-SRT-03#find.no-crash",
)
async def unoffered_sort_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "sortBy" in request.query:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "not implemented")
    response = await go(request)
    if request.path == "/ServiceProviderConfig" and response.body is not None:
        response.body["sort"] = {"supported": False}
    return response


@probe("unoffered-sort-500")
def unoffered_sort_500_shows(wire: Wire) -> bool:
    return wire.get("/Users?sortBy=userName").status == 500
