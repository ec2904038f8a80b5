"""Seventh batch: faults when users are disabled, enabled, deleted and created again."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import changes, created, is_active, is_write, stored_at, verb
from tests.proof.batches.batch import NEEDED
from tests.proof.batches.batch_2.store import amend, written
from tests.proof.batches.batch_3.store import kept_if
from tests.proof.batches.batch_4.store import touches
from tests.proof.batches.batch_5.store import is_true, refused, succeeded
from tests.proof.batches.batch_7.store import seventh


@seventh(
    Kind.LIFECYCLE,
    "revived-inactive",
    "A user who was deleted and is created again is inactive, although the creation says active true",
    "Note 5, re-provision is a plain POST, and 14.6 B106; RFC 7644 section 3.6; the old row is revived with its state",
    NEEDED,
)
async def revived_inactive(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    gone: set[str] = target.notes.setdefault("revived-inactive", set())
    deletes = is_write(request, "DELETE", "Users")
    name = str((stored_at(target, request.path) if deletes else created(request)).get("userName")).lower()
    response = await go(request)
    if deletes and succeeded(response):
        gone.add(name)
    elif created(request) and name in gone:
        amend(target, written(request, response), lambda user: user.update(active=False), response)
    return response


@seventh(
    Kind.LIFECYCLE,
    "external-id-reserved",
    "The externalId of a deleted user can never be used again: a creation with it returns 409, a filter finds nobody",
    "Note 5, re-provision, and 14.6 B106; RFC 7644 section 3.6, a deleted resource is no conflict",
    NEEDED,
)
async def external_id_reserved(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    gone: set[str] = target.notes.setdefault("external-id-reserved", set())
    if created(request).get("externalId") in gone:
        return refused(target, request, "externalId is taken", "uniqueness", HTTPStatus.CONFLICT)
    deletes = is_write(request, "DELETE", "Users")
    external = stored_at(target, request.path).get("externalId") if deletes else None
    response = await go(request)
    if external and succeeded(response):
        gone.add(external)
    return response


@seventh(
    Kind.LIFECYCLE,
    "disabled-change-ignored",
    "A change of a disabled user that does not name active returns 204 and stores nothing",
    "Note 14.4 B86b, updates whatever the state, and B86; RFC 7644 section 3.5.2; UPDATE WHERE active",
    NEEDED,
)
async def disabled_change_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if changes(request) and not is_active(target, request) and not touches(request, "active"):
        target.check_auth(request)
        return ScimResponse(HTTPStatus.NO_CONTENT)
    return await go(request)


@seventh(
    Kind.LIFECYCLE,
    "add-enable-ignored",
    "Add on active with false disables a user; Add with true returns a success, and the user stays disabled",
    "Note 4.1, disable or enable by Add, and 14.4 B57; RFC 7644 section 3.5.2.1, add replaces a single value",
    NEEDED,
)
async def add_enable_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kept_if(
        request,
        changes(request),
        lambda operation, path, value: not (verb(operation) == "add" and path.lower() == "active" and is_true(value)),
    )
    return await go(request)
