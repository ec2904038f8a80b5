"""Faults by which a membership alone creates an account."""

import json
from collections.abc import Iterable
from dataclasses import replace

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import added, person
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import answered, changes, named_members, rewrite, verb


async def _invite(target: Target, request: ScimRequest, go: Go, names: Iterable[str]) -> None:
    """Create an account with each of these userNames; one that is there already is refused, and stays as it is."""
    for name in names:
        body = json.dumps(person(userName=name, active=False)).encode()
        await answered(target, replace(request, method="POST", path="/Users", query={}, body=body), go)


def _joining(request: ScimRequest) -> list[str]:
    return [name for one in changes(request, "Groups") if verb(one) == "add" for name in named_members(one)]


@defect(
    Kind.GROUPS,
    "nested-group-invited",
    "A group that is added to a group becomes an inactive account of that name",
    "BerriAI/litellm#34997, with an id of its own for the account",
    named="ENT-GRP-23#find-account.no-namesake",
    row="B136",
)
async def nested_group_invited(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    groups = {str(one.id) for one in target.stored() if not hasattr(one, "user_name")}
    names = groups.intersection(_joining(request))
    response = await go(request)
    await _invite(target, request, go, names)
    return response


@probe("nested-group-invited")
def nested_group_invited_shows(wire: Wire) -> bool:
    inner, outer = wire.group(), wire.group()
    assert wire.find("Users", f'userName eq "{inner}"').listed == []
    assert wire.patch(f"/Groups/{outer}", added(inner)).status in {200, 204}
    return len(wire.find("Users", f'userName eq "{inner}"').listed) == 1


@defect(
    Kind.GROUPS,
    "unknown-member-invited",
    "A member who does not exist is created: an account has the id as its name",
    "BerriAI/litellm#17420",
    named="ENT-GRP-10#find-account.no-namesake",
    row="B96",
)
async def unknown_member_invited(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    known = {str(one.id) for one in target.stored()}
    names = [name for name in _joining(request) if name not in known]
    if names:
        await _invite(target, request, go, names)
        rewrite(request, [one for one in changes(request, "Groups") if not {*named_members(one)} & {*names}])
    return await go(request)


@probe("unknown-member-invited")
def unknown_member_invited_shows(wire: Wire) -> bool:
    leaver, group = wire.user(), wire.group()
    assert wire.delete(f"/Users/{leaver}").status == 204
    wire.patch(f"/Groups/{group}", added(leaver))
    return len(wire.find("Users", f'userName eq "{leaver}"').listed) == 1


@defect(
    Kind.GROUPS,
    "nested-group-expanded",
    "Adding a group to a group adds its members instead",
    "our deduction: an application without groups in groups",
    named="ENT-GRP-23#read-members.flattened",
    row="B136",
)
async def nested_group_expanded(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    groups = {str(one.id): one.model_dump() for one in target.stored() if not hasattr(one, "user_name")}
    found = changes(request, "Groups")
    for one in found:
        if verb(one) == "add" and groups.keys() & set(named_members(one)):
            sent = [name for name in named_members(one) if name not in groups]
            inner = [each["value"] for name in named_members(one) for each in groups.get(name, {}).get("members") or []]
            one["value"] = [{"value": name} for name in [*sent, *inner]]
    if found:
        rewrite(request, found)
    return await go(request)


@probe("nested-group-expanded")
def nested_group_expanded_shows(wire: Wire) -> bool:
    user, outer = wire.user(), wire.group()
    assert wire.patch(f"/Groups/{outer}", added(wire.group(user))).status in {200, 204}
    return wire.members(outer) == [user]
