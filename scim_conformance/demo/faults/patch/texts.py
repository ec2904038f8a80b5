"""Faults in the texts of a change."""

import json

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import PATCH_OP


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
