"""Adds the valid values to msgspec's message about an error in a file."""

import re
from typing import Any

_PLACE = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.(?P<name>\w+)|\[[^\]]*\]")


def hint(message: str, schema: dict[str, Any]) -> str:
    """Complete a message of msgspec with the values or keys that the JSON Schema allows at the location it names."""
    place = _PLACE.search(message)
    found = _at(schema, place["path"] if place else "")
    if message.startswith("Invalid enum value") and "enum" in found:
        return f"{message}: use one of {', '.join(found['enum'])}"
    if message.startswith("Object contains unknown field") and "properties" in found:
        return f"{message}: known fields are {', '.join(found['properties'])}"
    return message


def _at(schema: dict[str, Any], path: str) -> dict[str, Any]:
    found = _plain(schema, schema)
    for step in _STEP.finditer(path):
        inner = found.get("properties", {}).get(step["name"]) if step["name"] else found.get("items")
        found = _plain(inner or {}, schema)
    return found


def _plain(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference, and choose the alternative that is not null."""
    if "$ref" in part:
        return dict(schema["$defs"][part["$ref"].rpartition("/")[2]])
    if "anyOf" in part:
        return _plain(next(one for one in part["anyOf"] if one != {"type": "null"}), schema)
    return part
