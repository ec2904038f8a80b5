"""Targets that delete, but make more than was asked for, make it otherwise, or hide it from who looks for it."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.shapes import answered, refusal
from tests.hostile.attacking import Tells, attack, is_list
from tests.hostile.leaving import FEW, held, is_deletion
from tests.hostile.world import NAMING, World, place

Body = dict[str, Any]


def _is_made(request: ScimRequest, response: ScimResponse, kind: str) -> bool:
    return request.method == "POST" and place(request.path) == (kind, "") and response.status == HTTPStatus.CREATED


def _put(target: Target, like: str, **changes: Any) -> None:
    """Store a copy of a resource with some attributes changed."""
    resource = next(one for one in target.stored() if one.id == like)
    target.memory.resources = [*target.stored(), resource.model_copy(update=changes)]


@attack("ids-change-after-each-write", "whoever was changed has another id from then on", Tells.DELETES, FEW)
async def ids_change(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    changed = request.method == "PATCH" and response.status < HTTPStatus.MULTIPLE_CHOICES and held(target, request)
    if changed:
        world.notes["version"] = world.notes.get("version", 0) + 1
        identifier = f"{place(request.path)[1].partition('.')[0]}.{world.notes['version']}"
        for one in (found := target.stored()):
            one.id = identifier if one.id == place(request.path)[1] else one.id
        target.memory.resources = found
        if response.body:
            response.body["id"] = identifier
    return response


@attack("ids-are-reused", "the id of whoever was deleted is given to the next one created", Tells.DELETES, FEW)
async def ids_reused(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    free: dict[str, list[str]] = world.notes.setdefault("free", {kind: [] for kind in NAMING})
    kind, identifier = place(request.path)
    deletes = is_deletion(request) and held(target, request) is not None
    response = await answered(target, request, go)
    if deletes and response.status == HTTPStatus.NO_CONTENT:
        free[kind].append(identifier)
    if kind in NAMING and _is_made(request, response, kind) and response.body and free[kind]:
        given = free[kind].pop()
        for one in (found := target.stored()):
            one.id = given if one.id == response.body["id"] else one.id
        target.memory.resources = found
        response.body["id"] = given
        response.headers = {**response.headers, "Location": f"{request.url}/{given}"}
    return response


@attack(
    "ids-are-reused-undeletable",
    "ids are given again, and DELETE of who has one for the second time is 405",
    Tells.COUNTED,
    FEW,
)
async def ids_reused_stuck(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    again: dict[str, int] = world.notes.setdefault("again", {})
    if is_deletion(request) and again.get(place(request.path)[1], 0) > 1:
        target.check_auth(request)
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED, "No")
    response = await ids_reused(world, target, request, go)
    if response.status == HTTPStatus.CREATED and response.body:
        again[response.body["id"]] = again.get(response.body["id"], 0) + 1
    return response


@attack("makes-personal-groups", "each user gets a group that bears the user's name, and stays", Tells.DELETES, FEW)
async def personal_groups(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if _is_made(request, response, "Users") and response.body:
        group = await _group(target, request, go, response.body["userName"])
        assert group.status in {HTTPStatus.CREATED, HTTPStatus.CONFLICT}, group
    return response


async def _group(target: Target, request: ScimRequest, go: Go, name: str) -> ScimResponse:
    kept = request.path, request.body
    request.path = "/Groups"
    request.body = b'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"%s"}' % name.encode()
    response = await answered(target, request, go)
    request.path, request.body = kept
    return response


@attack("makes-second-accounts", "each user gets a second account, with a name that goes on", Tells.DELETES, FEW)
async def second_accounts(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if _is_made(request, response, "Users") and response.body:
        identifier = response.body["id"]
        _put(target, identifier, id=f"{identifier[:20]}-shadow", user_name=f"{response.body['userName']}.shadow")
    return response


@attack(
    "makes-second-accounts-undeletable", "each user gets a second account, which cannot be deleted", Tells.COUNTED, FEW
)
async def second_accounts_stuck(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_deletion(request) and request.path.endswith("-shadow"):
        target.check_auth(request)
        return refusal(HTTPStatus.FORBIDDEN, "No")
    return await second_accounts(world, target, request, go)


@attack(
    "makes-another-name",
    "201 with another name than was sent: the tag is at its beginning all the same",
    Tells.DELETES,
    FEW,
)
async def another_name(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    if _is_made(request, response, "Users") and response.body and len(world.created["Users"]) % 2 == 0:
        name = response.body["userName"].partition("@")[0] + "-1@tenant.example"
        for one in (found := target.stored()):
            if one.id == response.body["id"]:
                one.user_name = name
        target.memory.resources = found
        response.body["userName"] = name
    return response


@attack("makes-it-and-says-500", "creations are made, and every second one is answered with 500", Tells.DELETES, FEW)
async def made_and_500(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    kind = place(request.path)[0]
    if kind in NAMING and _is_made(request, response, kind) and len(world.created[kind]) % 2 == 0:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return response


@attack("makes-it-and-says-409", "creations are made, and every second one is answered with 409", Tells.DELETES, FEW)
async def made_and_409(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    kind = place(request.path)[0]
    if kind in NAMING and _is_made(request, response, kind) and len(world.created[kind]) % 2 == 0:
        return refusal(HTTPStatus.CONFLICT, "The name is taken", "uniqueness")
    return response


@attack("makes-it-without-an-id", "creations are answered with 201 and no id", Tells.DELETES, FEW)
async def made_without_id(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    kind = place(request.path)[0]
    if kind in NAMING and _is_made(request, response, kind) and response.body:
        response.body.pop("id")
        response.headers = {name: value for name, value in response.headers.items() if name != "Location"}
    return response


def _is_sweep(request: ScimRequest, kind: str) -> bool:
    return is_list(request, kind, filtered=True) and " sw " in request.query["filter"].lower()


def _hidden(name: str, what: str, *, refuses: bool, pages_badly: bool = False, everybody: bool = False) -> None:
    """Register a target with second accounts that stay, where a sweep is refused, answered with all, or paged badly."""

    async def act(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        kind = place(request.path)[0]
        if kind in NAMING and _is_sweep(request, kind):
            target.check_auth(request)
            if refuses:
                return refusal(HTTPStatus.BAD_REQUEST, "The operator sw is not supported", "invalidFilter")
            if everybody:
                request.query = {key: value for key, value in request.query.items() if key != "filter"}
        if pages_badly and kind in NAMING and is_list(request, kind, filtered=False):
            return await _badly_paged(world, target, request, go)
        return await second_accounts_stuck(world, target, request, go)

    attack(name, what, Tells.COUNTED, FEW)(act)


async def _badly_paged(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Serve a page with a wrong totalResults: that of the page alone."""
    response = await answered(target, request, go)
    if response.status == HTTPStatus.OK and response.body:
        response.body["totalResults"] = len(response.body["Resources"])
    return response


