"""Defects of the embedded target in what it looks people up by, and in what it does before it looks at the token."""

import contextlib
import copy
from typing import Any

from scim2_models import UnauthorizedException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, set_body
from scim_conformance.demo.connection_defects import authorize
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import created, is_query, is_write, listed, resources


@defect(
    Kind.CONNECTION,
    "changed-then-refused",
    "A change with a wrong token answers 401, and has been made all the same",
    "RFC 7644 section 2, of a service that looks at the token too late",
)
async def changed_then_refused(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    with_token = copy.deepcopy(request)
    try:
        return await go(request)
    except UnauthorizedException:
        if is_write(request, "PATCH", "Users"):
            authorize(target, with_token)
            with contextlib.suppress(Exception):
                await go(with_token)
        raise


@defect(
    Kind.CREATE,
    "phone-kept-once",
    "One number for work and on the move is kept once",
    "RFC 7643 section 2.4, of a key that leaves out the type",
)
async def phone_kept_once(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    numbers: dict[Any, Any] = {}
    for one in body.get("phoneNumbers") or []:
        numbers.setdefault(one.get("value"), one)
    if numbers:
        set_body(request, {**body, "phoneNumbers": list(numbers.values())})
    return await go(request)


def _first_numbers(target: Target) -> dict[str, str]:
    found: dict[str, str] = target.notes.setdefault("number-index-old", {})
    for user in target.stored():
        number = (user.model_dump().get(ENTERPRISE) or {}).get("employeeNumber")
        if number:
            found.setdefault(str(user.id), str(number))
    return found


@defect(
    Kind.MATCHING,
    "number-index-old",
    "After a new employee number the old one alone finds the account",
    "RFC 7644 section 3.4.2.2, of an index that a change does not reach",
    profile="employee-number",
)
async def number_index_old(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wanted = str(request.query.get("filter", ""))
    if not is_query(request, "Users") or "employeeNumber eq" not in wanted:
        response = await go(request)
        _first_numbers(target)
        return response
    asked = wanted.partition(" eq ")[2].strip('"')
    there = [id_ for id_, number in _first_numbers(target).items() if number == asked]
    request.query = {name: value for name, value in request.query.items() if name != "filter"} | {"count": "1000"}
    response = await go(request)
    listed(response, [one for one in resources(response) if one["id"] in there])
    return response


@defect(
    Kind.MATCHING,
    "found-by-email",
    "People are looked up by e-mail: another userName finds nobody",
    "boxyhq/saml-jackson 26.2.0, of its index of users",
)
async def found_by_email(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wanted = str(request.query.get("filter", ""))
    if is_query(request, "Users") and wanted.startswith("userName eq "):
        request.query = {**request.query, "filter": wanted.replace("userName", "emails.value", 1)}
    return await go(request)
