"""Filters of RFC 7644 section 3.4.2.2, and the form with brackets and a sub-attribute that Entra ID sends."""

import json
import re
from collections.abc import Callable
from typing import Any, TypeAlias

from tests.failing.shapes import CORE, ENTERPRISE, EXACT, Resource, ScimError

Test: TypeAlias = Callable[[Resource], bool]

TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|([()\[\]])|([^\s()\[\]"]+))')
CHOICES: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda have, want: bool(have == want),
    "ne": lambda have, want: bool(have != want),
    "co": lambda have, want: isinstance(have, str) and want in have,
    "sw": lambda have, want: isinstance(have, str) and have.startswith(want),
    "ew": lambda have, want: isinstance(have, str) and have.endswith(want),
    "gt": lambda have, want: type(have) is type(want) and have > want,
    "ge": lambda have, want: type(have) is type(want) and have >= want,
    "lt": lambda have, want: type(have) is type(want) and have < want,
    "le": lambda have, want: type(have) is type(want) and have <= want,
}


def parse(text: str) -> Test:
    """Return a filter as a function of a resource."""
    reader = _Reader(text)
    test = reader.either()
    if reader.tokens:
        raise _wrong(text)
    return test


def equalities(text: str) -> dict[str, Any]:
    """Return what a filter of clauses with `eq` asks for: what an element that matches it has."""
    return {name: json.loads(value) for name, value in re.findall(r'([\w$]+)\s+eq\s+("[^"]*"|true|false|\d+)', text)}


def _wrong(text: str) -> ScimError:
    return ScimError(400, f"The filter cannot be read: {text}", "invalidFilter")


class _Reader:
    """Reads a filter from left to right: or, and, not, then a clause."""

    def __init__(self, text: str) -> None:
        self.text, self.tokens = text, [str(found.group().strip()) for found in TOKEN.finditer(text)]
        if "".join(self.tokens) != re.sub(r'\s+(?=(?:[^"]*"[^"]*")*[^"]*$)', "", text):
            raise _wrong(text)

    def _next(self) -> str:
        if not self.tokens:
            raise _wrong(self.text)
        return self.tokens.pop(0)

    def _takes(self, word: str) -> bool:
        found = bool(self.tokens) and self.tokens[0].lower() == word
        return found and bool(self.tokens.pop(0))

    def either(self) -> Test:
        parts = [self.both()]
        while self._takes("or"):
            parts.append(self.both())
        return lambda resource: any(part(resource) for part in parts)

    def both(self) -> Test:
        parts = [self.clause()]
        while self._takes("and"):
            parts.append(self.clause())
        return lambda resource: all(part(resource) for part in parts)

    def clause(self) -> Test:
        if self._takes("not"):
            denied = self._inside("(", ")")
            return lambda resource: not denied(resource)
        if self.tokens and self.tokens[0] == "(":
            return self._inside("(", ")")
        path = self._next()
        if self.tokens and self.tokens[0] == "[":
            return self._bracketed(path)
        return self._compared(path, elements=None)

    def _inside(self, opening: str, closing: str) -> Test:
        if self._next() != opening:
            raise _wrong(self.text)
        test = self.either()
        if self._next() != closing:
            raise _wrong(self.text)
        return test

    def _bracketed(self, path: str) -> Test:
        test = self._inside("[", "]")
        if self.tokens and self.tokens[0].startswith("."):
            return self._compared(f"{path}{self._next()}", elements=test)
        return lambda resource: any(test(one) for one in values(resource, path) if isinstance(one, dict))

    def _compared(self, path: str, elements: Test | None) -> Test:
        operator = self._next().lower()
        if operator == "pr":
            return lambda resource: bool(values(resource, path, elements))
        if operator not in CHOICES:
            raise _wrong(self.text)
        try:
            want = json.loads(self._next())
        except ValueError as error:
            raise _wrong(self.text) from error
        return lambda resource: _holds(resource, path, CHOICES[operator], want, elements)


def _holds(
    resource: Resource, path: str, compare: Callable[[Any, Any], bool], want: Any, elements: Test | None
) -> bool:
    exact = path.rpartition(".")[2].rpartition(":")[2] in EXACT
    found = [one.get("value") if isinstance(one, dict) else one for one in values(resource, path, elements)]
    if want is None:
        return compare(None, None) if not found else False
    return any(compare(*_alike(one, want, exact)) for one in found)


def _alike(have: Any, want: Any, exact: bool) -> tuple[Any, Any]:
    if isinstance(have, bool) and isinstance(want, str):
        return str(have).lower(), want.lower()
    if isinstance(have, str) and isinstance(want, str) and not exact:
        return have.lower(), want.lower()
    return have, want


def values(resource: Resource, path: str, elements: Test | None = None) -> list[Any]:
    """Return all values at a path, those of multi-valued attributes one by one. A URN may come before the path."""
    found: list[Any] = [resource]
    for urn in (CORE["Users"], CORE["Groups"], ENTERPRISE):
        if path.lower().startswith(f"{urn.lower()}:"):
            found, path = [resource.get(urn, {}) if urn == ENTERPRISE else resource], path[len(urn) + 1 :]
    if path.lower().startswith("manager"):
        found = [resource.get(ENTERPRISE, {})]
    for step, name in enumerate(path.split(".")):
        found = [item for one in found if isinstance(one, dict) for item in _members(one, name)]
        if elements is not None and step == 0:
            found = [one for one in found if isinstance(one, dict) and elements(one)]
    return found


def _members(resource: Resource, name: str) -> list[Any]:
    value = next((value for key, value in resource.items() if key.lower() == name.lower()), None)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
