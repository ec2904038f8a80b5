"""Faults in an `add` of `active`."""

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op, replaced
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import changed_user
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, keys_of, path_of, rewrite, verb, without


@defect(
    Kind.LIFECYCLE,
    "active-added-ignored",
    "Add on active of a user who has a value for it changes nothing",
    "rancher/rancher#54025",
    named="ENT-DIS-03/legacy/added#read-back.active",
    row="B126",
)
async def active_added_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    kept = [one for one in found if (verb(one), path_of(one)) != ("add", "active")]
    if kept != found:
        rewrite(request, kept)
    return await go(request)


@probe("active-added-ignored")
def active_added_ignored_shows(wire: Wire) -> bool:
    assert not changed_user(wire, replaced("active", "False"))["active"]
    return bool(changed_user(wire, op("Add", "active", "False"))["active"])


@defect(
    Kind.LIFECYCLE,
    "active-added-pathless-ignored",
    "active in an add without a path is ignored",
    "rancher/rancher#54869, of a user who stayed active",
    named="ENT-DIS-06/compliant/added-without-path#read-back.active",
    row="B126",
)
async def active_added_pathless_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    added = [one for one in found if verb(one) == "add" and "active" in keys_of(one)]
    if added:
        rewrite(request, [*(one for one in found if one not in added), *without(added, "active")])
    return await go(request)


@probe("active-added-pathless-ignored")
def active_added_pathless_ignored_shows(wire: Wire) -> bool:
    assert not changed_user(wire, op("add", "active", False))["active"]
    return bool(changed_user(wire, op("add", None, {"active": False}))["active"])
