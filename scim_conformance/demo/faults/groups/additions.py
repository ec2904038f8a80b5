"""Faults in adding members."""

from http import HTTPStatus

from scim2_models import UniquenessException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import added, op, replaced
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import grouped, peopled_group
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, member_ids, named_members, path_of, refusal, resources, rewrite, verb


@defect(
    Kind.GROUPS,
    "replace-adds",
    "Replacing the members keeps the old ones",
    "keycloak/keycloak#52752",
    named="ENT-GRP-18#read-members.members",
    row="B93",
)
async def replace_adds(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    for operation in found:
        if verb(operation) == "replace" and operation.get("path") == "members":
            operation["op"] = "add"
    if found:
        rewrite(request, found)
    return await go(request)


@probe("replace-adds")
def replace_adds_shows(wire: Wire) -> bool:
    user, group = grouped(wire)
    assert wire.patch(f"/Groups/{group}", replaced("members", [{"value": wire.user()}])).status in {200, 204}
    return user in wire.members(group)


@defect(
    Kind.GROUPS,
    "replace-members-501",
    "Setting the members of a group by replace returns 501",
    "keycloak/keycloak#46216",
    named="ENT-GRP-18#set.status",
    row="B93",
)
async def replace_members_501(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(verb(one) == "replace" and path_of(one) == "members" for one in changes(request, "Groups")):
        return refusal(HTTPStatus.NOT_IMPLEMENTED, "replace is not supported for members")
    return await go(request)


@probe("replace-members-501")
def replace_members_501_shows(wire: Wire) -> bool:
    return wire.patch(f"/Groups/{peopled_group(wire)}", replaced("members", [{"value": wire.user()}])).status == 501


@defect(
    Kind.GROUPS,
    "member-again-409",
    "Adding a member who is there already returns 409",
    "wso2/product-is#5333",
    named="ENT-GRP-05/legacy#add-again.status",
    row="B94",
)
async def member_again_409(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    added = [name for one in changes(request, "Groups") if verb(one) == "add" for name in named_members(one)]
    if set(added).intersection(member_ids(target, request)):
        raise UniquenessException(detail="This user is a member already")
    return await go(request)


@probe("member-again-409")
def member_again_409_shows(wire: Wire) -> bool:
    user, group = grouped(wire)
    return wire.patch(f"/Groups/{group}", added(user)).status == 409


@defect(
    Kind.GROUPS,
    "member-twice",
    "Adding a member who is there already makes two entries",
    "simpleidserver/SimpleIdServer#245",
    named="ENT-GRP-05/legacy#read-members.once",
    row="B94",
)
async def member_twice(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    again: dict[str, list[str]] = target.notes.setdefault("member-twice", {})
    held = member_ids(target, request)
    added = [name for one in changes(request, "Groups") if verb(one) == "add" for name in named_members(one)]
    again.setdefault(request.path, []).extend(name for name in added if name in held)
    response = await go(request)
    for group in resources(response):
        twice = again.get(f"/Groups/{group.get('id')}", [])
        if "members" in group:
            group["members"] += [one for one in group["members"] if one.get("value") in twice]
    return response


@probe("member-twice")
def member_twice_shows(wire: Wire) -> bool:
    user, group = grouped(wire)
    assert wire.patch(f"/Groups/{group}", added(user)).status in {200, 204}
    return wire.members(group) == [user, user]


@defect(
    Kind.GROUPS,
    "unknown-member-500",
    "Adding a member who does not exist returns 500",
    "lightdash/lightdash#24458",
    named="ENT-GRP-10#add.status",
    row="B96",
)
async def unknown_member_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    known = {one.id for one in target.stored()}
    if {name for one in changes(request, "Groups") if verb(one) == "add" for name in named_members(one)} - known:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return await go(request)


@probe("unknown-member-500")
def unknown_member_500_shows(wire: Wire) -> bool:
    return wire.patch(f"/Groups/{wire.group()}", added("nobody")).status == 500


@defect(
    Kind.GROUPS,
    "unknown-member-stored",
    "An id that no user has becomes a member",
    "BerriAI/litellm#17420",
    named="ENT-GRP-10#read-members.ghost",
    row="B96",
)
async def unknown_member_stored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    ghosts: dict[str, list[str]] = target.notes.setdefault("unknown-member-stored", {})
    known = {one.id for one in target.stored()}
    found = changes(request, "Groups")
    strange = [name for one in found if verb(one) == "add" for name in named_members(one) if name not in known]
    ghosts.setdefault(request.path, []).extend(strange)
    for operation in found:
        if strange and isinstance(operation.get("value"), list):
            operation["value"] = [one for one in operation["value"] if one.get("value") not in strange]
    if strange:
        rewrite(request, [one for one in found if one.get("value") != []])
    response = await go(request)
    if "members" not in request.query.get("excludedAttributes", ""):
        for group in resources(response):
            stored = [{"value": name} for name in ghosts.get(f"/Groups/{group.get('id')}", [])]
            if stored:
                group["members"] = [*group.get("members", []), *stored]
    return response


@probe("unknown-member-stored")
def unknown_member_stored_shows(wire: Wire) -> bool:
    group = wire.group()
    wire.patch(f"/Groups/{group}", added("nobody"))
    return "nobody" in wire.members(group)


@defect(
    Kind.GROUPS,
    "member-ref-null-400",
    "A member whose $ref is null returns 400",
    "pond/scimitar#43",
    named="ENT-GRP-05/legacy#add-again.status",
    row="B104",
)
async def member_ref_null_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    for operation in changes(request, "Groups"):
        value = operation.get("value")
        entries = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
        if any("$ref" in one and one["$ref"] is None for one in entries):
            return refusal(HTTPStatus.BAD_REQUEST, "$ref must be a URL", "invalidValue")
    return await go(request)


@probe("member-ref-null-400")
def member_ref_null_400_shows(wire: Wire) -> bool:
    member = op("Add", "members", [{"$ref": None, "value": wire.user()}])
    return wire.patch(f"/Groups/{wire.group()}", member).status == 400


@defect(
    Kind.GROUPS,
    "null-reference-skipped",
    "A member whose $ref is null is not added",
    "our deduction from the samples of Microsoft's tutorial: it is taken for a member who is nowhere",
    named="ENT-GRP-05/legacy#read-members.members",
    row="B104",
)
async def null_reference_skipped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    for one in found:
        if verb(one) == "add" and isinstance(one.get("value"), list):
            one["value"] = [each for each in one["value"] if "$ref" not in each or each["$ref"] is not None]
    if found:
        rewrite(request, [one for one in found if one.get("value") != []])
    return await go(request)


@probe("null-reference-skipped")
def null_reference_skipped_shows(wire: Wire) -> bool:
    users, group = [wire.user(), wire.user()], wire.group()
    for value in ({"$ref": None, "value": users[0]}, {"value": users[1]}):
        assert wire.patch(f"/Groups/{group}", op("Add", "members", [value])).status in {200, 204}
    return wire.members(group) == users[1:]
