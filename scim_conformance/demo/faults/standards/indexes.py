"""Faults in what a filter or a page is made from: an index of old values, numbers for texts, one row too many."""

import re
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import ids, replaced, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import filter_of, is_query, refilter, refusal, users


@defect(
    Kind.STANDARDS,
    "display-name-index-stale",
    "After displayName changes, a filter finds the user by the old value alone",
    "our deduction: an index that is written once",
    named="RFC-FLT-25/displayName#new.found",
)
async def display_name_index_stale(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    index: dict[str, str] = target.notes.setdefault("display-name-index-stale", {})
    asked = re.fullmatch(r'displayName eq "([^"]*)"', filter_of(request)) if is_query(request, "Users") else None
    if asked:
        found = [f'id eq "{one}"' for one, name in index.items() if name == asked[1]]
        refilter(request, " or ".join(found) or 'id eq "nobody"')
    response = await go(request)
    for user in users(target) if request.method != "GET" else []:
        if user.get("displayName"):
            index.setdefault(user["id"], user["displayName"])
    return response


@probe("display-name-index-stale")
def display_name_index_stale_shows(wire: Wire) -> bool:
    old, new = unique(), unique()
    user = wire.user(displayName=old)
    assert wire.change(user, replaced("displayName", new)).status in {200, 204}
    found = [ids(wire.find("Users", f'displayName eq "{one}"').listed) for one in (old, new)]
    return found == [[user], []]


def _number(text: Any) -> float | None:
    try:
        return float(str(text))
    except ValueError:
        return None


@defect(
    Kind.STANDARDS,
    "digits-compared-as-numbers",
    "A filter on externalId compares digits as numbers: 0417 finds 417",
    "our deduction: a loosely typed comparison, as in PHP and MySQL",
    named="RFC-FLT-26#zeros.none",
)
async def digits_compared_as_numbers(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    asked = re.fullmatch(r'externalId eq "([^"]*)"', filter_of(request)) if is_query(request, "Users") else None
    if asked and _number(asked[1]) is not None:
        alike = [one["id"] for one in users(target) if _number(one.get("externalId")) == _number(asked[1])]
        refilter(request, " or ".join(f'id eq "{one}"' for one in alike) or 'id eq "nobody"')
    return await go(request)


@probe("digits-compared-as-numbers")
def digits_compared_as_numbers_shows(wire: Wire) -> bool:
    user = wire.user(externalId="417")
    return ids(wire.find("Users", 'externalId eq "00417"').listed) == [user]


@defect(
    Kind.STANDARDS,
    "one-more-than-count",
    "A list without a filter has one resource more than count",
    "our deduction: one row more is read, to know whether there is another page, and is not taken off again",
    named="RFC-LST-05#users.page",
)
async def one_more_than_count(_: Target, request: ScimRequest, go: Go) -> ScimResponse:
    count = request.query.get("count", "")
    unfiltered = request.method == "GET" and request.path.strip("/") in {"Users", "Groups"} and not filter_of(request)
    if unfiltered and count.isdigit() and int(count):
        request.query = {**request.query, "count": str(int(count) + 1)}
    return await go(request)


@probe("one-more-than-count")
def one_more_than_count_shows(wire: Wire) -> bool:
    for _ in range(2):
        wire.user()
    return len(wire.get("/Users?count=1").listed) == 2


@defect(
    Kind.STANDARDS,
    "offset-without-order-500",
    "A later page of a list without a filter returns 500",
    "our deduction: SQL Server refuses OFFSET without ORDER BY, which only the filtered query has",
    named="RFC-PAG-05#users.status",
)
async def offset_without_order_500(_: Target, request: ScimRequest, go: Go) -> ScimResponse:
    start = request.query.get("startIndex", "")
    if request.method == "GET" and start.isdigit() and int(start) > 1 and not filter_of(request):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Incorrect syntax near OFFSET")
    return await go(request)


@probe("offset-without-order-500")
def offset_without_order_500_shows(wire: Wire) -> bool:
    return [wire.get(f"/Users?startIndex={one}&count=1").status for one in (1, 2)] == [200, 500]
