"""A profile from the schema that the portal exports and Microsoft Graph returns (`synchronizationSchema`).

Source: Microsoft Graph, "synchronizationSchema", "objectMapping", "attributeMapping", "attributeMappingSource". What a
profile cannot hold comes back as sentences: nothing is dropped in silence.
"""

import json
from dataclasses import dataclass, field
from typing import Any, cast, get_args

from scim_conformance.entra import expressions
from scim_conformance.entra.profile import AttributeType
from scim_conformance.scim import paths, urns

Table = dict[str, Any]


class NotASchemaError(ValueError):
    """What was read is not a provisioning schema; the message is one sentence."""


@dataclass
class Imported:
    """A profile as TOML would hold it, and what it could not carry over, in the schema's order."""

    table: Table
    notes: list[str] = field(default_factory=list)


ACTIONS = {"add": "create", "update": "update", "delete": "delete"}

KNOWN = {
    "id", "attributeMappings", "enabled", "flowTypes", "metadata", "name", "scope", "sourceObjectName",
    "targetObjectName",
}  # fmt: skip
KNOWN_ROW = {
    "id", "defaultValue", "exportMissingReferences", "flowBehavior", "flowType", "matchingPriority", "source",
    "targetAttributeName",
}  # fmt: skip
CORE = (urns.USER.lower(), urns.GROUP.lower())
USUAL = {
    "disablemonitoringforchanges": "false", "disposition": "normal", "escrowbehavior": "default",
    "unsynchronized": "false", "issoftdeletionsupported": "true",
}  # fmt: skip
"""Metadata that would change what is sent, and the value that changes nothing."""


def convert(document: Any, name: str) -> Imported:
    """Convert a schema, parsed from JSON.

    Raises:
        NotASchemaError: it is none, or it provisions no users.
    """
    if not isinstance(document, dict) or not isinstance(document.get("synchronizationRules"), list):
        raise NotASchemaError("it is not a provisioning schema: it has no list synchronizationRules")
    version = document.get("version")
    found = Imported({"name": name, "title": f"Imported from {document.get('id') or 'a provisioning schema'}"})
    if version:
        found.table["title"] += f", {version}"
    for rule in _tables(document["synchronizationRules"]):
        _rule(found, rule, _types(document, rule))
    if "user" not in found.table:
        raise NotASchemaError(" ".join(["it provisions no users", *(f"({note})" for note in found.notes)]))
    for kind, one in (("user", found.table["user"]), ("group", found.table.get("group"))):
        if one and not any("match" in row for row in one["mapping"]):
            found.notes.append(f"{kind}s have no matching attribute left: give one mapping match = 1")
    return found


def _tables(value: Any) -> list[Table]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _types(document: Table, rule: Table) -> dict[tuple[str, str], Table]:
    """Return the target's attribute definitions, by object and attribute."""
    found = {}
    for directory in _tables(document.get("directories")):
        if directory.get("name") == rule.get("targetDirectoryName"):
            for thing in _tables(directory.get("objects")):
                for attribute in _tables(thing.get("attributes")):
                    found[str(thing.get("name")), str(attribute.get("name"))] = attribute
    return found


def _rule(found: Imported, rule: Table, types: dict[tuple[str, str], Table]) -> None:
    called = f"the rule {rule.get('name') or 'without a name'}"
    found.notes += [f"{called} has a {key}: {_short(rule[key])}" for key in FILTERS if rule.get(key)]
    for thing in _tables(rule.get("objectMappings")):
        kind = str(thing.get("sourceObjectName")).lower()
        known = {name: one for (owner, name), one in types.items() if owner == thing.get("targetObjectName")}
        if _wanted(found, thing, kind):
            found.table[kind] = _object(found, thing, kind, known)


FILTERS = ("groupFilter", "containerFilter")


def _wanted(found: Imported, thing: Table, kind: str) -> bool:
    called = f"the object mapping {thing.get('name') or kind} ({thing.get('sourceObjectName')})"
    reason = None
    if kind not in {"user", "group"}:
        reason = "is of neither users nor groups"
    elif thing.get("enabled") is False:
        reason = "is disabled"
    elif kind in found.table:
        reason = f"is a second one of {kind}s, and a profile holds one"
    elif not _tables(thing.get("attributeMappings")):
        reason = "has no attribute mappings"
    if reason:
        found.notes.append(f"{called} {reason}")
    return reason is None


def _object(found: Imported, thing: Table, kind: str, types: dict[str, Table]) -> Table:
    found.notes += [f"{kind}: {note}" for note in _unheld(thing)]
    table: Table = {}
    words = [word.strip() for word in str(thing.get("flowTypes") or "Add, Update, Delete").split(",") if word.strip()]
    actions = [ACTIONS[word.lower()] for word in words if word.lower() in ACTIONS]
    found.notes += [f"{kind}: the flow type {word} is not known" for word in words if word.lower() not in ACTIONS]
    if sorted(actions) != sorted(ACTIONS.values()):
        table["actions"] = actions
    rows = []
    for given in thing["attributeMappings"]:
        row, notes = mapping(given, types) if isinstance(given, dict) else (None, ["left out: it is no object"])
        found.notes += [f"{kind}: {_called(given)}: {note}" for note in notes]
        rows += [row] if row else []
    return {**table, "mapping": rows}


