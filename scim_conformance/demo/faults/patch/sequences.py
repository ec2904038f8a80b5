"""Faults that show only after several requests: what was written once is undone, or not written again."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op, replaced, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import id_of, is_write, read_after, record_of, stored_at


@defect(
    Kind.PATCH,
    "removed-title-returns",
    "A removed title is there again after another change",
    "our deduction: a change is written over the copy of the account that an earlier one had loaded",
    named="ENT-UPD-22/legacy#read-changed.kept.title",
)
async def removed_title_returns(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    loaded: dict[str, str] = target.notes.setdefault("removed-title-returns", {})
    if not is_write(request, "PATCH", "Users"):
        return await go(request)
    before = stored_at(target, request.path).get("title")
    response = await go(request)
    found = record_of(target, id_of(request))
    if found is not None and not found.title and id_of(request) in loaded:
        found.title = loaded.pop(id_of(request))
    if before and found is not None and not found.title:
        loaded[id_of(request)] = before
    return response


@probe("removed-title-returns")
def removed_title_returns_shows(wire: Wire) -> bool:
    user = wire.user(title="Boss")
    assert wire.change(user, op("remove", "title")).status in {200, 204}
    assert "title" not in wire.read(user)
    assert wire.change(user, replaced("displayName", "Jo")).status in {200, 204}
    return bool(wire.read(user).get("title") == "Boss")


def repeated(target: Target, request: ScimRequest, kind: str, name: str) -> bool:
    """Tell whether the same PATCH of the same resource was sent before; note it under the name of the fault."""
    sent: set[Any] = target.notes.setdefault(name, set())
    if not is_write(request, "PATCH", kind):
        return False
    known = (request.path, bytes(request.body)) in sent
    sent.add((request.path, bytes(request.body)))
    return known


@defect(
    Kind.PATCH,
    "repeated-change-skipped",
    "A display name that was sent before is not applied again",
    "our deduction: a key against retried requests that is made from their body, and is kept for good",
    named="ENT-UPD-22/legacy#read-changed.stored.displayName",
)
async def repeated_change_skipped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    named = b"displayName" in bytes(request.body)
    if named and repeated(target, request, "Users", "repeated-change-skipped") and stored_at(target, request.path):
        return await read_after(request, go)
    return await go(request)


@probe("repeated-change-skipped")
def repeated_change_skipped_shows(wire: Wire) -> bool:
    user = wire.user()
    for name in ("A", "B", "A"):
        assert wire.change(user, replaced("displayName", name)).status in {HTTPStatus.OK, HTTPStatus.NO_CONTENT}
    return bool(wire.read(user)["displayName"] == "B")


@defect(
    Kind.PATCH,
    "mail-row-of-two",
    "A new work address is that of every user who had the same one",
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
