"""Defects of the embedded target that show when Entra looks for accounts and groups: what a filter finds."""

import re
from http import HTTPStatus
from urllib.parse import unquote_plus

from scim2_models import NotFoundException, UniquenessException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, RAW_QUERY, Go, Target
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import CORE, created, is_query, listed, refusal, resources

LOCAL_ADMIN = "local.admin@example.com"
"""An account that nobody made by SCIM."""
EVERYBODY = {
    "schemas": [f"{CORE}Group"],
    "id": "everybody",
    "displayName": "Everybody",
    "meta": {"resourceType": "Group"},
}
"""A group of the application itself."""


def _filter(request: ScimRequest) -> str:
    return request.query.get("filter", "")


@defect(Kind.MATCHING, "match-case", "The userName filter is case-sensitive", "zulip/zulip#21758", row="B21")
async def match_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    wanted = re.search(r'userName eq "(.*)"', request.query.get("filter", ""))
    if is_query(request, "Users") and wanted is not None and response.body is not None:
        kept = [one for one in response.body.get("Resources", []) if one.get("userName") == wanted[1]]
        response.body |= {"Resources": kept, "totalResults": len(kept)}
    return response


@defect(
    Kind.MATCHING,
    "group-name-case",
    "The displayName filter is case-sensitive",
    "simpleidserver/SimpleIdServer#489",
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


@defect(
    Kind.MATCHING, "only-username", "Nobody is found by externalId or by e-mail", "langwatch/langwatch#6973", row="B22"
)
async def only_username(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_query(request, "Users") and not request.query["filter"].startswith("userName eq "):
        response.body = {**(response.body or {}), "Resources": [], "totalResults": 0, "itemsPerPage": 0}
    return response


@defect(
    Kind.MATCHING,
    "employee-number-404",
    "Matching by employeeNumber answers 404: an unknown path",
    "grokability/snipe-it#19347",
    row="B22",
    profile="employee-number",
)
async def employee_number_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_query(request, "Users") and ENTERPRISE in _filter(request) and "manager" not in _filter(request):
        raise NotFoundException(detail="Unknown path")
    return await go(request)


@defect(
    Kind.MATCHING,
    "only-employee-number",
    "Users are found by employeeNumber alone: a userName finds nobody",
    "grokability/snipe-it#19347, the other way round",
    row="B22",
    profile="employee-number",
)
async def only_employee_number(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_query(request, "Users") and _filter(request).startswith("userName eq "):
        listed(response, [])
    return response


@defect(
    Kind.MATCHING,
    "filter-name-case",
    "A filter that spells the attribute UserName finds nobody",
    "python-scim/scim2-models#39",
    row="B113",
)
async def filter_name_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if _filter(request)[:1].isupper():
        listed(response, [])
    return response


@defect(
    Kind.MATCHING,
    "extension-filter-ignored",
    "A filter on an attribute of an extension matches everybody",
    "PowerDMS/Owin.Scim#35",
    row="B22",
)
async def extension_filter_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_query(request, "Users") and _filter(request).startswith("urn:"):
        request.query = {name: value for name, value in request.query.items() if name != "filter"}
    return await go(request)


@defect(Kind.MATCHING, "filter-ignored", "Every query answers with everybody", "eneo-ai/eneo#443", row="B23")
async def filter_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    request.query = {name: value for name, value in request.query.items() if name != "filter"}
    return await go(request)


@defect(
    Kind.MATCHING,
    "eq-contains",
    "Groups and users are found by a part of their name",
    "FusionAuth/fusionauth-issues#3111",
    row="B24",
)
async def eq_contains(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wider = re.sub(r"^(userName|displayName) eq ", r"\1 co ", request.query.get("filter", ""))
    if "filter" in request.query:
        request.query = {**request.query, "filter": wider}
    return await go(request)


@defect(
    Kind.MATCHING,
    "other-group",
    "Asked for a group by its name, the target returns another one",
    "grokability/snipe-it#19493",
    row="B25",
)
async def other_group(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_query(request, "Groups") and resources(response):
        listed(response, [EVERYBODY])
    return response


@defect(
    Kind.MATCHING,
    "local-accounts-hidden",
    "A local account is not found, and then creating it answers 409",
    "Metatavu/keycloak-scim-server#74",
    row="B26",
    uncatchable="needs an account that was not made by SCIM, which no SCIM request can make",
)
async def local_accounts_hidden(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if created(request).get("userName") == LOCAL_ADMIN:
        raise UniquenessException(detail="userName is taken")
    return await go(request)


@defect(
    Kind.MATCHING,
    "first-thousand",
    "Whoever stands behind the first thousand users is not found",
    "kortix-ai/suna#7297",
    row="B28",
    uncatchable="needs more than a thousand users, which no run makes",
)
async def first_thousand(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_query(request, "Users"):
        scanned = {one.id for one in [one for one in target.stored() if hasattr(one, "user_name")][:1000]}
        listed(response, [one for one in resources(response) if one["id"] in scanned])
    return response


@defect(
    Kind.MATCHING,
    "rows-twice",
    "Whoever is looked up comes twice in the answer",
    "wso2/product-is#3563",
    row="B29",
)
async def rows_twice(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_query(request, "Users"):
        listed(response, [one for one in resources(response) for _ in range(2)])
    return response


@defect(
    Kind.MATCHING,
    "email-filter-400",
    'A filter on emails[type eq "work"].value answers 400: it cannot be parsed',
    "Metatavu/keycloak-scim-server#35",
    row="B30",
)
async def email_filter_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_query(request, "Users") and "[" in _filter(request):
        return refusal(HTTPStatus.BAD_REQUEST, "Unexpected character: [", "invalidFilter")
    return await go(request)


@defect(
    Kind.MATCHING,
    "decoded-twice",
    "Names with a plus or a percent sign are not found",
    "apache/directory-scimple#564",
    row="B31",
)
async def decoded_twice(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "filter" in request.query:
        request.query = {**request.query, "filter": unquote_plus(request.query["filter"])}
    return await go(request)


@defect(
    Kind.MATCHING,
    "escapes-misread",
    "Names with a quotation mark or a backslash are not found",
    "Captain-P-Goldfish/SCIM-SDK#913",
    row="B31",
)
async def escapes_misread(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if "\\" in _filter(request):
        listed(response, [])
    return response


@defect(
    Kind.MATCHING,
    "accents-not-found",
    "Whoever has an accent in the name is not found",
    "Captain-P-Goldfish/SCIM-SDK#913, of special characters in a filter",
    row="B31",
)
async def accents_not_found(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if not _filter(request).isascii():
        listed(response, [])
    return response


@defect(
    Kind.MATCHING,
    "apostrophe-400",
    "A name with an apostrophe answers 400: a syntax error in the query",
    "Captain-P-Goldfish/SCIM-SDK#913, of special characters in a filter",
    row="B31",
)
async def apostrophe_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "'" in _filter(request):
        return refusal(HTTPStatus.BAD_REQUEST, "A syntax error at or near “'”", "invalidFilter")
    return await go(request)


@defect(
    Kind.MATCHING,
    "and-refused",
    "A filter with “and” answers 400",
    "InumanSoul/kotauth#140, on compound filters",
    row="B39",
)
async def and_refused(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if '" and ' in request.query.get("filter", ""):
        return refusal(HTTPStatus.BAD_REQUEST, "Only one comparison is supported", "invalidFilter")
    return await go(request)


@defect(
    Kind.MATCHING,
    "plus-only",
    "A filter is understood only where its spaces are written as plus signs",
    "our deduction: Microsoft's Logic App tests write %20, Entra writes +",
)
async def plus_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "%20eq%20" in (request.header(RAW_QUERY) or ""):
        return refusal(HTTPStatus.BAD_REQUEST, "The filter cannot be read", "invalidFilter")
    return await go(request)
