"""Sixth batch: faults in the shapes of requests, and in the order in which a request is applied."""

import re
import uuid
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, set_body
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import (
    changes,
    created,
    id_of,
    is_write,
    keys_of,
    path_of,
    rewrite,
    stored_at,
    verb,
)
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import written
from tests.proof.batches.batch_4.store import recast
from tests.proof.batches.batch_5.store import refused, succeeded
from tests.proof.batches.batch_6.store import sixth

LISTS = ("emails", "phoneNumbers", "addresses")


def _changing(request: ScimRequest) -> list[dict[str, Any]]:
    return [*changes(request), *changes(request, "Groups")]


@sixth(
    Kind.PATCH,
    "pathless-add-ignored",
    "An add without a path returns a success and stores nothing; a replace without a path works",
    "Note 4.1, adds of the flagged dialect, and 13.1, P1 and P2; RFC 7644 section 3.5.2.1, path may be omitted",
    MUST,
)
async def pathless_add_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = _changing(request)
    if found:
        rewrite(request, [one for one in found if verb(one) != "add" or not keys_of(one)])
    return await go(request)


@sixth(
    Kind.LIFECYCLE,
    "only-capital-false",
    "The text “False” disables an account; the text “false” returns a success, and the account stays active",
    "Note 4.1, disable, variants, and 4.2, strings in any letter case; a comparison with Python's str(False)",
    NEEDED,
)
async def only_capital_false(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    recast(request, lambda path, value: True if path == "active" and value == "false" else value)
    return await go(request)


@sixth(
    Kind.CREATE,
    "empty-list-500",
    "A creation with an empty list, such as roles, returns 500: the first element is read and does not exist",
    'Note 3.2, "roles":[] in the sample, and 3.3, "members":[]; RFC 7643 section 2.5, an empty list is no value',
    MUST,
)
async def empty_list_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if [] in {**created(request), **created(request, "Groups")}.values():
        return refused(target, request, "list index out of range", status=HTTPStatus.INTERNAL_SERVER_ERROR)
    return await go(request)


ROLE = re.compile(r'roles\[primary eq "?true"?\]\.value', re.IGNORECASE)


@sixth(
    Kind.PATCH,
    "role-by-primary-adds",
    'A replace of roles[primary eq "True"].value adds a role: the user keeps the former one',
    "Note 4.4, SingleAppRoleAssignment; RFC 7644 section 3.5.2.3; every write of a role is an insert",
    MUST,
)
async def role_by_primary_adds(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for operation in found:
        if verb(operation) != "remove" and ROLE.fullmatch(path_of(operation)):
            role = {"primary": True, "value": operation["value"]}
            operation |= {"op": "add", "path": "roles", "value": [role]}
    if found:
        rewrite(request, found)
    return await go(request)


PRIMARY = re.compile(r"(\w+)\[primary eq true\]\.(\w+)", re.IGNORECASE)


@sixth(
    Kind.PATCH,
    "primary-text-unmatched",
    "An e-mail whose primary was sent as the text “true” is not found by [primary eq true]: a change adds another one",
    "Note 13.1 and the session of Microsoft's validator, primary as a text and the compact change",
    NEEDED,
)
async def primary_text_unmatched(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    texts: set[tuple[str, str]] = target.notes.setdefault("primary-text-unmatched", set())
    sent = [name for name in LISTS if any(isinstance(one.get("primary"), str) for one in _elements(request, name))]
    found, made = changes(request), dict[str, dict[str, Any]]()
    for operation in found:
        named = PRIMARY.fullmatch(path_of(operation))
        if named and (id_of(request), named[1]) in texts:
            made.setdefault(named[1], {"primary": True})[named[2]] = operation["value"]
            operation["path"] = ""
    if made:
        added = [{"op": "add", "path": name, "value": [one]} for name, one in made.items()]
        rewrite(request, [*added, *(one for one in found if one.get("path") != "")])
    response = await go(request)
    texts |= {(written(request, response), name) for name in sent}
    texts -= {(id_of(request), name) for name in made}
    return response


def _elements(request: ScimRequest, name: str) -> list[dict[str, Any]]:
    return [one for one in created(request).get(name) or [] if isinstance(one, dict)]


@sixth(
    Kind.CREATE,
    "untyped-dropped",
    "E-mails, phones and addresses without a type are not stored, and the creation returns 201",
    "The session of Microsoft's validator, no type anywhere; RFC 7643 sections 2.4 and 4.1.2, type is not required",
    MUST,
)
async def untyped_dropped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = created(request)
    for name in LISTS:
        if user.get(name):
            user[name] = [one for one in _elements(request, name) if one.get("type")]
    if user:
        set_body(request, user)
    return await go(request)


@sixth(
    Kind.PATCH,
    "adds-run-last",
    "Within one request additions are applied last: a member who is added and then removed is in the group",
    "Note 13.1, P2 and P5; RFC 7644 section 3.5.2, operations are applied in the order in which they are listed",
    MUST,
)
async def adds_run_last(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _changing(request):
        set_body(request, {**body_of(request), "Operations": sorted(_changing(request), key=_is_add)})
    return await go(request)


def _is_add(operation: dict[str, Any]) -> bool:
    return verb(operation) == "add"


@sixth(
    Kind.LIFECYCLE,
    "disable-new-id",
    "A user who is disabled has a new id, and the old id returns 404: the row moves to the table of former users",
    "Note 0 no. 6, readable by id, and 2.2, InvalidAnchor; RFC 7643 section 3.1, the id is stable",
    MUST,
)
async def disable_new_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changing = is_write(request, "PATCH", "Users")
    was = stored_at(target, request.path).get("active") if changing else None
    response = await go(request)
    if was and succeeded(response) and stored_at(target, request.path).get("active") is False:
        _move(target, id_of(request), uuid.uuid4().hex)
    return response


def _move(target: Target, old: str, new: str) -> None:
    kept = target.stored()
    for resource in kept:
        if resource.id == old:
            resource.id = new
        for member in getattr(resource, "members", None) or []:
            if member.value == old:
                member.value = new
    target.memory.resources = kept
