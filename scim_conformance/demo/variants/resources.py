"""Legal variants in how a resource is written down: names, order, what is shown beside what was sent."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import NO_MATCH, created
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import answered, of_type
from scim_conformance.demo.variants.registry import variant

AWAY = timezone(timedelta(hours=5, minutes=30))
VENDOR = "urn:example:params:scim:schemas:extension:vendor:2.0:User"


def _renamed(value: Any) -> Any:
    """Return a resource with attribute names in another letter case; URNs, and names that a sign opens, stay."""
    if isinstance(value, list):
        return [_renamed(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    return {key if ":" in key else key[:1].upper() + key[1:]: _renamed(entry) for key, entry in value.items()}


@variant("names-capitalised", "Attribute names are written with a capital", "RFC 7643 section 2.1")
async def names_capitalised(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for _, resource in of_type(request, response):
        fresh = _renamed(resource)
        resource.clear()
        resource.update(fresh)
    return response


@probe("names-capitalised")
def names_capitalised_differs(wire: Wire) -> bool:
    return "UserName" in wire.create().json


def _reversed(value: Any) -> Any:
    if isinstance(value, list):
        return [_reversed(entry) for entry in reversed(value)]
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(list(value))}
    return value


@variant("order-reversed", "Attributes and values come in another order", "RFC 8259 section 1; RFC 7643 section 2.4")
async def order_reversed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    is_sorted = "sortBy" in request.query or b'"sortBy"' in (request.body or b"")
    response = await answered(target, request, go)
    response.body = _reversed(response.body)
    if is_sorted and response.body is not None and "Resources" in response.body:
        response.body["Resources"] = response.body["Resources"][::-1]
    return response


@probe("order-reversed")
def order_reversed_differs(wire: Wire) -> bool:
    return bool(list(wire.get(NO_MATCH).json)[-1] == "schemas")


def _describe(request: ScimRequest, response: ScimResponse, *names: str) -> None:
    """Add the vendor's extension to what is published: to these resource types, and to the schemas."""
    listed = (response.body or {}).get("Resources", [])
    if request.path == "/ResourceTypes":
        for one in (one for one in listed if one["name"] in names):
            one["schemaExtensions"] = [*one.get("schemaExtensions", []), {"schema": VENDOR, "required": False}]
    elif request.path == "/Schemas" and response.body is not None:
        told = {"name": "Vendor", "description": "Attributes of the vendor"}
        own = {"schemas": listed[0]["schemas"], "id": VENDOR, "attributes": [], **told}
        response.body |= {"Resources": [*listed, own], "totalResults": len(listed) + 1}


@variant("extra-attributes", "The server adds attributes and an extension of its own", "RFC 7643 sections 2.2 and 3.3")
async def extra_attributes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    _describe(request, response, "User", "Group")
    if "attributes" in request.query:
        return response
    for kind, resource in of_type(request, response):
        resource["schemas"] = [VENDOR, *resource.get("schemas", [])]
        resource[VENDOR] = {"seat": {"kind": "full", "costs": 12.5}, "flags": ["a", "b"], "rank": 7}
        if kind == "Users":
            seat = {"value": "seat", "display": "A seat", "primary": True}
            made = {"locale": "en-US", "timezone": "Etc/UTC", "profileUrl": "/people/7", "entitlements": [seat]}
            resource |= {name: value for name, value in made.items() if name not in resource}
    return response


@probe("extra-attributes")
def extra_attributes_differs(wire: Wire) -> bool:
    return VENDOR in wire.create().json


@variant("nulls-shown", "What has no value is shown as null", "RFC 7643 section 2.5", nearest=("active-text",))
async def nulls_shown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for kind, resource in of_type(request, response):
        names = ("title", "nickName", "externalId", "emails", "phoneNumbers", "name", "preferredLanguage")
        for name in names if kind == "Users" else ("externalId",):
            resource.setdefault(name, None)
        if kind == "Users":
            resource[ENTERPRISE] = {"manager": None, "department": None, **resource.get(ENTERPRISE, {})}
            resource["schemas"] = list(dict.fromkeys([*resource["schemas"], ENTERPRISE]))
    return response


@probe("nulls-shown")
def nulls_shown_differs(wire: Wire) -> bool:
    return b'"title": null' in wire.create().body


@variant("empty-lists-shown", "What has no values is shown as an empty list", "RFC 7643 section 2.5")
async def empty_lists_shown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for kind, resource in of_type(request, response):
        for name in ("emails", "phoneNumbers", "addresses", "roles", "ims", "photos") if kind == "Users" else ():
            resource.setdefault(name, [])
    return response


