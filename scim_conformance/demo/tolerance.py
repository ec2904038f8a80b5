"""What Entra sends and RFC 7644 does not know, rewritten: managers as text, references in filters."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
MANAGER = f"{ENTERPRISE}:manager"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"

Operation = dict[str, Any]


def tolerate(body: dict[str, Any], operations: Iterable[Operation]) -> None:
    """Rewrite the manager from the shapes that Entra sends (a string, a list, an empty string), in place."""
    _manager_in(body)
    for operation in operations:
        _tolerate_operation(operation)


def _manager_in(holder: dict[str, Any]) -> None:
    """Rewrite a manager as a string in a resource, or in the object of an operation without a path."""
    extension = holder.get(ENTERPRISE)
    for place, name in ((extension, "manager"), (holder, MANAGER)):
        if isinstance(place, dict) and isinstance(place.get(name), str):
            place[name] = {"value": place[name]}


def _tolerate_operation(operation: Operation) -> None:
    path = str(operation.get("path", "")).lower()
    removes = str(operation.get("op")).lower() == "remove"
    if path.partition("[")[0] in {"manager", MANAGER.lower()}:
        _manager(operation)
    elif not path and isinstance(operation.get("value"), dict):
        _manager_in(operation["value"])
    elif removes and isinstance(operation.get("value"), str):
        # The old value is sent beside a path that already says what to remove.
        operation.pop("value", None)


def _manager(operation: Operation) -> None:
    operation["path"] = MANAGER
    value = operation.get("value")
    value = value[0] if isinstance(value, list) and value else value
    identifier = value.get("value") if isinstance(value, dict) else value
    if str(operation.get("op")).lower() != "remove" and not identifier:
        operation["op"] = "remove"
        operation.pop("value", None)
    elif str(operation.get("op")).lower() != "remove":
        operation["value"] = {"value": identifier}


REFERENCE = re.compile(r'"(?:[^"\\]|\\.)*"|(?<![^\s(])(manager|members)(?= eq )', re.IGNORECASE)
"""A text in quotation marks, which is left as it is, or an attribute that refers to others."""
VALUES = {"manager": f"{MANAGER}.value", "members": "members.value"}


def reference_query(text: str) -> str:
    """Return a filter with `manager eq` and `members eq` as the RFC writes them, by their value."""
    return REFERENCE.sub(lambda found: VALUES[found[1].lower()] if found[1] else found[0], text)


def named_members(body: Any, operations: Sequence[Operation]) -> list[str]:
    """Return the ids of the members that a body adds to a group, in whichever form."""
    whole = [value for name, value in body.items() if _is_members(name)] if isinstance(body, dict) else []
    added = (value for one in operations if str(one.get("op")).lower() != "remove" for value in _added(one))
    return [str(one["value"]) for value in (*whole, *added) for one in _several(value) if one.get("value")]


def _added(operation: Operation) -> Iterator[Any]:
    value = operation.get("value")
    if _is_members(operation.get("path")):
        yield value
    elif not operation.get("path") and isinstance(value, dict):
        yield from (one for name, one in value.items() if _is_members(name))


def _is_members(path: Any) -> bool:
    return str(path).lower() in {"members", f"{GROUP}:members".lower()}


def _several(value: Any) -> list[dict[str, Any]]:
    found = value if isinstance(value, list) else [value]
    return [one for one in found if isinstance(one, dict)]
