"""Third batch: defects of connection, matching and creation, written from the note and the RFCs alone."""

import contextlib
import html
from copy import deepcopy
from typing import Any

from scim2_models import UnauthorizedException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, set_body
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import authorize, created, is_query
from tests.proof.batches.batch import MUST
from tests.proof.batches.batch_2.store import amend, dumps, extension, work_email, written
from tests.proof.batches.batch_3.store import only, reworded, third, wanted

# Connection and authorization


@third(
    Kind.CONNECTION,
    "delete-unchecked",
    "Whoever knows an id can delete the account without any token: the check stands before reads and changes alone",
    "Note 1.2, a bearer token on every request, and 16 S1; RFC 7644 section 2",
    MUST,
)
async def delete_unchecked(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "DELETE":
        authorize(target, request)
    return await go(request)


@third(
    Kind.CONNECTION,
    "refused-but-done",
    "A change with a wrong token answers 401, and has been made: the handler goes on after it has answered",
    "Note 1.2 and 16 S1; RFC 7644 sections 2 and 3.12, 401; in Express, a return that was forgotten",
    MUST,
)
async def refused_but_done(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    again = deepcopy(request)
    try:
        return await go(request)
    except UnauthorizedException:
        if request.method != "GET" and request.path.startswith(("/Users", "/Groups")):
            authorize(target, again)
            with contextlib.suppress(Exception):
                await go(again)
        raise


# Matching


WORK = 'emails[type eq "work"].value'
NUMBER = f"{ENTERPRISE}:employeeNumber"


@third(
    Kind.MATCHING,
    "email-index-old",
    "After a new e-mail the person is found by the old address alone: the index is written once",
    "Note 2.1, user by e-mail, and 8 no. 21, filterable; RFC 7644 section 3.4.2.2, eq",
    MUST,
)
async def email_index_old(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    index: dict[str, str] = target.notes.setdefault("email-index-old", {})
    asked = wanted(request.query["filter"], WORK) if is_query(request, "Users") else None
    if asked is not None:
        there = {str(one["id"]) for one in dumps(target, "User")}
        only(request, [one for one, address in index.items() if one in there and address == asked.lower()])
    response = await go(request)
    identifier = written(request, response)
    for user in (one for one in dumps(target, "User") if one["id"] == identifier):
        if work_email(user).get("value"):
            index.setdefault(identifier, str(work_email(user)["value"]).lower())
    return response


@third(
    Kind.MATCHING,
    "external-id-case",
    "Asked for the externalId Qk3x the target finds the account of qK3X: letter case is not looked at",
    "Note 15 X20, externalId exact; RFC 7643 section 3.1, externalId is caseExact; immutable ids are Base64",
    MUST,
)
async def external_id_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kind = request.path.strip("/")
    asked = wanted(request.query["filter"], "externalId") if is_query(request, kind) else None
    if asked is not None and kind in {"Users", "Groups"}:
        found = dumps(target, kind.removesuffix("s"))
        only(request, [one["id"] for one in found if str(one.get("externalId") or "").lower() == asked.lower()])
    return await go(request)


@third(
    Kind.MATCHING,
    "numbers-loosely-equal",
    "Asked for 0417 the target finds 417, and for 1e3 it finds 1000: what looks like a number is compared as one",
    "Note 2.2, one hit is linked, and 3.1, employeeId and mailNickname are strings; RFC 7644 section 3.4.2.2, eq",
    MUST,
)
async def numbers_loosely_equal(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Compare as PHP does with two equals signs."""
    for path in ("externalId", NUMBER) if is_query(request, "Users") else ():
        asked = wanted(request.query["filter"], path)
        if asked is not None and _number(asked) is not None:
            found = dumps(target, "User")
            only(request, [one["id"] for one in found if _number(_value(one, path)) == _number(asked)])
    return await go(request)


def _value(user: dict[str, Any], path: str) -> Any:
    return extension(user).get("employeeNumber") if path == NUMBER else user.get(path)


def _number(text: Any) -> float | None:
    try:
        return float(str(text))
    except ValueError:
        return None


# Create


@third(
    Kind.CREATE,
    "html-escaped",
    "The department R&D comes back as R&amp;D: texts are made safe for a page when they are stored",
    "Note 3.2, the sample's department R&D, and 8 no. 11, stored and returned exactly as sent",
    MUST,
)
async def html_escaped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def escape(path: str, value: Any) -> Any:
        texts = {"displayName", "title", "department"}
        return html.escape(value, quote=False) if path in texts and isinstance(value, str) else value

    reworded(request, escape)
    return await go(request)


@third(
    Kind.CREATE,
    "null-as-text",
    "Whose title is null in a creation has the title “null”",
    "Note 3.2, nulls present, and 14.3 B42, null is absent; RFC 7643 section 2.5",
    MUST,
)
async def null_as_text(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    names = ("title", "displayName", "nickName", "preferredLanguage", "userType")
    nulls = {name: "null" for name in names if name in body and body[name] is None}
    if nulls:
        set_body(request, body | nulls)
    return await go(request)


@third(
    Kind.CREATE,
    "cut-at-emoji",
    "Whose name has an emoji or a rare Chinese character loses it and all that follows",
    "Note 8 no. 11, stored exactly as sent, invalid ones refused; RFC 8259 section 8.1; MySQL's utf8 has three bytes",
    MUST,
)
async def cut_at_emoji(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    texts = {"displayName", "title", "nickName", "name.givenName", "name.familyName", "name.formatted", "department"}

    def cut(path: str, value: Any) -> Any:
        if path not in texts or not isinstance(value, str):
            return value
        return value[: next((at for at, letter in enumerate(value) if ord(letter) > 0xFFFF), len(value))]

    reworded(request, cut)
    return await go(request)


@third(
    Kind.CREATE,
    "equal-values-once",
    "Who has one number for work and as mobile loses the second: a value is kept once, whatever its type",
    "Note 3.1, two phones of two types, and 8 no. 17; RFC 7643 section 2.4, type and value together are unique",
    MUST,
)
async def equal_values_once(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Insert, or ignore what a unique index over user and value refuses."""

    def change(user: dict[str, Any]) -> None:
        for name in ("emails", "phoneNumbers"):
            if user.get(name):
                firsts = {str(one.get("value")): one for one in reversed(user[name])}
                user[name] = [one for one in user[name] if any(one is kept for kept in firsts.values())]

    response = await go(request)
    amend(target, written(request, response), change, response)
    return response
