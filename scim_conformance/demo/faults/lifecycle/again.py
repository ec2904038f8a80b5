"""Faults in what is done a second time: a deletion of who was created again, a disabling of who is disabled."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import replaced, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, created, id_of, is_active, is_write, record_of, stored_at


@defect(
    Kind.LIFECYCLE,
    "recreated-not-deleted",
    "A user who was deleted and created again is not deleted a second time, though DELETE returns 204",
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
    Kind.CREATE,
    "phones-of-the-last-user",
    "A user who is created without telephone numbers gets those of the user who was created before",
    "our deduction: an object that is filled again for each request, and not emptied",
    named="ENT-CRE-22#read-back.absent.{attribute}",
)
async def phones_of_the_last_user(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    response = await go(request)
    found = record_of(target, str((response.body or {}).get("id"))) if body else None
    if found is not None:
        if not found.phone_numbers:
            found.phone_numbers = target.notes.get("phones-of-the-last-user")
        target.notes["phones-of-the-last-user"] = found.phone_numbers
    return response


@probe("phones-of-the-last-user")
def phones_of_the_last_user_shows(wire: Wire) -> bool:
    wire.user(phoneNumbers=[{"type": "work", "value": "+1 555 0100"}])
    return bool(wire.read(wire.user()).get("phoneNumbers"))


@defect(
    Kind.PATCH,
    "mail-row-of-two",
    "A new work e-mail address of a user is that of every user who had the same one",
    "our deduction: addresses are rows of their own, which users with the same address share",
    named="ENT-DEL-04/emails.work.value#read-changed.kept.emails.work.value",
)
async def mail_row_of_two(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    before = _mail(target, request) if is_write(request, "PATCH", "Users") else None
    response = await go(request)
    after = _mail(target, request) if before else None
    for one in target.stored() if after and after != before else []:
        for email in getattr(one, "emails", None) or []:
            email.value = after if email.value == before else email.value
    return response


def _mail(target: Target, request: ScimRequest) -> str | None:
    found = stored_at(target, request.path).get("emails") or []
    return next((one.get("value") for one in found if one.get("type") == "work"), None)


@probe("mail-row-of-two")
def mail_row_of_two_shows(wire: Wire) -> bool:
    old, new = (f"{unique()}@example.com" for _ in range(2))
    first, second = (wire.user(emails=[{"type": "work", "value": old}]) for _ in range(2))
    assert wire.change(first, replaced('emails[type eq "work"].value', new)).status in {200, 204}
    return bool(wire.read(second)["emails"][0]["value"] == new)
