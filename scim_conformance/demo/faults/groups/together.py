"""Faults in members who come and go together, and in groups as members."""

import asyncio
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.faults.robustness.concurrency import RACE, at_once
from scim_conformance.demo.probing.bodies import added, merged, op, person, removed, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import disabled_user, grouped
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    changes,
    created,
    id_of,
    is_read,
    is_write,
    member_ids,
    named_members,
    refusal,
    rewrite,
    verb,
)


def _leaving(request: ScimRequest) -> list[str]:
    return [name for one in changes(request, "Groups") if verb(one) == "remove" for name in named_members(one)]


def _joining(request: ScimRequest) -> list[str]:
    return [name for one in changes(request, "Groups") if verb(one) == "add" for name in named_members(one)]


@defect(
    Kind.GROUPS,
    "removals-shift",
    "Removing several members at once removes a wrong one",
    "FusionAuth/fusionauth-issues#2834",
    named="ENT-GRP-06/legacy#read-several.members",
    row="B133",
)
async def removals_shift(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    held, leaving = member_ids(target, request), _leaving(request)
    if len(set(leaving) & set(held)) > 1:
        places, gone = [held.index(name) for name in leaving if name in held], []
        for place in places:
            gone += held[place : place + 1]
            del held[place : place + 1]
        rewrite(request, [op("remove", f'members[value eq "{name}"]') for name in gone])
    return await go(request)


@probe("removals-shift")
def removals_shift_shows(wire: Wire) -> bool:
    users = [wire.user() for _ in range(4)]
    group = wire.group(*users)
    assert wire.patch(f"/Groups/{group}", removed(users[0], users[2])).status in {200, 204}
    return wire.members(group) == [users[1], users[2]]


@defect(
    Kind.GROUPS,
    "last-removal-only",
    "Of several removals in one request, only the last one counts",
    "our deduction: each operation starts from the members as they were before the request",
    named="ENT-GRP-06/compliant#read-several.members",
)
async def last_removal_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    if len(found) > 1 and all(verb(one) == "remove" for one in found):
        rewrite(request, found[-1:])
    return await go(request)


@probe("last-removal-only")
def last_removal_only_shows(wire: Wire) -> bool:
    users = [wire.user() for _ in range(3)]
    group = wire.group(*users)
    both = [op("remove", f'members[value eq "{user}"]') for user in users[:2]]
    assert wire.patch(f"/Groups/{group}", *both).status in {200, 204}
    return wire.members(group) == [users[0], users[2]]


def _inactive(target: Target) -> set[str]:
    return {str(one.id) for one in target.stored() if getattr(one, "active", None) is False}


@defect(
    Kind.GROUPS,
    "disabled-not-added",
    "A disabled user cannot become a member, even when enabled",
    "pulumi/docs#13236, of disabled members",
    named="ENT-GRP-22/legacy#read-members.enabled",
    row="B137",
)
async def disabled_not_added(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    asleep = _inactive(target)
    if asleep.intersection(_joining(request)):
        found = changes(request, "Groups")
        for operation in found:
            operation["value"] = [one for one in operation.get("value") or [] if one.get("value") not in asleep]
        rewrite(request, [one for one in found if one["value"]])
    return await go(request)


@probe("disabled-not-added")
def disabled_not_added_shows(wire: Wire) -> bool:
    user, other, group = disabled_user(wire), wire.user(), wire.group()
    assert wire.patch(f"/Groups/{group}", added(user, other)).status in {200, 204}
    assert wire.change(user, merged(active=True)).status in {200, 204}
    return wire.members(group) == [other]


@defect(
    Kind.GROUPS,
    "disabled-member-400",
    "Adding several members is refused if one is disabled",
    "pulumi/docs#13236",
    named="ENT-GRP-22/legacy#add.status",
    row="B137",
)
async def disabled_member_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _inactive(target).intersection(_joining(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "User is not active", "invalidValue")
    return await go(request)


@probe("disabled-member-400")
def disabled_member_400_shows(wire: Wire) -> bool:
    return wire.patch(f"/Groups/{wire.group()}", added(disabled_user(wire), wire.user())).status == 400


@defect(
    Kind.GROUPS,
    "nested-group-as-account",
    "A group that is added to a group becomes an account",
    "BerriAI/litellm#34997",
    named="ENT-GRP-23#read-account.no-account",
    row="B136",
)
async def nested_group_account(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    accounts: set[str] = target.notes.setdefault("nested-group-as-account", set())
    groups = {str(one.id) for one in target.stored() if not hasattr(one, "user_name")}
    accounts |= groups.intersection(_joining(request))
    if is_read(request, "Users") and id_of(request) in accounts:
        target.check_auth(request)
        return ScimResponse(HTTPStatus.OK, {**person(userName=id_of(request)), "id": id_of(request)})
    return await go(request)


@probe("nested-group-as-account")
def nested_group_account_shows(wire: Wire) -> bool:
    inner, outer = wire.group(), wire.group()
    assert wire.get(f"/Users/{inner}").status == 404
    assert wire.patch(f"/Groups/{outer}", added(inner)).status in {200, 204}
    return wire.get(f"/Users/{inner}").status == 200


@defect(
    Kind.GROUPS,
    "member-change-unlinks",
    "A change of its members takes the externalId from a group",
    "FusionAuth/fusionauth-issues#3273",
    named="ENT-GRP-05/legacy#read-members.kept.externalId",
    row="B134",
)
async def member_change_unlinks(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    if _joining(request) or _leaving(request):
        rewrite(request, [*found, op("remove", "externalId")])
    return await go(request)


@probe("member-change-unlinks")
def member_change_unlinks_shows(wire: Wire) -> bool:
    group = wire.create_group(externalId=unique("link")).id
    assert "externalId" in wire.get(f"/Groups/{group}").json
    assert wire.patch(f"/Groups/{group}", added(wire.user())).status in {200, 204}
    return "externalId" not in wire.get(f"/Groups/{group}").json


@defect(
    Kind.GROUPS,
    "busy-group-skipped",
    "Of two changes of a group at once, one is confirmed but lost",
    "Infisical/infisical#6471, of a lock that another request has",
    named="ENT-GRP-24#read-members.members",
    row="B135",
)
async def busy_group_skipped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if not is_write(request, "PATCH", "Groups"):
        return await go(request)
    busy: set[str] = target.notes.setdefault("busy-group-skipped", set())
    group = id_of(request)
    if group in busy:
        rewrite(request, [])
        return await go(request)
    busy.add(group)
    await asyncio.sleep(RACE)
    try:
        return await go(request)
    finally:
        busy.discard(group)


@probe("busy-group-skipped")
def busy_group_skipped_shows(wire: Wire) -> bool:
    group, users = wire.group(), [wire.user() for _ in range(3)]
    replies = at_once(*(lambda user=user: wire.patch(f"/Groups/{group}", added(user)) for user in users))
    assert {reply.status for reply in replies} <= {200, 204}
    return len(wire.members(group)) < 3


@defect(
    Kind.GROUPS,
    "changed-meanwhile-412",
    "A change of a group returns 412 if another one ended meanwhile",
    "Captain-P-Goldfish/scim-for-keycloak#107, of an optimistic lock",
    named="ENT-GRP-24#add-third.not-locked",
    row="B135",
)
async def changed_meanwhile_412(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if not is_write(request, "PATCH", "Groups"):
        return await go(request)
    ended: dict[str, int] = target.notes.setdefault("changed-meanwhile-412", {})
    group = id_of(request)
    before = ended.get(group, 0)
    await asyncio.sleep(RACE)
    if ended.get(group, 0) != before:
        return refusal(HTTPStatus.PRECONDITION_FAILED, "The row was changed by another transaction")
    ended[group] = before + 1
    return await go(request)


@probe("changed-meanwhile-412")
def changed_meanwhile_412_shows(wire: Wire) -> bool:
    group, users = wire.group(), [wire.user() for _ in range(3)]
    replies = at_once(*(lambda user=user: wire.patch(f"/Groups/{group}", added(user)) for user in users))
    return {reply.status for reply in replies} == {204, 412}


@defect(
    Kind.GROUPS,
    "created-empty-stays-empty",
    "A group that was created with an empty list of members never gets any",
    "our deduction: an empty list is kept as a value of its own",
    named="ENT-GRP-21#read-members.members",
)
async def created_empty_stays_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    empty: set[str] = target.notes.setdefault("created-empty-stays-empty", set())
    marked = created(request, "Groups").get("members") == []
    if id_of(request) in empty and _joining(request):
        rewrite(request, [])
    response = await go(request)
    if marked and response.body:
        empty.add(str(response.body["id"]))
    return response


@probe("created-empty-stays-empty")
def created_empty_stays_empty_shows(wire: Wire) -> bool:
    plain, group = wire.group(wire.user()), wire.create_group(members=[]).id
    assert len(wire.members(plain)) == 1
    assert wire.patch(f"/Groups/{group}", added(wire.user())).status in {200, 204}
    return wire.members(group) == []


@defect(
    Kind.GROUPS,
    "link-empties",
    "A group that is linked loses the members that it had",
    "our deduction: a linked group is set up anew",
    named="ENT-GRP-09/legacy#read-members.members",
)
async def link_empties(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    if any(verb(one) == "add" and one.get("path") == "externalId" for one in found):
        rewrite(request, [*found, op("remove", "members")])
    return await go(request)


@probe("link-empties")
def link_empties_shows(wire: Wire) -> bool:
    _, group = grouped(wire)
    assert wire.patch(f"/Groups/{group}", op("Add", "externalId", unique("link"))).status in {200, 204}
    return wire.members(group) == []
