"""A profile from the schema that the portal exports and Microsoft Graph returns (`synchronizationSchema`), or a part.

Source: Microsoft Graph, "synchronizationSchema", "objectMapping", "attributeMapping", "attributeMappingSource".
Whatever a profile cannot represent is returned as sentences: nothing is dropped silently.
"""

import json
from dataclasses import dataclass, field
from typing import Any, cast, get_args

from scim_conformance.entra.expressions import parser
from scim_conformance.entra.expressions.clock import limited
from scim_conformance.entra.profiles import importing_scope
from scim_conformance.entra.profiles.unwrapping import EXPECTED, schema_in
from scim_conformance.entra.typed import AttributeType
from scim_conformance.scim import paths, urns

Table = dict[str, Any]
Types = dict[str, dict[str, Table]]
"""Attribute definitions, by object and attribute."""

MOST_SECONDS = 20.0
"""Maximum processor time for a schema; the largest exports take a hundredth of it."""


class NotASchemaError(ValueError):
    """The document is not a provisioning schema; the message is one sentence."""


@dataclass
class Imported:
    """A profile in TOML's structure, and what could not be converted, in the schema's order."""

    table: Table
    notes: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    """Those of the notes that are about something that was converted, with an assumption."""


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
    """Convert a schema, or a document that contains one (see `entra.profiles.unwrapping`), parsed from JSON.

    Raises:
        NotASchemaError: it is not a schema, or it provisions no users.
    """
    unwrapped = schema_in(document)
    if unwrapped is None:
        raise NotASchemaError(f"it is not a provisioning schema: {EXPECTED}")
    schema, notes = unwrapped
    try:
        found = limited(lambda: _converted(schema, name), "", MOST_SECONDS)
    except parser.ExpressionError:
        raise NotASchemaError(f"its expressions take more than {MOST_SECONDS:g} s to check") from None
    found.notes[:0] = notes
    found.assumed[:0] = notes
    return found


def _converted(document: Table, name: str) -> Imported:
    version = document.get("version")
    found = Imported({"name": name, "title": f"Imported from {document.get('id') or 'a provisioning schema'}"})
    if version:
        found.table["title"] += f", {version}"
    types: dict[str, Types] = {}
    for rule in _tables(document["synchronizationRules"]):
        directory = str(rule.get("targetDirectoryName"))
        if directory not in types:
            types[directory] = _types(document, directory)
        _rule(found, rule, types[directory])
    if "user" not in found.table:
        raise NotASchemaError(" ".join(["it provisions no users", *(f"({note})" for note in found.notes)]))
    for kind, one in (("user", found.table["user"]), ("group", found.table.get("group"))):
        if one and not any("match" in row for row in one["mapping"]):
            found.notes.append(f"{kind}s have no matching attribute left: add match = 1 to one mapping")
    return found


def _tables(value: Any) -> list[Table]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _types(document: Table, name: str) -> Types:
    """Return the attribute definitions of a directory, by object and attribute."""
    found: Types = {}
    for directory in _tables(document.get("directories")):
        for thing in _tables(directory.get("objects")) if str(directory.get("name")) == name else ():
            held = found.setdefault(str(thing.get("name")), {})
            held.update({str(attribute.get("name")): attribute for attribute in _tables(thing.get("attributes"))})
    return found


def _rule(found: Imported, rule: Table, types: Types) -> None:
    called = f"the rule {rule.get('name') or 'without a name'}"
    found.notes += [f"{called} has a {key}: {_short(rule[key])}" for key in FILTERS if rule.get(key)]
    for thing in _tables(rule.get("objectMappings")):
        kind = str(thing.get("sourceObjectName")).lower()
        if _wanted(found, thing, kind):
            found.table[kind] = _object(found, thing, kind, types.get(str(thing.get("targetObjectName")), {}))


FILTERS = ("groupFilter", "containerFilter")


def _wanted(found: Imported, thing: Table, kind: str) -> bool:
    called = f"the object mapping {thing.get('name') or kind} ({thing.get('sourceObjectName')})"
    reason = None
    if kind not in {"user", "group"}:
        reason = "is for neither users nor groups"
    elif thing.get("enabled") is False:
        reason = "is disabled"
    elif kind in found.table:
        reason = f"is a second one for {kind}s, but a profile has only one"
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
    found.notes += [
        f"{kind}: this version does not know the flow type {word}" for word in words if word.lower() not in ACTIONS
    ]
    if sorted(actions) != sorted(ACTIONS.values()):
        table["actions"] = actions
    scope, lost = importing_scope.filters(thing.get("scope"))
    found.notes += [f"{kind}: {note}" for note in lost]
    if scope:
        table["scope"] = scope
    rows = []
    for given in thing["attributeMappings"]:
        row, notes = mapping(given, types) if isinstance(given, dict) else (None, ["omitted: it is not an object"])
        said = [f"{kind}: {_called(given)}: {note}" for note in notes]
        found.notes += said
        found.assumed += said if row else []
        rows += [row] if row else []
    return {**table, "mapping": rows}


