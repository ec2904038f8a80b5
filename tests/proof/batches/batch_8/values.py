"""Eighth batch: faults in what becomes of names, phones, addresses, roles and languages."""

from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_4.store import recast, user_answers
from tests.proof.batches.batch_8.store import Element, each, eighth

LISTS = ("emails", "phoneNumbers", "addresses")


@eighth(
    Kind.CREATE,
    "every-entry-primary",
    "Every e-mail, phone number and address of a user is returned with primary true",
    "Note 3.2, the whole body; RFC 7643 section 2.4, primary true is there once at most; a default of the serializer",
    MUST,
)
async def every_entry_primary(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for user in user_answers(request, response):
        for entry in (one for name in LISTS for one in user.get(name) or []):
            entry["primary"] = True
    return response


PARTS = {"name.givenname", "name.familyname"}


@eighth(
    Kind.CREATE,
    "name-capitalised",
    "Given and family name are capitalised: van der Berg is returned as Van Der Berg, and McDonald as Mcdonald",
    "Note 3.1 and 8 no. 11, store and return values exactly as sent; RFC 7643 section 4.1.1",
    NEEDED,
)
async def name_capitalised(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def capitalised(path: str, value: Any) -> Any:
        if path not in PARTS or not isinstance(value, str):
            return value
        return " ".join(word.capitalize() for word in value.split(" "))

    recast(request, capitalised)
    return await go(request)


@eighth(
    Kind.CREATE,
    "fax-becomes-other",
    "A fax number is stored with the type other, so each change of the fax number adds another one",
    "Note 3.1, the default mapping, and 14.3 B51; RFC 7643 section 4.1.2, phoneNumbers, fax is a canonical type",
    NEEDED,
)
async def fax_becomes_other(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def known(number: Element) -> None:
        number |= {"type": "other"} if number.get("type") == "fax" else {}

    response = await go(request)
    each(target, request, response, "phoneNumbers", known)
    return response


@eighth(
    Kind.PATCH,
    "role-primary-lost",
    "A role is stored without primary, so a change of the primary role adds a role, and the former one stays",
    "Note 4.4, SingleAppRoleAssignment; RFC 7643 sections 2.4 and 4.1.2, roles",
    NEEDED,
)
async def role_primary_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def without_primary(role: Element) -> None:
        role.pop("primary", None)

    response = await go(request)
    each(target, request, response, "roles", without_primary)
    return response


@eighth(
    Kind.CREATE,
    "postal-code-closed-up",
    "A postal code loses its blank: SW1A 1AA is returned as SW1A1AA",
    "Note 3.1, postalCode, and 8 no. 11; RFC 7643 section 4.1.2, addresses; a key of the address service",
    NEEDED,
)
async def postal_code_closed_up(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def closed(path: str, value: Any) -> Any:
        return value.replace(" ", "") if path == "addresses.postalcode" and isinstance(value, str) else value

    recast(request, closed)
    return await go(request)


@eighth(
    Kind.CREATE,
    "language-region-cut",
    "preferredLanguage loses its region: en-US is returned as en",
    "Note 3.1, preferredLanguage, and 8 no. 11; RFC 7643 section 4.1.1; a list of the languages of the interface",
    NEEDED,
)
async def language_region_cut(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def cut(path: str, value: Any) -> Any:
        return value.partition("-")[0] if path == "preferredlanguage" and isinstance(value, str) else value

    recast(request, cut)
    return await go(request)


@eighth(
    Kind.PATCH,
    "latin-1-in-changes",
    "A letter with an accent that comes by PATCH is stored as two others: Zoë becomes ZoÃ«; a creation is right",
    "Note 1.4, charset=utf-8, and 8 no. 11; RFC 7644 section 3.8 and RFC 8259 section 8.1, UTF-8",
    MUST,
)
async def latin_1_in_changes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def misread(_: str, value: Any) -> Any:
        return value.encode().decode("latin-1") if isinstance(value, str) else value

    if request.method == "PATCH":
        recast(request, misread)
        recast(request, misread, "Groups")
    return await go(request)
