"""Faults in what a PATCH does to parts, elements, extensions and members, as RFC 7644 section 3.5.2 has it."""

import re
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op, person
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import changed_user
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    changes,
    id_of,
    is_read,
    keys_of,
    path_of,
    record_of,
    refusal,
    rewrite,
    stored_at,
    verb,
)

OURS = "our deduction from RFC 7644 section"
WORK_LOCALITY = 'addresses[type eq "work"].locality'
WORK_REGION = 'addresses[type eq "work"].region'
TWO = [{"type": "work", "value": "a@example.com", "primary": True}, {"type": "home", "value": "b@example.com"}]


def _with_paths(request: ScimRequest, wanted: str, path: str, kind: str = "Users") -> None:
    """Give the operations that do this (`remove emails`) another path."""
    found = changes(request, kind)
    for one in found:
        if f"{verb(one)} {path_of(one)}" == wanted:
            one["path"] = path
    if found:
        rewrite(request, found)


def _without(request: ScimRequest, dropped: str) -> None:
    """Leave out the operations that do this."""
    found = changes(request)
    if found:
        rewrite(request, [one for one in found if f"{verb(one)} {path_of(one)}" != dropped])


@defect(
    Kind.STANDARDS,
    "part-takes-all",
    "Removing the middle name removes the whole name",
    f"{OURS} 3.5.2.2",
    named="RFC-PAT-38#removed.value.name.familyName",
)
async def part_takes_all(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    _with_paths(request, "remove name.middleName", "name")
    return await go(request)


@probe("part-takes-all")
def part_takes_all_shows(wire: Wire) -> bool:
    name = {"givenName": "Ada", "middleName": "Augusta"}
    return "name" not in changed_user(wire, op("remove", "name.middleName"), name=name)


@defect(
    Kind.STANDARDS,
    "added-part-lost",
    "An added middle name is not stored",
    f"{OURS} 3.5.2.1",
    named="RFC-PAT-38#read.value.name.middleName",
)
async def added_part_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    _without(request, "add name.middleName")
    return await go(request)


@probe("added-part-lost")
def added_part_lost_shows(wire: Wire) -> bool:
    found = changed_user(wire, op("add", "name.middleName", "Ada"), name={"givenName": "Jo"})
    return "middleName" not in found["name"]


@defect(
    Kind.STANDARDS,
    "address-part-lost",
    "A locality that is added to the work address is not stored",
    f"{OURS} 3.5.2.1",
    named="RFC-PAT-39#read.changed",
)
async def address_part_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    _without(request, f"add {WORK_LOCALITY}")
    return await go(request)


@probe("address-part-lost")
def address_part_lost_shows(wire: Wire) -> bool:
    found = changed_user(wire, op("add", WORK_LOCALITY, "Moss"), addresses=[{"type": "work", "region": "East"}])
    return "locality" not in found["addresses"][0]


@defect(
    Kind.STANDARDS,
    "first-match-alone",
    "Of two addresses that a filter selects, the first one is changed",
    f"{OURS} 3.5.2.3",
    named="RFC-PAT-40#read.region-2",
)
async def first_match_alone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    known = [one for one in stored_at(target, request.path).get("addresses") or [] if one.get("type") == "work"]
    if known and known[0].get("locality"):
        _with_paths(request, f"replace {WORK_REGION}", f'addresses[locality eq "{known[0]["locality"]}"].region')
    return await go(request)


@probe("first-match-alone")
def first_match_alone_shows(wire: Wire) -> bool:
    both = [{"type": "work", "locality": one, "region": "East"} for one in ("Oslo", "Moss")]
    found = changed_user(wire, op("replace", WORK_REGION, "South"), addresses=both)
    return sorted(one["region"] for one in found["addresses"]) == ["East", "South"]


@defect(
    Kind.STANDARDS,
    "two-primaries",
    "An address that becomes primary leaves the former one primary",
    f"{OURS} 3.5.2",
    named="RFC-PAT-41#read.primary",
)
async def two_primaries(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = [path_of(one) for one in changes(request)]
    response = await go(request)
    if found == ['emails[type eq "home"].primary']:
        for one in record_of(target, id_of(request)).emails:
            one.primary = True
    return response


@probe("two-primaries")
def two_primaries_shows(wire: Wire) -> bool:
    found = changed_user(wire, op("replace", 'emails[type eq "home"].primary', value=True), emails=TWO)
    return [one["primary"] for one in found["emails"]] == [True, True]


@defect(
    Kind.STANDARDS,
    "removal-by-type-alone",
    "A removal whose filter has a type and a value compares the type alone",
    f"{OURS} 3.5.2.2",
    named="RFC-PAT-41#kept.values",
)
async def removal_by_type_alone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for one in found:
        if verb(one) == "remove":
            one["path"] = re.sub(r'(emails\[type eq "\w+") and value eq "[^"]+"\]', r"\1]", path_of(one))
    if found and verb(found[0]) == "remove" and found[0]["path"]:
        rewrite(request, found)
    return await go(request)


@probe("removal-by-type-alone")
def removal_by_type_alone_shows(wire: Wire) -> bool:
    remove = op("remove", 'emails[type eq "work" and value eq "b@example.com"]')
    return len(changed_user(wire, remove, emails=TWO)["emails"]) == 1


@defect(
    Kind.STANDARDS,
    "numbers-stay",
    "Removing phoneNumbers removes the work number alone",
    f"{OURS} 3.5.2.2",
    named="RFC-PAT-42#read.unset.phoneNumbers",
)
async def numbers_stay(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    _with_paths(request, "remove phoneNumbers", 'phoneNumbers[type eq "work"]')
    return await go(request)


@probe("numbers-stay")
def numbers_stay_shows(wire: Wire) -> bool:
    phones = [{"type": kind, "value": f"+1 555 010 01{end}"} for kind, end in (("work", "10"), ("mobile", "11"))]
    return len(changed_user(wire, op("remove", "phoneNumbers"), phoneNumbers=phones).get("phoneNumbers", [])) == 1


@defect(
    Kind.STANDARDS,
    "extension-not-named",
    "A user who gets a department does not name the extension in schemas",
    f"{OURS} 3.5.2",
    named="RFC-PAT-43#added.named",
)
async def extension_not_named(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    body: dict[str, Any] = response.body or {}
    if is_read(request, "Users") and (body.get(ENTERPRISE) or {}).keys() == {"department"}:
        body["schemas"] = [one for one in body["schemas"] if one != ENTERPRISE]
    return response


@probe("extension-not-named")
def extension_not_named_shows(wire: Wire) -> bool:
    return ENTERPRISE not in changed_user(wire, op("add", f"{ENTERPRISE}:department", "Sales"))["schemas"]


@defect(
    Kind.STANDARDS,
    "extension-as-a-whole",
    "An extension in an object without a path replaces the whole extension",
    f"{OURS} 3.5.2.3",
    named="RFC-PAT-43#read.cost-center",
)
async def extension_as_a_whole(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    if any(isinstance(keys_of(one).get(ENTERPRISE), dict) for one in found):
        rewrite(request, [{"op": "remove", "path": f"{ENTERPRISE}:costCenter"}, *found])
    return await go(request)


@probe("extension-as-a-whole")
def extension_as_a_whole_shows(wire: Wire) -> bool:
    change = op("replace", None, {ENTERPRISE: {"department": "Legal"}})
    found = changed_user(wire, change, **{ENTERPRISE: {"department": "Sales", "costCenter": "C1"}})
    return "costCenter" not in found[ENTERPRISE]


@defect(
    Kind.STANDARDS,
    "manager-value-400",
    "A path that ends with manager.value returns 400",
    f"{OURS} 3.5.2.3",
    named="RFC-PAT-44#replace.status",
)
async def manager_value_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(path_of(one).endswith(":manager.value") for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "manager.value cannot be changed", "invalidPath")
    return await go(request)


@probe("manager-value-400")
def manager_value_400_shows(wire: Wire) -> bool:
    first = wire.user()
    user = wire.create(**person(**{ENTERPRISE: {"manager": {"value": first}}})).id
    return wire.change(user, op("replace", f"{ENTERPRISE}:manager.value", first)).status == 400
