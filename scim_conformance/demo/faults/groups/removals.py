"""Faults in removing members."""

from http import HTTPStatus

from scim2_models import NotFoundException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of, operations, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import merged, op, removed
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import grouped
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    changes,
    id_of,
    is_write,
    member_ids,
    named_members,
    refusal,
    rewrite,
    stored_at,
    verb,
)


def _one_leaves(wire: Wire, *, filtered: bool = False) -> tuple[int, str, list[str]]:
    """Remove one of two; return the status, who should stay, and who stayed."""
    users = [wire.user(), wire.user()]
    group = wire.group(*users)
    by_filter = op("Remove", f'members[value eq "{users[0]}"]')
    status = wire.patch(f"/Groups/{group}", by_filter if filtered else removed(users[0])).status
    return status, users[1], wire.members(group)


@defect(
    Kind.GROUPS,
    "group-emptied",
    "Removing one member empties the group",
    "simpleidserver/SimpleIdServer#164",
    named="ENT-GRP-06/legacy#read-members.members",
    shows=("ENT-GRP-06",),
    row="B88",
    wide="every scenario in which a member leaves shows it",
)
async def group_emptied(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    for operation in operations(body) if is_write(request, "PATCH", "Groups") else []:
        if str(operation.get("op")).lower() == "remove" and operation.get("path") == "members":
            operation.pop("value", None)
            set_body(request, body)
    return await go(request)


@probe("group-emptied")
def group_emptied_shows(wire: Wire) -> bool:
    status, _, left = _one_leaves(wire)
    assert status in {200, 204}
    return left == []


@defect(
    Kind.GROUPS,
    "remove-value-400",
    "Removing members by a list of values returns 400: values must not be set",
    "Captain-P-Goldfish/SCIM-SDK#167",
    named="ENT-GRP-06/legacy#remove.status",
    row="B89",
)
async def remove_value_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(verb(one) == "remove" and one.get("value") for one in changes(request, "Groups")):
        return refusal(HTTPStatus.BAD_REQUEST, "values must not be set for remove operation", "invalidValue")
    return await go(request)


@probe("remove-value-400")
def remove_value_400_shows(wire: Wire) -> bool:
    assert _one_leaves(wire, filtered=True)[0] in {200, 204}
    return _one_leaves(wire)[0] == 400


@defect(
    Kind.GROUPS,
    "member-filter-400",
    "Removing a member by a filter in the path returns 400",
    "pydantic/logfire#2356",
    named="ENT-GRP-06/compliant#remove.status",
    shows=("ENT-GRP-17",),
    row="B90",
)
async def member_filter_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(str(one.get("path")).startswith("members[") for one in changes(request, "Groups")):
        return refusal(HTTPStatus.BAD_REQUEST, "The path is not supported", "invalidPath")
    return await go(request)


@probe("member-filter-400")
def member_filter_400_shows(wire: Wire) -> bool:
    assert _one_leaves(wire)[0] in {200, 204}
    return _one_leaves(wire, filtered=True)[0] == 400


@defect(
    Kind.GROUPS,
    "not-a-member-404",
    "Removing a user who is not a member returns 404",
    "Budibase/budibase#17175, after a deletion",
    named="ENT-GRP-07/legacy#remove-again.status",
    shows=("ENT-GRP-12",),
    row="B95",
)
async def not_a_member_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    removed = [name for one in changes(request, "Groups") if verb(one) == "remove" for name in named_members(one)]
    if set(removed).difference(member_ids(target, request)):
        raise NotFoundException(detail="There is no such member")
    return await go(request)


@probe("not-a-member-404")
def not_a_member_404_shows(wire: Wire) -> bool:
    return wire.patch(f"/Groups/{wire.group()}", removed(wire.user())).status == 404


@defect(
    Kind.GROUPS,
    "deleted-member-500",
    "Removing a member whose account is deleted returns 500",
    "Budibase/budibase#17175, after a deletion",
    named="ENT-GRP-12/legacy#remove.answered",
)
async def deleted_member_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    known = {one.id for one in target.stored()}
    removed = [name for one in changes(request, "Groups") if verb(one) == "remove" for name in named_members(one)]
    if set(removed) - known:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return await go(request)


@probe("deleted-member-500")
def deleted_member_500_shows(wire: Wire) -> bool:
    user, group = grouped(wire)
    assert wire.delete(f"/Users/{user}").status == 204
    return wire.patch(f"/Groups/{group}", removed(user)).status == 500


@defect(
    Kind.GROUPS,
    "inactive-stays-member",
    "A disabled user cannot be removed from a group",
    "metabase/metabase#48276",
    named="ENT-GRP-11/legacy#read-members.members",
)
async def inactive_stays_member(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    inactive = {one.id for one in target.stored() if getattr(one, "active", None) is False}
    found = changes(request, "Groups")
    kept = [one for one in found if verb(one) != "remove" or not inactive.intersection(named_members(one))]
    if kept != found:
        rewrite(request, kept)
    return await go(request)


@probe("inactive-stays-member")
def inactive_stays_member_shows(wire: Wire) -> bool:
    user, group = grouped(wire)
    assert wire.change(user, merged(active=False)).status in {200, 204}
    assert wire.patch(f"/Groups/{group}", removed(user)).status in {200, 204}
    return user in wire.members(group)


@defect(
    Kind.GROUPS,
    "disabled-leave",
    "A disabled account leaves its groups for good, even if enabled again",
    "Microsoft: How application provisioning works, of people who are enabled again",
    named="ENT-GRP-11/legacy#read-members.enabled",
)
async def disabled_leave(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_write(request, "PATCH", "Users") and stored_at(target, request.path).get("active") is False:
        target._end_memberships(id_of(request))
    return response


@probe("disabled-leave")
def disabled_leave_shows(wire: Wire) -> bool:
    user = wire.user()
    group = wire.group(user)
    for value in (False, True):
        assert wire.change(user, merged(active=value)).status in {200, 204}
    return wire.members(group) == []


@defect(
    Kind.GROUPS,
    "every-group-left",
    "A user who is removed from one group leaves every group",
    "our deduction from RFC 7644 section 3.5.2.2: a statement that names the user alone",
    named="ENT-GRP-06/legacy#read-neighbour.members",
)
async def every_group_left(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    inside = set(member_ids(target, request))
    leaving = [name for one in changes(request, "Groups") if verb(one) == "remove" for name in named_members(one)]
    response = await go(request)
    for name in inside.intersection(leaving):
        target._end_memberships(name)
    return response


@probe("every-group-left")
def every_group_left_shows(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    groups = [wire.group(user, other), wire.group(user, other)]
    assert wire.patch(f"/Groups/{groups[0]}", removed(user)).status in {200, 204}
    return [wire.members(one) for one in groups] == [[other], [other]]
