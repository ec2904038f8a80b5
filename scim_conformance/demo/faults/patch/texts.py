"""Faults in the texts of a change."""

import json
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import replaced, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import changed_user, status_of_change
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import PATCH_OP, changes, drop, refusal, stored_at


@defect(
    Kind.PATCH,
    "changes-in-latin-1",
    "A PATCH is read as ISO 8859-1: letters beyond ASCII become others",
    "our deduction: a route of its own that does not set the encoding",
    named="ENT-UPD-09/legacy#read-back.stored.addresses.work.streetAddress",
)
async def changes_in_latin_1(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "PATCH" and request.body:
        request.body = request.body.decode("latin-1").encode()
    return await go(request)


@probe("changes-in-latin-1")
def changes_in_latin_1_shows(wire: Wire) -> bool:
    user = wire.user(title=unique("É"))
    change = {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "displayName", "value": "Zoë"}]}
    sent = json.dumps(change, ensure_ascii=False).encode()
    assert wire.send("PATCH", f"/Users/{user}", sent).status in {200, 204}
    found = wire.read(user)
    return bool(found["displayName"] != "Zoë" and found["title"].startswith("É"))


@defect(
    Kind.PATCH,
    "no-name-to-replace-500",
    "A displayName for a user who has none returns 500",
    "OctopusDeploy/Issues#9940",
    named="ENT-MAT-10/legacy#patch.status",
)
async def no_name_to_replace_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = stored_at(target, request.path) if b"displayName" in request.body else {}
    if user and changes(request) and not user.get("displayName"):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "The given key was not present in the dictionary")
    return await go(request)


@probe("no-name-to-replace-500")
def no_name_to_replace_500_shows(wire: Wire) -> bool:
    change = replaced("displayName", "Jo")
    return [status_of_change(wire, change, **one) for one in ({}, {"displayName": "Joe"})] in [[500, 200], [500, 204]]


@defect(
    Kind.PATCH,
    "first-link-ignored",
    "An externalId for a user who has none is not stored",
    "our deduction: an update that copies only what is there already",
    named="ENT-MAT-10/legacy#read-back.stored.externalId",
)
async def first_link_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    user = stored_at(target, request.path) if changes(request) else {}
    if user and not user.get("externalId"):
        drop(request, lambda name: name == "externalId")
    return await go(request)


@probe("first-link-ignored")
def first_link_ignored_shows(wire: Wire) -> bool:
    change = replaced("externalId", "jo")
    assert changed_user(wire, change, externalId="joe")["externalId"] == "jo"
    return "externalId" not in changed_user(wire, change)
