"""Bodies, paths and queries before their values are known: the placeholders in them for values of earlier responses."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

SWAPPED = "_swapped"
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Var:
    """In a body: the value stored from an earlier response under this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Fill:
    """In a body: a text with `{name}` placeholders, such as `members[value eq "{user}"]`."""

    text: str


@dataclass(frozen=True, slots=True)
class Made:
    """In a body: what a function makes of the values stored so far, such as a user with every published attribute."""

    make: Callable[[Mapping[str, str]], Any]

    def of(self, bindings: Mapping[str, str]) -> Any:
        """Return what stands for it."""
        return self.make(bindings)


@dataclass(frozen=True, slots=True)
class Raw:
    """In place of a body: JSON that is sent as it is written, such as with escapes that our encoder never makes."""

    text: str


@dataclass(frozen=True, slots=True)
class Cut:
    """In place of a body: what a function leaves of it, by the values stored so far."""

    whole: Any
    cut: Callable[[Any, Mapping[str, str]], Any]

    def of(self, bindings: Mapping[str, str]) -> Any:
        """Return what stands for it."""
        return self.cut(resolve(self.whole, bindings), bindings)


def whole(body: Any) -> Any:
    """Return a body with all that a `Cut` may take out of it."""
    return body.whole if isinstance(body, Cut) else body


class MissingValue(Exception):
    """A step needs a value that no response contained. `name` is the placeholder."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def names_in(body: Any) -> Iterator[str]:
    """Yield the names of the values that a body takes from earlier answers: ids of other resources."""
    match body:
        case Var(name):
            yield name
        case Fill(text):
            yield from _PLACEHOLDER.findall(text)
        case Cut(whole):
            yield from names_in(whole)
        case dict():
            yield from (name for value in body.values() for name in names_in(value))
        case list() | tuple():
            yield from (name for value in body for name in names_in(value))


def filled(text: str, bindings: Mapping[str, str], quote: Callable[[str], str]) -> str:
    """Return a text with each placeholder replaced by its value, quoted. Raises MissingValue."""
    return _PLACEHOLDER.sub(lambda match: quote(value_of(bindings, match[1])), text)


def in_a_string(value: str) -> str:
    """Escape a value inside a filter's string (RFC 7644 section 3.4.2.2: JSON's rules)."""
    return json.dumps(value, ensure_ascii=False)[1:-1]


def value_of(bindings: Mapping[str, str], name: str) -> str:
    """Return the value of a placeholder; that of `user_swapped` is that of `user` in different letter case. Raises
    MissingValue."""
    known = name.removesuffix(SWAPPED)
    if name not in bindings and known != name and known in bindings:
        return bindings[known].swapcase()
    if name not in bindings:
        raise MissingValue(name)
    return bindings[name]


def encoded(body: Any, bindings: Mapping[str, str]) -> bytes | None:
    """Return a body as it is sent; None: there is none. Raises MissingValue."""
    if body is None:
        return None
    if isinstance(body, Raw):
        return body.text.encode()
    return json.dumps(resolve(body, bindings), ensure_ascii=False, separators=(",", ":")).encode()


def resolve(body: Any, bindings: Mapping[str, str]) -> Any:
    """Return a body with every Var and Fill replaced by the value it stands for."""
    match body:
        case Var(name):
            return value_of(bindings, name)
        case Fill(text):
            return filled(text, bindings, in_a_string)
        case Made() | Cut():
            return body.of(bindings)
        case dict():
            return {key: resolve(value, bindings) for key, value in body.items()}
        case list() | tuple():
            return [resolve(value, bindings) for value in body]
    return body


class Names(dict[str, str]):
    """Bindings for showing a step that is not sent: each placeholder stands for itself, as `{name}`."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"
