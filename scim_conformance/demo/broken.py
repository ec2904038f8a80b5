"""One attribute of the embedded target that is broken, whichever it is: for proofs over many profiles.

The fault lies in the store, so that the shape of a request does not matter. The answer to a write still shows what was
sent, as that of many targets does which build it from the request.
"""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Around, Go, Target
from scim_conformance.scim import paths, urns
from scim_conformance.scim.paths import AttrPath


class How(StrEnum):
    """In which way an attribute is broken."""

    NOT_STORED = "not stored"
    CHANGED = "stored changed"
    WIPED = "wiped by an update that does not send it"
    OVERWRITTEN = "overwritten by an update that does not send it"


_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")

BY_AN_UPDATE = frozenset({How.WIPED, How.OVERWRITTEN})
ERASED = frozenset({How.NOT_STORED, How.WIPED})


def broken(kind: str, path: AttrPath, how: How) -> Around:
    """Return the fault: `kind` is User or Group, `path` names the attribute."""

    written: dict[str, Any] = {}
    """By id, what the fault wrote: a value that changed back and forth would be right after every second update."""

    async def around(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        updates = request.method in {"PATCH", "PUT"}
        if not request.path.startswith(urns.ENDPOINTS[kind]) or not (updates or request.method == "POST"):
            return await go(request)
        before = {one.id: paths.read(one.model_dump(), path) for one in target.stored()}
        response = await go(request)
        if how not in BY_AN_UPDATE:
            _break(target, path, how, lambda name, value: value != before.get(name))
        elif updates:
            changed = request.path.rpartition("/")[2]
            untouched = before.get(changed) != written.get(changed)
            written.update(
                _break(target, path, how, lambda name, value: untouched and name == changed and value == before[name])
            )
        return response

    return around


def _break(target: Target, path: AttrPath, how: How, hit: Any) -> dict[str, Any]:
    """Break the attribute of those resources that are hit; return what it is now, by their ids."""
    kept, written = [], {}
    for resource in target.stored():
        content = resource.model_dump()
        value = paths.read(content, path)
        if value is not None and hit(resource.id, value):
            erase(content, path) if how in ERASED else paths.write(content, path, spoilt(value))
            resource = type(resource).model_validate(content)  # noqa: PLW2901 - the same one, as it is now
            written[str(resource.id)] = paths.read(resource.model_dump(), path)
        kept.append(resource)
    target.memory.resources = kept
    return written


def erase(content: dict[str, Any], path: AttrPath) -> None:
    """Take the value at a path out of a resource; an element of which nothing but its filter is left goes with it."""
    holder = content if path.urn is None else paths.member(content, path.urn)
    name = paths.find_key(holder, path.name) or path.name
    if path.key is not None:
        hit = [entry for entry in paths.elements(holder[name]) if paths.matches(entry, path)]
        for entry in hit:
            entry.pop(paths.find_key(entry, path.sub or "value"), None)
        bare = [entry for entry in hit if set(entry) <= {path.key, "type", "primary"}]
        holder[name] = [entry for entry in holder[name] if entry not in bare]
    elif path.sub is not None:
        holder[name].pop(paths.find_key(holder[name], path.sub), None)
    else:
        holder.pop(name, None)


def spoilt(value: Any) -> Any:
    """Return another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, list):
        return [spoilt(one) for one in value]
    if isinstance(value, dict):
        key = next((key for key in ("value", "display") if key in value), next(iter(value)))
        return {**value, key: spoilt(value[key])}
    # What may be binary data becomes other binary data.
    return _later(str(value)) or (f"AAAA{value}" if _BASE64.fullmatch(str(value)) else f"{value}x")


def _later(text: str) -> str | None:
    """Return a date a day later; None where the text is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (found + timedelta(days=1)).isoformat() if "T" in text else None
