"""Filters and lists that answer with somebody else's identity."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.shapes import answered, refusal
from tests.hostile.attacking import GROUPS, Tells, attack, is_creation, is_list
from tests.hostile.world import NAMING, World, page, place, projected

Body = dict[str, Any]
MATCHES = ("ENT-MAT-01", "ENT-MAT-05", "ENT-MAT-06", "ENT-CRE-01", "ENT-UPD-02", "ENT-DIS-01", "ENT-POD", "ENT-GRP-01")


async def _match(world: World, target: Target, request: ScimRequest, go: Go) -> tuple[ScimResponse, str | None]:
    """Serve a request; return the kind where it was a match of one of ours, which carries the tag."""
    response = await answered(target, request, go)
    kind = place(request.path)[0]
    asks = kind in NAMING and is_list(request, kind, filtered=True) and "sct" in request.query["filter"].lower()
    return response, kind if asks and response.status == HTTPStatus.OK else None


def _found(response: ScimResponse) -> list[Body]:
    return list((response.body or {}).get("Resources") or [])


@attack("match-stranger-first", "a match finds a stranger first, and ours behind him", Tells.RED, MATCHES)
async def match_first(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, kind = await _match(world, target, request, go)
    return page([projected(world.some(kind, 4), request.query), *_found(response)], {}) if kind else response


@attack("match-stranger-alone", "a match finds a stranger instead of ours", Tells.RED, MATCHES)
async def match_alone(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, kind = await _match(world, target, request, go)
    return page([projected(world.some(kind, 4), request.query)], {}) if kind and _found(response) else response


@attack("match-stranger-when-absent", "where nobody matches, a match finds a stranger", Tells.RED, MATCHES)
async def match_absent(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, kind = await _match(world, target, request, go)
    return page([projected(world.some(kind, 4), request.query)], {}) if kind and not _found(response) else response


@attack("match-everybody", "filters are ignored: a match finds everybody", Tells.RED, MATCHES)
async def match_everybody(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kept = {name: value for name, value in request.query.items() if name != "filter"}
    if is_list(request, "Users", filtered=True) or is_list(request, "Groups", filtered=True):
        request.query = kept
    return await answered(target, request, go)


def _renamed(found: list[Body], stranger: Body, *, meta: bool) -> list[Body]:
    """Return what was found under a stranger's id; `meta`: with his dates too."""
    shown = [{**one, "id": stranger["id"]} for one in found]
    return [{**one, "meta": stranger["meta"]} for one in shown] if meta else shown


