"""Faults in enabling a user again, and in creating again what was deleted."""

from http import HTTPStatus

from scim2_models import NotFoundException, UniquenessException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of
from scim_conformance.demo.faults.registry import UNREADABLE, Kind, defect
from scim_conformance.demo.probing.bodies import merged, replaced, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import deleted_user, disabled_user
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import (
    changes,
    created,
    id_of,
    is_active,
    is_read,
    is_write,
    refusal,
    rewrite,
    stored_at,
    without,
)


def _sets_active(request: ScimRequest, wanted: str) -> bool:
    values = [one.get("value") for one in changes(request) if one.get("path") == "active"]
    return any(str(value).lower() == wanted for value in values)


@defect(
    Kind.LIFECYCLE,
    "reactivation-400",
    "A disabled user cannot be enabled again: 400",
    "FusionAuth/fusionauth-issues#3311",
    named="ENT-DIS-02/legacy#enable.status",
    shows=("ENT-DIS-02",),
    row="B57",
    wide="every scenario that enables a user again is refused",
)
async def reactivation_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _sets_active(request, "true") and not is_active(target, request):
        return refusal(HTTPStatus.BAD_REQUEST, "The user cannot be activated", "invalidValue")
    return await go(request)


@probe("reactivation-400")
def reactivation_400_shows(wire: Wire) -> bool:
    return wire.change(disabled_user(wire), replaced("active", "True")).status == 400


@defect(
    Kind.LIFECYCLE,
    "buried-name-stays",
    "A restored user keeps the name of the deleted account",
    "onyx-dot-app/onyx#14074",
    named="ENT-DIS-05/legacy#read-back.stored.userName",
    row="B81",
)
async def buried_name_stays(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _sets_active(request, "true"):
        rewrite(request, without(changes(request), "userName"))
    return await go(request)


@probe("buried-name-stays")
def buried_name_stays_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    user = wire.user(userName=name)
    buried = [replaced("userName", f"{'0a' * 16}{name}"), replaced("active", "False")]
    for operations in (buried, [replaced("userName", name), replaced("active", "True")]):
        assert wire.change(user, *operations).status in {200, 204}
    return bool(wire.read(user)["userName"] != name)


@defect(
    Kind.LIFECYCLE,
    "update-enables",
    "A change of a disabled account enables it again",
    "our deduction from Microsoft Q&A 1185756, of changes of disabled accounts",
    named="ENT-DIS-04/legacy#read-back.active",
)
async def update_enables(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    if found and stored_at(target, request.path).get("active") is False:
        rewrite(request, [*found, {"op": "replace", "path": "active", "value": True}])
    return await go(request)


@probe("update-enables")
def update_enables_shows(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, merged(active=False)).status in {200, 204}
    assert wire.read(user)["active"] is False
    assert wire.change(user, replaced("title", "Boss")).status in {200, 204}
    return wire.read(user)["active"] is True


@defect(
    Kind.LIFECYCLE,
    "tombstone",
    "A deleted user can never be created again: 409",
    "kirodotdev/Kiro#10711",
    named="ENT-DEL-02#create-again.status",
    row="B106",
)
async def tombstone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    buried: set[str] = target.notes.setdefault("tombstone", set())
    if is_write(request, "DELETE", "Users"):
        names = {one.id: str(getattr(one, "user_name", "")) for one in target.stored()}
        buried.add(names.get(id_of(request), ""))
    body = body_of(request)
    if request.method == "POST" and isinstance(body, dict) and body.get("userName") in buried:
        raise UniquenessException(detail="userName is taken")
    return await go(request)


@probe("tombstone")
def tombstone_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    deleted_user(wire, name)
    return wire.create(userName=name).status == 409


@defect(
    Kind.LIFECYCLE,
    "created-again-unreadable",
    "A user who was deleted and is created again cannot be read: 404",
    "our deduction from better-auth/better-auth#11111, of what a deletion leaves",
    named="ENT-DEL-02#read-back.status",
    row="B106",
    leaves=UNREADABLE,
)
async def created_again_unreadable(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    gone: set[str] = target.notes.setdefault("gone names", set())
    name = str(stored_at(target, request.path).get("userName"))
    if is_read(request, "Users") and name in gone:
        raise NotFoundException(detail="No such user")
    response = await go(request)
    if is_write(request, "DELETE", "Users") and response.status == HTTPStatus.NO_CONTENT:
        gone.add(name)
    return response


@probe("created-again-unreadable")
def created_again_unreadable_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    assert wire.delete(f"/Users/{wire.user(userName=name)}").status == 204
    return wire.get(f"/Users/{wire.user(userName=name)}").status == 404


@defect(
    Kind.LIFECYCLE,
    "created-again-empty",
    "Creating a deleted user again returns 201 with no body",
    "our deduction from Unleash/unleash#9190, of a record that is revived",
    named="ENT-DEL-02#create-again.id",
    row="B106",
)
async def created_again_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    gone: set[object] = target.notes.setdefault("gone", set())
    if request.method == "DELETE":
        held = stored_at(target, request.path)
        gone.add(held.get("userName") or held.get("displayName"))
    name = created(request).get("userName") or created(request, "Groups").get("displayName")
    response = await go(request)
    if name is not None and name in gone and response.status == HTTPStatus.CREATED:
        response.body = None
    return response


@probe("created-again-empty")
def created_again_empty_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    assert wire.delete(f"/Users/{wire.user(userName=name)}").status == 204
    reply = wire.create(userName=name)
    return reply.status == 201 and reply.body == b""
