"""Faults in the manager of a user."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.broken import How, broken
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op, replaced, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import changed_user, status_of_change
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, path_of, refusal, resources, rewrite, verb
from scim_conformance.scim import paths

MANAGER = f"{ENTERPRISE}:manager"
_forgets = broken("User", paths.parse(f"{ENTERPRISE}:manager"), How.WIPED)


def _of_manager(operation: dict[str, Any]) -> bool:
    return path_of(operation).partition("[")[0] in {"manager", f"{ENTERPRISE}:manager"}


@defect(
    Kind.PATCH,
    "manager-string-400",
    "A manager as a string returns 400",
    "Captain-P-Goldfish/SCIM-SDK#686",
    named="ENT-MGR-01/legacy#add.status",
    shows=("ENT-MGR-02",),
    row="B70",
    wide="every scenario that sets a manager sends it as a string",
)
async def manager_string_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(_of_manager(one) and isinstance(one.get("value"), str) for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "manager must be an object", "invalidValue")
    return await go(request)


@probe("manager-string-400")
def manager_string_400_shows(wire: Wire) -> bool:
    return status_of_change(wire, op("Add", MANAGER, wire.user())) == 400


@defect(
    Kind.PATCH,
    "manager-object-400",
    "A manager as an object returns 400: only the plain id is accepted",
    "Captain-P-Goldfish/SCIM-SDK#686, the other way round",
    named="ENT-MGR-03/object#set.status",
    row="B70",
)
async def manager_object_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(_of_manager(one) and isinstance(one.get("value"), dict | list) for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "manager must be a string", "invalidValue")
    return await go(request)


@probe("manager-object-400")
def manager_object_400_shows(wire: Wire) -> bool:
    boss = wire.user()
    assert status_of_change(wire, op("Add", MANAGER, boss)) in {200, 204}
    return status_of_change(wire, op("Add", MANAGER, {"value": boss})) == 400


@defect(
    Kind.PATCH,
    "manager-filter-400",
    "Removing a manager returns 400: impossible to search",
    "thomaspoignant/scim-patch#453",
    named="ENT-MGR-04/remove-filtered#remove.status",
    row="B72b",
)
async def manager_filter_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if any(_of_manager(one) and "[" in str(one.get("path")) for one in changes(request)):
        return refusal(HTTPStatus.BAD_REQUEST, "Impossible to search on a mono valued attribute", "invalidPath")
    return await go(request)


@probe("manager-filter-400")
def manager_filter_400_shows(wire: Wire) -> bool:
    user, boss = wire.user(), wire.user()
    assert wire.change(user, op("Add", MANAGER, boss)).status in {200, 204}
    return wire.change(user, op("Remove", f'{MANAGER}[value eq "{boss}"]')).status == 400


def _manager(found: Any) -> Any:
    return found.get(ENTERPRISE, {}).get("manager")


@defect(
    Kind.PATCH,
    "manager-as-text",
    "The manager comes back as a string",
    "MicrosoftDocs/azure-docs#11784",
    named="ENT-MGR-01/legacy#read-back.stored.enterprise.manager",
    shows=("ENT-MGR-03", "STD-SCH-02"),
    row="B71",
    wide="every scenario that reads a manager shows it",
)
async def manager_as_text(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        extension = resource.get(ENTERPRISE) or {}
        if isinstance(extension.get("manager"), dict):
            extension["manager"] = extension["manager"].get("value")
    return response


@probe("manager-as-text")
def manager_as_text_shows(wire: Wire) -> bool:
    boss = wire.user()
    return bool(_manager(changed_user(wire, op("Add", MANAGER, boss))) == boss)


@defect(
    Kind.PATCH,
    "manager-forgotten",
    "A change of anything else removes the manager",
    "RFC 7644 section 3.5.2: what no operation names stays",
    named="ENT-MGR-01/legacy#read-changed.stored.enterprise.manager",
    row="B71",
)
async def manager_forgotten(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await _forgets(target, request, go)


@probe("manager-forgotten")
def manager_forgotten_shows(wire: Wire) -> bool:
    user, boss = wire.user(), wire.user()
    assert wire.change(user, op("Add", MANAGER, boss)).status in {200, 204}
    assert wire.change(user, replaced("title", "Another")).status in {200, 204}
    return _manager(wire.read(user)) is None


@defect(
    Kind.PATCH,
    "manager-outside",
    "The manager comes back beside the enterprise extension, not in it",
    "Budibase/budibase#15369",
    named="ENT-MGR-01/legacy#read-back.stored.enterprise.manager",
    row="B71",
)
async def manager_outside(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        extension = resource.get(ENTERPRISE) or {}
        if "manager" in extension:
            resource["manager"] = extension.pop("manager")
    return response


@probe("manager-outside")
def manager_outside_shows(wire: Wire) -> bool:
    found = changed_user(wire, op("Add", MANAGER, wire.user()))
    return "manager" in found and _manager(found) is None


@defect(
    Kind.PATCH,
    "manager-empty",
    "A manager who was removed stays as an object with an empty value",
    "pranems/SCIMServer",
    named="ENT-MGR-04/empty-string#read-back.absent.enterprise.manager",
    row="B72",
)
async def manager_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    emptied: set[str] = target.notes.setdefault("manager-empty", set())
    for operation in changes(request):
        if _of_manager(operation):
            removed = verb(operation) == "remove" or operation.get("value") in ("", {"value": ""})
            (emptied.add if removed else emptied.discard)(request.path)
    response = await go(request)
    for resource in resources(response):
        if f"/Users/{resource.get('id')}" in emptied:
            resource.setdefault(ENTERPRISE, {})["manager"] = {"value": ""}
    return response


@probe("manager-empty")
def manager_empty_shows(wire: Wire) -> bool:
    user = wire.user()
    for one in (op("Add", MANAGER, wire.user()), replaced(MANAGER, "")):
        assert wire.change(user, one).status in {200, 204}
    return bool(_manager(wire.read(user)) == {"value": ""})


@defect(
    Kind.PATCH,
    "disabled-manager-cleared",
    "Setting a disabled account as manager succeeds, and clears the manager",
    "RFC 7643 section 4.3, manager; RFC 7644 section 3.5.2.1",
    named="ENT-MGR-07#read-set-again.kept.enterprise.manager",
)
async def disabled_manager_cleared(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    named = {one.get("value") for one in changes(request) if _of_manager(one) and isinstance(one.get("value"), str)}
    disabled = {one.id for one in target.stored() if getattr(one, "active", None) is False}
    if named & disabled:
        rewrite(request, [{"op": "remove", "path": f"{ENTERPRISE}:manager"}])
    return await go(request)


@probe("disabled-manager-cleared")
def disabled_manager_cleared_shows(wire: Wire) -> bool:
    boss, user = wire.user(), wire.user()
    assert wire.change(user, op("Add", MANAGER, boss)).status in {200, 204}
    assert wire.change(boss, replaced("active", False)).status in {200, 204}
    assert _manager(wire.read(user))
    assert wire.change(user, op("Add", MANAGER, boss)).status in {200, 204}
    return not _manager(wire.read(user))


@defect(
    Kind.PATCH,
    "manager-alone",
    "A user who gets a manager loses the employee number",
    "our deduction from RFC 7644 section 3.5.2: an upsert of the row that has the extension",
    named="ENT-MGR-01/legacy#read-back.stored.enterprise.employeeNumber",
)
async def manager_alone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    if any(_of_manager(one) and one.get("value") and isinstance(one["value"], str) for one in found):
        rewrite(request, [*found, op("remove", f"{ENTERPRISE}:employeeNumber")])
    return await go(request)


@probe("manager-alone")
def manager_alone_shows(wire: Wire) -> bool:
    user = wire.user(**{ENTERPRISE: {"employeeNumber": unique("number")}})
    assert wire.read(user)[ENTERPRISE]["employeeNumber"]
    assert wire.change(user, op("Add", MANAGER, wire.user())).status in {200, 204}
    return "employeeNumber" not in wire.read(user)[ENTERPRISE]


@defect(
    Kind.PATCH,
    "department-of-manager",
    "A user whose manager is removed has no department any more",
    "our deduction from RFC 7644 section 3.5.2: the department is taken from the manager",
    named="ENT-MGR-04/empty-string#read-back.stored.enterprise.department",
)
async def department_of_manager(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    if any(_of_manager(one) and (verb(one) == "remove" or one.get("value") in ("", {"value": ""})) for one in found):
        rewrite(request, [*found, op("remove", f"{ENTERPRISE}:department")])
    return await go(request)


@probe("department-of-manager")
def department_of_manager_shows(wire: Wire) -> bool:
    user = wire.user(**{ENTERPRISE: {"department": "Sales"}})
    assert wire.change(user, op("Add", MANAGER, wire.user())).status in {200, 204}
    assert wire.read(user)[ENTERPRISE]["department"] == "Sales"
    assert wire.change(user, op("remove", MANAGER)).status in {200, 204}
    return "department" not in wire.read(user).get(ENTERPRISE, {})
