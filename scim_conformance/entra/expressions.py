"""Expressions of attribute mappings: parsed and evaluated as Microsoft's reference describes.

Source: Microsoft, "Reference for writing expressions for attribute mappings". Attribute names stand in brackets,
constants in quotes, function names are case-sensitive, a backslash escapes the next character, and an argument may be
left empty.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


class ExpressionError(ValueError):
    """The expression cannot be read or evaluated; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """`[name]`: an attribute of the Entra object."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A quoted text, a bare number or word, or an argument left empty (None)."""

    value: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: "tuple[Expression, ...]"


Expression = Attribute | Constant | Call


def parse(text: str) -> Expression:
    """Parse an expression.

    Raises:
        ExpressionError: naming the character at which it cannot be read.
    """
    reader = _Reader(text)
    found = reader.expression()
    reader.skip()
    if reader.at < len(text):
        raise ExpressionError(f"unexpected {text[reader.at]!r} at character {reader.at + 1} of {text}")
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def skip(self) -> None:
        while self.peek().isspace():
            self.at += 1

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def expression(self) -> Expression:
        self.skip()
        match self.peek():
            case "[":
                return Attribute(self.until("]"))
            case '"':
                return Constant(self.until('"'))
            case "" | "," | ")":
                return Constant(None)
        return self.word()

    def until(self, end: str) -> str:
        start, found = self.at, []
        self.at += 1
        while self.peek() != end:
            if self.peek() == "\\":
                self.at += 1
            if not self.peek():
                raise ExpressionError(f"no closing {end} for character {start + 1} of {self.text}")
            found.append(self.peek())
            self.at += 1
        self.at += 1
        return "".join(found)

    def word(self) -> Expression:
        start = self.at
        while self.peek() and self.peek() not in ',()[]"':
            self.at += 1
        name = self.text[start : self.at].strip()
        if self.peek() != "(":
            return Constant(name)
        self.at += 1
        return Call(name, tuple(self.arguments()))

    def arguments(self) -> "list[Expression]":
        found = [self.expression()]
        self.skip()
        while self.peek() == ",":
            self.at += 1
            found.append(self.expression())
            self.skip()
        if self.peek() != ")":
            raise ExpressionError(f"no closing ) in {self.text}")
        self.at += 1
        return found


def evaluate(expression: Expression, source: Mapping[str, Any]) -> Any:
    """Evaluate against an Entra object's attributes; a missing attribute is None.

    Raises:
        ExpressionError: the function is not one of those that this harness evaluates.
    """
    match expression:
        case Attribute(name):
            return source.get(name)
        case Constant(value):
            return value
        case Call(name, arguments):
            if name not in FUNCTIONS:
                raise ExpressionError(f"the function {name} is not evaluated here; known are {', '.join(FUNCTIONS)}")
            return FUNCTIONS[name](*(evaluate(argument, source) for argument in arguments))


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _switch(source: Any, default: Any, *pairs: Any) -> Any:
    keys, values = pairs[::2], pairs[1::2]
    return next((value for key, value in zip(keys, values, strict=True) if _text(source) == key), default)


def _join(separator: Any, *values: Any) -> str:
    return _text(separator).join(_text(value) for value in values if value not in (None, ""))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "Append": lambda source, suffix: _text(source) + _text(suffix),
    "Coalesce": lambda *values: next((value for value in values if value not in (None, "")), None),
    "Join": _join,
    "Switch": _switch,
    "ToLower": lambda source, _culture=None: _text(source).lower(),
    "ToUpper": lambda source, _culture=None: _text(source).upper(),
}