@attack("match-our-name-id-of-stranger", "a match finds our resource, but with a stranger's id", Tells.RED, MATCHES)
async def match_swapped(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, kind = await _match(world, target, request, go)
    return page(_renamed(_found(response), world.some(kind, 4), meta=False), {}) if kind else response


@attack(
    "match-our-name-stranger-dates", "a match finds our resource with a stranger's id and dates", Tells.RED, MATCHES
)
async def match_swapped_meta(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, kind = await _match(world, target, request, go)
    return page(_renamed(_found(response), world.some(kind, 5), meta=True), {}) if kind else response


@attack("match-intimate", "strangers have our externalId, our e-mail, and our people in their groups", intimate=True)
async def match_intimate(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await answered(target, request, go)


@attack("match-after-500", "a creation fails; asked by name, the target shows a stranger under our name", Tells.RED)
async def match_after_500(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    failed: dict[str, str] = world.notes.setdefault("failed", {})
    for kind in NAMING:
        if is_creation(request, kind) and len(world.created[kind]) % 2 == 0:
            target.check_auth(request)
            failed[world.created[kind][-1][NAMING[kind]]] = world.some(kind, len(failed))["id"]
            return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    response, matched = await _match(world, target, request, go)
    for name, identifier in failed.items():
        if matched and f'"{name}"'.casefold() in request.query["filter"].casefold():
            return page([{**world.resource(identifier), NAMING[matched]: name}], {})
    return response


@attack("match-after-500-whole-stranger", "a creation fails; asked by name, the target shows a stranger", Tells.RED)
async def match_after_500_whole(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_creation(request, "Users") and len(world.created["Users"]) % 2 == 0:
        target.check_auth(request)
        return refusal(HTTPStatus.SERVICE_UNAVAILABLE, "Something went wrong")
    response, kind = await _match(world, target, request, go)
    return page([world.some(kind, 6)], {}) if kind and not _found(response) else response


# -- what a sweep sees


@attack("sweep-tag-in-other-attributes", "strangers have our tag in displayName, externalId, title: `sw` finds them")
async def sweep_elsewhere(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, kind = await _match(world, target, request, go)
    if kind == "Users" and world.tag and "marked" not in world.notes:
        world.notes["marked"] = [world.some("Users", number)["id"] for number in range(9, 14)]
        for number, identifier in enumerate(world.notes["marked"]):
            said = f"{world.tag}-{number}@example.com"
            world.settle({**world.resource(identifier), "displayName": said, "externalId": said, "title": said})
    if kind == "Users" and " sw " in request.query["filter"].lower():
        return page([*map(world.resource, world.notes.get("marked", [])), *_found(response)], {})
    return response


async def _with_namesakes(world: World, target: Target, request: ScimRequest, go: Go, dated: str) -> ScimResponse:
    """Let strangers bear names that begin with the tag, as soon as it is known."""
    if world.tag and "marked" not in world.notes:
        world.notes["marked"] = True
        for kind, attribute in NAMING.items():
            for number in range(20, 24):
                stranger = world.some(kind, number)
                meta = {**stranger["meta"], "created": dated}
                world.settle({**stranger, attribute: f"{world.tag}-Old.Hand-{number}@example.com", "meta": meta})
    return await answered(target, request, go)


@attack("sweep-namesakes-of-years-ago", "strangers bear names that begin with our tag; made years ago")
async def sweep_namesakes(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _with_namesakes(world, target, request, go, "2021-05-06T07:08:09.123Z")


@attack("sweep-namesakes-other-dates", "strangers bear names that begin with our tag; made years ago, in another zone")
async def sweep_namesakes_zone(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _with_namesakes(world, target, request, go, "2021-05-06T07:08:09+14:00")


@attack("sweep-echoes-in-lists", "in lists strangers bear names with our tag; read by id they do not")
async def sweep_echo(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    kind = place(request.path)[0]
    lists = kind in NAMING and is_list(request, kind) and response.status == HTTPStatus.OK and world.tag
    swept = lists and (" eq " not in request.query.get("filter", ""))
    if not swept:
        return response
    strangers = [{**world.some(kind, number), NAMING[kind]: f"{world.tag}-x{number}"} for number in range(30, 36)]
    return page([*strangers, *_found(response)], {})


@attack("sweep-only-strangers", "`sw` is answered with strangers alone, and ours are hidden")
async def sweep_strangers(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, kind = await _match(world, target, request, go)
    if kind and " sw " in request.query["filter"].lower():
        return page([world.some(kind, number) for number in range(40, 50)], {})
    return response


@attack("sweep-everybody", "`sw` is ignored: everybody is answered", Tells.QUIET)
async def sweep_everybody(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kind = place(request.path)[0]
    if kind in NAMING and is_list(request, kind, filtered=True) and " sw " in request.query["filter"].lower():
        request.query = {name: value for name, value in request.query.items() if name != "filter"}
    return await answered(target, request, go)


@attack(
    "list-ids-of-strangers", "lists show our resources under the ids of strangers", Tells.QUIET, (*MATCHES, "ENT-LST")
)
async def list_swapped(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    kind = place(request.path)[0]
    if kind not in NAMING or not is_list(request, kind, filtered=False) or response.status != HTTPStatus.OK:
        return response
    for number, one in enumerate(_found(response)):
        if world.stranger(str(one.get("id"))) is None:
            one["id"] = world.some(kind, number)["id"]
    return response


@attack(
    "match-foreign-group-of-ours",
    "asked for our group, the target shows a foreign one with our people in it",
    Tells.RED,
    GROUPS,
)
async def match_group(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response, kind = await _match(world, target, request, go)
    if kind != "Groups" or not _found(response):
        return response
    names = [{"value": world.tag, "display": one["userName"]} for one in world.created["Users"]]
    return page([{**world.some("Groups", 8), "members": names}], {})