_hidden("sweep-refused", "second accounts stay; `sw` is refused with 400", refuses=True)
_hidden("sweep-answers-everybody", "second accounts stay; `sw` answers everybody", refuses=False, everybody=True)
_hidden(
    "sweep-refused-total-wrong", "`sw` is refused, and totalResults is that of the page", refuses=True, pages_badly=True
)


@attack("sweep-refused-start-ignored", "DELETE is 405, `sw` is refused, and startIndex is ignored", Tells.COUNTED, FEW)
async def start_ignored(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kind = place(request.path)[0]
    if is_deletion(request) or (kind in NAMING and _is_sweep(request, kind)):
        target.check_auth(request)
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED if is_deletion(request) else HTTPStatus.BAD_REQUEST, "No")
    request.query = {name: value for name, value in request.query.items() if name != "startIndex"}
    return await answered(target, request, go)


@attack(
    "sweep-lists-refused", "DELETE is 405; neither `sw` nor a list without a filter is answered", Tells.COUNTED, FEW
)
async def lists_refused(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kind = place(request.path)[0]
    lists = kind in NAMING and (_is_sweep(request, kind) or is_list(request, kind, filtered=False))
    if is_deletion(request) or lists:
        target.check_auth(request)
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED if is_deletion(request) else HTTPStatus.FORBIDDEN, "No")
    return await answered(target, request, go)
