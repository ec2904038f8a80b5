"""Faults in the order in which the operations of one request are applied."""

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import added, op, removed
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, rewrite, verb


def _last(request: ScimRequest, late: str, kind: str) -> None:
    """Put the operations with this verb behind all others."""
    found = changes(request, kind)
    if found:
        rewrite(request, sorted(found, key=lambda one: verb(one) == late))


@defect(
    Kind.PATCH,
    "replaces-run-last",
    "A replace wins over a later add of the attribute in the same request",
    "our deduction from RFC 7644 section 3.5.2: operations are sorted by what they do",
    named="ENT-UPD-15#read-back.stored.preferredLanguage",
)
async def replaces_run_last(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    _last(request, "replace", "Users")
    return await go(request)


@probe("replaces-run-last")
def replaces_run_last_shows(wire: Wire) -> bool:
    user = wire.user()
    operations = (op("replace", None, {"title": "First"}), op("add", None, {"title": "Last"}))
    assert wire.change(user, *operations).status in {200, 204}
    return bool(wire.read(user)["title"] == "First")


@defect(
    Kind.PATCH,
    "removals-run-last",
    "A member who is removed and added in one request is not in the group",
    "our deduction from RFC 7644 section 3.5.2: lists of who comes and who goes, one after the other",
    named="ENT-GRP-17#read-members.members",
)
async def removals_run_last(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    _last(request, "remove", "Groups")
    return await go(request)


@probe("removals-run-last")
def removals_run_last_shows(wire: Wire) -> bool:
    user = wire.user()
    group = wire.group(user)
    assert wire.patch(f"/Groups/{group}", removed(user), added(user)).status in {200, 204}
    return wire.members(group) == []