def _called(given: Any) -> str:
    """Identify a mapping by its target and source, so that it can be added manually."""
    if not isinstance(given, dict):
        return _short(given)
    source = given.get("source")
    said = source.get("expression") or written(source) if isinstance(source, dict) else None
    target = str(given.get("targetAttributeName") or "a mapping without a target")
    return f"{target[:MOST_SHOWN]}" + (f" from {str(said)[:MOST_SHOWN]}" if said else "")


MOST_SHOWN = 300
"""Maximum characters of a target or an expression that a note quotes."""


def _unheld(thing: Table) -> list[str]:
    notes = []
    for entry in _tables(thing.get("metadata")):
        key, value = str(entry.get("key")), str(entry.get("value")).strip('"')
        if USUAL.get(key.lower(), value.lower()) != value.lower():
            notes.append(f"the metadata {key} = {value} was not imported")
    return notes + _unknown(thing, KNOWN)


def _unknown(table: Table, known: set[str]) -> list[str]:
    rest = {key: value for key, value in table.items() if key not in known and "@" not in key}
    return [
        f"this version does not know the field {key}: {_short(value)}"
        for key, value in rest.items()
        if value not in (None, [])
    ]


def mapping(given: Table, types: dict[str, Table]) -> tuple[Table | None, list[str]]:
    """Convert one attribute mapping; None if a profile cannot represent it, with the reasons as sentences."""
    target = str(given.get("targetAttributeName") or "")
    try:
        path = paths.parse(target)
        row = {**_source(given.get("source")), "target": target}
    except ValueError as error:
        return None, [f"omitted: {error}"]
    if path.urn is None and path.name.lower() == "id":
        return None, ["omitted: the target assigns the id, so it cannot be mapped"]
    notes = _unknown(given, KNOWN_ROW)
    if path.urn is not None and path.urn.lower() in CORE:
        notes.append(
            "it is not known how Entra sends an attribute under the core schema's URN: the harness sends it "
            "under this URN"
        )
    definition = types.get(target, {})
    row["type"] = _type(definition, path, notes)
    if row["type"] == "Reference" and path.name.lower() not in {"manager", "members"}:
        return None, ["omitted: a reference other than manager and members"]
    return _flow(given, row, definition, notes), notes


def _flow(given: Table, row: Table, definition: Table, notes: list[str]) -> Table | None:
    """Add when and how often the value is sent; a mapping that sends nothing is omitted."""
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
        notes.append("omitted: it has neither a source nor a default value")
        return None
    notes.append("it has no source, so the harness sends its default value as a constant on creation")
    return {**row, "constant": str(default), "apply": "create"}


def _unheld_flow(given: Table, definition: Table) -> list[str]:
    flow, behaviour = given.get("flowType") or "Always", given.get("flowBehavior") or "FlowWhenChanged"
    notes = []
    if flow not in ("Always", "ObjectAddOnly"):
        notes.append(f"the flow type {flow} was not imported: the harness always sends the value")
    if behaviour != "FlowWhenChanged":
        notes.append(f"the flow behavior {behaviour} was not imported: the harness sends the value when it changes")
    if definition.get("flowNullValues"):
        notes.append("flowNullValues was not imported: the harness does not send null")
    return notes


def _type(definition: Table, path: paths.AttrPath, notes: list[str]) -> str:
    allowed = {name.lower(): name for name in cast("tuple[str, ...]", get_args(AttributeType))}
    given = definition.get("type")
    if given is not None and str(given).lower() in allowed:
        return allowed[str(given).lower()]
    guessed = {"active": "Boolean", "manager": "Reference", "members": "Reference"}.get(path.name.lower(), "String")
    if given is not None or guessed != "String":
        why = "the schema does not give its type" if given is None else f"this version does not know the type {given}"
        notes.append(f"{why}: {guessed} is assumed")
    return guessed


def _source(given: Any) -> Table:
    """Return the key for the origin of the value; none if there is no source.

    Raises:
        ValueError: it is a function that the harness cannot evaluate.
    """
    if not isinstance(given, dict) or not (given.get("name") or given.get("expression")):
        return {}
    kind = str(given.get("type") or "Attribute")
    if kind == "Function":
        expression = str(given.get("expression") or written(given))
        parser.check(parser.parse(expression))
        return {"expression": expression}
    if kind not in ("Attribute", "Constant"):
        raise ValueError(f"this version does not know the source type {kind}")
    name = str(given.get("name") or "") or _named(parser.parse(str(given["expression"])))
    return {"constant" if kind == "Constant" else "source": name} if name else {}


def _named(tree: parser.Expression) -> str:
    return str(tree.value or "") if isinstance(tree, parser.Constant) else tree.name


def written(source: Any) -> str:
    """Write a source as an expression, if the schema has only its parts."""
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
