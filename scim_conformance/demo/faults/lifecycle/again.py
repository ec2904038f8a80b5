"""Faults in what is done a second time: a deletion of who was created again, a disabling of who is disabled."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import replaced, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, id_of, is_active, is_write, record_of, stored_at


@defect(
    Kind.LIFECYCLE,
    "recreated-not-deleted",
    "A user who was deleted and created again is not deleted again",
    "our deduction: the name is already in the table of deleted users, and the second entry is skipped",
    named="ENT-DEL-02#gone-again.status",
    leaves="users who were created again stay",
)
async def recreated_not_deleted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    gone: set[str] = target.notes.setdefault("recreated-not-deleted", set())
    if not is_write(request, "DELETE", "Users"):
        return await go(request)
    name = str(stored_at(target, request.path).get("userName")).lower()
    if name in gone:
        target.check_auth(request)
        return ScimResponse(HTTPStatus.NO_CONTENT)
    gone.add(name)
    return await go(request)


@probe("recreated-not-deleted")
def recreated_not_deleted_shows(wire: Wire) -> bool:
    name, seen = f"{unique()}@example.com", []
    for _ in range(2):
        user = wire.user(userName=name)
        assert wire.delete(f"/Users/{user}").status == HTTPStatus.NO_CONTENT
        seen.append(wire.get(f"/Users/{user}").status)
    return seen == [404, 200]


@defect(
    Kind.LIFECYCLE,
    "second-disable-enables",
    "Disabling a user who is disabled already enables the account",
    "our deduction: a change of active that calls a toggle",
    named="ENT-DIS-07/legacy#read-twice.active",
)
async def second_disable_enables(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    was_disabled = bool(changes(request)) and not is_active(target, request)
    response = await go(request)
    found = record_of(target, id_of(request)) if was_disabled else None
    if found is not None and found.active is False and "active" in str(request.body).lower():
        found.active = True
    return response


@probe("second-disable-enables")
def second_disable_enables_shows(wire: Wire) -> bool:
    user, seen = wire.user(), []
    for _ in range(2):
        assert wire.change(user, replaced("active", value=False)).status in {200, 204}
        seen.append(wire.read(user)["active"])
    return seen == [False, True]


@defect(
    Kind.LIFECYCLE,
    "disable-writes-null",
    "Disabling a user writes the text “null” to a title that is empty",
    "Archer SCIM release 1.1, SCIM-485, of the text None",
    named="ENT-DIS-09/legacy#read-back.kept.title",
)
async def disable_writes_null(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    found = record_of(target, id_of(request)) if changes(request) else None
    if found is not None and found.active is False and not found.title:
        found.title = "null"
    return response


@probe("disable-writes-null")
def disable_writes_null_shows(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, replaced("active", value=False)).status in {200, 204}
    return bool(wire.read(user).get("title") == "null")


@defect(
    Kind.LIFECYCLE,
    "disable-drops-roles",
    "A user who is disabled, and enabled again, has no roles",
    "lightdash/lightdash#17494",
    named="ENT-ROL-04#read-enabled.kept.roles",
)
async def disable_drops_roles(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    found = record_of(target, id_of(request)) if changes(request) else None
    if found is not None and found.active is False:
        found.roles = None
    return response


@probe("disable-drops-roles")
def disable_drops_roles_shows(wire: Wire) -> bool:
    user = wire.user(roles=[{"value": "Admin"}])
    for active in (False, True):
        assert wire.change(user, replaced("active", value=active)).status in {200, 204}
    return not wire.read(user).get("roles")
