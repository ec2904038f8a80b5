"""Finds the provisioning schema in what users have: an export, a response of Graph, a part of either.

Sources: Microsoft Graph, "synchronizationSchema", "synchronizationTemplate" (`GET …/synchronization/templates` returns
schemas at `value[].schema`), "objectMapping"; blog posts show the last with trailing commas.
"""

import re
from collections.abc import Callable
from typing import Any

Table = dict[str, Any]
Unwrapped = tuple[Table, list[str]]
"""A schema, and what was ignored, as sentences."""

MOST_NAMED = 5
"""Templates that a note names."""

EXPECTED = (
    "it has no list synchronizationRules, and it is neither a response of synchronization/templates "
    "(value[].schema) nor an objectMapping (attributeMappings)"
)

_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])')


def without_trailing_commas(text: str) -> str:
    """Return JSON without commas before a closing bracket; those in strings stay."""
    return _COMMA.sub(lambda found: found[1] or "", text)


def schema_in(document: Any) -> Unwrapped | None:
    """Return the schema in a document, and what else it contains, as sentences; None if there is no schema."""
    if isinstance(document, list):
        return _of_objects(document)
    if not isinstance(document, dict):
        return None
    for key, unwrap in _WRAPPED.items():
        if isinstance(document.get(key), list | dict):
            return unwrap(document)
    return _of_objects([document])


def _of_objects(given: list[Any]) -> Unwrapped | None:
    """Use separate object mappings: without the directories that define the types of attributes."""
    things = [one for one in given if isinstance(one, dict) and isinstance(one.get("attributeMappings"), list)]
    if not things:
        return None
    return {"synchronizationRules": [{"objectMappings": [{**_kind(one), **one} for one in things]}]}, []


def _kind(thing: Table) -> Table:
    """Return which object a mapping is for, if that is missing: the target's name shows it."""
    return {"sourceObjectName": "Group" if "group" in str(thing.get("targetObjectName")).lower() else "User"}


def _of_templates(given: Any) -> Unwrapped | None:
    """Choose the template that an application gets by default, otherwise the first that provisions users."""
    listed = given if isinstance(given, list) else []
    found = [one for one in listed if isinstance(one, dict) and _rules(one.get("schema")) is not None]
    if not found:
        # Graph wraps a collection of object mappings or schemas in the same way.
        return _of_objects(listed) or next(((one, []) for one in listed if _rules(one) is not None), None)
    chosen, *others = sorted(found, key=_rank)
    named = ", ".join(_id(one) for one in others[:MOST_NAMED])
    more = f" and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
    note = f"the template {_id(chosen)} was used, not {named}{more}"
    return chosen["schema"], [note] if others else []


def _rank(template: Table) -> tuple[bool, bool]:
    return not _provisions_users(template["schema"]), template.get("default") is not True


def _id(template: Table) -> str:
    return str(template.get("id") or template.get("factoryTag"))[:100]


def _rules(schema: Any) -> list[Any] | None:
    rules = schema.get("synchronizationRules") if isinstance(schema, dict) else None
    return rules if isinstance(rules, list) else None


def _provisions_users(schema: Table) -> bool:
    rules = [one for one in _rules(schema) or () if isinstance(one, dict)]
    listed = [one["objectMappings"] for one in rules if isinstance(one.get("objectMappings"), list)]
    things = [thing for some in listed for thing in some if isinstance(thing, dict)]
    return any(str(thing.get("sourceObjectName")).lower() == "user" for thing in things)


_WRAPPED: dict[str, Callable[[Table], Unwrapped | None]] = {
    "synchronizationRules": lambda document: (document, []) if _rules(document) is not None else None,
    "schema": lambda document: schema_in(document["schema"]),
    "value": lambda document: _of_templates(document["value"]),
    "objectMappings": lambda document: ({"synchronizationRules": [document]}, []),
}
"""By the key that identifies a document: its content."""
