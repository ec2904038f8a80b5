"""Faults in changes as Microsoft's validator sends them."""

from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import op, replaced, work
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import changed_user
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, path_of, rewrite, stored_at, users, verb
from scim_conformance.scim import paths

SESSION = "our deduction, from a session of Microsoft's SCIM Validator (darrenjrobinson/entra-scim-mcp)"
MANAGER = f"{ENTERPRISE}:manager"


@defect(
    Kind.PATCH,
    "untyped-element-added",
    "[primary eq true] does not find an element without a type, and adds one",
    f"{SESSION}: elements are told apart by their type",
    named="ENT-VAL-02#find-changed.as-sent",
)
async def untyped_element_added(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    added = [_as_addition(one) if _has_untyped(target, request, one) else one for one in found]
    if found:
        rewrite(request, added)
    return await go(request)


def _primary(operation: dict[str, Any]) -> paths.AttrPath | None:
    """Return the path of an operation, if it names the primary element of a list."""
    if "[primary eq true]" not in path_of(operation):
        return None
    path = paths.parse(path_of(operation))
    return None if path.urn else path


def _has_untyped(target: Target, request: ScimRequest, operation: dict[str, Any]) -> bool:
    path = _primary(operation)
    stored = stored_at(target, request.path).get(path.name) if path else None
    return bool(stored) and not any(one.get("type") for one in stored or [])


def _as_addition(operation: dict[str, Any]) -> dict[str, Any]:
    path = paths.parse(path_of(operation))
    return {"op": "add", "path": path.name, "value": [{path.sub or "value": operation.get("value")}]}


@probe("untyped-element-added")
def untyped_element_added_shows(wire: Wire) -> bool:
    change = replaced("emails[primary eq true].value", "new@example.com")
    untyped = changed_user(wire, change, emails=[{"primary": True, "value": "jo@example.com"}])
    typed = changed_user(wire, change, emails=[{**work("jo@example.com")[0], "primary": True}])
    return (len(untyped["emails"]), len(typed["emails"])) == (2, 1)


@defect(
    Kind.PATCH,
    "display-name-never-removed",
    "The removal of displayName alone returns 204, and the name stays",
    f"{SESSION}: an attribute that is required in the database",
    named="ENT-VAL-03#read-removed.absent.displayName",
)
async def display_name_never_removed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    if found and all((verb(one), path_of(one)) == ("remove", "displayName") for one in found):
        rewrite(request, [])
    return await go(request)


@probe("display-name-never-removed")
def display_name_never_removed_shows(wire: Wire) -> bool:
    found = changed_user(wire, op("remove", "displayName"), displayName="Jo")
    other = changed_user(wire, op("remove", "title"), title="Clerk")
    return bool(found.get("displayName") == "Jo") and "title" not in other


@defect(
    Kind.PATCH,
    "additions-beside-others",
    "Additions beside other operations in a PATCH are ignored",
    f"{SESSION}: one PATCH with three kinds of operation",
    named="ENT-UPD-15#read-back.stored.preferredLanguage",
    shows=("ENT-VAL-03",),
)
async def additions_beside_others(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    if {"add", "remove", "replace"} <= {verb(one) for one in found}:
        rewrite(request, [one for one in found if verb(one) != "add"])
    return await go(request)


@probe("additions-beside-others")
def additions_beside_others_shows(wire: Wire) -> bool:
    added, others = op("add", None, {"title": "Boss"}), [op("remove", "nickName"), replaced("locale", "en-US")]
    alone, beside = (changed_user(wire, *found, title="Clerk") for found in ([added], [added, *others]))
    return bool((alone["title"], beside["title"]) == ("Boss", "Clerk")) and beside["locale"] == "en-US"


@defect(
    Kind.PATCH,
    "first-manager-stays",
    "A manager who is added to a user with a manager is ignored",
    f"{SESSION}: each user has a manager before one is added",
    named="ENT-VAL-04#read-added.stored.enterprise.manager",
)
async def first_manager_stays(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    if found and _manager_of(target, request):
        rewrite(request, [one for one in found if (verb(one), path_of(one)) != ("add", MANAGER)])
    return await go(request)


def _manager_of(target: Target, request: ScimRequest) -> Any:
    """Return the id of the stored manager of the user that a request names."""
    extension = stored_at(target, request.path).get(ENTERPRISE) or {}
    return (extension.get("manager") or {}).get("value")


@probe("first-manager-stays")
def first_manager_stays_shows(wire: Wire) -> bool:
    boss, unknown = wire.user(), {ENTERPRISE: {"manager": {"value": "UNKNOWN"}}}
    added = op("add", MANAGER, boss)
    set_anew, kept = changed_user(wire, added), changed_user(wire, added, **unknown)
    return bool(set_anew[ENTERPRISE]["manager"]["value"] == boss != kept[ENTERPRISE]["manager"]["value"])


@defect(
    Kind.PATCH,
    "unknown-manager-stays",
    "A manager who does not exist cannot be removed",
    f"{SESSION}: the manager of a user is looked up before it is removed",
    named="ENT-VAL-01#read-removed.absent.enterprise.manager",
)
async def unknown_manager_stays(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found, manager = changes(request), _manager_of(target, request)
    if found and manager and manager not in {one["id"] for one in users(target)}:
        rewrite(request, [one for one in found if path_of(one) != MANAGER or one.get("value")])
    return await go(request)


@probe("unknown-manager-stays")
def unknown_manager_stays_shows(wire: Wire) -> bool:
    managers = ({"value": "UNKNOWN"}, {"value": wire.user()})
    left = [changed_user(wire, op("replace", MANAGER, ""), **{ENTERPRISE: {"manager": one}}) for one in managers]
    return ["manager" in one.get(ENTERPRISE, {}) for one in left] == [True, False]
