"""What a run sent, read back from its result.json: requests as they were on the wire, with parsed bodies."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote_plus

from tests.support import reported


@dataclass(frozen=True)
class Sent:
    """One request. `target` is what stands below the tenant URL, decoded; `dialect` is its scenario's."""

    scenario: str
    template: str
    dialect: str | None
    method: str
    target: str
    body: Any
    by: str
    given: bool

    @property
    def operations(self) -> list[dict[str, Any]]:
        """The operations of a PATCH."""
        return list(self.body["Operations"]) if self.method == "PATCH" else []


@dataclass(frozen=True)
class Played:
    """A run that has ended: its result and what it sent."""

    result: dict[str, Any]
    sent: list[Sent]


@cache
def played(*arguments: str) -> Played:
    """Return what the recorded run of a demo with these arguments sent."""
    found = reported.result(reported.recorded(*arguments))
    return Played(found, list(_sent(found, found["target"])))


def _sent(result: dict[str, Any], url: str) -> Iterator[Sent]:
    for one in result["scenarios"]:
        for exchange in one["exchanges"]:
            target = unquote_plus(exchange["url"].removeprefix(url))
            body = exchange["request_body"]
            parsed = json.loads(body) if body else None
            by, given, method = exchange["by"], exchange["given"], exchange["method"]
            yield Sent(one["id"], one["template"], one["dialect"], method, target, parsed, by, given)


Predicate = Callable[[Any], bool]

ABSENT = "\0absent"
"""What an operation's path or value is where it has none."""


def patched(kind: str, op: str, path: str | Predicate, value: Any = None) -> Callable[[Sent], bool]:
    """Tell whether a PATCH of this kind has an operation: spelled so, at this path, with this value (None: any)."""

    def found(sent: Sent) -> bool:
        return sent.target.startswith(f"/{kind}/") and any(_is(one, op, path, value) for one in sent.operations)

    return found


def _is(operation: dict[str, Any], op: str, path: str | Predicate, value: Any) -> bool:
    where, what = operation.get("path", ABSENT), operation.get("value", ABSENT)
    return operation["op"] == op and _fits(where, path) and (value is None or _fits(what, value))


def _fits(found: Any, wanted: Any) -> bool:
    if callable(wanted):
        return bool(wanted(found))
    return type(found) is type(wanted) and bool(found == wanted)


def pathless(kind: str, value: Predicate) -> Callable[[Sent], bool]:
    """Tell whether a PATCH has a `replace` without a path whose object is such."""
    return patched(kind, "replace", ABSENT, lambda found: isinstance(found, dict) and value(found))


def keys(*names: str) -> Predicate:
    """Tell whether an object has all these keys."""
    return lambda found: set(names) <= set(found)


NULL = " = null"
"""What follows an attribute's path where its value is null: that is no value."""


def paths_of(value: Any, holder: str = "") -> Iterator[str]:
    """Name the attributes of a resource as mappings do, so that they can be looked up in one."""
    for name, held in value.items():
        path = f"{holder}{':' if holder.startswith('urn:') else '.' if holder else ''}{name}"
        if isinstance(held, dict) and name != "manager":
            yield from paths_of(held, path)
        elif isinstance(held, list) and held and all(isinstance(one, dict) for one in held):
            yield from _elements(path, held)
        else:
            yield path if held is not None else f"{path}{NULL}"


def _elements(path: str, held: Iterable[dict[str, Any]]) -> Iterator[str]:
    for one in held:
        yield from (f'{path}[type eq "{one.get("type")}"].{key}' for key in one if key != "type")