def _called(given: Any) -> str:
    """Name a mapping by its target and source, so that it can be made anew by hand."""
    if not isinstance(given, dict):
        return _short(given)
    source = given.get("source")
    said = source.get("expression") or written(source) if isinstance(source, dict) else None
    return f"{given.get('targetAttributeName') or 'a mapping without a target'}" + (f" from {said}" if said else "")


def _unheld(thing: Table) -> list[str]:
    scope = thing.get("scope")
    notes = []
    if isinstance(scope, dict) and any(scope.values()):
        notes.append(f"the scoping filter is not carried over: {_short(scope)}")
    for entry in _tables(thing.get("metadata")):
        key, value = str(entry.get("key")), str(entry.get("value")).strip('"')
        if USUAL.get(key.lower(), value.lower()) != value.lower():
            notes.append(f"the metadata {key} = {value} is not carried over")
    return notes + _unknown(thing, KNOWN)


def _unknown(table: Table, known: set[str]) -> list[str]:
    rest = {key: value for key, value in table.items() if key not in known and "@" not in key}
    return [f"the field {key} is not known: {_short(value)}" for key, value in rest.items() if value not in (None, [])]


def mapping(given: Table, types: dict[str, Table]) -> tuple[Table | None, list[str]]:
    """Convert one attribute mapping; None when the profile cannot hold it, with the reasons in words."""
    target = str(given.get("targetAttributeName") or "")
    try:
        path = paths.parse(target)
        row = {**_source(given.get("source")), "target": target}
    except ValueError as error:
        return None, [f"left out: {error}"]
    if path.urn is None and path.name.lower() == "id":
        return None, ["left out: id is made by the target and cannot be mapped"]
    notes = _unknown(given, KNOWN_ROW)
    if path.urn is not None and path.urn.lower() in CORE:
        notes.append("how Entra writes an attribute under the core schema's URN is not known: sent under it here")
    definition = types.get(target, {})
    row["type"] = _type(definition, path, notes)
    if row["type"] == "Reference" and path.name.lower() not in {"manager", "members"}:
        return None, ["left out: a reference other than manager and members"]
    return _flow(given, row, definition, notes), notes


def _flow(given: Table, row: Table, definition: Table, notes: list[str]) -> Table | None:
    """Add when and how often the value flows; a mapping without anything that flows is left out."""
    priority, default = given.get("matchingPriority") or 0, given.get("defaultValue")
    if isinstance(priority, int) and not isinstance(priority, bool) and priority > 0:
        row["match"] = priority
    if given.get("flowType") == "ObjectAddOnly":
        row["apply"] = "create"
    notes += _unheld_flow(given, definition)
    if any(key in row for key in ("source", "expression", "constant")):
        row |= {"default": str(default)} if default not in (None, "") else {}
        return row
    if default in (None, ""):
        notes.append("left out: it has neither a source nor a default value")
        return None
    notes.append("it has no source, so that its default value is a constant on creation here")
    return {**row, "constant": str(default), "apply": "create"}


def _unheld_flow(given: Table, definition: Table) -> list[str]:
    flow, behaviour = given.get("flowType") or "Always", given.get("flowBehavior") or "FlowWhenChanged"
    notes = []
    if flow not in ("Always", "ObjectAddOnly"):
        notes.append(f"the flow type {flow} is not carried over: it flows always here")
    if behaviour != "FlowWhenChanged":
        notes.append(f"the flow behaviour {behaviour} is not carried over: it flows when changed here")
    if definition.get("flowNullValues"):
        notes.append("flowNullValues is not carried over: null does not flow here")
    return notes


def _type(definition: Table, path: paths.AttrPath, notes: list[str]) -> str:
    allowed = {name.lower(): name for name in cast("tuple[str, ...]", get_args(AttributeType))}
    given = definition.get("type")
    if given is not None and str(given).lower() in allowed:
        return allowed[str(given).lower()]
    guessed = {"active": "Boolean", "manager": "Reference", "members": "Reference"}.get(path.name.lower(), "String")
    if given is not None or guessed != "String":
        notes.append(f"the schema has no type {given or 'of it'} that is known: taken for {guessed}")
    return guessed


def _source(given: Any) -> Table:
    """Return the key that says where the value comes from; none when there is no source.

    Raises:
        ValueError: it is a function that cannot be evaluated here.
    """
    if not isinstance(given, dict) or not (given.get("name") or given.get("expression")):
        return {}
    kind = str(given.get("type") or "Attribute")
    if kind == "Function":
        expression = str(given.get("expression") or written(given))
        expressions.check(expressions.parse(expression))
        return {"expression": expression}
    if kind not in ("Attribute", "Constant"):
        raise ValueError(f"the source type {kind} is not known")
    name = str(given.get("name") or "") or _named(expressions.parse(str(given["expression"])))
    return {"constant" if kind == "Constant" else "source": name} if name else {}


def _named(tree: expressions.Expression) -> str:
    return str(tree.value or "") if isinstance(tree, expressions.Constant) else tree.name


def written(source: Any) -> str:
    """Write a source as an expression, where the schema has its parts alone."""
    if not isinstance(source, dict):
        return ""
    name, kind = str(source.get("name") or ""), source.get("type") or "Attribute"
    if kind == "Function":
        return f"{name}({', '.join(written(one.get('value')) for one in _tables(source.get('parameters')))})"
    if kind == "Constant":
        return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"[{name}]"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= 300 else text[:297] + "..."
