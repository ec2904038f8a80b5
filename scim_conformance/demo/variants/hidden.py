"""Legal variants in how a target shows who is in a group, down to not at all."""

import re
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.hiding import asks, declared, groups_of, hidden, on_members_alone
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import first_member
from scim_conformance.demo.probing.wire import Reply, Wire
from scim_conformance.demo.shapes import answered, of_type, refusal
from scim_conformance.demo.variants.registry import TUTORIAL, variant

RETURNED = "RFC 7643 section 7, returned; 8.7.1: values MAY change"


AWS = "AWS: IAM Identity Center SCIM implementation, ListGroups (an empty member list, filters on id and members)"


def _shown(wire: Wire) -> tuple[bool, bool, bool, bool]:
    """Tell whether a member is shown by a read, by one that asks for members, by Entra's query, by its own groups."""
    user = wire.user()
    group = wire.group(user)
    reads = [wire.get(f"/Groups/{group}{query}").json for query in ("", "?attributes=members")]
    queried = wire.find("Groups", f'id eq "{group}" and members eq "{user}"')
    told = [one["value"] for one in wire.read(user).get("groups", [])]
    return bool(reads[0].get("members")), bool(reads[1].get("members")), _finds(queried, group), group in told


def _finds(reply: Reply, group: str) -> bool:
    return reply.status == 200 and [one["id"] for one in reply.listed] == [group]


@variant(
    "members-asked",
    "Members are shown only for ?attributes=members",
    f"{RETURNED}: request",
    nearest=("asked-never-leave",),
)
async def members_asked(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await (go(request) if asks(request, "attributes") else hidden(target, request, go))


@probe("members-asked")
def members_asked_differs(wire: Wire) -> bool:
    return _shown(wire) == (False, True, False, False)


@variant(
    "members-queried",
    "Members are an empty list, and can be searched for as Entra does",
    AWS,
    nearest=("queried-never-leave", "left-in-query"),
)
async def members_queried(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    asked = re.search(r'members eq "([^"]*)"', request.query.get("filter", ""))
    if asked is not None and asked[1] not in {one.id for one in target.stored()}:
        return refusal(HTTPStatus.NOT_FOUND, f"There is no {asked[1]}")
    return _emptied(request, await hidden(target, request, go, lambda text: False))  # noqa: ARG005


@probe("members-queried")
def members_queried_differs(wire: Wire) -> bool:
    return _shown(wire) == (False, False, True, False)


def _emptied(request: ScimRequest, response: ScimResponse) -> ScimResponse:
    """Show an empty list of members where they are not left out."""
    for kind, resource in of_type(request, response):
        if kind == "Groups" and not asks(request, "excludedAttributes"):
            resource["members"] = []
    return response


def _by_value(wire: Wire) -> bool:
    user = wire.user()
    group = wire.group(user)
    return _finds(wire.find("Groups", f'members.value eq "{user}"'), group)


@variant("members-queried-by-value", "Members are never shown, and found by members.value", "RFC 7644 section 3.4.2.2")
async def members_queried_by_value(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await hidden(target, request, go, on_members_alone)


@probe("members-queried-by-value")
def members_queried_by_value_differs(wire: Wire) -> bool:
    return _shown(wire) == (False, False, False, False) and _by_value(wire)


@variant(
    "members-in-groups",
    "Members are never shown; users list their groups",
    "RFC 7643 section 4.1.2, groups",
    nearest=("groups-never-leave",),
)
async def members_in_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await hidden(target, request, lambda changed: answered(target, changed, go))
    for kind, resource in of_type(request, response):
        if kind == "Users":
            resource["groups"] = groups_of(target, resource["id"], request.base_url)
    return response


@probe("members-in-groups")
def members_in_groups_differs(wire: Wire) -> bool:
    return _shown(wire) == (False, False, False, True)


def _returned(wire: Wire) -> str:
    schema = wire.get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group").json
    return next(str(one["returned"]) for one in schema["attributes"] if one["name"] == "members")


@variant(
    "members-never",
    "Members are never shown, and /Schemas says so",
    f"{RETURNED}: never",
    nearest=(
        "hidden-and-refused",
        "members-shown-once",
    ),
)
async def members_never(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return declared(await hidden(target, request, go), "never")


@probe("members-never")
def members_never_differs(wire: Wire) -> bool:
    return _returned(wire) == "never" and not any(_shown(wire))


@variant("members-by-reference", "Members are shown by $ref only", "RFC 7643 sections 2.4 and 4.2, $ref")
async def members_by_reference(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for kind, resource in of_type(request, response):
        if kind == "Groups" and "members" in resource:
            found = [one["value"] for one in resource["members"]]
            resource["members"] = [{"$ref": f"{request.base_url}/Users/{one}"} for one in found]
    return response


@probe("members-by-reference")
def members_by_reference_differs(wire: Wire) -> bool:
    return set(first_member(wire)) == {"$ref"}


@variant("members-unsaid", "Members are never shown, and an empty list is in their place", f"{TUTORIAL}, of groups")
async def members_unsaid(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return _emptied(request, await hidden(target, request, go))


@probe("members-unsaid")
def members_unsaid_differs(wire: Wire) -> bool:
    return not any(_shown(wire)) and wire.get(f"/Groups/{wire.group()}").json["members"] == []


@variant(
    "members-in-part",
    "A read shows only the first fifty members",
    f"{TUTORIAL}, of groups: not all members",
    nearest=("hundred-members",),
)
async def members_in_part(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for kind, resource in of_type(request, response):
        if kind == "Groups" and "members" in resource:
            resource["members"] = resource["members"][:50]
    return response


@probe("members-in-part")
def members_in_part_differs(wire: Wire) -> bool:
    return len(wire.members(wire.group(*(wire.user() for _ in range(51))))) == 50
