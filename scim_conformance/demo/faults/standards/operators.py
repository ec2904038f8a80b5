"""Faults in the operators of filters and in how filters are read, as RFC 7644 section 3.4.2.2 has it."""

import re
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import ids, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE, drop_parameters, filter_of, is_query, refilter, refusal, resources

OURS = "our deduction from RFC 7644 section 3.4.2.2"


async def _rewritten(request: ScimRequest, go: Go, old: str, new: str) -> ScimResponse:
    """Serve a query as if its filter had another word in it."""
    if old in filter_of(request):
        refilter(request, filter_of(request).replace(old, new))
    return await go(request)


@defect(
    Kind.STANDARDS,
    "ne-as-eq",
    "A filter with ne finds the users who have the value",
    OURS,
    named="RFC-FLT-15#differs.found",
)
async def ne_as_eq(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _rewritten(request, go, " ne ", " eq ")


@probe("ne-as-eq")
def ne_as_eq_shows(wire: Wire) -> bool:
    name = unique()
    wire.user(userName=name)
    return len(wire.find("Users", f'userName ne "{name}"').listed) == 1


@defect(
    Kind.STANDARDS,
    "co-as-sw",
    "A filter with co compares the beginning of the value alone",
    OURS,
    named="RFC-FLT-15#contains.found",
)
async def co_as_sw(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _rewritten(request, go, " co ", " sw ")


@probe("co-as-sw")
def co_as_sw_shows(wire: Wire) -> bool:
    name = unique()
    wire.user(nickName=f"Jo {name}")
    return not wire.find("Users", f'nickName co "{name}"').listed


@defect(
    Kind.STANDARDS,
    "pr-as-any",
    "A filter with pr finds users who have no value",
    OURS,
    named="RFC-FLT-15#present.found",
)
async def pr_as_any(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _rewritten(request, go, "nickName pr", "id pr")


@probe("pr-as-any")
def pr_as_any_shows(wire: Wire) -> bool:
    wire.user()
    return bool(wire.find("Users", 'nickName pr and not (nickName sw "")').listed)


@defect(
    Kind.STANDARDS,
    "gt-as-ge",
    "A filter with gt finds users who have exactly the value",
    OURS,
    named="RFC-FLT-16#greater.found",
)
async def gt_as_ge(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await (go(request) if "active" in filter_of(request) else _rewritten(request, go, " gt ", " ge "))


@probe("gt-as-ge")
def gt_as_ge_shows(wire: Wire) -> bool:
    title = unique()
    wire.user(title=title)
    return bool(wire.find("Users", f'title gt "{title}" and title eq "{title}"').listed)


@defect(
    Kind.STANDARDS,
    "active-greater",
    "A filter that asks for an active greater than true is served",
    OURS,
    named="RFC-FLT-17#find.status",
)
async def active_greater(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _rewritten(request, go, "active gt ", "active eq ")


@probe("active-greater")
def active_greater_shows(wire: Wire) -> bool:
    return wire.find("Users", "active gt true").status == 200


@defect(
    Kind.STANDARDS,
    "operators-lower-case",
    "An operator in capitals returns 400",
    OURS,
    named="RFC-FLT-18#case.found",
)
async def operators_lower_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if " EQ " in filter_of(request):
        return refusal(HTTPStatus.BAD_REQUEST, "EQ is no operator", "invalidFilter")
    return await go(request)


@probe("operators-lower-case")
def operators_lower_case_shows(wire: Wire) -> bool:
    return wire.find("Users", 'userName EQ "a"').status == 400


@defect(
    Kind.STANDARDS,
    "core-urn-nobody",
    "A filter that names userName with its URN finds nobody",
    OURS,
    named="RFC-FLT-18#urn.found",
)
async def core_urn_nobody(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _rewritten(request, go, f"{CORE}User:userName eq ", "id eq ")


@probe("core-urn-nobody")
def core_urn_nobody_shows(wire: Wire) -> bool:
    name = unique()
    wire.user(userName=name)
    return not wire.find("Users", f'{CORE}User:userName eq "{name}"').listed


@defect(
    Kind.STANDARDS,
    "filter-spaces-400",
    "A filter with a space at its end returns 400",
    OURS,
    named="RFC-FLT-18#spaces.found",
)
async def filter_spaces_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if filter_of(request) != filter_of(request).strip():
        return refusal(HTTPStatus.BAD_REQUEST, "The filter ends with a space", "invalidFilter")
    return await go(request)


@probe("filter-spaces-400")
def filter_spaces_400_shows(wire: Wire) -> bool:
    return wire.find("Users", 'userName eq "a" ').status == 400


@defect(
    Kind.STANDARDS,
    "quoted-or-live",
    "An or behind an escaped quotation mark is read as a part of the filter",
    OURS,
    named="RFC-FLT-18#quotes.only",
)
async def quoted_or_live(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if '\\" or ' in filter_of(request):
        refilter(request, filter_of(request).replace('\\"', '"'))
    return await go(request)


@probe("quoted-or-live")
def quoted_or_live_shows(wire: Wire) -> bool:
    wire.user()
    return bool(wire.find("Users", 'userName eq "x\\" or userName pr or userName eq \\"y"').listed)


@defect(
    Kind.STANDARDS,
    "or-before-and",
    "A filter with or and and is evaluated from left to right",
    OURS,
    named="RFC-FLT-19#bare.found",
)
async def or_before_and(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    said = re.fullmatch(r"([^()]+ or [^()]+?) and ([^()]+)", filter_of(request))
    if said is not None and " and " not in said[1] and '\\"' not in said[1]:
        refilter(request, f"({said[1]}) and {said[2]}")
    return await go(request)


@probe("or-before-and")
def or_before_and_shows(wire: Wire) -> bool:
    name = unique()
    wire.user(userName=name)
    return not wire.find("Users", f'userName eq "{name}" or userName eq "a" and title eq "{name}"').listed


@defect(
    Kind.STANDARDS,
    "default-not-found",
    "A user without active is shown as active, and not found as such",
    OURS,
    named="RFC-FLT-20#find.found",
)
async def default_not_found(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for one in resources(response) if request.path.startswith("/Users") and "attributes" not in request.query else ():
        one.setdefault("active", True)
    return response


@probe("default-not-found")
def default_not_found_shows(wire: Wire) -> bool:
    user = wire.user(active=None)
    found = ids(wire.find("Users", "active eq true").listed)
    return bool(wire.read(user).get("active") and user not in found)


@defect(
    Kind.STANDARDS,
    "groups-of-anyone",
    "A filter on members.value finds every group that has members",
    OURS,
    named="RFC-FLT-22#find.found",
)
async def groups_of_anyone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_query(request, "Groups") and filter_of(request).startswith("members.value eq "):
        refilter(request, "members pr")
    return await go(request)


@probe("groups-of-anyone")
def groups_of_anyone_shows(wire: Wire) -> bool:
    wire.group(wire.user())
    return bool(wire.find("Groups", f'members.value eq "{wire.user()}"').listed)


@defect(
    Kind.STANDARDS,
    "password-oracle",
    "A filter on the beginning of a password finds the user",
    "RFC 7643 section 9.2",
    named="RFC-FLT-23#find.none",
)
async def password_oracle(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_query(request, "Users") and "password sw " in filter_of(request):
        refilter(request, re.sub(r'password sw "[^"]*"', "id pr", filter_of(request)))
    return await go(request)


@probe("password-oracle")
def password_oracle_shows(wire: Wire) -> bool:
    wire.user(password="Secret-9z")
    return wire.find("Users", 'password sw "Se"').status == 200


@defect(
    Kind.STANDARDS,
    "filters-not-offered",
    "Filters are not supported, says the configuration, and return all",
    OURS,
    named="RFC-FLT-24#find.none",
    wide="no filter has an effect",
)
async def filters_not_offered(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    drop_parameters(request, "filter")
    response = await go(request)
    if request.path == "/ServiceProviderConfig" and response.body is not None:
        response.body["filter"] = {"supported": False, "maxResults": 0}
    return response


@probe("filters-not-offered")
def filters_not_offered_shows(wire: Wire) -> bool:
    wire.user()
    return bool(wire.find("Users", 'userName eq "nobody"').listed)
