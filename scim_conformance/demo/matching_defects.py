"""Defects of the embedded target that show when Entra connects and looks for accounts and groups."""

import re
from http import HTTPStatus
from urllib.parse import unquote_plus

from scim2_models import NotFoundException, UnauthorizedException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import RAW_QUERY, Go, RawResponse, Target
from scim_conformance.demo.defects import defect, is_query, refusal

KNOWN_PARAMETERS = {"filter", "attributes", "excludedAttributes", "startIndex", "count", "sortBy", "sortOrder"}


@defect(
    "groups-404",
    "An application without groups answers 404 to whoever asks for them",
    "pranems/SCIMServer, ENDPOINT_PROFILE_ENFORCEMENT_DESIGN.md",
)
async def groups_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path.startswith("/Groups"):
        raise NotFoundException(detail="This application has no groups")
    return await go(request)


@defect("strict-query", "Query parameters that are not SCIM's answer 400", "MicrosoftDocs/entra-docs#949")
async def strict_query(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    unknown = [name for name in request.query if name not in KNOWN_PARAMETERS]
    if unknown:
        return refusal(HTTPStatus.BAD_REQUEST, f"The parameter {unknown[0]} is not known", "invalidValue")
    return await go(request)


@defect("login-page", "Without a good token there is a login page, with status 200", "grokability/snipe-it#14138")
async def login_page(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    try:
        return await go(request)
    except UnauthorizedException:
        page = b"<!DOCTYPE html><html><body><form><input name=username></form></body></html>"
        return RawResponse(HTTPStatus.OK, None, {"Content-Type": "text/html; charset=utf-8"}, page)


@defect(
    "email-guid-400", "Asked for an e-mail that is a GUID, the target answers 400", "FusionAuth/fusionauth-issues#2456"
)
async def email_guid_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wanted = re.search(r'emails.* eq "([^"]*)"$', request.query.get("filter", ""))
    if is_query(request, "Users") and wanted is not None and "@" not in wanted[1]:
        return refusal(HTTPStatus.BAD_REQUEST, "This is no e-mail address", "invalidFilter")
    return await go(request)


@defect("slash-404", "A tenant URL with a slash at its end answers 404", "lightdash/lightdash#15753")
async def slash_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path.startswith("//"):
        raise NotFoundException(detail="There is nothing here")
    return await go(request)


@defect("eq-contains", "Groups and users are found by a part of their name", "FusionAuth/fusionauth-issues#3111")
async def eq_contains(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wider = re.sub(r"^(userName|displayName) eq ", r"\1 co ", request.query.get("filter", ""))
    if "filter" in request.query:
        request.query = {**request.query, "filter": wider}
    return await go(request)


@defect("decoded-twice", "Names with a plus or a percent sign are not found", "apache/directory-scimple#564")
async def decoded_twice(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "filter" in request.query:
        request.query = {**request.query, "filter": unquote_plus(request.query["filter"])}
    return await go(request)


@defect("only-username", "Nobody is found by externalId or by e-mail", "langwatch/langwatch#6973")
async def only_username(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_query(request, "Users") and not request.query["filter"].startswith("userName eq "):
        response.body = {**(response.body or {}), "Resources": [], "totalResults": 0, "itemsPerPage": 0}
    return response


@defect("group-name-case", "The displayName filter is case-sensitive", "simpleidserver/SimpleIdServer#489")
async def group_name_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    wanted = re.search(r'displayName eq (".*")', request.query.get("filter", ""))
    if is_query(request, "Groups") and wanted is not None and response.body is not None:
        name = wanted[1][1:-1].replace('\\"', '"').replace("\\\\", "\\")
        kept = [one for one in response.body.get("Resources", []) if one.get("displayName") == name]
        response.body |= {"Resources": kept, "totalResults": len(kept)}
    return response


@defect("and-refused", "A filter with “and” answers 400", "InumanSoul/kotauth#140, on compound filters")
async def and_refused(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if '" and ' in request.query.get("filter", ""):
        return refusal(HTTPStatus.BAD_REQUEST, "Only one comparison is supported", "invalidFilter")
    return await go(request)


@defect(
    "plus-only",
    "A filter is understood only where its spaces are written as plus signs",
    "our deduction: Microsoft's Logic App tests write %20, Entra writes +",
)
async def plus_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "%20eq%20" in (request.header(RAW_QUERY) or ""):
        return refusal(HTTPStatus.BAD_REQUEST, "The filter cannot be read", "invalidFilter")
    return await go(request)
