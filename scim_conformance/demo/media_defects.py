"""Defects of the embedded target in media types and in how bodies are read and written."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, RawResponse, Target
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import answered, is_write, refusal


def _media(request: ScimRequest) -> str:
    return (request.header("Content-Type") or "").lower()


@defect(
    Kind.CONNECTION,
    "text-plain",
    "Without an Accept header the answer is declared as text",
    "MicrosoftDocs/azure-docs#94189",
    row="B05",
)
async def text_plain(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if "json" not in (request.header("Accept") or ""):
        response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response


@defect(
    Kind.CONNECTION,
    "application-json",
    "Answers are declared as application/json",
    "MicrosoftDocs/azure-docs#116775",
    row="B10",
)
async def application_json(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    response.headers["Content-Type"] = "application/json"
    return response


@defect(
    Kind.CONNECTION,
    "not-json",
    "Changing a group answers with a body that is not JSON",
    "MicrosoftDocs/azure-docs#54231",
    row="B07",
)
async def not_json(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changes = is_write(request, "PATCH", "Groups")
    response = await go(request)
    if changes:
        return RawResponse(HTTPStatus.OK, None, {"Content-Type": "application/scim+json"}, b"{'status': OK}")
    return response


@defect(
    Kind.CONNECTION,
    "charset-415",
    "application/scim+json; charset=utf-8 answers 415",
    "jelhub/scimgateway#22",
    row="B08",
)
async def charset_415(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.body and "charset" in _media(request):
        return refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"{_media(request)} is not supported")
    return await go(request)


@defect(
    Kind.CONNECTION,
    "scim-media-unread",
    "Bodies arrive empty: only application/json is parsed",
    "MicrosoftDocs/azure-docs#12728",
    row="B09",
)
async def scim_media_unread(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.body and _media(request).startswith("application/scim+json"):
        return refusal(HTTPStatus.BAD_REQUEST, "The body is empty", "invalidSyntax")
    return await go(request)


@defect(
    Kind.CONNECTION,
    "media-by-letter",
    "application/scim+json without the charset answers 415",
    "limosa-io/laravel-scim-server#8",
    row="B08",
)
async def media_by_letter(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.body and _media(request) == "application/scim+json":
        return refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"{_media(request)} is not supported")
    return await go(request)


@defect(
    Kind.CONNECTION,
    "accept-scim-406",
    "Accept: application/scim+json answers 406",
    "RFC 7644 section 3.8, of the Accept header that a server must support",
)
async def accept_scim_406(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if (request.header("Accept") or "").lower() == "application/scim+json":
        return refusal(HTTPStatus.NOT_ACCEPTABLE, "Only application/json is offered")
    return await go(request)
