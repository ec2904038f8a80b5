"""Faults in filters, pages and in what a query returns, as RFC 7644 sections 3.4 and 3.9 has it."""

import re
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import answered, filter_of, is_query, is_read, listed, refusal, resources

OURS = "our deduction from RFC 7644 section"


async def _all_of(request: ScimRequest, go: Go) -> ScimResponse:
    """Answer a query as if it had no filter."""
    request.query = {name: value for name, value in request.query.items() if name != "filter"}
    return await go(request)


@defect(
    Kind.STANDARDS,
    "unknown-operator-all",
    "A filter with an unknown operator returns all users",
    f"{OURS} 3.4.2.2",
    named="RFC-FLT-03#find.status",
)
async def unknown_operator_all(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await (_all_of(request, go) if " xx " in filter_of(request) else go(request))


@probe("unknown-operator-all")
def unknown_operator_all_shows(wire: Wire) -> bool:
    wire.user()
    return wire.find("Users", 'userName xx "a"').status == 200


@defect(
    Kind.STANDARDS,
    "broken-filter-all",
    "A filter that breaks the grammar returns all users",
    f"{OURS} 3.4.2.2",
    named="RFC-FLT-04/no-value#find.only",
)
async def broken_filter_all(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await (_all_of(request, go) if filter_of(request) == "userName eq" else go(request))


@probe("broken-filter-all")
def broken_filter_all_shows(wire: Wire) -> bool:
    wire.user()
    return wire.find("Users", "userName eq").status == 200


@defect(
    Kind.STANDARDS,
    "unknown-attribute-all",
    "A filter on an unknown attribute returns all users",
    f"{OURS} 3.4.2.2",
    named="RFC-FLT-12#find.none",
)
async def unknown_attribute_all(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await (_all_of(request, go) if filter_of(request).startswith("sct") else go(request))


@probe("unknown-attribute-all")
def unknown_attribute_all_shows(wire: Wire) -> bool:
    wire.user()
    return wire.find("Users", 'sctUnknown eq "a"').status == 200


@defect(
    Kind.STANDARDS,
    "elements-mixed",
    "A filter in brackets mixes the values of two addresses",
    f"{OURS} 3.4.2.2",
    named="RFC-FLT-07#mixed.found",
)
async def elements_mixed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    said = re.fullmatch(r'emails\[type eq "(\w+)" and value eq "([^"]+)"\]', filter_of(request))
    if said is not None:
        request.query = {**request.query, "filter": f'emails.type eq "{said[1]}" and emails.value eq "{said[2]}"'}
    return await go(request)


@probe("elements-mixed")
def elements_mixed_shows(wire: Wire) -> bool:
    other = f"{unique()}@example.com"
    wire.user(emails=[{"type": "work", "value": "a@example.com"}, {"type": "home", "value": other}])
    return bool(wire.find("Users", f'emails[type eq "work" and value eq "{other}"]').listed)


@defect(
    Kind.STANDARDS,
    "or-as-and",
    "A filter with or is evaluated as and",
    f"{OURS} 3.4.2.2",
    named="RFC-FLT-06/or#find.found",
)
async def or_as_and(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if " or " in filter_of(request):
        request.query = {**request.query, "filter": filter_of(request).replace(" or ", " and ")}
    return await go(request)


@probe("or-as-and")
def or_as_and_shows(wire: Wire) -> bool:
    names = [f"{unique()}@example.com" for _ in range(2)]
    for name in names:
        wire.user(userName=name)
    return wire.find("Users", f'userName eq "{names[0]}" or userName eq "{names[1]}"').listed == []


@defect(
    Kind.STANDARDS,
    "id-filter-400",
    "A filter on id returns 400",
    f"{OURS} 3.4.2.2",
    named="RFC-FLT-09#id.status",
)
async def id_filter_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if filter_of(request).startswith("id eq"):
        return refusal(HTTPStatus.BAD_REQUEST, "id cannot be filtered", "invalidFilter")
    return await go(request)


@probe("id-filter-400")
def id_filter_400_shows(wire: Wire) -> bool:
    return wire.find("Users", f'id eq "{wire.user()}"').status == 400


@defect(
    Kind.STANDARDS,
    "negative-count-400",
    "A negative count returns 400",
    f"{OURS} 3.4.2.4",
    named="RFC-PAG-01#negative.status",
)
async def negative_count_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.query.get("count", "").startswith("-"):
        return refusal(HTTPStatus.BAD_REQUEST, "count must not be negative", "invalidValue")
    return await go(request)


@probe("negative-count-400")
def negative_count_400_shows(wire: Wire) -> bool:
    return wire.get("/Users?count=-1").status == 400


@defect(
    Kind.STANDARDS,
    "zero-means-all",
    "count=0 returns every resource",
    f"{OURS} 3.4.2.4",
    named="RFC-PAG-01#zero.page",
)
async def zero_means_all(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.query.get("count") == "0":
        request.query = {name: value for name, value in request.query.items() if name != "count"}
    return await go(request)


@probe("zero-means-all")
def zero_means_all_shows(wire: Wire) -> bool:
    wire.user()
    return bool(wire.get("/Users?count=0").listed)


@defect(
    Kind.STANDARDS,
    "attributes-without-id",
    "With attributes=userName, the id is missing",
    f"{OURS} 3.9",
    named="RFC-ATT-01#read.id",
)
async def attributes_without_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if "attributes" in request.query and is_read(request, "Users") and response.body is not None:
        response.body.pop("id", None)
    return response


@probe("attributes-without-id")
def attributes_without_id_shows(wire: Wire) -> bool:
    return "id" not in wire.get(f"/Users/{wire.user()}?attributes=userName").json


@defect(
    Kind.STANDARDS,
    "attributes-ignored",
    "The parameter attributes has no effect",
    f"{OURS} 3.9",
    named="RFC-ATT-01#read.lacks",
    shows=("RFC-ATT-04",),
    wide="every scenario that asks for attributes shows it",
)
async def attributes_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    request.query = {name: value for name, value in request.query.items() if name != "attributes"}
    return await go(request)


@probe("attributes-ignored")
def attributes_ignored_shows(wire: Wire) -> bool:
    return "title" in wire.get(f"/Users/{wire.user(title='Clerk')}?attributes=userName").json


@defect(
    Kind.STANDARDS,
    "excluded-returned",
    "The parameter excludedAttributes has no effect on users",
    f"{OURS} 3.9",
    named="RFC-ATT-02#read.lacks",
)
async def excluded_returned(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path.startswith("/Users"):
        request.query = {name: value for name, value in request.query.items() if name != "excludedAttributes"}
    return await go(request)


@probe("excluded-returned")
def excluded_returned_shows(wire: Wire) -> bool:
    return "title" in wire.get(f"/Users/{wire.user(title='Clerk')}?excludedAttributes=title").json


@defect(
    Kind.STANDARDS,
    "sql-or-all",
    "A filter with SQL in its value returns all users",
    "OWASP ASVS 5.0, 1.2.4",
    named="SEC-INJ-01/or#find.none",
)
async def sql_or_all(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await (_all_of(request, go) if "' OR '" in filter_of(request) else go(request))


@probe("sql-or-all")
def sql_or_all_shows(wire: Wire) -> bool:
    wire.user()
    return bool(wire.find("Users", "userName eq \"a' OR '1'='1\"").listed)


@defect(
    Kind.STANDARDS,
    "wildcards-live",
    "An underscore in a filter with sw stands for any character",
    "OWASP ASVS 5.0, 1.2.4",
    named="SEC-INJ-02#underscore.literal",
)
async def wildcards_live(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    said = re.fullmatch(r'displayName sw "([^"]+)"', filter_of(request))
    if not is_query(request, "Users") or said is None:
        return await go(request)
    pattern = re.compile(re.escape(said[1]).replace("_", "."))
    response = await _all_of(request, go)
    listed(response, [one for one in resources(response) if pattern.match(str(one.get("displayName")))])
    return response


@probe("wildcards-live")
def wildcards_live_shows(wire: Wire) -> bool:
    start = unique()
    for end in ("_x", "yx"):
        wire.user(displayName=start + end)
    return len(wire.find("Users", f'displayName sw "{start}_x"').listed) == 2


@defect(
    Kind.STANDARDS,
    "deep-filter-500",
    "A deeply nested filter returns 500",
    "AzureAD/SCIMReferenceCode#138",
    named="SEC-FLT-01/parentheses#hostile.no-crash",
)
async def deep_filter_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "(" * 50 in filter_of(request):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "The filter could not be evaluated")
    return await answered(target, request, go)


@probe("deep-filter-500")
def deep_filter_500_shows(wire: Wire) -> bool:
    return wire.find("Users", f'{"(" * 60}userName eq "a"{")" * 60}').status == 500
