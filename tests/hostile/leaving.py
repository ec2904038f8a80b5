"""Targets that do not delete, or say so and do not, or bring back what was deleted."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, RawResponse, Target
from scim_conformance.demo.shapes import answered, refusal
from tests.hostile.attacking import Tells, attack, is_list
from tests.hostile.world import World, place

Body = dict[str, Any]
FEW = ("ENT-CRE-01", "ENT-UPD-01", "ENT-DIS-01", "ENT-DEL", "ENT-GRP-01", "ENT-GRP-05", "ENT-GRP-14")


def is_deletion(request: ScimRequest) -> bool:
    """Tell whether a request deletes a resource."""
    return request.method == "DELETE" and place(request.path)[0] in {"Users", "Groups"}


def held(target: Target, request: ScimRequest) -> Any:
    """Return what of ours is stored under the id of a request, or None."""
    return next((one for one in target.stored() if one.id == place(request.path)[1]), None)


def _refusing(name: str, what: str, status: HTTPStatus, *, body: bytes | None = None, later: bool = False) -> None:
    """Register a target that refuses deletions; `later`: only during the run, so that `clean` succeeds."""

    async def act(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        if not is_deletion(request) or (later and world.phase == "clean"):
            return await answered(target, request, go)
        target.check_auth(request)
        if body is not None:
            return RawResponse(status, None, {"Content-Type": "text/html"}, body)
        return refusal(status, "No")

    attack(name, what, Tells.DELETES if later else Tells.COUNTED, FEW)(act)


_refusing("delete-405", "DELETE is answered with 405", HTTPStatus.METHOD_NOT_ALLOWED)
_refusing("delete-403", "DELETE is answered with 403", HTTPStatus.FORBIDDEN)
_refusing("delete-501", "DELETE is answered with 501", HTTPStatus.NOT_IMPLEMENTED)
_refusing("delete-500", "DELETE is answered with 500", HTTPStatus.INTERNAL_SERVER_ERROR)
_refusing("delete-404", "DELETE is answered with 404 as SCIM has it", HTTPStatus.NOT_FOUND)
_refusing("delete-no-route", "there is no route for DELETE: 404 as a page", HTTPStatus.NOT_FOUND, body=b"Cannot DELETE")
_refusing(
    "delete-405-until-clean", "DELETE is answered with 405 until `clean`", HTTPStatus.METHOD_NOT_ALLOWED, later=True
)
_refusing("delete-404-until-clean", "DELETE is answered with 404 until `clean`", HTTPStatus.NOT_FOUND, later=True)


@attack("delete-ignored", "DELETE is answered with 204, and everything stays", Tells.COUNTED, FEW)
async def ignored(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_deletion(request) and held(target, request):
        target.check_auth(request)
        return ScimResponse(HTTPStatus.NO_CONTENT, None)
    return await answered(target, request, go)


@attack("delete-ignored-until-clean", "DELETE is answered with 204 and ignored, until `clean`", Tells.DELETES, FEW)
async def ignored_until_clean(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if world.phase == "run":
        return await ignored(world, target, request, go)
    return await answered(target, request, go)


def _disable(target: Target, request: ScimRequest) -> None:
    if (resource := held(target, request)) is not None and hasattr(resource, "active"):
        resource.active = False
        target.memory.resources = [resource if one.id == resource.id else one for one in target.stored()]


@attack("delete-disables", "DELETE of a user disables the user, 204", Tells.COUNTED, FEW)
async def disables(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_deletion(request) and place(request.path)[0] == "Users" and held(target, request):
        target.check_auth(request)
        _disable(target, request)
        return ScimResponse(HTTPStatus.NO_CONTENT, None)
    return await answered(target, request, go)


@attack(
    "delete-hides-from-lists", "DELETE disables; who is disabled is in no list, and is read by id", Tells.COUNTED, FEW
)
async def hides(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_deletion(request) and place(request.path)[0] == "Users" and held(target, request):
        target.check_auth(request)
        _disable(target, request)
        world.notes.setdefault("hidden", set()).add(place(request.path)[1])
        return ScimResponse(HTTPStatus.NO_CONTENT, None)
    response = await answered(target, request, go)
    if is_list(request, "Users") and response.status == HTTPStatus.OK and response.body:
        found = [one for one in response.body["Resources"] if one["id"] not in world.notes.get("hidden", set())]
        fewer = len(response.body["Resources"]) - len(found)
        response.body |= {"Resources": found, "totalResults": response.body["totalResults"] - fewer}
    return response


def _forget(world: World, target: Target, request: ScimRequest) -> None:
    world.notes.setdefault("bin", {})[place(request.path)[1]] = held(target, request)


def _bring_back(world: World, target: Target, identifier: str) -> None:
    resource = world.notes["bin"].pop(identifier)
    target.memory.resources = [*target.stored(), resource]


@attack("delete-comes-back", "whoever was deleted is back, once, as soon as somebody searches", Tells.DELETES, FEW)
async def comes_back(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    back: set[str] = world.notes.setdefault("back", set())
    if is_list(request, "Users") or is_list(request, "Groups"):
        for identifier in list(world.notes.get("bin", {})):
            back.add(identifier)
            _bring_back(world, target, identifier)
    if is_deletion(request) and held(target, request) and place(request.path)[1] not in back:
        _forget(world, target, request)
    return await answered(target, request, go)


@attack("delete-comes-back-by-creation", "a new creation brings back whoever was deleted before", Tells.DELETES, FEW)
async def comes_back_by_creation(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_deletion(request) and held(target, request):
        _forget(world, target, request)
    response = await answered(target, request, go)
    if request.method == "POST" and response.status == HTTPStatus.CREATED:
        for identifier in list(world.notes.get("bin", {})):
            _bring_back(world, target, identifier)
    return response


@attack("delete-users-only", "groups are not deleted: 405", Tells.COUNTED, FEW)
async def users_only(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_deletion(request) and place(request.path)[0] == "Groups":
        target.check_auth(request)
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED, "No")
    return await answered(target, request, go)


@attack("delete-every-second", "every second deletion is answered with 204 and ignored", Tells.COUNTED, FEW)
async def every_second(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_deletion(request):
        world.notes["deletions"] = world.notes.get("deletions", 0) + 1
        if world.notes["deletions"] % 2 == 0:
            return await ignored(world, target, request, go)
    return await answered(target, request, go)


@attack("clean-cannot-look", "after the run every read is answered with 500", Tells.BLIND, FEW)
async def cannot_look(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_deletion(request):
        target.check_auth(request)
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "No")
    if world.phase == "clean" and request.method == "GET":
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "No")
    return await answered(target, request, go)


@attack("clean-is-refused", "DELETE is refused; after the run the token is too", Tells.BLIND, FEW)
async def token_refused(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_deletion(request):
        target.check_auth(request)
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED, "No")
    if world.phase == "clean":
        return refusal(HTTPStatus.UNAUTHORIZED, "The token has ended")
    return await answered(target, request, go)
