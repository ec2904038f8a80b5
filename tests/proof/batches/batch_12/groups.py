"""Twelfth batch: faults of groups and of their members."""

from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import id_of, is_write, stored_at
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import members
from tests.proof.batches.batch_5.store import refused, succeeded
from tests.proof.batches.batch_11.store import Resource, changed, differ
from tests.proof.batches.batch_12.store import elements, groups_of, put_members, twelfth

SETS = {"add", "replace"}


def _named(request: ScimRequest) -> list[str]:
    """Return the ids of the members that a PATCH adds or sets."""
    return [str(one.get("value")) for one in elements(request, "members", "Groups", SETS)]


@twelfth(
    Kind.GROUPS,
    "second-group-409",
    "Adding a user who is in another group returns 409: duplicate reference",
    "simpleidserver/SimpleIdServer#269, duplicate reference after the user became a member of a second group",
    MUST,
)
async def second_group_409(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    named = _named(request)
    if any(groups_of(target, one) - {id_of(request)} for one in named):
        return refused(target, request, "duplicate reference", "uniqueness", HTTPStatus.CONFLICT)
    return await go(request)


@twelfth(
    Kind.GROUPS,
    "member-named-twice-500",
    "A member who is named twice in one request returns 500: a duplicate key",
    "fleetdm/fleet#30086, a PATCH of a group: Duplicate entry for key scim_user_group.PRIMARY; RFC 7644 3.5.2.1",
    MUST,
)
async def member_named_twice_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    named = _named(request)
    if len({*named}) < len(named):
        detail = "Duplicate entry for key 'scim_user_group.PRIMARY'"
        return refused(target, request, detail, status=HTTPStatus.INTERNAL_SERVER_ERROR)
    return await go(request)


@twelfth(
    Kind.GROUPS,
    "member-without-display-422",
    "Adding a member without display returns 422",
    "Infisical/infisical#6552, PUT and PATCH of groups return 422 where members[].display is missing; note 6.1",
    NEEDED,
)
async def member_without_display_422(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(not one.get("display") for one in elements(request, "members", "Groups", SETS)):
        return refused(target, request, "members[].display is required", status=HTTPStatus(422))
    return await go(request)


@twelfth(
    Kind.GROUPS,
    "freed-name-restores-members",
    "A group that is renamed to the name of a deleted one gets its members",
    "wso2-extensions/identity-inbound-provisioning-scim2#432, what belongs to a deleted group stays under its name",
    MUST,
)
async def freed_name_restores_members(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    former: dict[str, list[Resource]] = target.notes.setdefault("freed-name-restores-members", {})
    doomed = stored_at(target, request.path) if is_write(request, "DELETE", "Groups") else {}
    response, before, after = await changed(target, request, go, "Groups")
    if doomed and succeeded(response):
        former[str(doomed.get("displayName")).lower()] = doomed.get("members") or []
    back = former.get(str(after.get("displayName")).lower(), []) if differ(before, after, "displayName") else []
    if back:
        there = after.get("members") or []
        known = {str(one.id) for one in target.stored()}
        new = [one for one in back if one["value"] in known - members(after)]
        put_members(target, before["id"], [*there, *new])
    return response
