"""Faults in what is answered and read after a change."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import OWN_TYPES, UNREADABLE, Kind, defect
from scim_conformance.demo.probing.bodies import TITLE, replaced
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    changed_so_far,
    changes,
    id_of,
    is_read,
    keys_of,
    path_of,
    refusal,
    resources,
    rewrite,
    stored_at,
)


@defect(
    Kind.PATCH,
    "stale-body",
    "PATCH answers with the user as it was before",
    "open-webui/open-webui#30074",
    named="ENT-UPD-01/legacy#patch.fresh",
    row="B77",
)
async def stale_body(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    before = stored_at(target, request.path) if changes(request) else {}
    response = await go(request)
    return ScimResponse(HTTPStatus.OK, before) if before and int(response.status) < 300 else response


@probe("stale-body")
def stale_body_shows(wire: Wire) -> bool:
    reply = wire.change(wire.user(title="Clerk"), TITLE)
    assert reply.status in {200, 204}
    return bool(reply.json) and reply.json["title"] == "Clerk"


def _changed(wire: Wire) -> str:
    user = wire.user()
    assert wire.change(user, replaced("title", "Boss")).status in {200, 204}
    return user


@defect(
    Kind.PATCH,
    "changed-user-500",
    "A user who was changed returns 500 when read by id",
    "our deduction from ssoready/ssoready#164, of a change that hides the user",
    named="ENT-UPD-01/legacy#read-back.status",
    leaves=UNREADABLE,
)
async def changed_user_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_read(request, "Users") and id_of(request) in changed_so_far(target, request, "Users"):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    changed_so_far(target, request, "Users")
    return await go(request)


@probe("changed-user-500")
def changed_user_500_shows(wire: Wire) -> bool:
    wire.read(wire.user())
    return wire.get(f"/Users/{_changed(wire)}").status == 500


@defect(
    Kind.PATCH,
    "id-of-version",
    "A user who was changed comes back with the id of the new version",
    "our deduction from OneUptime/oneuptime#2134, of two ids",
    named="ENT-UPD-01/legacy#read-back.same",
    row="B40",
)
async def id_of_version(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changed = changed_so_far(target, request, "Users")
    response = await go(request)
    for resource in resources(response):
        if resource["id"] in changed:
            resource["id"] += "-2"
    return response


@probe("id-of-version")
def id_of_version_shows(wire: Wire) -> bool:
    user = _changed(wire)
    return bool(wire.read(user)["id"] != user)


@defect(
    Kind.PATCH,
    "title-by-default",
    "Every change that does not name the title sets it to a default",
    "the nearest wrong server to one that keeps what is sent at creation only; reported by nobody",
    named="ENT-UPD-01/legacy#read-back.stored.title",
    profile=OWN_TYPES,
)
async def title_by_default(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    if found and not any("title" in {path_of(one), *keys_of(one)} for one in found):
        rewrite(request, [*found, {"op": "replace", "path": "title", "value": "Employee"}])
    return await go(request)


@probe("title-by-default")
def title_by_default_shows(wire: Wire) -> bool:
    user = wire.user(title="Chief")
    assert wire.change(user, replaced("title", "Head")).status == 204
    assert wire.read(user)["title"] == "Head"
    wire.change(user, replaced("displayName", "Ada"))
    return bool(wire.read(user)["title"] == "Employee")


@defect(
    Kind.PATCH,
    "changed-code-unpadded",
    "A title that is changed to digits loses its leading zeros",
    "our deduction: a form that takes what looks like a number for one",
    named="ENT-UPD-09/legacy#read-back.stored.title",
)
async def changed_code_unpadded(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for operation in found:
        if path_of(operation) == "title":
            operation["value"] = str(operation.get("value")).lstrip("0")
        if "title" in keys_of(operation):
            operation["value"]["title"] = str(keys_of(operation)["title"]).lstrip("0")
    if found:
        rewrite(request, found)
    return await go(request)


@probe("changed-code-unpadded")
def changed_code_unpadded_shows(wire: Wire) -> bool:
    user = wire.user(title="0041")
    kept = wire.read(user)["title"]
    wire.change(user, replaced("title", "0042"))
    return [kept, wire.read(user)["title"]] == ["0041", "42"]
