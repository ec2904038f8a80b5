"""Legal variants that accept only the values that the RFC lays down."""

import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any
from zoneinfo import available_timezones

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, operations
from scim_conformance.demo.probing.bodies import op
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, has_element, path_of, refusal
from scim_conformance.demo.variants.registry import variant
from scim_conformance.scim import paths

COUNTRIES = frozenset(["US", "CA", "GB", "DE", "FR", "JP", "NO"])
"""Codes that people in the scenarios have; no scenario sends another code of the standard."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)+")
_NUMBER = re.compile(r"(tel:)?\+?[\d ().-]+(;ext=\d+)?")

Legal = Callable[[str], Any]
LEGAL: dict[tuple[str, str | None], Legal] = {
    ("addresses", "country"): lambda value: value in COUNTRIES,
    ("preferredLanguage", None): _LANGUAGE.fullmatch,
    ("locale", None): _LANGUAGE.fullmatch,
    ("timezone", None): lambda value: value in available_timezones(),
    ("emails", "value"): _ADDRESS.fullmatch,
    ("phoneNumbers", "value"): _NUMBER.fullmatch,
    ("profileUrl", None): re.compile(r"https?://\S+").fullmatch,
}


def _sent(body: Any) -> Iterator[tuple[str, str | None, Any]]:
    """Yield attribute, sub-attribute and value of everything that a creation or a change sets."""
    wholes = [body, *(one.get("value") for one in operations(body) if not one.get("path"))]
    for whole in wholes:
        for key, value in whole.items() if isinstance(whole, dict) else ():
            yield from _within(key, value)
    for one in operations(body):
        if one.get("path"):
            yield from _within(str(one["path"]), one.get("value"))


def _within(text: str, value: Any) -> Iterator[tuple[str, str | None, Any]]:
    try:
        path = paths.parse(text)
    except paths.PathError:
        return
    if path.urn is not None:
        return
    for entry in paths.elements(value) if isinstance(value, list) else [value]:
        if isinstance(entry, dict):
            yield from ((path.name, key, inner) for key, inner in entry.items())
        else:
            yield path.name, path.sub, entry


@variant(
    "values-strict",
    "Countries, languages, time zones, e-mail addresses, telephone numbers and URLs must be valid",
    "RFC 7643 sections 4.1.1 and 4.1.2, erratum 5990; RFC 7644 section 3.12, invalidValue",
    nearest=("country-code-400",),
)
async def values_strict(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path.startswith("/Users"):
        for name, sub, value in _sent(body_of(request)):
            legal = LEGAL.get((name, sub))
            if legal is not None and isinstance(value, str) and value and not legal(value):
                return refusal(HTTPStatus.BAD_REQUEST, f"{value!r} is no legal {sub or name}", "invalidValue")
    return await go(request)


@probe("values-strict")
def values_strict_differs(wire: Wire) -> bool:
    return wire.create(addresses=[{"type": "work", "country": "USA"}]).status == 400


@variant(
    "null-refused",
    "A change of a single value to null is refused: 400 invalidValue",
    "RFC 7644 section 3.5.2.3: a replace has a value",
    nearest=("null-changes-nothing",),
)
async def null_refused(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(path_of(one) and "value" in one and one["value"] is None for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "A replace needs a value", "invalidValue")
    return await go(request)


@probe("null-refused")
def null_refused_differs(wire: Wire) -> bool:
    return wire.change(wire.user(), {"op": "replace", "path": "title", "value": None}).status == 400


@variant(
    "other-address-refused",
    "A replace of an address of the type other, which is not there, is refused: 400 noTarget",
    "RFC 7644 section 3.5.2.3; Entra sends no such address",
    nearest=("other-address-ignored",),
)
async def other_address_refused(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    paths = [path_of(one) for one in changes(request)]
    sought = any(one.startswith('emails[type eq "other"]') for one in paths)
    if sought and not has_element(target, request.path, "emails", "other"):
        return refusal(HTTPStatus.BAD_REQUEST, "There is no such address", "noTarget")
    return await go(request)


@probe("other-address-refused")
def other_address_refused_differs(wire: Wire) -> bool:
    return wire.change(wire.user(), op("replace", 'emails[type eq "other"].value', "a@example.com")).status == 400
