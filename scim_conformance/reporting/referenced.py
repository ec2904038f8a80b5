"""The ids that a request refers to in its body: members of a group and a manager, in each of their shapes."""

import json
import re
from collections.abc import Callable
from typing import Any

_COMPARED = re.compile(r'value eq "([^"]+)"')
_ANY = re.compile("members|manager", re.IGNORECASE)
"""What a body contains that refers to anything. Its names are plain ASCII: Entra escapes none of them."""

Swap = Callable[[str], str]
"""Returns what takes the place of an id."""


def ids(body: str | None) -> set[str]:
    """Return the ids of members and managers in a body; none if it is not JSON."""
    found: set[str] = set()
    if body is None or _ANY.search(body) is None:
        return found

    def collected(identifier: str) -> str:
        found.add(identifier)
        return identifier

    swapped(body, collected)
    return {one for one in found if one}


def swapped(body: str | None, swap: Swap) -> str | None:
    """Return a body with other ids of members and managers.

    None if it is not JSON, or not written as this harness writes it: what is put together again would be another body.
    """
    try:
        found = json.loads(body or "")
        if not isinstance(found, dict):
            return None
        changed = _document(found, swap)
        return _written(changed) if _written(found) == body else None
    except (ValueError, RecursionError):
        return None


def _written(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _document(document: dict[str, Any], swap: Swap) -> dict[str, Any]:
    operations = document.get("Operations")
    if isinstance(operations, list):
        return {**document, "Operations": [_operation(one, swap) for one in operations]}
    return _object(document, swap)


def _operation(one: Any, swap: Swap) -> Any:
    if not isinstance(one, dict):
        return one
    path, value = str(one.get("path") or ""), one.get("value")
    if _refers(path):
        other = {"path": _COMPARED.sub(lambda found: f'value eq "{swap(found[1])}"', path)}
        return {**one, **other, **({"value": _values(value, swap)} if "value" in one else {})}
    return {**one, "value": _object(value, swap)} if not path and isinstance(value, dict) else one


def _object(value: dict[str, Any], swap: Swap) -> dict[str, Any]:
    return {key: _member(key, held, swap) for key, held in value.items()}


def _member(key: str, held: Any, swap: Swap) -> Any:
    if _refers(key):
        return _values(held, swap)
    return _object(held, swap) if isinstance(held, dict) else held


def _refers(path: str) -> bool:
    name = path.lower()
    return name.startswith("members") or name.endswith(("manager", "manager.value"))


def _values(value: Any, swap: Swap) -> Any:
    return [_value(one, swap) for one in value] if isinstance(value, list) else _value(value, swap)


def _value(one: Any, swap: Swap) -> Any:
    if isinstance(one, dict) and isinstance(one.get("value"), str):
        return {**one, "value": swap(one["value"])}
    return swap(one) if isinstance(one, str) else one
