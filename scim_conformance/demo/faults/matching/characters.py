"""Faults in the characters of a filter: how they are encoded, escaped and compared."""

from http import HTTPStatus
from urllib.parse import quote, unquote_plus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import RAW_QUERY, Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import created_and_found
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import filter_of, listed, refusal


@defect(
    Kind.MATCHING,
    "decoded-twice",
    "Names with a plus or a percent sign are not found",
    "apache/directory-scimple#564",
    named="ENT-MAT-04#match.one",
    shows=("ENT-CRE-04", "ENT-GRP-15", "ENT-MAT-04"),
    row="B31",
)
async def decoded_twice(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "filter" in request.query:
        request.query = {**request.query, "filter": unquote_plus(request.query["filter"])}
    return await go(request)


@probe("decoded-twice")
def decoded_twice_shows(wire: Wire) -> bool:
    return bool(created_and_found(wire, f"{unique()}+x@example.com")[1] == [])


@defect(
    Kind.MATCHING,
    "escapes-misread",
    "Names with a quotation mark or a backslash are not found",
    "Captain-P-Goldfish/SCIM-SDK#913",
    named="ENT-GRP-15/quotes#match.one",
    row="B31",
)
async def escapes_misread(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if "\\" in filter_of(request):
        listed(response, [])
    return response


@probe("escapes-misread")
def escapes_misread_shows(wire: Wire) -> bool:
    return bool(created_and_found(wire, f'{unique()} "jo" x')[1] == [])


@defect(
    Kind.MATCHING,
    "accents-not-found",
    "A user with an accent in the name is not found",
    "Captain-P-Goldfish/SCIM-SDK#913, of special characters in a filter",
    named="ENT-GRP-15/non-latin#match.one",
    row="B31",
)
async def accents_not_found(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if not filter_of(request).isascii():
        listed(response, [])
    return response


@probe("accents-not-found")
def accents_not_found_shows(wire: Wire) -> bool:
    return bool(created_and_found(wire, f"{unique()}.zoë@example.com")[1] == [])


@defect(
    Kind.MATCHING,
    "apostrophe-400",
    "A name with an apostrophe returns 400: a syntax error in the query",
    "Captain-P-Goldfish/SCIM-SDK#913, of special characters in a filter",
    named="ENT-CRE-04/apostrophe#match.status",
    row="B31",
)
async def apostrophe_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "'" in filter_of(request):
        return refusal(HTTPStatus.BAD_REQUEST, "A syntax error at or near “'”", "invalidFilter")
    return await go(request)


@probe("apostrophe-400")
def apostrophe_400_shows(wire: Wire) -> bool:
    name = f"{unique()}.o'hara@example.com"
    wire.user(userName=name)
    return wire.find("Users", f'userName eq "{name}"').status == 400


@defect(
    Kind.MATCHING,
    "percent-400",
    "A name with a percent sign returns 400: malformed",
    "apache/directory-scimple#564, of what is decoded twice",
    named="ENT-MAT-04#match.status",
    row="B31",
)
async def percent_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "%" in request.query.get("filter", ""):
        return refusal(HTTPStatus.BAD_REQUEST, "Malformed escape", "invalidFilter")
    return await go(request)


@probe("percent-400")
def percent_400_shows(wire: Wire) -> bool:
    return wire.find("Users", 'userName eq "a%40b"').status == 400


@defect(
    Kind.MATCHING,
    "plus-only",
    "A filter is understood only where its spaces are written as plus signs",
    "our deduction: Microsoft's Logic App tests write %20, Entra writes +",
    named="ENT-MAT-03#match.status",
)
async def plus_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "%20eq%20" in (request.header(RAW_QUERY) or ""):
        return refusal(HTTPStatus.BAD_REQUEST, "The filter cannot be read", "invalidFilter")
    return await go(request)


@probe("plus-only")
def plus_only_shows(wire: Wire) -> bool:
    text = 'userName eq "jo"'
    assert wire.find("Users", text).status == 200
    return wire.get(f"/Users?filter={quote(text)}").status == 400
