"""Faults in what a filter finds."""

import re
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import WORK, ids, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import created_and_found, found_by_number
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE, filter_of, is_query, listed, refusal, resources

EVERYBODY = {
    "schemas": [f"{CORE}Group"],
    "id": "everybody",
    "displayName": "Everybody",
    "meta": {"resourceType": "Group"},
}
"""A group of the application itself."""


@defect(
    Kind.MATCHING,
    "match-case",
    "The userName filter is case-sensitive",
    "zulip/zulip#21758",
    named="ENT-MAT-02#match.one",
    row="B21",
)
async def match_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    wanted = re.search(r'userName eq "(.*)"', request.query.get("filter", ""))
    if is_query(request, "Users") and wanted is not None and response.body is not None:
        kept = [one for one in response.body.get("Resources", []) if one.get("userName") == wanted[1]]
        response.body |= {"Resources": kept, "totalResults": len(kept)}
    return response


@probe("match-case")
def match_case_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    wire.user(userName=name)
    assert len(wire.find("Users", f'userName eq "{name}"').listed) == 1
    return wire.find("Users", f'userName eq "{name.upper()}"').listed == []


@defect(
    Kind.MATCHING,
    "group-name-case",
    "The displayName filter is case-sensitive",
    "simpleidserver/SimpleIdServer#489",
    named="ENT-GRP-02#match.one",
    row="B21",
)
async def group_name_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    wanted = re.search(r'displayName eq (".*")', request.query.get("filter", ""))
    if is_query(request, "Groups") and wanted is not None and response.body is not None:
        name = wanted[1][1:-1].replace('\\"', '"').replace("\\\\", "\\")
        kept = [one for one in response.body.get("Resources", []) if one.get("displayName") == name]
        response.body |= {"Resources": kept, "totalResults": len(kept)}
    return response


@probe("group-name-case")
def group_name_case_shows(wire: Wire) -> bool:
    name = unique("group")
    wire.group(name=name)
    assert len(wire.find("Groups", f'displayName eq "{name}"').listed) == 1
    return wire.find("Groups", f'displayName eq "{name.upper()}"').listed == []


@defect(
    Kind.MATCHING,
    "filter-name-case",
    "A filter that spells the attribute UserName finds nobody",
    "python-scim/scim2-models#39",
    named="ENT-MAT-07#match.one",
    row="B113",
)
async def filter_name_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if filter_of(request)[:1].isupper():
        listed(response, [])
    return response


@probe("filter-name-case")
def filter_name_case_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    wire.user(userName=name)
    assert len(wire.find("Users", f'userName eq "{name}"').listed) == 1
    return wire.find("Users", f'UserName eq "{name}"').listed == []


@defect(
    Kind.MATCHING,
    "extension-filter-ignored",
    "A filter on an attribute of an extension matches all users",
    "PowerDMS/Owin.Scim#35",
    named="ENT-MAT-05/employeeNumber#match.one",
    row="B22",
)
async def extension_filter_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_query(request, "Users") and filter_of(request).startswith("urn:"):
        request.query = {name: value for name, value in request.query.items() if name != "filter"}
    return await go(request)


@probe("extension-filter-ignored")
def extension_filter_ignored_shows(wire: Wire) -> bool:
    return len(found_by_number(wire).listed) > 1


@defect(
    Kind.MATCHING,
    "filter-ignored",
    "Every query returns all users",
    "eneo-ai/eneo#443",
    named="ENT-CON-01#probe.none",
    shows=("RFC-FLT-02",),
    row="B23",
    wide="every search finds somebody else",
)
async def filter_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    request.query = {name: value for name, value in request.query.items() if name != "filter"}
    return await go(request)


@probe("filter-ignored")
def filter_ignored_shows(wire: Wire) -> bool:
    wire.user()
    return len(wire.find("Users", f'userName eq "{unique()}"').listed) > 0


