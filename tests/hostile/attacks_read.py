"""Reads by id that show somebody else, or show everybody under our name."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.shapes import answered, refusal
from tests.hostile.attacking import Tells, attack, creation, is_creation, is_list, is_read_by_id, made, posed
from tests.hostile.world import NAMING, World, decoded, page, place, projected

Body = dict[str, Any]


async def _read(world: World, target: Target, request: ScimRequest, go: Go) -> tuple[ScimResponse, bool]:
    """Serve a request, and tell whether it is a read by id that shows something of ours."""
    response = await answered(target, request, go)
    reads = is_read_by_id(request) and response.status == HTTPStatus.OK and bool(response.body)
    return response, reads and world.stranger(place(request.path)[1]) is None


def _instead(world: World, request: ScimRequest, identifier: str | None = None) -> ScimResponse:
    kind, own = place(request.path)
    stranger = world.some(kind, sum(own.encode()))
    return ScimResponse(HTTPStatus.OK, projected({**stranger, "id": identifier or stranger["id"]}, request.query))


@attack("get-shows-stranger", "our id shows a stranger, with his own id", Tells.UNCONFIRMED)
async def get_stranger(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, ours = await _read(world, target, request, go)
    return _instead(world, request) if ours else response


@attack("get-shows-stranger-under-our-id", "our id shows a stranger's resource that bears our id", Tells.UNCONFIRMED)
async def get_disguised(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, ours = await _read(world, target, request, go)
    return _instead(world, request, place(request.path)[1]) if ours else response


@attack("get-our-name-id-of-stranger", "our id shows our resource, but with a stranger's id", Tells.RED)
async def get_swapped(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, ours = await _read(world, target, request, go)
    if ours and response.body:
        response.body["id"] = world.some(place(request.path)[0], 2)["id"]
    return response


@attack("get-first-ours-then-stranger", "the first read of each id shows ours, each later one a stranger", Tells.RED)
async def get_later(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, ours = await _read(world, target, request, go)
    seen: set[str] = world.notes.setdefault("seen", set())
    if not ours:
        return response
    first = place(request.path)[1] not in seen
    seen.add(place(request.path)[1])
    return response if first else _instead(world, request)


@attack("get-404", "nothing of ours can be read by its id", Tells.UNCONFIRMED)
async def get_404(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, ours = await _read(world, target, request, go)
    return refusal(HTTPStatus.NOT_FOUND, "Nobody has this id") if ours else response


@attack("get-500", "each read by id is answered with 500", Tells.UNCONFIRMED)
async def get_500(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, ours = await _read(world, target, request, go)
    return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong") if ours else response


@attack("get-shows-list", "a read by id is answered with a list of everybody", Tells.UNCONFIRMED)
async def get_list(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, ours = await _read(world, target, request, go)
    kind, _ = place(request.path)
    return page([world.resource(one) for one in world.ids(kind)], {}) if ours else response


@attack("get-without-name", "a read by id shows no name, only an id and attributes of ours", Tells.UNCONFIRMED)
async def get_nameless(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, ours = await _read(world, target, request, go)
    if ours and response.body:
        response.body.pop(NAMING[place(request.path)[0]], None)
    return response


@attack("get-shows-created-years-ago", "what was made just now is shown as made years ago", Tells.UNCONFIRMED)
async def get_old(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, ours = await _read(world, target, request, go)
    if ours and response.body:
        response.body["meta"] = {**response.body.get("meta", {}), "created": "2019-04-01T08:00:00Z"}
    return response


def _echo(world: World, request: ScimRequest, *, meta: bool = True) -> ScimResponse | None:
    """Return a stranger under the name that we gave last to whoever has this id, or None."""
    kind, identifier = place(request.path)
    names: dict[str, str] = world.notes.setdefault("names", {})
    found = world.stranger(identifier)
    if not is_read_by_id(request) or found is None or found not in names:
        return None
    shown = {**world.resource(found), NAMING[kind]: names[found]}
    return ScimResponse(HTTPStatus.OK, projected(shown if meta else {**shown, "meta": {}}, request.query))


def _echoing(name: str, what: str, kind: str, *, seen: bool = False, tells: Tells = Tells.CREATION) -> None:
    """Register a target that answers creations with a stranger's id and reads it back under our name.

    Such a stranger is told by `meta.created`; where that is not shown (`seen`), by having been seen before.
    """

    async def act(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        names: dict[str, str] = world.notes.setdefault("names", {})
        ready = not seen or "shown" in world.notes
        if is_creation(request, kind) and ready and len(world.created[kind]) % 2 == 0:
            target.check_auth(request)
            sent = world.created[kind][-1]
            stranger = world.some(kind, 0 if seen else len(world.created[kind]) // 2)
            names[stranger["id"]] = sent[NAMING[kind]]
            return made(posed(sent, stranger["id"], kind[:-1]))
        if seen and not names and is_list(request, kind, filtered=True) and "sct" in request.query["filter"]:
            response = await answered(target, request, go)
            world.notes["shown"] = response.status == HTTPStatus.OK
            return page([world.some(kind, 0)], {}) if response.status == HTTPStatus.OK else response
        if echoed := _echo(world, request, meta=not seen):
            target.check_auth(request)
            return echoed
        return await answered(target, request, go)

    attack(name, what, tells)(act)


_echoing("get-echoes-our-name", "a stranger's id, which is read back under our name; created years ago", "Users")
_echoing("get-echoes-our-group", "a foreign group's id, which is read back under our name; created years ago", "Groups")
_echoing(
    "get-echoes-who-was-seen",
    "an id that a match showed before, read back under our name, without meta",
    "Users",
    seen=True,
)


@creation("get-tag-in-other-attributes", "a stranger's id; the stranger has our tag in every attribute but the name")
def get_tag_elsewhere(world: World, sent: Body, stranger: Body, honest: ScimResponse | None) -> ScimResponse:
    tagged = {"externalId": sent.get("externalId"), "displayName": sent["userName"], "title": sent["userName"]}
    world.settle({**stranger, **tagged, "nickName": sent["userName"], "emails": sent.get("emails", [])})
    return made(posed(sent, stranger["id"]))


@creation("get-stranger-renamed-to-our-tag", "a stranger's id; an administrator gave him a name with our tag")
def get_renamed(world: World, sent: Body, stranger: Body, honest: ScimResponse | None) -> ScimResponse:
    world.settle({**stranger, "userName": f"{world.tag}.{stranger['userName']}"})
    return made(posed(sent, stranger["id"]))


@attack(
    "get-careless-ids", "ids are decoded twice and read in any case: each spelling leads to a stranger", Tells.CREATION
)
async def get_careless(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kind, identifier = place(request.path)
    found = world.stranger(identifier) if kind in NAMING and identifier else None
    if found is not None and found != identifier:
        request = replace(request, path=f"/{kind}/{found}")
    if request.method == "POST" and place(request.path) == ("Users", "") and len(world.created["Users"]) % 2 == 0:
        target.check_auth(request)
        stranger = world.some("Users", len(world.created["Users"]))
        spellings = (
            stranger["id"].upper(),
            f"%{ord(stranger['id'][0]):x}{stranger['id'][1:]}",
            f"x/../{stranger['id']}",
        )
        spelled = spellings[len(world.created["Users"]) // 2 % 3]
        assert decoded(spelled) == stranger["id"]
        return made(posed(world.created["Users"][-1], spelled))
    return await answered(target, request, go)
