"""Faults in the managers of users who change places."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, id_of, path_of, read_after, refusal, stored_at


def _manager_of(target: Target, identifier: str) -> Any:
    extension = stored_at(target, f"/Users/{identifier}").get(ENTERPRISE) or {}
    return (extension.get("manager") or {}).get("value")


def _closes_circle(target: Target, request: ScimRequest) -> bool:
    """Tell whether a PATCH gives a user a manager who reports to them."""
    named = (one.get("value") for one in changes(request) if path_of(one).endswith("manager"))
    found = (one.get("value") if isinstance(one, dict) else one for one in named)
    return any(_manager_of(target, str(one)) == id_of(request) for one in found if one)


@defect(
    Kind.PATCH,
    "manager-circle-ignored",
    "A manager who reports to the user is not stored, without notice",
    "our deduction: a check for circles in the tree of employees, which is silent",
    named="ENT-MGR-08/legacy#read-boss.stored.enterprise.manager",
)
async def manager_circle_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _closes_circle(target, request):
        return await read_after(request, go)
    return await go(request)


@probe("manager-circle-ignored")
def manager_circle_ignored_shows(wire: Wire) -> bool:
    boss, user = _two(wire)
    assert wire.change(boss, op("add", MANAGER, user)).status in {200, 204}
    return "manager" not in (wire.read(boss).get(ENTERPRISE) or {})


MANAGER = f"{ENTERPRISE}:manager"


def _two(wire: Wire) -> tuple[str, str]:
    boss = wire.user()
    user = wire.user()
    assert wire.change(user, op("add", MANAGER, boss)).status in {200, 204}
    return boss, user


@defect(
    Kind.PATCH,
    "manager-circle-400",
    "A manager who reports to the user is refused with 400",
    "our deduction: a check for circles in the tree of employees",
    named="ENT-MGR-08/legacy#set-for-boss.status",
)
async def manager_circle_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _closes_circle(target, request):
        return refusal(HTTPStatus.BAD_REQUEST, "this user is a manager of the manager", "invalidValue")
    return await go(request)


@probe("manager-circle-400")
def manager_circle_400_shows(wire: Wire) -> bool:
    boss, user = _two(wire)
    return wire.change(boss, op("add", MANAGER, user)).status == HTTPStatus.BAD_REQUEST