@defect(
    Kind.MATCHING,
    "eq-contains",
    "Groups and users are found by a part of their name",
    "FusionAuth/fusionauth-issues#3111",
    named="ENT-MAT-01#match.one",
    shows=("ENT-MAT-01",),
    row="B24",
)
async def eq_contains(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wider = re.sub(r"^(userName|displayName) eq ", r"\1 co ", request.query.get("filter", ""))
    if "filter" in request.query:
        request.query = {**request.query, "filter": wider}
    return await go(request)


@probe("eq-contains")
def eq_contains_shows(wire: Wire) -> bool:
    name = unique()
    wire.user(userName=f"{name}@example.com")
    return len(wire.find("Users", f'userName eq "{name}"').listed) == 1


@defect(
    Kind.MATCHING,
    "other-group",
    "Asked for a group by its name, the target returns another one",
    "grokability/snipe-it#19493",
    named="ENT-GRP-01#match.one",
    row="B25",
)
async def other_group(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_query(request, "Groups") and resources(response):
        listed(response, [EVERYBODY])
    return response


@probe("other-group")
def other_group_shows(wire: Wire) -> bool:
    names = [unique("group"), unique("group")]
    groups = [wire.group(name=name) for name in names]
    found = [ids(wire.find("Groups", f'displayName eq "{name}"').listed) for name in names]
    assert [len(one) for one in found] == [1, 1]
    return found != [[one] for one in groups]


@defect(
    Kind.MATCHING,
    "rows-twice",
    "A query returns the same user twice",
    "wso2/product-is#3563",
    named="ENT-MAT-01#match.one",
    row="B29",
)
async def rows_twice(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_query(request, "Users"):
        listed(response, [one for one in resources(response) for _ in range(2)])
    return response


@probe("rows-twice")
def rows_twice_shows(wire: Wire) -> bool:
    created, found = created_and_found(wire, f"{unique()}@example.com")
    return bool(found == [created, created])


@defect(
    Kind.MATCHING,
    "email-filter-400",
    'A filter on emails[type eq "work"].value returns 400: it cannot be parsed',
    "Metatavu/keycloak-scim-server#35",
    named="ENT-CON-06/emails.work.value#probe.status",
    row="B30",
)
async def email_filter_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_query(request, "Users") and "[" in filter_of(request):
        return refusal(HTTPStatus.BAD_REQUEST, "Unexpected character: [", "invalidFilter")
    return await go(request)


@probe("email-filter-400")
def email_filter_400_shows(wire: Wire) -> bool:
    assert wire.find("Users", 'userName eq "jo"').status == 200
    return wire.find("Users", f'{WORK} eq "jo@example.com"').status == 400


@defect(
    Kind.MATCHING,
    "private-email-matches",
    "A filter on the work e-mail finds a private address too",
    "our deduction from Metatavu/keycloak-scim-server#35, of a filter whose brackets are dropped",
    named="ENT-MAT-08#match.none",
    row="B30",
)
async def private_email_matches(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    asked = request.query.get("filter", "")
    if is_query(request, "Users") and asked.startswith("emails["):
        request.query = {**request.query, "filter": re.sub(r"^emails\[[^]]*\]", "emails", asked)}
    return await go(request)


@probe("private-email-matches")
def private_email_matches_shows(wire: Wire) -> bool:
    address = f"{unique()}@example.com"
    wire.user(emails=[{"type": "home", "value": address}])
    return len(wire.find("Users", f'{WORK} eq "{address}"').listed) == 1


@defect(
    Kind.MATCHING,
    "and-refused",
    "A filter with “and” returns 400",
    "InumanSoul/kotauth#140, on compound filters",
    named="ENT-MGR-06#check.status",
    shows=("ENT-GRP-04",),
    row="B39",
)
async def and_refused(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if '" and ' in request.query.get("filter", ""):
        return refusal(HTTPStatus.BAD_REQUEST, "Only one comparison is supported", "invalidFilter")
    return await go(request)


@probe("and-refused")
def and_refused_shows(wire: Wire) -> bool:
    user = wire.user()
    return wire.find("Users", f'id eq "{user}" and manager eq "{user}"').status == 400
