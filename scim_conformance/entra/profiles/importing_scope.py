"""Scoping filters of an exported schema, in a profile's structure.

Source: Microsoft Graph, "filter", "filterGroup", "filterClause", "filterOperand". `groups` is the ordinary filter;
`inputFilterGroups` drops objects when they are read, and deprovisions nobody; what `categoryFilterGroups` does is not
documented.
"""

import json
from typing import Any

from scim_conformance.entra.profiles import scoping

Table = dict[str, Any]


def filters(scope: Any) -> tuple[list[Table], list[str]]:
    """Return the scoping filters of an object mapping, and what could not be converted, as sentences."""
    if not isinstance(scope, dict):
        return [], []
    found: list[Table] = []
    notes: list[str] = []
    for key in ("groups", "inputFilterGroups"):
        for number, group in enumerate(_tables(scope.get(key)), 1):
            try:
                table = _filter(group, number)
                found.append({**table, **({"input": True} if key == "inputFilterGroups" else {})})
            except ValueError as error:
                notes.append(f"a scoping filter was not imported, so the scope differs: {error}: {_short(group)}")
    known = {"groups", "inputFilterGroups"}
    notes += [
        f"this part of the scoping filter was not imported: {key}: {_short(value)}"
        for key, value in scope.items()
        if value and key not in known and "@" not in key
    ]
    return found, notes


def _filter(group: Table, number: int) -> Table:
    clauses = [_clause(one) for one in _tables(group.get("clauses"))]
    if not clauses:
        raise ValueError("it has no clauses")
    return {"title": str(group.get("name") or f"Filter {number}"), "clauses": clauses}


def _clause(given: Table) -> Table:
    operator = scoping.operator(str(given.get("operatorName")))
    operand = given.get("targetOperand")
    values = operand.get("values") if isinstance(operand, dict) else None
    values = [str(one) for one in values] if isinstance(values, list) else []
    if len(values) > 1:
        raise ValueError(f"a clause compares with {len(values)} values")
    clause = {"attribute": str(given.get("sourceOperandName")), "operator": operator.name}
    if operator.binary and values:
        clause["value"] = values[0]
    scoping.check_clause(scoping.ScopingClause(**clause))
    return clause


def _tables(value: Any) -> list[Table]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= 300 else text[:297] + "..."


def settings(secrets: Any) -> Table:
    """Return what a job's secrets say about the scope: `scope` of the job, `unassign` of the users.

    Only SyncAll and SkipOutOfScopeDeletions are read: the other entries are credentials.

    Raises:
        ValueError: the document is not that of Graph's `synchronization/secrets`.
    """
    entries = secrets.get("value") if isinstance(secrets, dict) else secrets
    if not isinstance(entries, list):
        raise ValueError(  # noqa: TRY004 - of a document, not of an argument
            "it is not a response of synchronization/secrets: a list of keys and values is expected"
        )
    said = {str(one.get("key")): str(one.get("value")).lower() == "true" for one in _tables(entries)}
    found: Table = {}
    if "SyncAll" in said:
        found["scope"] = "all" if said["SyncAll"] else "assigned"
    if said.get("SkipOutOfScopeDeletions"):
        found["unassign"] = "nothing"
    return found
