"""Writes the directory of a rehearsal as Microsoft Graph exports it."""

import json
from pathlib import Path
from typing import Any

from scim_conformance.entra.source.model import ObjectKind, SourceObject
from scim_conformance.entra.source.names import GRAPH
from scim_conformance.rehearsal.store import Store

NESTED = {"onPremisesExtensionAttributes", "employeeOrgData"}


def save(folder: Path, found: dict[str, Any]) -> None:
    """Write users.json, groups.json, members.json, assignments.json and deleted.json."""
    folder.mkdir(parents=True)
    for name, content in found.items():
        (folder / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def contents(store: Store) -> dict[str, Any]:
    """Return what the files contain. Who is in the recycle bin is a member of nothing, and not assigned."""
    users = list(store.directory.objects(ObjectKind.USER))
    groups = list(store.directory.objects(ObjectKind.GROUP))
    gone = {one.id for one in users if one.binned}
    assigned = [
        {"principalId": one.id, "principalType": one.kind.value.capitalize(), "appRoleId": each.role}
        for one in (*users, *groups)
        for each in store.directory.assignments(one.id)
        if each.principal == one.id and one.id not in gone
    ]
    members = {one.id: [each for each in store.directory.members(one.id) if each not in gone] for one in groups}
    return {
        "users": {"value": [_user(store, one) for one in users if not one.binned]},
        "deleted": {"value": [_user(store, one) for one in users if one.binned]},
        "groups": {"value": [_graph(one) for one in groups]},
        "members": members,
        "assignments": {"value": assigned},
    }


def _user(store: Store, one: SourceObject) -> dict[str, Any]:
    found = _graph(one)
    found["userPrincipalName"] = one.attributes.get("originalUserPrincipalName") or one.attributes["userPrincipalName"]
    if one.binned:
        return {**found, "userPrincipalName": one.id.replace("-", "") + found["userPrincipalName"]}
    boss = store.directory.manager(one.id)
    return found if boss is None else {**found, "manager": {"id": boss}}


def _graph(one: SourceObject) -> dict[str, Any]:
    found: dict[str, Any] = {"id": one.id}
    for name, value in one.attributes.items():
        place = GRAPH.get(name, name)
        if place in NESTED:
            found.setdefault(place, {})[name.rpartition(".")[2]] = value
        elif place == "businessPhones":
            found[place] = [value]
        elif name not in {"originalUserPrincipalName", "objectId"}:
            found[place] = value
    return found
