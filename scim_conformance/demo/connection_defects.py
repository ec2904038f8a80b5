"""Defects of the embedded target that show when Entra connects: the route, the query, who is let in."""

import re
from http import HTTPStatus
from typing import Any

from scim2_models import NotFoundException, UnauthorizedException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, RawResponse, Target
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import is_query, refusal

KNOWN_PARAMETERS = {"filter", "attributes", "excludedAttributes", "startIndex", "count", "sortBy", "sortOrder"}
PAGE = b"<!DOCTYPE html><html><body><form><input name=username></form></body></html>"


def _page(status: HTTPStatus, **headers: str) -> RawResponse:
    return RawResponse(status, None, {"Content-Type": "text/html; charset=utf-8", **headers}, PAGE)


@defect(
    Kind.CONNECTION,
    "filter-404",
    "Test Connection fails: a filter that matches nothing answers 404",
    "jelhub/scimgateway#18",
    row="B01",
)
async def filter_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if "filter" in request.query and response.body is not None and response.body.get("totalResults") == 0:
        raise NotFoundException(detail="No such resource")
    return response


@defect(
    Kind.CONNECTION,
    "filter-403",
    "Test Connection fails: a filter that matches nobody answers 403",
    "indigo-iam/iam#1181",
    row="B01",
)
async def filter_403(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_query(request, "Users") and (response.body or {}).get("totalResults") == 0:
        return refusal(HTTPStatus.FORBIDDEN, "Access denied")
    return response


@defect(
    Kind.CONNECTION,
    "groups-404",
    "An application without groups answers 404 to whoever asks for them",
    "pranems/SCIMServer, ENDPOINT_PROFILE_ENFORCEMENT_DESIGN.md",
    row="B02",
)
async def groups_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path.startswith("/Groups"):
        raise NotFoundException(detail="This application has no groups")
    return await go(request)


@defect(
    Kind.CONNECTION,
    "email-guid-400",
    "Asked for an e-mail that is a GUID, the target answers 400",
    "FusionAuth/fusionauth-issues#2456",
    row="B03",
)
async def email_guid_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wanted = re.search(r'emails.* eq "([^"]*)"$', request.query.get("filter", ""))
    if is_query(request, "Users") and wanted is not None and "@" not in wanted[1]:
        return refusal(HTTPStatus.BAD_REQUEST, "This is no e-mail address", "invalidFilter")
    return await go(request)


@defect(
    Kind.CONNECTION,
    "no-agent-403",
    "The firewall answers 403 with a page: the request names no User-Agent",
    "kortix-ai/suna#7297",
    row="B04",
)
async def no_agent_403(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await go(request) if request.header("User-Agent") else _page(HTTPStatus.FORBIDDEN)


@defect(
    Kind.CONNECTION,
    "no-accept-406",
    "Without an Accept header everything answers 406 Not Acceptable",
    "MicrosoftDocs/azure-docs#94189",
    row="B05",
)
async def no_accept_406(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await go(request) if "json" in (request.header("Accept") or "") else _page(HTTPStatus.NOT_ACCEPTABLE)


@defect(
    Kind.CONNECTION,
    "login-page",
    "Without a good token there is a login page, with status 200",
    "grokability/snipe-it#14138",
    row="B06",
)
async def login_page(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    try:
        return await go(request)
    except UnauthorizedException:
        page = b"<!DOCTYPE html><html><body><form><input name=username></form></body></html>"
        return RawResponse(HTTPStatus.OK, None, {"Content-Type": "text/html; charset=utf-8"}, page)


@defect(
    Kind.CONNECTION,
    "login-redirect",
    "Without a good token one is sent to the login page, with status 302",
    "grokability/snipe-it#14138",
    row="B06",
)
async def login_redirect(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    try:
        return await go(request)
    except UnauthorizedException:
        return _page(HTTPStatus.FOUND, Location="/login")


@defect(
    Kind.CONNECTION,
    "any-bearer",
    "Any bearer token opens the accounts: nobody compares it",
    "floci-io/floci#3331",
)
async def any_bearer(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if (request.header("Authorization") or "").startswith("Bearer "):
        authorize(target, request)
    return await go(request)


@defect(
    Kind.CONNECTION,
    "no-auth",
    "The accounts can be read and changed without any token",
    "Captain-P-Goldfish/scim-for-keycloak#104, with its authentication turned off",
)
async def no_auth(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    authorize(target, request)
    return await go(request)


def authorize(target: Target, request: ScimRequest) -> None:
    """Give a request the right token, whatever it came with."""
    headers: Any = request.headers
    kept = [(name, value) for name, value in headers if name.lower() != "authorization"]
    request.headers = [*kept, ("Authorization", f"Bearer {target.token}")]


@defect(
    Kind.CONNECTION,
    "bad-token-500",
    "A wrong token answers 500: the header cannot be read",
    "wso2/product-is#4964",
    row="B07",
)
async def bad_token_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    try:
        return await go(request)
    except UnauthorizedException:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "String index out of range: -1")


@defect(
    Kind.CONNECTION,
    "patch-405",
    "Users can be changed by PUT only: PATCH answers 405",
    "goauthentik/authentik#11249",
    row="B12",
)
async def patch_405(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "PATCH" and request.path.startswith("/Users"):
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED, "The method PATCH is not allowed")
    return await go(request)


@defect(
    Kind.CONNECTION,
    "slash-404",
    "A tenant URL with a slash at its end answers 404",
    "lightdash/lightdash#15753",
    row="B13",
)
async def slash_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path.startswith("//"):
        raise NotFoundException(detail="There is nothing here")
    return await go(request)


@defect(
    Kind.CONNECTION,
    "trailing-slash-404",
    "/Users/ with a slash at its end answers 404",
    "AzureAD/SCIMReferenceCode#44",
    row="B13",
)
async def trailing_slash_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path.endswith("/"):
        raise NotFoundException(detail="There is nothing here")
    return await go(request)


@defect(
    Kind.CONNECTION,
    "strict-query",
    "Query parameters that are not SCIM's answer 400",
    "MicrosoftDocs/entra-docs#949",
    row="B14",
)
async def strict_query(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    unknown = [name for name in request.query if name not in KNOWN_PARAMETERS]
    if unknown:
        return refusal(HTTPStatus.BAD_REQUEST, f"The parameter {unknown[0]} is not known", "invalidValue")
    return await go(request)


@defect(
    Kind.CONNECTION,
    "strict-query-writes",
    "With aadOptscim062020 in the query every write answers 400",
    "MicrosoftDocs/entra-docs#949, of the tenant URL's flag",
    row="B14",
)
async def strict_query_writes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    unknown = [name for name in request.query if name not in KNOWN_PARAMETERS]
    if unknown and request.method != "GET":
        return refusal(HTTPStatus.BAD_REQUEST, f"The parameter {unknown[0]} is not known", "invalidValue")
    return await go(request)


@defect(
    Kind.CONNECTION,
    "if-match-428",
    "PATCH and DELETE without If-Match answer 428 Precondition Required",
    "our deduction: no request of Entra's with If-Match was ever reported",
    row="B114",
)
async def if_match_428(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method in {"PATCH", "DELETE"} and not request.header("If-Match"):
        return refusal(HTTPStatus.PRECONDITION_REQUIRED, "If-Match is required")
    return await go(request)
