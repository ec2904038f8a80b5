"""Faults by which users lose their manager, or get another one, though nothing was sent about them."""

from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op, replaced
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import id_of, is_write, stored_at

MANAGER = f"{ENTERPRISE}:manager"


def _reports(target: Target, boss: str) -> list[Any]:
    """Return the managers, as they are stored, of the users who report to somebody."""
    found = []
    for one in target.stored():
        extensions = [value for value in vars(one).values() if hasattr(value, "manager")]
        found += [(one.id, value) for value in extensions if value.manager and value.manager.value == boss]
    return found


def _manager(target: Target, identifier: str) -> Any:
    extension = stored_at(target, f"/Users/{identifier}").get(ENTERPRISE) or {}
    return (extension.get("manager") or {}).get("value")


@defect(
    Kind.PATCH,
    "reports-move-up",
    "When a manager gets a manager, the reports move up too",
    "our deduction: an UPDATE of the column that has the manager, where it should be the row",
    named="ENT-MGR-08/legacy#read-report.stored.enterprise.manager",
)
async def reports_move_up(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    before = _manager(target, id_of(request)) if is_write(request, "PATCH", "Users") else None
    response = await go(request)
    after = _manager(target, id_of(request)) if is_write(request, "PATCH", "Users") else None
    for _, extension in _reports(target, id_of(request)) if after and after != before else []:
        extension.manager.value = after
    return response


@probe("reports-move-up")
def reports_move_up_shows(wire: Wire) -> bool:
    top, boss, user = wire.user(), wire.user(), wire.user()
    for who, manager in ((user, boss), (boss, top)):
        assert wire.change(who, op("add", MANAGER, manager)).status in {200, 204}
    return bool(wire.read(user)[ENTERPRISE]["manager"]["value"] == top)


@defect(
    Kind.PATCH,
    "one-report-a-manager",
    "Of two users who get the same manager, the first one loses it",
    "our deduction: a unique index on the column that has the manager",
    named="ENT-MGR-09/legacy#read-user-set.stored.enterprise.manager",
)
async def one_report_a_manager(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    boss = _manager(target, id_of(request)) if is_write(request, "PATCH", "Users") else None
    for report, extension in _reports(target, str(boss)) if boss else []:
        if report != id_of(request):
            extension.manager = None
    return response


@probe("one-report-a-manager")
def one_report_a_manager_shows(wire: Wire) -> bool:
    boss, first, second = wire.user(), wire.user(), wire.user()
    for user in (first, second):
        assert wire.change(user, op("add", MANAGER, boss)).status in {200, 204}
    return "manager" not in (wire.read(first).get(ENTERPRISE) or {})


@defect(
    Kind.PATCH,
    "renamed-boss-lost",
    "Users lose a manager whose name or address changes",
    "our deduction: the reference is by the display name, and is not found after a change of it",
    named="ENT-MGR-09/legacy#read-user-changed.stored.enterprise.manager",
)
async def renamed_boss_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changing = is_write(request, "PATCH", "Users")
    before = stored_at(target, request.path).get("displayName") if changing else None
    response = await go(request)
    after = stored_at(target, request.path).get("displayName") if changing else None
    for _, extension in _reports(target, id_of(request)) if before != after else []:
        extension.manager = None
    return response


@probe("renamed-boss-lost")
def renamed_boss_lost_shows(wire: Wire) -> bool:
    boss, user = wire.user(displayName="Jo"), wire.user()
    assert wire.change(user, op("add", MANAGER, boss)).status in {200, 204}
    assert wire.change(boss, replaced("displayName", "Joe")).status in {200, 204}
    return "manager" not in (wire.read(user).get(ENTERPRISE) or {})
