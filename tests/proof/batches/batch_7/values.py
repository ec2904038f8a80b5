"""Seventh batch: faults in what becomes of the values of people as they are."""

import re
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, set_body
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import changes, created, stored_at
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import amend, written
from tests.proof.batches.batch_3.store import held, kept_if
from tests.proof.batches.batch_4.store import recast
from tests.proof.batches.batch_7.store import Operation, seventh


@seventh(
    Kind.CREATE,
    "half-name-dropped",
    "A user with a given name and no family name, or the reverse, is stored without any name",
    "Note 3.1, what is empty is not sent, and 8 no. 11; RFC 7643 section 4.1.1, no part of a name is required",
    NEEDED,
)
async def half_name_dropped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)

    def drop(user: dict[str, Any]) -> None:
        name = user.get("name") or {}
        if not (name.get("givenName") and name.get("familyName")):
            user.pop("name", None)

    amend(target, written(request, response), drop, response)
    return response


@seventh(
    Kind.CREATE,
    "creation-email-is-login",
    "A user who is created with an e-mail other than the userName has the userName as e-mail; a later change works",
    "Note 3.2, mail differs from userName, and 14.3 B121; RFC 7643 section 4.1.2, emails",
    NEEDED,
)
async def creation_email_is_login(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = created(request)
    if user.get("emails") and "@" in str(user.get("userName")):
        first, *rest = user["emails"]
        set_body(request, {**user, "emails": [{**first, "value": user["userName"]}, *rest]})
    return await go(request)


BOOLEANS = {"yes": "true", "on": "true", "no": "false", "off": "false"}


@seventh(
    Kind.CREATE,
    "no-becomes-false",
    "The texts NO, OFF, YES and ON are stored as false and true: the country Norway and the region Ontario are lost",
    "Note 3.2, the sample has country NO, and 8 no. 11; RFC 7643 section 2.3.1, a string; YAML 1.1",
    NEEDED,
)
async def no_becomes_false(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    recast(request, lambda _, value: BOOLEANS.get(value.lower(), value) if isinstance(value, str) else value)
    return await go(request)


@seventh(
    Kind.CREATE,
    "null-name-lost",
    "The text “Null” is stored as no value: a person with this family name has none",
    "Note 2.3 and 8 no. 11, store and return values exactly as sent; RFC 7643 section 2.3.1; a person of that name",
    NEEDED,
)
async def null_name_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    recast(request, lambda _, value: None if str(value).lower() == "null" else value)
    return await go(request)


@seventh(
    Kind.PATCH,
    "case-change-ignored",
    "A change of nothing but the letter case of a text returns a success and is not stored: young stays young",
    "Note 8 no. 11 and 4.1, only what differs is sent; RFC 7644 section 3.5.2.3; a comparison without letter case",
    MUST,
)
async def case_change_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    before = stored_at(target, request.path)

    def keep(_: Operation, path: str, value: Any) -> bool:
        known = held(before, path)
        both = isinstance(value, str) and isinstance(known, str)
        return not (both and value != known and re.fullmatch(re.escape(known), value, re.IGNORECASE))

    kept_if(request, [*changes(request), *changes(request, "Groups")], keep)
    return await go(request)
