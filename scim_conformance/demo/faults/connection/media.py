"""Faults in media types, and in how bodies are read and written."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, RawResponse, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import person, replaced, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import find_nobody
from scim_conformance.demo.probing.wire import JSON, Wire
from scim_conformance.demo.shapes import answered, is_write, refusal


@defect(
    Kind.CONNECTION,
    "text-plain",
    "Without an Accept header the answer is declared as text",
    "MicrosoftDocs/azure-docs#94189",
    named="STD-MED-01#any.answer",
    row="B05",
)
async def text_plain(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if "json" not in (request.header("Accept") or ""):
        response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response


@probe("text-plain")
def text_plain_shows(wire: Wire) -> bool:
    assert "json" in find_nobody(wire, Accept=JSON).headers["content-type"]
    return find_nobody(wire).headers["content-type"].startswith("text/plain")


@defect(
    Kind.CONNECTION,
    "application-json",
    "Answers are declared as application/json",
    "MicrosoftDocs/azure-docs#116775",
    named="STD-MED-02#any.answer",
    row="B10",
)
async def application_json(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    response.headers["Content-Type"] = "application/json"
    return response


@probe("application-json")
def application_json_shows(wire: Wire) -> bool:
    return find_nobody(wire).headers["content-type"] == "application/json"


@defect(
    Kind.CONNECTION,
    "not-json",
    "Changing a group answers with a body that is not JSON",
    "MicrosoftDocs/azure-docs#54231",
    named="STD-JSN-01#any.answer",
    row="B07",
)
async def not_json(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changes = is_write(request, "PATCH", "Groups")
    response = await go(request)
    if changes:
        return RawResponse(HTTPStatus.OK, None, {"Content-Type": "application/scim+json"}, b"{'status': OK}")
    return response


@probe("not-json")
def not_json_shows(wire: Wire) -> bool:
    reply = wire.patch(f"/Groups/{wire.create_group().id}", replaced("displayName", unique("group")))
    return reply.body.startswith(b"{'")


def _media(request: ScimRequest) -> str:
    return (request.header("Content-Type") or "").lower()


def _posted(wire: Wire, media: str, **headers: str) -> int:
    return wire.send("POST", "/Users", person(), Content_Type=media, **headers).status


@defect(
    Kind.CONNECTION,
    "charset-415",
    "application/scim+json; charset=utf-8 returns 415",
    "jelhub/scimgateway#22",
    named="ENT-CRE-01#create.status",
    row="B08",
)
async def charset_415(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.body and "charset" in _media(request):
        return refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"{_media(request)} is not supported")
    return await go(request)


@probe("charset-415")
def charset_415_shows(wire: Wire) -> bool:
    assert _posted(wire, "application/scim+json") == 201
    return _posted(wire, "application/scim+json; charset=utf-8") == 415


@defect(
    Kind.CONNECTION,
    "scim-media-unread",
    "Bodies arrive empty: only application/json is parsed",
    "MicrosoftDocs/azure-docs#12728",
    named="ENT-CRE-01#create.status",
    row="B09",
    wide="no body is read",
)
async def scim_media_unread(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.body and _media(request).startswith("application/scim+json"):
        return refusal(HTTPStatus.BAD_REQUEST, "The body is empty", "invalidSyntax")
    return await go(request)


@probe("scim-media-unread")
def scim_media_unread_shows(wire: Wire) -> bool:
    assert _posted(wire, JSON) == 201
    return _posted(wire, "application/scim+json; charset=utf-8") == 400


@defect(
    Kind.CONNECTION,
    "media-by-letter",
    "application/scim+json without the charset returns 415",
    "limosa-io/laravel-scim-server#8",
    named="ENT-CRE-10/no-charset#create.status",
    row="B08",
)
async def media_by_letter(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.body and _media(request) == "application/scim+json":
        return refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"{_media(request)} is not supported")
    return await go(request)


@probe("media-by-letter")
def media_by_letter_shows(wire: Wire) -> bool:
    assert _posted(wire, "application/scim+json; charset=utf-8") == 201
    return _posted(wire, "application/scim+json") == 415


@defect(
    Kind.CONNECTION,
    "accept-scim-406",
    "Accept: application/scim+json returns 406",
    "RFC 7644 section 3.8, of the Accept header that a server must support",
    named="ENT-CON-09#probe.status",
)
async def accept_scim_406(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if (request.header("Accept") or "").lower() == "application/scim+json":
        return refusal(HTTPStatus.NOT_ACCEPTABLE, "Only application/json is offered")
    return await go(request)


@probe("accept-scim-406")
def accept_scim_406_shows(wire: Wire) -> bool:
    return find_nobody(wire, Accept="application/scim+json").status == 406


@defect(
    Kind.CONNECTION,
    "content-type-twice",
    "Answers have two Content-Type headers",
    "our deduction: a proxy that adds its own; RFC 9110 section 5.3 allows one",
    named="STD-MED-02#any.answer",
)
async def content_type_twice(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    others = {name: value for name, value in response.headers.items() if name.lower() != "content-type"}
    # Two spellings of one name are two entries here, and two headers on the wire.
    twice = {"content-type": "application/json", "Content-Type": "application/scim+json"}
    response.headers = {**others, **twice}
    return response


@probe("content-type-twice")
def content_type_twice_shows(wire: Wire) -> bool:
    return find_nobody(wire).headers_of("content-type") == ["application/json", "application/scim+json"]
