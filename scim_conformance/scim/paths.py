"""Attribute paths as Entra's attribute mappings write them, read from and written into JSON resources.

The shapes are those of the mappings: `userName`, `name.givenName`, `emails[type eq "work"].value`,
`urn:…:User:department` and its sub-attributes. Names compare without regard to case (RFC 7643 section 2.1).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from scim_conformance.scim import urns
from scim_conformance.scim.names import spelled

_URN = re.compile(r"^(urn:[^\[\]]*:2\.0:[A-Za-z]+|urn:[^\[\]]+):([^:\[\].]+)(.*)$", re.IGNORECASE)
_REST = re.compile(
    r'^(?:\[\s*(?P<key>\w+)\s+eq\s+(?P<literal>"[^"]*"|true|false)\s*\])?(?:\.(?P<sub>[\w$-]+))?$', re.IGNORECASE
)

_CORE = {urns.USER.lower(), urns.GROUP.lower()}

LONGEST = 500
"""Characters of a path; the longest of the standards has 80."""

Json = Any
"""A parsed JSON value: dict, list, str, int, float, bool or None."""


class PathError(ValueError):
    """The text is not a path of one of the shapes that an Entra mapping can hold."""


@dataclass(frozen=True, slots=True)
class AttrPath:
    """A parsed path. `urn` is None for the core schema; `key` and `literal` are the filter's two sides."""

    text: str
    urn: str | None
    name: str
    key: str | None = None
    literal: str | bool | None = None
    sub: str | None = None

    @property
    def simple(self) -> bool:
        """True without a value filter: such a path can be a key of a path-less PATCH value."""
        return self.key is None

    @property
    def slug(self) -> str:
        """Short form for ids, of letters, digits, dots and dashes: `emails.work.value`, `enterprise.department`.

        A name of RFC 7643 is written as there, however the path has it: names compare without regard to letter case.
        """
        extension = None if self.urn is None else self.urn.split(":")[-3 if self.urn.endswith(":User") else -1]
        name, sub = spelled(self.name), None if self.sub is None else spelled(self.sub)
        parts = [extension, name, None if self.literal is None else str(self.literal), sub]
        return re.sub(r"[^A-Za-z0-9._-]", "-", ".".join(part for part in parts if part))


@lru_cache(maxsize=1024)
def parse(text: str) -> AttrPath:
    """Parse a mapping's target path.

    Raises:
        PathError: the text has another shape; the message quotes it.
    """
    if len(text) > LONGEST:
        raise PathError(f"{text[:60]!r}… is no attribute path: it has more than {LONGEST} characters")
    urn, name, rest = _split(text)
    match = _REST.match(rest)
    if not name or match is None:
        raise PathError(f'{text!r} is not an attribute path such as name.givenName or emails[type eq "work"].value')
    literal = match["literal"]
    value: str | bool | None = literal
    if literal is not None:
        value = literal[1:-1] if literal.startswith('"') else literal.lower() == "true"
    return AttrPath(text, urn, name, match["key"], value, match["sub"])


def _split(text: str) -> tuple[str | None, str, str]:
    urn = _URN.match(text)
    if urn is not None:
        return urn[1], urn[2], urn[3]
    core = re.match(r"^([A-Za-z][\w$-]*)(.*)$", text)
    return (None, core[1], core[2]) if core else (None, "", "")


def find_key(resource: Json, name: str) -> str | None:
    """Return the key of `resource` that is `name` in whatever case, or None."""
    if not isinstance(resource, dict):
        return None
    if name in resource:
        return name
    folded = name.lower()
    return next((key for key in resource if key.lower() == folded), None)


def member(resource: Json, name: str) -> Json:
    """Return the attribute `name` in whatever case, or None when it is missing or null."""
    key = find_key(resource, name)
    return None if key is None else resource[key]


def read(resource: Json, path: AttrPath) -> Json:
    """Return the value at `path`, or None. A filter takes the first matching element.

    An attribute of a core schema is the resource's own, also where the path names the schema (RFC 7644 section 3.10).
    """
    holder = resource if path.urn is None else member(resource, path.urn)
    value = member(holder, path.name)
    if value is None and path.urn is not None and path.urn.lower() in _CORE:
        value = member(resource, path.name)
    if path.key is not None:
        value = next((entry for entry in elements(value) if matches(entry, path)), None)
    return value if path.sub is None else member(value, path.sub)


def elements(value: Json) -> list[Json]:
    """Return a multi-valued attribute's elements; anything but a list has none."""
    return value if isinstance(value, list) else []


def attributes(value: Json) -> dict[str, Json]:
    """Return the attributes of an object; anything but an object has none."""
    return value if isinstance(value, dict) else {}


def matches(entry: Json, path: AttrPath) -> bool:
    """Tell whether a list element satisfies the path's filter; strings compare without regard to case."""
    found = member(entry, path.key or "")
    if isinstance(found, bool) or isinstance(path.literal, bool):
        return str(found).lower() == str(path.literal).lower()
    return isinstance(found, str) and found.lower() == str(path.literal).lower()


def write(resource: dict[str, Json], path: AttrPath, value: Json) -> None:
    """Put `value` at `path`, making the objects and list elements on the way.

    What is there in another letter case is the same attribute, and keeps its name.
    """
    holder = resource if path.urn is None else _made(resource, path.urn, {})
    if path.key is not None:
        holder, name = _element(_made(holder, path.name, []), path), path.sub or "value"
    elif path.sub is not None:
        holder, name = _made(holder, path.name, {}), path.sub
    else:
        name = path.name
    holder[find_key(holder, name) or name] = value


def remove(resource: dict[str, Json], path: AttrPath) -> None:
    """Take away what is at `path`, and the objects and list elements that then say nothing any more.

    An element says nothing if only its filter's side, its `type` and `primary` are left.
    """
    if path.urn is not None:
        _remove_below(resource, path.urn, lambda holder: remove(dict_of(holder), replace(path, urn=None)))
    elif path.key is not None:
        _remove_below(resource, path.name, lambda entries: _remove_elements(elements(entries), path))
    elif path.sub is not None:
        sub = path.sub
        _remove_below(resource, path.name, lambda value: _remove_key(value, sub))
    else:
        _remove_key(resource, path.name)


def _remove_below(resource: dict[str, Json], name: str, remove_from: Callable[[Json], None]) -> None:
    key = find_key(resource, name)
    if key is None or not isinstance(resource[key], dict | list):
        return
    remove_from(resource[key])
    if not resource[key]:
        del resource[key]


def _remove_key(value: Json, name: str) -> None:
    key = find_key(value, name)
    if key is not None:
        del value[key]


def _remove_elements(entries: list[Json], path: AttrPath) -> None:
    idle = {str(path.key).lower(), "type", "primary"}
    for entry in [one for one in entries if matches(one, path)]:
        _remove_key(entry, path.sub or "value")
        if all(key.lower() in idle for key in entry):
            entries.remove(entry)


def _made(resource: dict[str, Json], name: str, usual: Json) -> Any:
    return resource.setdefault(find_key(resource, name) or name, usual)


def _element(entries: list[Json], path: AttrPath) -> dict[str, Json]:
    for entry in entries:
        if matches(entry, path):
            return dict_of(entry)
    entries.append({path.key: path.literal})
    return dict_of(entries[-1])


def dict_of(value: Json) -> dict[str, Json]:
    """Narrow a JSON value that is known to be an object."""
    assert isinstance(value, dict)
    return value
