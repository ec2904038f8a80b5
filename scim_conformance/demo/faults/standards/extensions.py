"""Faults in the extensions of a user, as RFC 7643 section 3.3 has it."""

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, id_of, path_of, resources


@defect(
    Kind.STANDARDS,
    "changed-extension-unnamed",
    "An extension that comes with a change is not named in schemas",
    "our deduction from RFC 7643 section 3.3",
    named="RFC-RES-10#read.named",
    shows=("RFC-RES-10",),
)
async def changed_extension_unnamed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changed: set[str] = target.notes.setdefault("changed extension", set())
    if any(path_of(one).startswith(ENTERPRISE) for one in changes(request)):
        changed.add(id_of(request))
    response = await go(request)
    for one in resources(response):
        if one["id"] in changed:
            one["schemas"] = [urn for urn in one["schemas"] if urn != ENTERPRISE]
    return response


@probe("changed-extension-unnamed")
def changed_extension_unnamed_shows(wire: Wire) -> bool:
    user = wire.user()
    wire.change(user, op("add", f"{ENTERPRISE}:department", "Sales"))
    return ENTERPRISE not in wire.read(user)["schemas"] and ENTERPRISE in wire.read(user)
