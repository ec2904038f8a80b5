"""The names of a user's attributes: in a mapping (the provisioning service), in Microsoft Graph, in the portal's CSV.

Sources: Graph, "user resource type" and "synchronization objectDefinition"; the header of the portal's file is
observed. Most names are the same; these tables have the others.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from scim_conformance.entra.directory.attributes import EXTENSIONS

GRAPH = {
    "objectId": "id",
    "telephoneNumber": "businessPhones",
    "mobile": "mobilePhone",
    "facsimileTelephoneNumber": "faxNumber",
    "physicalDeliveryOfficeName": "officeLocation",
    "immutableId": "onPremisesImmutableId",
    "dirSyncEnabled": "onPremisesSyncEnabled",
    "originalUserPrincipalName": "userPrincipalName",
    "employeeOrgData.division": "employeeOrgData",
    "employeeOrgData.costCenter": "employeeOrgData",
    **dict.fromkeys(EXTENSIONS, "onPremisesExtensionAttributes"),
}
"""A mapping's source -> the property to select from Graph, where they differ."""

COMPUTED = frozenset({"IsSoftDeleted", "appRoleAssignments", "members", "manager"})
"""Sources that no export of users has as a property: scope, assignments, memberships and managers decide them."""

PORTAL_COLUMNS = frozenset(
    {
        "userPrincipalName", "displayName", "surname", "mail", "givenName", "objectId", "userType", "jobTitle",
        "department", "accountEnabled", "usageLocation", "streetAddress", "state", "country",
        "physicalDeliveryOfficeName", "city", "postalCode", "telephoneNumber", "mobile", "ageGroup", "companyName",
        "creationType", "directorySynced", "invitationState", "legalAgeGroupClassification",
    }
)  # fmt: skip
"""The sources that the portal's CSV has (observed). It has no mailNickname, employeeId, manager or
preferredLanguage."""

_NESTED = {
    "onPremisesExtensionAttributes": EXTENSIONS,
    "employeeOrgData": ("employeeOrgData.division", "employeeOrgData.costCenter"),
}
_BY_GRAPH = {graph: ours for ours, graph in GRAPH.items() if graph not in {"userPrincipalName", *_NESTED}}
_BY_COLUMN = {name.lower(): name for name in (*PORTAL_COLUMNS, "mailNickname", "employeeId", "preferredLanguage")} | {
    "id": "objectId",
    "object id": "objectId",
    "user principal name": "userPrincipalName",
    "display name": "displayName",
}
GUEST = "#EXT#"
_HEX = frozenset("0123456789abcdefABCDEF")


def selected(sources: Iterable[str]) -> list[str]:
    """Return what to select from Graph so that these sources have values, in order and without repetition."""
    wanted = (GRAPH.get(one, one) for one in sources if one not in COMPUTED)
    return list(dict.fromkeys(["id", "userPrincipalName", "accountEnabled", *wanted]))


def from_graph(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a Graph object's properties by the names of a mapping's sources; null where Graph returned null."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name in _NESTED:
            found |= _inner(name, value if isinstance(value, dict) else {})
        elif name == "businessPhones":
            found["telephoneNumber"] = value[0] if isinstance(value, list) and value else None
        elif "@" not in name and name not in COMPUTED:
            found[_BY_GRAPH.get(name, name)] = value
    return found | {GRAPH[ours]: found[ours] for ours in ("immutableId", "dirSyncEnabled") if ours in found}


def _inner(name: str, value: Mapping[str, Any]) -> dict[str, Any]:
    parts = ((ours, ours.rpartition(".")[2]) for ours in _NESTED[name])
    return {ours: value.get(part) for ours, part in parts}


def from_portal(row: Mapping[str, str]) -> dict[str, Any]:
    """Return a row of a CSV file by the names of a mapping's sources; null where it is empty."""
    return {_BY_COLUMN.get(name.strip().lower(), name.strip()): _plain(value) for name, value in row.items() if name}


def _plain(value: str | None) -> str | bool | None:
    text = (value or "").strip()
    return {"true": True, "false": False, "": None}.get(text.lower(), text)


def signing_in(found: dict[str, Any], *, binned: bool) -> dict[str, Any]:
    """Correct userPrincipalName as the service reads it: without a guest's `#EXT#`, and without the mark of the bin.

    A guest's is `alias@theirdomain` (Microsoft: How application provisioning works); `originalUserPrincipalName` keeps
    the form with `#EXT#`. In the bin, Graph puts the id's 32 hex digits before it (observed).
    """
    name = str(found.get("userPrincipalName") or "")
    if binned and len(name) > 32 and _HEX.issuperset(name[:32]):
        name = name[32:]
    if not name:
        return found
    return {**found, "userPrincipalName": _without_mark(name), "originalUserPrincipalName": name}


def _without_mark(name: str) -> str:
    alias, mark, _ = name.partition(GUEST)
    local, at, domain = alias.rpartition("_")
    return f"{local}@{domain}" if mark and at else name
