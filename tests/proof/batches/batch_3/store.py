"""How the third batch of defects is kept, and how its defects read and change requests."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from scim2_server.requests import ScimRequest

from scim_conformance.demo.app import ENTERPRISE, body_of, operations, set_body
from scim_conformance.demo.shapes import keys_of, path_of, rewrite, verb
from tests.proof.batches.batch import Batch

third = Batch()
THIRD, THIRD_LEVEL = third.defects, third.levels

Operation = dict[str, Any]


def only(request: ScimRequest, identifiers: Iterable[str]) -> None:
    """Let a filter find these resources and no others."""
    text = " or ".join(f'id eq "{identifier}"' for identifier in identifiers) or 'id eq "nobody"'
    request.query = {**request.query, "filter": text}


def wanted(text: str, path: str) -> str | None:
    """Return the value with which a filter compares this path alone by `eq`, or None."""
    found = re.fullmatch(rf'\s*{re.escape(path)} eq (".*")\s*', text, re.IGNORECASE | re.DOTALL)
    try:
        value = json.loads(found[1]) if found else None
    except ValueError:
        return None
    return value if isinstance(value, str) else None


Said = Callable[[str, Any], Any]
"""Makes of an attribute's path and of the value that was said of it what arrives in its place."""


def reworded(request: ScimRequest, change: Said) -> None:
    """Change the values of a creation or of a PATCH by the path of their attribute, such as `name.givenName`."""
    body = body_of(request)
    if request.method not in {"POST", "PATCH"} or not isinstance(body, dict):
        return
    for operation in operations(body):
        if path_of(operation) and "value" in operation:
            operation["value"] = change(plain(path_of(operation)), operation["value"])
        elif keys_of(operation):
            operation["value"] = _reworded(keys_of(operation), "", change)
    set_body(request, body if operations(body) else _reworded(body, "", change))


def _reworded(value: dict[str, Any], above: str, change: Said) -> dict[str, Any]:
    made = {}
    for key, entry in value.items():
        path = plain(f"{above}{key}")
        inner = "" if key == ENTERPRISE else f"{path}."
        made[key] = _reworded(entry, inner, change) if isinstance(entry, dict) else change(path, entry)
    return made


def plain(path: str) -> str:
    """Return a path without the URN of the enterprise extension."""
    return path.removeprefix(f"{ENTERPRISE}:")


def kept_if(request: ScimRequest, found: list[Operation], keep: Callable[[Operation, str, Any], bool]) -> None:
    """Leave out of a PATCH what is not kept, by the operation, the path of the attribute and the value."""
    kept = []
    for operation in found:
        keys = keys_of(operation)
        if keys:
            operation["value"] = {key: entry for key, entry in keys.items() if keep(operation, plain(key), entry)}
        if operation["value"] if keys else keep(operation, plain(path_of(operation)), operation.get("value")):
            kept.append(operation)
    if found:
        rewrite(request, kept)


def told(found: list[Operation]) -> set[str]:
    """Return the plain paths, in lower case, of the attributes of which a PATCH says something."""
    paths = [path for one in found for path in (keys_of(one) or [path_of(one)])]
    return {plain(path).lower() for path in paths}


def held(user: dict[str, Any], path: str) -> Any:
    """Return what a user has at a plain path, or None."""
    name, _, sub = path.partition(".")
    value = user.get(name, (user.get(ENTERPRISE) or {}).get(name))
    return value.get(sub) if sub and isinstance(value, dict) else value


def sets(operation: Operation) -> bool:
    """Tell whether an operation adds or replaces."""
    return verb(operation) in {"add", "replace"}


def named_members(operation: Operation) -> list[str]:
    """Return the members that an operation names, in its value or in its path."""
    inside = re.fullmatch(r'members\[value eq "(.*)"\]', path_of(operation))
    value = operation.get("value")
    listed = value if isinstance(value, list) and path_of(operation) == "members" else []
    return [inside[1]] if inside else [str(one.get("value")) for one in listed if isinstance(one, dict)]
