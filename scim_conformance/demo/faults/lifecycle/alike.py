"""Faults by which the end of one account reaches another that has something in common with it, or comes only once."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import replaced, unique, work
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import answered, id_of, is_active, is_write, record_of, stored_at, users

OURS = "our deduction: a statement whose condition is a value, and not the id"


def _mail(user: dict[str, Any]) -> Any:
    return next((one.get("value") for one in user.get("emails") or [] if one.get("type") == "work"), None)


def _name(user: dict[str, Any]) -> Any:
    return user.get("displayName")


def _alike(target: Target, request: ScimRequest, value: Callable[[dict[str, Any]], Any]) -> list[str]:
    """Return the ids of the other users who have the same value as the one that a request names."""
    own = value(stored_at(target, request.path))
    return [one["id"] for one in users(target) if own and value(one) == own and one["id"] != id_of(request)]


async def _disable_alike(
    target: Target, request: ScimRequest, go: Go, value: Callable[[dict[str, Any]], Any]
) -> ScimResponse:
    """Serve a request; where it disables a user, disable those who have the same value."""
    changing = is_write(request, "PATCH", "Users") and is_active(target, request)
    found = _alike(target, request, value) if changing else []
    response = await go(request)
    for record in [record_of(target, one) for one in found if not is_active(target, request)]:
        record.active = False
    return response


async def _delete_alike(
    target: Target, request: ScimRequest, go: Go, value: Callable[[dict[str, Any]], Any]
) -> ScimResponse:
    """Serve a request; where it deletes a user, delete those who have the same value."""
    found = _alike(target, request, value) if is_write(request, "DELETE", "Users") else []
    response = await go(request)
    for one in found:
        await answered(target, replace(request, path=f"/Users/{one}"), go)
    return response


@defect(
    Kind.LIFECYCLE,
    "disabled-by-name",
    "Disabling a user disables every user who has the same display name",
    OURS,
    named="ENT-DIS-08#read-active.active",
)
async def disabled_by_name(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _disable_alike(target, request, go, _name)


@probe("disabled-by-name")
def disabled_by_name_shows(wire: Wire) -> bool:
    return _disabled_too(wire, [{"displayName": "Jo Young"}] * 2)


def _disabled_too(wire: Wire, both: Iterable[dict[str, Any]]) -> bool:
    first, second = (wire.user(**one) for one in both)
    assert wire.change(first, replaced("active", value=False)).status in {200, 204}
    return bool(wire.read(second)["active"] is False)


@defect(
    Kind.LIFECYCLE,
    "deleted-by-name",
    "Deleting a user deletes every user who has the same display name",
    OURS,
    named="ENT-DIS-08#read-after.status",
)
async def deleted_by_name(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _delete_alike(target, request, go, _name)


@probe("deleted-by-name")
def deleted_by_name_shows(wire: Wire) -> bool:
    return _deleted_too(wire, [{"displayName": "Jo Young"}] * 2)


def _deleted_too(wire: Wire, both: Iterable[dict[str, Any]]) -> bool:
    first, second = (wire.user(**one) for one in both)
    assert wire.delete(f"/Users/{first}").status == 204
    return wire.get(f"/Users/{second}").status == 404


@defect(
    Kind.LIFECYCLE,
    "disabled-by-mail",
    "Disabling a user disables every user who has the same work e-mail address",
    OURS,
    named="ENT-DEL-04/emails.work.value#read-active.active",
)
async def disabled_by_mail(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _disable_alike(target, request, go, _mail)


@probe("disabled-by-mail")
def disabled_by_mail_shows(wire: Wire) -> bool:
    return _disabled_too(wire, [{"emails": work(f"{unique()}@example.com")}] * 2)


@defect(
    Kind.LIFECYCLE,
    "deleted-by-mail",
    "Deleting a user deletes every user who has the same work e-mail address",
    OURS,
    named="ENT-DEL-04/emails.work.value#read-after.status",
)
async def deleted_by_mail(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _delete_alike(target, request, go, _mail)


@probe("deleted-by-mail")
def deleted_by_mail_shows(wire: Wire) -> bool:
    return _deleted_too(wire, [{"emails": work(f"{unique()}@example.com")}] * 2)


@defect(
    Kind.LIFECYCLE,
    "leaver-taken-once",
    "A user who was disabled, came back, and leaves again stays active",
    "our deduction: a job for leavers that notes whom it has processed, and forgets nobody",
    named="ENT-DIS-07/legacy#read-back.active",
)
async def leaver_taken_once(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    taken: set[str] = target.notes.setdefault("leaver-taken-once", set())
    was_active = is_write(request, "PATCH", "Users") and is_active(target, request)
    response = await go(request)
    found = record_of(target, id_of(request)) if was_active else None
    if found is not None and found.active is False:
        found.active = id_of(request) in taken
        taken.add(id_of(request))
    return response


@probe("leaver-taken-once")
def leaver_taken_once_shows(wire: Wire) -> bool:
    user, seen = wire.user(), []
    for active in (False, True, False):
        assert wire.change(user, replaced("active", value=active)).status in {200, 204}
        seen.append(wire.read(user)["active"])
    return seen == [False, True, True]
