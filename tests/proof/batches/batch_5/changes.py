"""Fifth batch: faults of PATCH in both dialects, of disabling and enabling, of deleting, and of managers."""

from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import (
    changes,
    has_element,
    id_of,
    is_read,
    is_write,
    keys_of,
    path_of,
    stored_at,
    verb,
)
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import amend
from tests.proof.batches.batch_3.store import Operation, held, kept_if, plain, sets
from tests.proof.batches.batch_4.store import typed
from tests.proof.batches.batch_5.store import fifth, is_true, refused, same, succeeded


@fifth(
    Kind.PATCH,
    "user-remove-refused",
    "A remove in the PATCH of a user returns 400: only add and replace are supported",
    "Note 4.1, Remove of single values, and 4.3; RFC 7644 section 3.5.2.2",
    MUST,
)
async def user_remove_refused(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(verb(one) == "remove" for one in changes(request)):
        return refused(target, request, "op must be add or replace", "invalidSyntax")
    return await go(request)


@fifth(
    Kind.PATCH,
    "value-filter-hits-all",
    "A new work e-mail or mobile number is written to every e-mail or number of the user",
    "Note 4.1, paths with a value filter; RFC 7644 section 3.5.2.3; the filter in the path is parsed and not used",
    MUST,
)
async def value_filter_hits_all(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = [(typed(one), one.get("value")) for one in changes(request) if sets(one)]
    response = await go(request)
    for path, value in found if succeeded(response) else []:
        if path is not None:
            amend(target, id_of(request), partial(_set_all, path=path, value=value), response)
    return response


def _set_all(user: dict[str, Any], path: tuple[str, str, str], value: Any) -> None:
    for element in user.get(path[0]) or []:
        element[path[2]] = value


@fifth(
    Kind.PATCH,
    "replace-only-existing",
    "A replace of an attribute that has no value yet returns a success and stores nothing",
    "Note 4.1, Add and Replace must both upsert; RFC 7644 section 3.5.2.3, treated as an add",
    MUST,
)
async def replace_only_existing(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = stored_at(target, request.path) if is_write(request, "PATCH", "Users") else {}

    def keep(operation: Operation, path: str, _: Any) -> bool:
        return verb(operation) != "replace" or _is_there(target, request, user, operation, path)

    kept_if(request, changes(request) if user else [], keep)
    return await go(request)


def _is_there(target: Target, request: ScimRequest, user: dict[str, Any], operation: Operation, path: str) -> bool:
    found = typed(operation) or typed({"path": path})
    if found is not None:
        return has_element(target, request.path, found[0], found[1])
    return held(user, path) is not None


@fifth(
    Kind.PATCH,
    "pathless-refused",
    "An operation without a path returns 400: path is required",
    "Note 0 no. 1 and 4.1, merged replaces; RFC 7644 section 3.5.2.3, path may be omitted",
    MUST,
)
async def pathless_refused(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(not path_of(one) for one in [*changes(request), *changes(request, "Groups")]):
        return refused(target, request, "path is required", "noTarget")
    return await go(request)


def _is_active(path: str) -> bool:
    return same(plain(path), "active")


@fifth(
    Kind.LIFECYCLE,
    "json-boolean-refused",
    "A PATCH with active as a JSON boolean returns 400: a string is expected",
    "Note 4.1 and 4.2, JSON booleans in the flagged dialect; RFC 7643 section 2.3.2",
    MUST,
)
async def json_boolean_refused(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    named = [pair for one in changes(request) for pair in (keys_of(one) or {path_of(one): one.get("value")}).items()]
    if any(_is_active(path) and isinstance(value, bool) for path, value in named):
        return refused(target, request, "active: string expected, got boolean", "invalidValue")
    return await go(request)


@fifth(
    Kind.LIFECYCLE,
    "add-active-ignored",
    "Disabling with add instead of replace returns a success, and the account stays active",
    "Note 0 no. 10, Add on active occurs beside Replace; RFC 7644 section 3.5.2.1, the value is replaced",
    MUST,
)
async def add_active_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kept_if(request, changes(request), lambda operation, path, _: verb(operation) != "add" or not _is_active(path))
    return await go(request)


@fifth(
    Kind.LIFECYCLE,
    "enable-ignored",
    "Enabling a disabled account returns a success, and the account stays disabled",
    "Note 5, the same id is enabled again; RFC 7644 section 3.5.2; an administrator must unlock it",
    MUST,
)
async def enable_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "PATCH", "Users") and stored_at(target, request.path).get("active") is False:
        kept_if(request, changes(request), lambda _, path, value: not (_is_active(path) and is_true(value)))
    return await go(request)


@fifth(
    Kind.LIFECYCLE,
    "deleted-readable-by-id",
    "A deleted user is no longer found by filters, but can still be read by id",
    "Note 0 no. 6 and 5, later GET returns 404; RFC 7644 section 3.6",
    MUST,
)
async def deleted_readable_by_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    gone: dict[str, Any] = target.notes.setdefault("deleted-readable-by-id", {})
    if is_write(request, "DELETE", "Users") and stored_at(target, request.path):
        read = await go(replace(request, method="GET", body=b"", query={}))
        gone[id_of(request)] = read.body
    if is_read(request, "Users") and id_of(request) in gone and not stored_at(target, request.path):
        target.check_auth(request)
        return ScimResponse(HTTPStatus.OK, dict(gone[id_of(request)]))
    return await go(request)


@fifth(
    Kind.LIFECYCLE,
    "delete-needs-disabled",
    "An active user cannot be deleted: 409, the account must be disabled first",
    "Note 5, DELETE without a disable before it; RFC 7644 section 3.6",
    NEEDED,
)
async def delete_needs_disabled(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Users") and stored_at(target, request.path).get("active"):
        return refused(target, request, "Deactivate the user before you delete it", status=HTTPStatus.CONFLICT)
    return await go(request)


@fifth(
    Kind.PATCH,
    "manager-first-stays",
    "A user who has a manager keeps that manager: setting another one returns a success and changes nothing",
    "Note 4.3, change of manager; RFC 7644 section 3.5.2.3",
    MUST,
)
async def manager_first_stays(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = stored_at(target, request.path) if is_write(request, "PATCH", "Users") else {}
    if held(user, "manager"):
        kept_if(request, changes(request), lambda one, path, value: not (sets(one) and _names_manager(path, value)))
    return await go(request)


def _names_manager(path: str, value: Any) -> bool:
    return path.lower() in {"manager", "manager.value"} and bool(value)
