"""Faults in a page that begins beyond the end of a list."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Reply, Wire
from scim_conformance.demo.shapes import refusal

DEDUCED = "our deduction from RFC 7644 section 3.4.2.4"


def _start(request: ScimRequest) -> int:
    """Return where an unfiltered list of users is to begin, and 0 for any other request."""
    lists = request.method == "GET" and request.path.strip("/") == "Users" and "filter" not in request.query
    return int(request.query.get("startIndex", "1")) if lists else 0


def _beyond(wire: Wire) -> Reply:
    wire.user()
    return wire.get("/Users?startIndex=10000&count=5")


@defect(
    Kind.PAGING,
    "last-page-again",
    "A page beyond the end of the list is the last page once more",
    f"{DEDUCED}: a page number that is too high is set to the last one",
    named="ENT-LST-01#beyond.empty",
)
async def last_page_again(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    total = len([one for one in target.stored() if hasattr(one, "user_name")])
    if _start(request) > total > 0:
        request.query = {**request.query, "startIndex": str(total)}
    return await go(request)


@probe("last-page-again")
def last_page_again_shows(wire: Wire) -> bool:
    return len(_beyond(wire).listed) == 1


@defect(
    Kind.PAGING,
    "start-out-of-range",
    "A startIndex beyond the end of the list returns 400",
    f"{DEDUCED}: a range is checked as for an array",
    named="ENT-LST-01#beyond.status",
)
async def start_out_of_range(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _start(request) > len(target.stored()):
        return refusal(HTTPStatus.BAD_REQUEST, "startIndex is out of range", "invalidValue")
    return await go(request)


@probe("start-out-of-range")
def start_out_of_range_shows(wire: Wire) -> bool:
    return _beyond(wire).status == 400 and wire.get("/Users?startIndex=1&count=5").status == 200


@defect(
    Kind.PAGING,
    "total-of-nothing",
    "A page beyond the end of the list says that there are no users at all",
    f"{DEDUCED}: the total comes with the rows, of which there are none",
    named="ENT-LST-01#beyond.total",
)
async def total_of_nothing(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    start = _start(request)
    response = await go(request)
    if start and response.body and not response.body.get("Resources"):
        response.body["totalResults"] = 0
    return response


@probe("total-of-nothing")
def total_of_nothing_shows(wire: Wire) -> bool:
    beyond, first = _beyond(wire).json, wire.get("/Users?startIndex=1&count=5").json
    return bool(beyond["totalResults"] == 0 and first["totalResults"] > 0)
