"""Eighth batch: faults of filters, and of what they find."""

from urllib.parse import unquote_plus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import (
    filter_of,
    id_of,
    is_query,
    is_write,
    listed,
    resources,
    stored_at,
    users,
)
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import found_by
from tests.proof.batches.batch_3.store import only, wanted
from tests.proof.batches.batch_5.store import succeeded
from tests.proof.batches.batch_6.store import queried, understood
from tests.proof.batches.batch_8.store import eighth


@eighth(
    Kind.MATCHING,
    "plus-decoded-twice",
    "A userName or a group name with a plus sign is never found: the value of a filter is decoded twice",
    "Note 14.2 B31, decode once; RFC 3986 section 2.4, not more than once; RFC 7644 section 3.4.2.2",
    MUST,
)
async def plus_decoded_twice(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    understood(target, request, unquote_plus)
    return await go(request)


@eighth(
    Kind.MATCHING,
    "ampersand-cuts-value",
    "A filter ends at an ampersand: R&D is looked up as R, because a proxy decodes the query before it passes it on",
    "Note 2.1, encoding, and 14.2 B31; RFC 3986 section 2.2, %26 is data; RFC 7644 section 3.4.2.2",
    MUST,
)
async def ampersand_cuts_value(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    understood(target, request, lambda value: value.partition("&")[0])
    return await go(request)


@eighth(
    Kind.MATCHING,
    "ascii-case-only",
    "Letter case is ignored for a to z alone: åsa@example.com is not found as ÅSA@example.com",
    "Note 2.2, match values, and the session of Microsoft's validator, row 24; RFC 7643 section 4.1.1; SQLite NOCASE",
    MUST,
)
async def ascii_case_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if queried(request):
        found_by(target, request, lambda one, other: _lowered(one) == _lowered(other))
    return await go(request)


def _lowered(text: str) -> str:
    return "".join(one.lower() if one.isascii() else one for one in text)


@eighth(
    Kind.MATCHING,
    "former-name-finds",
    "A renamed user is found by the former userName as well, so a new person of that name is linked to this account",
    "Note 2.2, one hit is linked, and 14.4 B78; RFC 7644 section 3.4.2.2; login names are kept as aliases",
    MUST,
)
async def former_name_finds(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    former: dict[str, str] = target.notes.setdefault("former-name-finds", {})
    renames = is_write(request, "PATCH", "Users")
    before = str(stored_at(target, request.path).get("userName")) if renames else ""
    _as_alias(target, request, former)
    response = await go(request)
    after = str(stored_at(target, request.path).get("userName")) if renames else ""
    if succeeded(response) and before.lower() != after.lower():
        former[before.lower()] = id_of(request)
    return response


def _as_alias(target: Target, request: ScimRequest, former: dict[str, str]) -> None:
    name = wanted(filter_of(request), "userName") if is_query(request, "Users") else None
    if name is not None and name.lower() in former:
        named = [one["id"] for one in users(target) if str(one["userName"]).lower() == name.lower()]
        only(request, [*named, former[name.lower()]])


@eighth(
    Kind.MATCHING,
    "found-once-per-phone",
    "A user is in the answer to a filter once for each phone number: a join multiplies the rows",
    "Note 2.2, more than one hit fails, and 14.2 B29; RFC 7644 section 3.4.2, totalResults",
    NEEDED,
)
async def found_once_per_phone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    filters = is_query(request, "Users")
    response = await go(request)
    if filters:
        rows = {one["id"]: len(one.get("phoneNumbers") or [None]) for one in users(target)}
        listed(response, [one for one in resources(response) for _ in range(rows.get(one["id"], 1))])
    return response
