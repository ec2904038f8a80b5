"""Eleventh batch: faults in what a PATCH of a user changes, and in what it leaves behind."""

import re
import time
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import (
    answered,
    changes,
    id_of,
    is_write,
    keys_of,
    path_of,
    refusal,
    rewrite,
    stored_at,
    verb,
)
from tests.proof.batches.batch import MUST
from tests.proof.batches.batch_2.store import amend
from tests.proof.batches.batch_3.store import held, plain
from tests.proof.batches.batch_5.store import refused, succeeded
from tests.proof.batches.batch_7.store import left
from tests.proof.batches.batch_11.store import Resource, changed, changed_one, differ, eleventh


def _joined(user: Resource, path: str, value: object) -> object:
    """Return a text behind the one that the user has at a path."""
    old = held(user, plain(path)) if "[" not in path else None
    return old + value if isinstance(old, str) and isinstance(value, str) else value


@eleventh(
    Kind.PATCH,
    "add-concatenates",
    "Add on a text that has a value puts the new one behind it: Sales and Retail are SalesRetail",
    "Note 4.1, Add and Replace, both must upsert; RFC 7644 section 3.5.2.1, an existing value is replaced",
    MUST,
)
async def add_concatenates(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    user = stored_at(target, request.path) if found else {}
    for operation in found if user else []:
        keys = keys_of(operation)
        if verb(operation) == "add" and keys:
            operation["value"] = {key: _joined(user, key, entry) for key, entry in keys.items()}
        elif verb(operation) == "add":
            operation["value"] = _joined(user, path_of(operation), operation.get("value"))
    if found:
        rewrite(request, found)
    return await go(request)


@eleventh(
    Kind.PATCH,
    "capital-part-ignored",
    "A path with a capital sub-attribute, addresses[type eq “other”].Formatted, returns a success and stores nothing",
    "Note 3.1, physicalDeliveryOfficeName, Formatted; RFC 7643 section 2.1, names of attributes have no letter case",
    MUST,
)
async def capital_part_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    left(request, changes(request), lambda one: not re.search(r"\]\.[A-Z]\w*$", path_of(one)))
    return await go(request)


@eleventh(
    Kind.PATCH,
    "rename-writes-external-id",
    "A new userName overwrites the externalId with itself: both are the login of the person in the vendor's table",
    "Note 4.1, userName rename, a PATCH changes nothing beside its target, and 3.1, externalId; RFC 7644 section 3.5.2",
    MUST,
)
async def rename_writes_external_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, before, after = await changed(target, request, go)
    if differ(before, after, "userName") and after.get("externalId"):
        name = after["userName"]
        amend(target, before["id"], lambda user: user.update(externalId=name), response)
    return response


@eleventh(
    Kind.PATCH,
    "title-resets-roles",
    "A new title takes the roles from a user: the profile of the job is applied anew, and it has none",
    "Note 4.1, a PATCH changes its target and nothing beside it, and 4.4, roles; RFC 7644 section 3.5.2",
    MUST,
)
async def title_resets_roles(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, before, after = await changed(target, request, go)
    if before and before.get("title") != after.get("title"):
        amend(target, before["id"], lambda user: user.pop("roles", None), response)
    return response


@eleventh(
    Kind.PATCH,
    "second-change-in-second-lost",
    "A change of a user within a second after another one returns a success and is lost: versions are whole seconds",
    "Note 4, update, and 2.3; RFC 7644 section 3.5.2; optimistic locking by a time stamp that has no fractions",
    MUST,
)
async def second_change_in_second_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    last: dict[str, float] = target.notes.setdefault("second-change-in-second-lost", {})
    user, now = id_of(request) if changes(request) else "", time.monotonic()
    if user and now - last.get(user, now - 2) < 1:
        rewrite(request, [])
    elif user:
        last[user] = now
    return await go(request)


LONGEST_DIFFERENCE = 1000


@eleventh(
    Kind.ROBUSTNESS,
    "audit-column-500",
    "A PATCH of a user of more than a thousand characters returns 500 and is made: the audit log has no room for it",
    "Note 4.1, all changed attributes in one PATCH of 36 operations, and 9.3, 500 is retried; RFC 7644 section 3.5.2",
    MUST,
)
async def audit_column_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    too_long = bool(changes(request)) and len(request.body) > LONGEST_DIFFERENCE
    response = await go(request)
    if too_long and succeeded(response):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Data too long for column audit.difference")
    return response


@eleventh(
    Kind.ROBUSTNESS,
    "refusal-keeps-lock",
    "After a change of a user or group was refused, each later change of it returns 409: the lock is not given back",
    "Note 9.3, what failed comes again, and 3.4; RFC 7644 section 3.5.2, a refused request changes nothing",
    MUST,
)
async def refusal_keeps_lock(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    locked: set[str] = target.notes.setdefault("refusal-keeps-lock", set())
    path = changed_one(request)
    if path and path in locked:
        return refused(target, request, "The row is locked", status=HTTPStatus.CONFLICT)
    known = bool(path) and bool(stored_at(target, path))
    response = await answered(target, request, go)
    if known and response.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT}:
        locked.add(path)
    return response


@eleventh(
    Kind.LIFECYCLE,
    "delete-of-recreated-stays",
    "Who was deleted and created again cannot be deleted again: 204, and the account stays; the queue knows the name",
    "Note 5, hard-deleted, DELETE, 204 and a later 404, and re-provision; RFC 7644 section 3.6; jobs kept once each",
    MUST,
)
async def delete_of_recreated_stays(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    gone: set[str] = target.notes.setdefault("delete-of-recreated-stays", set())
    user = stored_at(target, request.path) if is_write(request, "DELETE", "Users") else {}
    name = str(user.get("userName") or "").lower()
    if name and name in gone:
        target.check_auth(request)
        return ScimResponse(HTTPStatus.NO_CONTENT)
    response = await go(request)
    if name and succeeded(response):
        gone.add(name)
    return response


def _disables(request: ScimRequest) -> bool:
    """Tell whether a PATCH says that a user is inactive."""
    said = [(path_of(one), one.get("value")) for one in changes(request)]
    said += [(key, value) for one in changes(request) for key, value in keys_of(one).items()]
    return any(path.lower() == "active" and str(value).lower() == "false" for path, value in said)


@eleventh(
    Kind.LIFECYCLE,
    "disable-toggles",
    "Disabling a user who is disabled already enables the account: the state is toggled, whatever value was sent",
    "Note 5, a leaver may be disabled by several changes, and 4.5, no effective change; RFC 7644 section 3.5.2.3",
    MUST,
)
async def disable_toggles(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    disables = _disables(request)
    response, before, _ = await changed(target, request, go)
    if disables and before and before.get("active") is False:
        amend(target, before["id"], lambda user: user.update(active=True), response)
    return response


@eleventh(
    Kind.LIFECYCLE,
    "department-change-leaves-groups",
    "A user who changes the department is in no group any more: the rules of membership are evaluated anew",
    "Note 6.2, membership is computed from Entra's own deltas and not sent again, and 4.1; RFC 7644 section 3.5.2",
    MUST,
)
async def department_change_leaves_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, before, after = await changed(target, request, go)
    if differ(before, after, "department"):
        target._end_memberships(before["id"])
    return response
