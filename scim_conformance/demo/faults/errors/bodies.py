"""Faults in the body of an error."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, RawResponse, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import answered


@defect(
    Kind.ERRORS,
    "errors-of-their-own",
    "Errors are not SCIM's: detail is a list",
    "getsentry/sentry#117860",
    named="STD-ERR-01#any.answer",
    shows=("STD-ERR-01",),
    row="B19",
)
async def errors_of_their_own(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if int(response.status) >= HTTPStatus.BAD_REQUEST:
        response.body = {"detail": [(response.body or {}).get("detail")]}
    return response


@probe("errors-of-their-own")
def errors_of_their_own_shows(wire: Wire) -> bool:
    return isinstance(wire.get("/Users/nobody").json["detail"], list)


@defect(
    Kind.ERRORS,
    "status-number",
    "The status in an error is a number, not a string",
    "pranems/SCIMServer, its analysis of 2026-09",
    named="STD-ERR-01#any.answer",
    row="B19",
)
async def status_number(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if int(response.status) >= HTTPStatus.BAD_REQUEST and "status" in (response.body or {}):
        response.body = {**(response.body or {}), "status": int(response.status)}
    return response


@probe("status-number")
def status_number_shows(wire: Wire) -> bool:
    return isinstance(wire.get("/Users/nobody").json["status"], int)


@defect(
    Kind.ERRORS,
    "error-page",
    "Errors are pages of the web framework",
    "GitLab: Configure SCIM for GitLab.com groups, of answers that are no JSON",
    named="ENT-CON-04#probe.not-html",
    row="B07",
)
async def error_page(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if int(response.status) >= HTTPStatus.BAD_REQUEST:
        page = f"<!DOCTYPE html><html><body><h1>{int(response.status)}</h1></body></html>".encode()
        return RawResponse(response.status, None, {"Content-Type": "text/html"}, page)
    return response


@probe("error-page")
def error_page_shows(wire: Wire) -> bool:
    reply = wire.get("/Users/nobody")
    return reply.status == 404 and reply.body.startswith(b"<!DOCTYPE html>")


@defect(
    Kind.ERRORS,
    "token-in-error",
    "An error repeats the request, with its secret token",
    "RFC 6750 section 5.2, of tokens that are disclosed",
    named="STD-SEC-01#any.answer",
)
async def token_in_error(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if int(response.status) >= HTTPStatus.BAD_REQUEST:
        said = f"{request.method} {request.path} Authorization: {request.header('Authorization')}"
        response.body = {**(response.body or {}), "detail": said}
    return response


@probe("token-in-error")
def token_in_error_shows(wire: Wire) -> bool:
    return wire.served.token.encode() in wire.get("/Users/nobody").body


@defect(
    Kind.ERRORS,
    "error-status-400",
    "The body of every error says status 400",
    "our deduction: one function that makes all bodies of errors",
    named="STD-ERR-01#any.answer",
    row="B19",
)
async def error_status_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if int(response.status) >= HTTPStatus.BAD_REQUEST and response.body:
        response.body = {**response.body, "status": "400"}
    return response


@probe("error-status-400")
def error_status_400_shows(wire: Wire) -> bool:
    reply = wire.get("/Users/nobody")
    return reply.status == 404 and reply.json["status"] == "400"
