"""Fourth batch: defects of single values and of lists with types."""

from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import changes, id_of, is_write, keys_of, rewrite, stored_at, verb
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import amend
from tests.proof.batches.batch_4.store import fourth, recast, touches, typed


@fourth(
    Kind.CREATE,
    "country-cut",
    "A country that is not two letters long is cut to two: United States is stored as UN",
    "Note 3.2, 201 or 400 with detail, and 8 no. 11; RFC 7643 section 4.1.2, ISO 3166-1; RFC 7644 section 3.12",
    NEEDED,
)
async def country_cut(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    recast(
        request,
        lambda path, value: value[:2].upper() if path == "addresses.country" and isinstance(value, str) else value,
    )
    return await go(request)


@fourth(
    Kind.PATCH,
    "apostrophe-doubled",
    "An apostrophe that comes by PATCH is stored twice: O''Brien",
    "Note 8 no. 11, values as sent, and 14.2 B31; RFC 7644 section 3.5.2; text that was made fit for SQL twice",
    MUST,
)
async def apostrophe_doubled(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "PATCH":
        recast(request, lambda _, value: value.replace("'", "''") if isinstance(value, str) else value)
    return await go(request)


@fourth(
    Kind.PATCH,
    "nested-extension-replaces",
    "Enterprise attributes in one object without a path put out the others: department comes, employeeNumber goes",
    "Note 4.1, the nested object, merges, and 14.4 B65; RFC 7644 section 3.5.2.3",
    MUST,
)
async def nested_extension_replaces(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(isinstance(keys_of(one).get(ENTERPRISE), dict) for one in changes(request)):
        target.check_auth(request)
        amend(target, id_of(request), lambda user: user.pop(ENTERPRISE, None))
    return await go(request)


def _clears(operation: dict[str, Any]) -> bool:
    return verb(operation) == "remove" or operation.get("value") in ("", None)


@fourth(
    Kind.PATCH,
    "clear-drops-address",
    "To empty the street of a work address takes the whole address away",
    "Note 4.1, Remove of one attribute, and 16 S15; RFC 7644 section 3.5.2.2, the sub-attribute alone",
    MUST,
)
async def clear_drops_address(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    named = [typed(one) for one in changes(request) if _clears(one)]
    gone = {one[1] for one in named if one is not None and one[0] == "addresses"}
    response = await go(request)
    if gone and is_write(request, "PATCH", "Users"):
        amend(target, id_of(request), lambda user: _without(user, gone), response)
    return response


def _without(user: dict[str, Any], kinds: set[str]) -> None:
    kept = [one for one in user.get("addresses") or [] if one.get("type") not in kinds]
    user.pop("addresses", None)
    user |= {"addresses": kept} if kept else {}


PARTS = ("streetAddress", "locality", "region", "postalCode", "country")


@fourth(
    Kind.PATCH,
    "address-formatted-rewritten",
    "When a part of an address changes its formatted is made anew, and the office that Entra had put there is gone",
    "Note 3.1, physicalDeliveryOfficeName, and 14.4 B130; RFC 7644 section 3.5.2",
    MUST,
)
async def address_formatted_rewritten(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changed = any(touches(request, f"addresses.{one.lower()}") for one in PARTS)
    response = await go(request)
    if changed:
        amend(target, id_of(request), _reformat, response)
    return response


def _reformat(user: dict[str, Any]) -> None:
    for address in user.get("addresses") or []:
        parts = [str(address[part]) for part in PARTS if address.get(part)]
        if parts:
            address["formatted"] = ", ".join(parts)


@fourth(
    Kind.PATCH,
    "capitalised-types-miss",
    "Types are kept as Work, so a change of the work e-mail misses it and adds another",
    "Note 4.1, Replace on the work e-mail, 8 no. 17, type is unique; RFC 7643 section 2.2, caseExact is false",
    MUST,
)
async def capitalised_types_miss(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for operation in found:
        named = typed(operation)
        if named and named[0] == "emails" and verb(operation) != "remove":
            element = {"type": named[1], named[2]: operation.get("value")}
            operation |= {"op": "add", "path": "emails", "value": [element]}
    if found:
        rewrite(request, found)
    return await go(request)


@fourth(
    Kind.PATCH,
    "missing-type-retypes",
    "A mobile number for somebody who has a work number alone turns that one into the mobile number",
    "Note 4.1, must create the element, and 14.4 B59 and B61; RFC 7644 section 3.5.2.3",
    NEEDED,
)
async def missing_type_retypes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    had = stored_at(target, request.path).get("phoneNumbers") or [] if changes(request) else []
    named = [typed(one) for one in changes(request) if verb(one) != "remove"]
    missing = {one[1] for one in named if one is not None and one[0] == "phoneNumbers"} - {
        one.get("type") for one in had
    }
    response = await go(request)
    if had and missing:
        amend(target, id_of(request), lambda user: user.update(phoneNumbers=user["phoneNumbers"][1:]), response)
    return response
