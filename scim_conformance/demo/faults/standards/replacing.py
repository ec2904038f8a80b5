"""Faults in PUT, as RFC 7644 section 3.5.1 has it."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, body_of, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import person, work
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import deleted_user
from scim_conformance.demo.probing.wire import Reply, Wire
from scim_conformance.demo.shapes import (
    CORE,
    answered,
    id_of,
    is_write,
    member_ids,
    record_of,
    refusal,
    stored_at,
)

OURS = "our deduction from RFC 7644 section"


def _put(wire: Wire, identifier: str, **more: Any) -> Reply:
    body = person(userName=wire.read(identifier)["userName"], **more)
    return wire.send("PUT", f"/Users/{identifier}", body)


@defect(
    Kind.STANDARDS,
    "put-501",
    "PUT of a user returns 501",
    f"{OURS} 3.5",
    named="RFC-PUT-01#put.status",
    wide="PUT does nothing",
)
async def put_501(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "PUT", "Users") and stored_at(target, request.path):
        return refusal(HTTPStatus.NOT_IMPLEMENTED, "PUT is not supported")
    return await go(request)


@probe("put-501")
def put_501_shows(wire: Wire) -> bool:
    return _put(wire, wire.user()).status == 501


@defect(
    Kind.STANDARDS,
    "put-adds-emails",
    "PUT adds e-mail addresses to those that are there",
    f"{OURS} 3.5.1",
    named="RFC-PUT-05#read.values",
)
async def put_adds_emails(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    if is_write(request, "PUT", "Users") and isinstance(body, dict) and body.get("emails"):
        known = stored_at(target, request.path).get("emails") or []
        kept = [one for one in known if one.get("value") not in [new.get("value") for new in body["emails"]]]
        set_body(request, {**body, "emails": [*body["emails"], *kept]})
    return await go(request)


@probe("put-adds-emails")
def put_adds_emails_shows(wire: Wire) -> bool:
    user = wire.user(emails=work("a@example.com"))
    _put(wire, user, emails=[{"type": "home", "value": "b@example.com"}])
    return len(wire.read(user)["emails"]) == 2


@defect(
    Kind.STANDARDS,
    "put-created-now",
    "PUT sets meta.created",
    f"{OURS} 3.5.1",
    named="RFC-PUT-05#read.origin",
)
async def put_created_now(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    record = record_of(target, id_of(request)) if is_write(request, "PUT", "Users") else None
    if record is not None:
        record.meta.created = datetime.now(UTC)
    return response


@probe("put-created-now")
def put_created_now_shows(wire: Wire) -> bool:
    user = wire.user()
    before = wire.read(user)["meta"]["created"]
    _put(wire, user, title="Boss")
    return bool(wire.read(user)["meta"]["created"] != before)


@defect(
    Kind.STANDARDS,
    "put-again-409",
    "The same PUT a second time returns 409",
    f"{OURS} 3.5.1, by RFC 9110 section 9.2.2",
    named="RFC-PUT-05#put-again.status",
)
async def put_again_409(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    last: dict[str, bytes] = target.notes.setdefault("last PUT", {})
    if is_write(request, "PUT", "Users"):
        if last.get(request.path) == request.body:
            return refusal(HTTPStatus.CONFLICT, "Nothing has changed")
        last[request.path] = request.body
    return await go(request)


@probe("put-again-409")
def put_again_409_shows(wire: Wire) -> bool:
    user = wire.user()
    return [_put(wire, user, title="Boss").status for _ in range(2)] == [200, 409]


@defect(
    Kind.STANDARDS,
    "put-without-extension",
    "PUT does not store the enterprise extension",
    f"{OURS} 3.5.1",
    named="RFC-PUT-05#read.department",
)
async def put_without_extension(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    if is_write(request, "PUT", "Users") and isinstance(body, dict):
        set_body(request, {name: value for name, value in body.items() if name != ENTERPRISE})
    return await go(request)


@probe("put-without-extension")
def put_without_extension_shows(wire: Wire) -> bool:
    user = wire.user()
    _put(wire, user, **{ENTERPRISE: {"department": "Sales"}})
    return ENTERPRISE not in wire.read(user)


@defect(
    Kind.STANDARDS,
    "refused-put-stored",
    "A PUT that returns 400 has stored the values that were right",
    f"{OURS} 3.5.1",
    named="RFC-PUT-06#read.unchanged",
)
async def refused_put_stored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    response = await answered(target, request, go)
    record = record_of(target, id_of(request)) if is_write(request, "PUT", "Users") else None
    if record is not None and response.status == HTTPStatus.BAD_REQUEST:
        record.title = body.get("title")
    return response


@probe("refused-put-stored")
def refused_put_stored_shows(wire: Wire) -> bool:
    user = wire.user(title="Clerk")
    assert _put(wire, user, title="Boss", name=7).status == 400
    return bool(wire.read(user)["title"] == "Boss")


@defect(
    Kind.STANDARDS,
    "put-adds-members",
    "PUT of a group adds its members to those that the group had",
    f"{OURS} 3.5.1",
    named="RFC-PUT-07#read.values",
)
async def put_adds_members(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    if is_write(request, "PUT", "Groups") and isinstance(body, dict):
        known = [{"value": one} for one in member_ids(target, request)]
        set_body(request, {**body, "members": [*known, *body.get("members", [])]})
    return await go(request)


@probe("put-adds-members")
def put_adds_members_shows(wire: Wire) -> bool:
    first, second = wire.user(), wire.user()
    group = wire.group(first)
    name = wire.get(f"/Groups/{group}").json["displayName"]
    body = {"schemas": [f"{CORE}Group"], "displayName": name, "members": [{"value": second}]}
    wire.send("PUT", f"/Groups/{group}", body)
    return sorted(wire.members(group)) == sorted([first, second])


@defect(
    Kind.STANDARDS,
    "put-of-deleted-400",
    "PUT of a deleted user returns 400",
    f"{OURS} 3.6",
    named="RFC-DEL-01#put.not-found",
)
async def put_of_deleted_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "PUT", "Users") and not stored_at(target, request.path):
        return refusal(HTTPStatus.BAD_REQUEST, "There is no such user", "invalidValue")
    return await go(request)


@probe("put-of-deleted-400")
def put_of_deleted_400_shows(wire: Wire) -> bool:
    return wire.send("PUT", f"/Users/{deleted_user(wire)}", person()).status == 400


@defect(
    Kind.STANDARDS,
    "deletion-again-400",
    "A second deletion of the same user returns 400",
    f"{OURS} 3.6",
    named="RFC-DEL-01#delete-again.not-found",
)
async def deletion_again_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "DELETE", "Users") and not stored_at(target, request.path):
        return refusal(HTTPStatus.BAD_REQUEST, "There is no such user", "invalidValue")
    return await go(request)


@probe("deletion-again-400")
def deletion_again_400_shows(wire: Wire) -> bool:
    return wire.delete(f"/Users/{deleted_user(wire)}").status == 400
