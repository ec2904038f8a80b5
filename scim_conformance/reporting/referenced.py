"""The ids that a request refers to in its body: members of a group and a manager, in each of their shapes."""

import json
import re
from collections.abc import Iterator
from typing import Any

_COMPARED = re.compile(r'value eq "([^"]+)"')


def ids(body: str | None) -> set[str]:
    """Return the ids of members and managers in a body; none if it is not JSON."""
    try:
        found = json.loads(body or "")
    except (ValueError, RecursionError):
        return set()
    return {one for one in _in(found) if one} if isinstance(found, dict) else set()


def _in(document: dict[str, Any]) -> Iterator[str]:
    operations = document.get("Operations")
    for one in operations if isinstance(operations, list) else [{"value": document}]:
        if isinstance(one, dict):
            yield from _of_operation(str(one.get("path") or ""), one.get("value"))


def _of_operation(path: str, value: Any) -> Iterator[str]:
    if _refers(path):
        yield from _COMPARED.findall(path)
        yield from _values(value)
    elif not path and isinstance(value, dict):
        for key, held in value.items():
            if _refers(key):
                yield from _values(held)
            elif isinstance(held, dict):
                yield from _of_operation("", held)


def _refers(path: str) -> bool:
    name = path.lower()
    return name.startswith("members") or name.endswith(("manager", "manager.value"))


def _values(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        held = one.get("value") if isinstance(one, dict) else one
        if isinstance(held, str):
            yield held
