"""Faults in what a PATCH refuses, how many operations it has and what it leaves, as RFC 7644 section 3.5.2 has it."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, operations
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op, work
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    PATCH_OP,
    answered,
    changes,
    id_of,
    is_write,
    path_of,
    record_of,
    refusal,
    resources,
    rewrite,
    verb,
)

OURS = "our deduction from RFC 7644 section"


def _confirmed() -> ScimResponse:
    return ScimResponse(HTTPStatus.NO_CONTENT, None)


@defect(
    Kind.STANDARDS,
    "move-204",
    "A PATCH with the operation move returns 204, and changes nothing",
    f"{OURS} 3.5.2",
    named="RFC-PAT-32#move.refused",
)
async def move_204(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return _confirmed() if any(verb(one) == "move" for one in changes(request)) else await go(request)


@probe("move-204")
def move_204_shows(wire: Wire) -> bool:
    return wire.change(wire.user(), op("move", "title", "Boss")).status == 204


@defect(
    Kind.STANDARDS,
    "refused-change-bare",
    "A PATCH that is refused returns 400 with an error of another form",
    f"{OURS} 3.5.2",
    named="RFC-PAT-32#move.error",
)
async def refused_change_bare(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changed = bool(changes(request))
    response = await answered(target, request, go)
    if changed and response.status == HTTPStatus.BAD_REQUEST:
        response.body = {"error": "The request is wrong"}
    return response


@probe("refused-change-bare")
def refused_change_bare_shows(wire: Wire) -> bool:
    return "error" in wire.change(wire.user(), op("move", "title", "Boss")).json


@defect(
    Kind.STANDARDS,
    "index-in-path-204",
    "A PATCH whose path has an index returns 204, and changes nothing",
    f"{OURS} 3.12",
    named="RFC-PAT-33#index.refused",
)
async def index_in_path_204(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return _confirmed() if any("[0]" in path_of(one) for one in changes(request)) else await go(request)


@probe("index-in-path-204")
def index_in_path_204_shows(wire: Wire) -> bool:
    user = wire.user(emails=work("a@example.com"))
    return wire.change(user, op("replace", "emails[0].value", "b@example.com")).status == 204


@defect(
    Kind.STANDARDS,
    "no-operations-204",
    "A PATCH without operations returns 204",
    f"{OURS} 3.5.2",
    named="RFC-PAT-34#absent.refused",
)
async def no_operations_204(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    empty = is_write(request, "PATCH", "Users") and not operations(body_of(request))
    return _confirmed() if empty else await go(request)


@probe("no-operations-204")
def no_operations_204_shows(wire: Wire) -> bool:
    return wire.send("PATCH", f"/Users/{wire.user()}", {"schemas": [PATCH_OP]}).status == 204


@defect(
    Kind.STANDARDS,
    "number-for-emails-204",
    "A PATCH with a number for emails returns 204, and changes nothing",
    f"{OURS} 3.12",
    named="RFC-PAT-34#number.refused",
)
async def number_for_emails_204(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wrong = any(path_of(one) == "emails" and isinstance(one.get("value"), int) for one in changes(request))
    return _confirmed() if wrong else await go(request)


@probe("number-for-emails-204")
def number_for_emails_204_shows(wire: Wire) -> bool:
    return wire.change(wire.user(), op("replace", "emails", 7)).status == 204


@defect(
    Kind.STANDARDS,
    "add-of-nothing-204",
    "An add without a value returns 204",
    f"{OURS} 3.5.2.1",
    named="RFC-PAT-34#no-value.refused",
)
async def add_of_nothing_204(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wrong = any(verb(one) == "add" and "value" not in one for one in changes(request))
    return _confirmed() if wrong else await go(request)


@probe("add-of-nothing-204")
def add_of_nothing_204_shows(wire: Wire) -> bool:
    return wire.change(wire.user(), op("add", "title")).status == 204


@defect(
    Kind.STANDARDS,
    "modified-as-created",
    "meta.lastModified is always the time of the creation",
    f"{OURS} 3.5.2",
    named="RFC-PAT-35#changed.moved",
)
async def modified_as_created(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for one in resources(response):
        meta: dict[str, Any] = one.get("meta") or {}
        if "lastModified" in meta:
            meta["lastModified"] = meta["created"]
    return response


@probe("modified-as-created")
def modified_as_created_shows(wire: Wire) -> bool:
    user = wire.user()
    before = wire.read(user)["meta"]["lastModified"]
    wire.change(user, op("replace", "title", "Boss"))
    return bool(wire.read(user)["meta"]["lastModified"] == before)


@defect(
    Kind.STANDARDS,
    "path-in-capitals-400",
    "A PATCH whose path is in capitals returns 400",
    f"{OURS} 3.5.2, by RFC 7643 section 2.1",
    named="RFC-PAT-35#capitals.status",
)
async def path_in_capitals_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(path_of(one).isupper() for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "There is no such attribute", "invalidPath")
    return await go(request)


@probe("path-in-capitals-400")
def path_in_capitals_400_shows(wire: Wire) -> bool:
    return wire.change(wire.user(), op("replace", "TITLE", "Boss")).status == 400


@defect(
    Kind.STANDARDS,
    "add-again-modifies",
    "Adding an e-mail that is there sets lastModified",
    "simpleidserver/SimpleIdServer#359",
    named="RFC-PAT-35#read.unaltered",
)
async def add_again_modifies(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    adds = [(verb(one), path_of(one)) for one in changes(request)] == [("add", "emails")]
    response = await go(request)
    record = record_of(target, id_of(request)) if adds else None
    if record is not None:
        record.meta.last_modified = datetime.now(UTC)
    return response


@probe("add-again-modifies")
def add_again_modifies_shows(wire: Wire) -> bool:
    user = wire.user(emails=work("a@example.com"))
    before = wire.read(user)["meta"]["lastModified"]
    wire.change(user, op("add", "emails", work("a@example.com")))
    return bool(wire.read(user)["meta"]["lastModified"] != before)


@defect(
    Kind.STANDARDS,
    "thirty-applied",
    "Of more than 30 operations in a PATCH, the first 30 are applied",
    f"{OURS} 3.5.2",
    named="RFC-PAT-36#read.value.title",
)
async def thirty_applied(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if len(changes(request)) > 30:
        rewrite(request, changes(request)[:30])
    return await go(request)


@probe("thirty-applied")
def thirty_applied_shows(wire: Wire) -> bool:
    user = wire.user()
    wire.change(user, *(op("replace", "title", str(one)) for one in range(31)))
    return bool(wire.read(user)["title"] == "29")


@defect(
    Kind.STANDARDS,
    "unoffered-patch-204",
    "PATCH is not supported, says the configuration, and returns 204",
    f"{OURS} 3.5.2",
    named="RFC-PAT-37#patch.refused",
    wide="no change of a user is stored",
)
async def unoffered_patch_204(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if changes(request):
        return _confirmed()
    response = await go(request)
    if request.path == "/ServiceProviderConfig" and response.body is not None:
        response.body["patch"] = {"supported": False}
    return response


@probe("unoffered-patch-204")
def unoffered_patch_204_shows(wire: Wire) -> bool:
    user = wire.user(title="Clerk")
    wire.change(user, op("replace", "title", "Boss"))
    return bool(wire.read(user)["title"] == "Clerk")
