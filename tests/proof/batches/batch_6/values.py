"""Sixth batch: faults in what becomes of the values of people as they are."""

import re
from functools import partial
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import created, id_of, is_write, of_type, stored_at, users
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import amend
from tests.proof.batches.batch_4.store import recast, touches
from tests.proof.batches.batch_5.store import refused, succeeded
from tests.proof.batches.batch_6.store import sixth


@sixth(
    Kind.PATCH,
    "display-splits-name",
    "A new displayName overwrites givenName with its first word and familyName with the rest, which may be nothing",
    "Note 4.1, a PATCH changes its target alone, and 14.4 B130; RFC 7644 section 3.5.2; a form with one name field",
    MUST,
)
async def display_splits_name(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    splits = is_write(request, "PATCH", "Users") and touches(request, "displayname") and not touches(request, "name")
    response = await go(request)
    shown = stored_at(target, request.path).get("displayName") if splits and succeeded(response) else None
    if shown:
        first, _, rest = str(shown).partition(" ")
        amend(target, id_of(request), partial(_rename, first=first, rest=rest), response)
    return response


def _rename(user: dict[str, Any], first: str, rest: str) -> None:
    kept = {key: value for key, value in (user.get("name") or {}).items() if key not in {"givenName", "familyName"}}
    user["name"] = {**kept, "givenName": first} | ({"familyName": rest} if rest else {})


NUMBER = re.compile("[1-9][0-9]{0,14}")


@sixth(
    Kind.CREATE,
    "digits-as-numbers",
    "A text of digits is returned as a number: employeeNumber 701984 without quotation marks",
    "Note 3.1 and 8 no. 11; RFC 7643 sections 2.3.1 and 4.3, a string; json_encode with JSON_NUMERIC_CHECK",
    MUST,
)
async def digits_as_numbers(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for _, resource in of_type(request, response):
        resource |= {key: _as_number(value) for key, value in resource.items() if key not in {"meta", "schemas"}}
    return response


def _as_number(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_number(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_as_number(entry) for entry in value]
    return int(value) if isinstance(value, str) and NUMBER.fullmatch(value) else value


@sixth(
    Kind.CREATE,
    "number-zero-padded",
    "An employeeNumber of digits is filled with zeros to eight places: 4711 is returned as 00004711",
    "Note 8 no. 11, store and return values exactly as sent; RFC 7643 section 4.3; a key column of an HR system",
    NEEDED,
)
async def number_zero_padded(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def padded(path: str, value: Any) -> Any:
        return value.zfill(8) if path == "employeenumber" and isinstance(value, str) and value.isdigit() else value

    recast(request, padded)
    return await go(request)


@sixth(
    Kind.CREATE,
    "second-without-mail-409",
    "The first user without an e-mail is created, each further one is a conflict: two empty addresses are equal",
    "Note 3.2, no emails, and 14.3 B120 and B122; RFC 7643 section 4.1.2, emails; a unique index on an empty text",
    NEEDED,
)
async def second_without_mail_409(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = created(request)
    if user and not user.get("emails") and any(not one.get("emails") for one in users(target)):
        return refused(target, request, "A user with the e-mail '' exists", "uniqueness", HTTPStatus.CONFLICT)
    return await go(request)


@sixth(
    Kind.CREATE,
    "line-break-lost",
    "A street of two lines is stored as one line: the line break becomes a space",
    "Note 3.1, streetAddress, and 8 no. 11; RFC 7643 section 4.1.2, addresses may contain newlines; an input field",
    NEEDED,
)
async def line_break_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    recast(request, lambda _, value: re.sub(r"[\r\n]+", " ", value) if isinstance(value, str) else value)
    return await go(request)
