"""Defects of the embedded target in its errors."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, RawResponse, Target
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import answered, is_read, refusal


@defect(
    Kind.ERRORS, "errors-of-their-own", "Errors are not SCIM's: detail is a list", "getsentry/sentry#117860", row="B19"
)
async def errors_of_their_own(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if int(response.status) >= HTTPStatus.BAD_REQUEST:
        response.body = {"detail": [(response.body or {}).get("detail")]}
    return response


@defect(
    Kind.ERRORS,
    "status-number",
    "The status in an error is a number, not a string",
    "pranems/SCIMServer, its analysis of 2026-09",
    row="B19",
)
async def status_number(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if int(response.status) >= HTTPStatus.BAD_REQUEST and "status" in (response.body or {}):
        response.body = {**(response.body or {}), "status": int(response.status)}
    return response


@defect(
    Kind.ERRORS,
    "error-page",
    "Errors are pages of the web framework",
    "GitLab: Configure SCIM for GitLab.com groups, of answers that are no JSON",
    row="B07",
)
async def error_page(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if int(response.status) >= HTTPStatus.BAD_REQUEST:
        page = f"<!DOCTYPE html><html><body><h1>{int(response.status)}</h1></body></html>".encode()
        return RawResponse(response.status, None, {"Content-Type": "text/html"}, page)
    return response


@defect(
    Kind.ERRORS,
    "error-with-200",
    "A conflict and an unknown id answer 200 with the error in the body",
    "scylladb/terraform-provider-scylladbcloud#89, of a server that always answers 200",
)
async def error_with_200(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}:
        response.status = HTTPStatus.OK
    return response


@defect(
    Kind.ERRORS,
    "unknown-id-200",
    "An id that nobody has answers 200 with an empty list",
    "Azure/AzureAD-BYOA-Provisioning-Samples#28, of what is to be answered for an unknown id",
)
async def unknown_id_200(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    reads = is_read(request, "Users")
    response = await answered(target, request, go)
    if reads and response.status == HTTPStatus.NOT_FOUND:
        empty = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0, "Resources": []}
        return ScimResponse(HTTPStatus.OK, empty)
    return response


@defect(
    Kind.ERRORS,
    "unknown-group-500",
    "A group that is not there answers 500 when it is read",
    "lightdash/lightdash#24458, of faults in the data that end as 500",
    row="B18",
)
async def unknown_group_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    reads = is_read(request, "Groups")
    response = await answered(target, request, go)
    if reads and response.status == HTTPStatus.NOT_FOUND:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return response


@defect(
    Kind.ERRORS,
    "token-in-error",
    "An error repeats the request, with its secret token",
    "RFC 6750 section 5.2, of tokens that are disclosed",
)
async def token_in_error(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if int(response.status) >= HTTPStatus.BAD_REQUEST:
        said = f"{request.method} {request.path} Authorization: {request.header('Authorization')}"
        response.body = {**(response.body or {}), "detail": said}
    return response
