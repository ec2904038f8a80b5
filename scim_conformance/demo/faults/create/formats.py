"""Faults in the format of values: sound ones are refused."""

import re
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, created, path_of, refusal

CODE = 2
"""Characters of an ISO 3166-1 alpha-2 code."""


@defect(
    Kind.CREATE,
    "upn-400",
    "A userName with an @ is refused: 400",
    "Tr3kkR/Yuzu#2020",
    named="ENT-CRE-01#create.status",
    row="B46",
)
async def upn_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if "@" in str(created(request).get("userName", "")):
        return refusal(HTTPStatus.BAD_REQUEST, "userName has a character that is not allowed", "invalidValue")
    return await go(request)


@probe("upn-400")
def upn_400_shows(wire: Wire) -> bool:
    assert wire.create(userName=unique()).status == 201
    return wire.create().status == 400


def _status(wire: Wire, **attributes: Any) -> int:
    assert wire.create().status == 201
    return wire.create(**attributes).status


@defect(
    Kind.CREATE,
    "email-shape-400",
    "A userName with an apostrophe or a plus sign is refused",
    "scaleway/docs-content#6704",
    named="ENT-CRE-04/apostrophe#create.status",
    row="B46",
)
async def email_shape_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    name = created(request).get("userName")
    if name is not None and not re.fullmatch(r"[\w.-]+@[\w.-]+", str(name), re.ASCII):
        return refusal(HTTPStatus.BAD_REQUEST, "userName must be an e-mail address", "invalidValue")
    return await go(request)


@probe("email-shape-400")
def email_shape_400_shows(wire: Wire) -> bool:
    return _status(wire, userName=f"{unique()}.o'hara@example.com") == 400


@defect(
    Kind.CREATE,
    "phone-format-400",
    "A phone number with spaces is refused: 400",
    "pranems/SCIMServer, OPENTEXT_ISV_1_VALIDATION_GAP_ANALYSIS.md",
    named="STD-CRE-01#any.answer",
    row="B47",
)
async def phone_format_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = [one.get("value", "") for one in created(request).get("phoneNumbers") or []]
    found += [str(one.get("value")) for one in changes(request) if path_of(one).startswith("phoneNumbers[")]
    if any(not re.fullmatch(r"\+?\d*", str(number)) for number in found):
        return refusal(HTTPStatus.BAD_REQUEST, "This is no phone number", "invalidValue")
    return await go(request)


@probe("phone-format-400")
def phone_format_400_shows(wire: Wire) -> bool:
    return _status(wire, phoneNumbers=[{"type": "work", "value": "+1 206 555 0132"}]) == 400


def _countries(request: ScimRequest) -> list[str]:
    addresses: list[dict[str, Any]] = created(request).get("addresses") or []
    return [str(one["country"]) for one in addresses if one.get("country")]


def _in(wire: Wire, country: str) -> int:
    return _status(wire, addresses=[{"type": "work", "country": country}])


@defect(
    Kind.CREATE,
    "country-code-400",
    "A country by its code, such as US, returns 400: names are expected",
    "RFC 7643 section 4.1.2, of a list of countries by name",
    named="STD-CRE-01#any.answer",
)
async def country_code_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(len(one) == CODE for one in _countries(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "country is not one that is known", "invalidValue")
    return await go(request)


@probe("country-code-400")
def country_code_400_shows(wire: Wire) -> bool:
    return (_in(wire, "US"), _in(wire, "United States")) == (400, 201)


@defect(
    Kind.CREATE,
    "country-name-500",
    "A country by its name returns 500: the column has two characters",
    "Microsoft Q&A 2747, of a service that does not check before it writes",
    named="ENT-CRE-12/name#create.answered",
    wide="every creation with the name of a country fails",
)
async def country_name_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(len(one) > CODE for one in _countries(request)):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "value too long for type character(2)")
    return await go(request)


@probe("country-name-500")
def country_name_500_shows(wire: Wire) -> bool:
    return (_in(wire, "US"), _in(wire, "United States")) == (201, 500)


@defect(
    Kind.CREATE,
    "country-shortened",
    "The name of a country is cut to two characters: UN for United States",
    "our deduction from RFC 7643 section 4.1.2: a column of two characters that is not checked",
    named="ENT-CRE-12/name#create.same-country",
)
async def country_shortened(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    if any(len(one) > CODE for one in _countries(request)):
        short = [{**one, "country": str(one.get("country", ""))[:CODE].upper()} for one in body["addresses"]]
        set_body(request, {**body, "addresses": short})
    return await go(request)


@probe("country-shortened")
def country_shortened_shows(wire: Wire) -> bool:
    user = wire.user(addresses=[{"type": "work", "country": "United States"}])
    return bool(wire.read(user)["addresses"][0]["country"] == "UN")