@probe("empty-lists-shown")
def empty_lists_shown_differs(wire: Wire) -> bool:
    return bool(wire.create().json.get("roles") == [])


@variant("schemas-all-listed", "schemas names every extension, used or not", "RFC 7643 section 3, schemas")
async def schemas_all_listed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    _describe(request, response, "User")
    for kind, resource in of_type(request, response):
        if kind == "Users":
            resource["schemas"] = list(dict.fromkeys([VENDOR, ENTERPRISE, *resource["schemas"]]))
    return response


@probe("schemas-all-listed")
def schemas_all_listed_differs(wire: Wire) -> bool:
    return VENDOR in wire.create().json["schemas"]


@variant(
    "meta-sparse",
    "meta contains only the type",
    "Entra does not read meta; RFC 7643 section 3.1 defines its other attributes",
    breaks=("7643-3.1-a",),
)
async def meta_sparse(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for _, resource in of_type(request, response):
        if "meta" in resource:
            resource["meta"] = {"resourceType": resource["meta"]["resourceType"]}
    return response


@probe("meta-sparse")
def meta_sparse_differs(wire: Wire) -> bool:
    return "created" not in wire.create().json["meta"]


def _moved(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: _moved(entry, old, new) for key, entry in value.items()}
    if isinstance(value, list):
        return [_moved(entry, old, new) for entry in value]
    return new + value.removeprefix(old) if isinstance(value, str) and value.startswith(old) else value


async def _elsewhere(target: Target, request: ScimRequest, go: Go, place: str) -> ScimResponse:
    response = await answered(target, request, go)
    response.headers.setdefault("Location", request.url)
    response.body = _moved(response.body, request.base_url, place)
    response.headers = _moved(response.headers, request.base_url, place)
    return response


@variant("locations-relative", "Locations are relative to the host", "RFC 9110 section 10.2.2; RFC 7643 section 2.3.7")
async def locations_relative(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _elsewhere(target, request, go, "/v2")


@probe("locations-relative")
def locations_relative_differs(wire: Wire) -> bool:
    return wire.create().headers["location"].startswith("/v2/Users/")


@variant("locations-elsewhere", "Locations name the host behind the gateway", "RFC 7643 section 3.1, meta.location")
async def locations_elsewhere(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _elsewhere(target, request, go, "https://directory.internal.example/scim")


@probe("locations-elsewhere")
def locations_elsewhere_differs(wire: Wire) -> bool:
    return bool(wire.create().json["meta"]["location"].startswith("https://directory.internal"))


@variant("dates-with-offset", "Dates have seven digits of a second and an offset", "RFC 7643 section 2.3.5")
async def dates_with_offset(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    away = timezone(timedelta(hours=5, minutes=30))
    return await _dated(
        target, request, go, lambda moment: f"{moment.astimezone(away):%Y-%m-%dT%H:%M:%S}.1234567+05:30"
    )


@probe("dates-with-offset")
def dates_with_offset_differs(wire: Wire) -> bool:
    return bool(wire.create().json["meta"]["created"].endswith("+05:30"))


@variant("dates-without-zone", "Dates have no zone and no fraction", "RFC 7643 section 2.3.5, xsd:dateTime")
async def dates_without_zone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _dated(target, request, go, lambda when: f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S}")


@probe("dates-without-zone")
def dates_without_zone_differs(wire: Wire) -> bool:
    return re.fullmatch(r"[\dT:-]+", wire.create().json["meta"]["created"]) is not None


async def _dated(target: Target, request: ScimRequest, go: Go, spelled: Callable[[datetime], str]) -> ScimResponse:
    response = await go(request)
    for _, resource in of_type(request, response):
        dates = {name: value for name, value in resource.get("meta", {}).items() if name in {"created", "lastModified"}}
        resource.get("meta", {}).update({name: spelled(_moment(value)) for name, value in dates.items()})
    return response


def _moment(value: object) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def _managed(wire: Wire) -> Any:
    boss = wire.user()
    return created(wire, **{ENTERPRISE: {"manager": {"value": boss}}})[ENTERPRISE]["manager"]


@variant("manager-told", "manager carries $ref and displayName", "RFC 7643 section 4.3, manager")
async def manager_told(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for _, resource in of_type(request, response):
        manager = resource.get(ENTERPRISE, {}).get("manager")
        if manager:
            manager |= {"$ref": f"{request.base_url}/Users/{manager['value']}", "displayName": "Somebody"}
    return response


@probe("manager-told")
def manager_told_differs(wire: Wire) -> bool:
    return "displayName" in _managed(wire)
