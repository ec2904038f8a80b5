"""PATCH, DELETE, members, managers and tokens that lead to somebody else."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.shapes import answered
from scim_conformance.demo.tokens import PATH
from tests.hostile.attacking import Tells, attack, creation, is_creation, is_read_by_id, made, now, posed
from tests.hostile.world import World, place, projected

Body = dict[str, Any]
DELETING = ("ENT-DEL", "ENT-GRP-14", "ENT-UPD-07", "ENT-GRP-10", "ENT-GRP-12", "ENT-MGR-07", "ENT-CRE-01", "ENT-DIS-01")
CHANGING = ("ENT-UPD-01", "ENT-UPD-02", "ENT-UPD-03", "ENT-DIS", "ENT-GRP-05", "ENT-GRP-06", "ENT-GRP-08")
MANAGERS = ("ENT-MGR", "ENT-CRE-01")
MEMBERS = (
    "ENT-GRP-04",
    "ENT-GRP-05",
    "ENT-GRP-06",
    "ENT-GRP-07",
    "ENT-GRP-11",
    "ENT-GRP-12",
    "ENT-GRP-17",
    "ENT-GRP-18",
)


async def _wrote(
    method: str, world: World, target: Target, request: ScimRequest, go: Go
) -> tuple[ScimResponse, str | None]:
    """Serve a request; return the id of ours that it wrote to with this method, if it did."""
    response = await answered(target, request, go)
    kind, identifier = place(request.path)
    wrote = request.method == method and response.status < HTTPStatus.MULTIPLE_CHOICES
    ours = kind in {"Users", "Groups"} and identifier and world.stranger(identifier) is None
    return response, identifier if wrote and ours else None


@attack(
    "patch-answers-id-of-stranger", "a change is answered with our resource under a stranger's id", Tells.RED, CHANGING
)
async def patch_id(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, ours = await _wrote("PATCH", world, target, request, go)
    if not ours:
        return response
    kind = place(request.path)[0]
    return made({**(response.body or {"schemas": []}), "id": world.some(kind, 3)["id"]}, HTTPStatus.OK)


@attack("patch-answers-stranger", "a change is answered with a whole stranger", Tells.RED, CHANGING)
async def patch_whole(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, ours = await _wrote("PATCH", world, target, request, go)
    return made(world.some(place(request.path)[0], 3), HTTPStatus.OK) if ours else response


@attack("patch-location-of-stranger", "a change is answered with 204 and a stranger's Location", Tells.QUIET, CHANGING)
async def patch_location(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, ours = await _wrote("PATCH", world, target, request, go)
    kind = place(request.path)[0]
    return made(None, HTTPStatus.NO_CONTENT, f"/v2/{kind}/{world.some(kind, 3)['id']}") if ours else response


@attack("patch-redirects-to-stranger", "a change is answered with 308 to a stranger", Tells.RED, CHANGING)
async def patch_redirect(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kind, identifier = place(request.path)
    if request.method == "PATCH" and world.stranger(identifier) is None:
        target.check_auth(request)
        return made(None, HTTPStatus.PERMANENT_REDIRECT, f"/v2/{kind}/{world.some(kind, 3)['id']}")
    return await answered(target, request, go)


async def _hand_over(world: World, target: Target, kind: str, identifier: str, created: str) -> None:
    """Give an id that was ours to somebody else, who is new."""
    target.memory.resources = [one for one in target.stored() if one.id != identifier]
    stranger = world.some(kind, sum(identifier.encode()))
    named = (
        {"userName": f"new.{identifier[:8]}@customer.example"}
        if kind == "Users"
        else {"displayName": f"New {identifier[:8]}"}
    )
    meta = {**stranger["meta"], "created": created}
    world.settle({**stranger, **named, "externalId": identifier[::-1], "id": identifier, "meta": meta})


@attack("patch-hands-id-over", "whoever was changed is a stranger's when read the next time", Tells.RED, CHANGING)
async def patch_hands_over(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changed: set[str] = world.notes.setdefault("changed", set())
    kind, identifier = place(request.path)
    if is_read_by_id(request) and identifier in changed:
        changed.discard(identifier)
        moved = next((one for one in target.stored() if one.id == identifier), None)
        if moved is not None:
            target.memory.resources = [*target.stored(), moved.model_copy(update={"id": f"moved-{identifier}"})]
            await _hand_over(world, target, kind, identifier, now())
    response, ours = await _wrote("PATCH", world, target, request, go)
    changed |= {ours} if ours else set()
    return response


@attack("delete-hands-id-over", "a deleted account's id is given to a new stranger at once", Tells.RED, DELETING)
async def delete_hands_over(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, ours = await _wrote("DELETE", world, target, request, go)
    if ours:
        await _hand_over(world, target, place(request.path)[0], ours, now())
    return response


@attack(
    "delete-hands-id-over-undated", "a deleted account's id is given to an older stranger at once", Tells.RED, DELETING
)
async def delete_hands_over_old(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, ours = await _wrote("DELETE", world, target, request, go)
    if ours:
        await _hand_over(world, target, place(request.path)[0], ours, "2020-02-02T02:02:02Z")
    return response


@attack(
    "delete-hands-id-over-later",
    "a deleted account's id is a stranger's when the next one is created",
    Tells.QUIET,
    DELETING,
)
async def delete_hands_over_later(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    freed: list[tuple[str, str]] = world.notes.setdefault("freed", [])
    if request.method == "POST" and freed:
        await _hand_over(world, target, *freed.pop(0), now())
    response, ours = await _wrote("DELETE", world, target, request, go)
    if ours:
        freed.append((place(request.path)[0], ours))
    return response


@attack("delete-answers-stranger", "a deletion is answered with 200 and a stranger", Tells.RED, DELETING)
async def delete_answers(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, ours = await _wrote("DELETE", world, target, request, go)
    return made(world.some(place(request.path)[0], 3), HTTPStatus.OK) if ours else response


@attack(
    "before-clean-ids-change-hands",
    "between run and clean every id that was ours becomes a stranger's",
    Tells.QUIET,
    DELETING,
)
async def before_clean(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    freed: list[tuple[str, str]] = world.notes.setdefault("freed", [])
    while world.phase == "clean" and freed:
        await _hand_over(world, target, *freed.pop(), now())
    response, ours = await _wrote("DELETE", world, target, request, go)
    if ours:
        freed.append((place(request.path)[0], ours))
    return response


# -- groups, members and managers


@attack("members-strangers-in-our-group", "our group is shown with strangers as its members", Tells.RED, MEMBERS)
async def members_strangers(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if is_read_by_id(request, "Groups") and world.stranger(place(request.path)[1]) is None and response.body:
        strangers = [{"value": world.some("Users", number)["id"], "type": "User"} for number in range(3)]
        response.body["members"] = [*strangers, *(response.body.get("members") or [])]
        response.body = projected(response.body, request.query)
    return response


@attack(
    "members-strangers-in-the-answer",
    "a change of our group is answered with strangers as members",
    Tells.QUIET,
    MEMBERS,
)
async def members_answered(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, ours = await _wrote("PATCH", world, target, request, go)
    if not ours or place(request.path)[0] != "Groups":
        return response
    found = await answered(target, replace(request, method="GET", query={}, body=b""), go)
    strangers = [{"value": world.some("Users", number)["id"], "type": "User"} for number in range(3)]
    return made({**(found.body or {}), "members": strangers}, HTTPStatus.OK)


@attack("members-ours-become-strangers", "our group is shown with strangers instead of our members", Tells.RED, MEMBERS)
async def members_swapped(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if is_read_by_id(request, "Groups") and world.stranger(place(request.path)[1]) is None:
        for number, member in enumerate((response.body or {}).get("members") or []):
            member |= {"value": world.some("Users", number)["id"], "$ref": f"Users/{world.some('Users', number)['id']}"}
    return response


@attack("manager-is-stranger", "our people are shown with a stranger as their manager", Tells.RED, MANAGERS)
async def manager_stranger(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if is_read_by_id(request, "Users") and world.stranger(place(request.path)[1]) is None and response.body:
        held = response.body.get(ENTERPRISE) or {}
        response.body[ENTERPRISE] = {**held, "manager": {"value": world.some("Users", 2)["id"]}}
    return response


@creation("manager-created-as-stranger", "every third user is answered with a stranger's id", every=3, ids=MANAGERS)
def manager_created(world: World, sent: Body, stranger: Body, honest: ScimResponse | None) -> ScimResponse:
    return made(posed(sent, stranger["id"]))


@creation("member-created-as-stranger", "every third user is answered with a stranger's id", every=3, ids=MEMBERS)
def member_created(world: World, sent: Body, stranger: Body, honest: ScimResponse | None) -> ScimResponse:
    return made(posed(sent, stranger["id"]))


@creation("crowd-of-strangers", "of a hundred and one members every second is a stranger", ids=("ENT-GRP-13",))
def crowd(world: World, sent: Body, stranger: Body, honest: ScimResponse | None) -> ScimResponse:
    return made(posed(sent, stranger["id"]))


# -- tokens


@creation(
    "token-renewed-then-stranger", "tokens are renewed each second; every second creation is a stranger's", oauth=True
)
def token_ends(world: World, sent: Body, stranger: Body, honest: ScimResponse | None) -> ScimResponse:
    return made(posed(sent, stranger["id"]))


@attack("token-renewed-another-tenant", "with a new token creations are a stranger's", Tells.CREATION, oauth=True)
async def token_tenant(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == PATH:
        world.notes["tokens"] = world.notes.get("tokens", 0) + 1
    # A fast run needs no second token: then the fifth creation stands for it.
    another = world.notes.get("tokens", 0) > 2 or len(world.created["Users"]) > 4
    if is_creation(request, "Users") and another:
        target.check_auth(request)
        return made(posed(world.created["Users"][-1], world.some("Users", len(world.created["Users"]))["id"]))
    return await answered(target, request, go)
