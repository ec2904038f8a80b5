"""Expressions of attribute mappings: parsed, checked and evaluated as Microsoft's reference describes.

Source: Microsoft, "Reference for writing expressions for attribute mappings". Attribute names stand in brackets,
constants in quotes, function names are case-sensitive, a backslash escapes the next character, and an argument may be
left empty. A condition (`[country] = "USA"`) is parsed as a call of its operator.
"""

import inspect
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from scim_conformance.entra.expression_functions import FUNCTIONS, NOT_EVALUATED, OPERATORS, RANDOM, compare
from scim_conformance.entra.expression_values import ExpressionError, NoValueError, empty

__all__ = ["FUNCTIONS", "Attribute", "Call", "Constant", "ExpressionError", "attributes", "check", "evaluate", "parse"]

MOST_CHARACTERS = 10_000
"""What Entra accepts as an expression."""

DEEPEST = 100


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
    """A function with its arguments, or a comparison with its two sides."""

    name: str
    arguments: "tuple[Expression, ...]"


Expression = Attribute | Constant | Call


@lru_cache(maxsize=1024)
def parse(text: str) -> Expression:
    """Parse an expression.

    Raises:
        ExpressionError: naming the character at which it cannot be read.
    """
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(f"an expression has {MOST_CHARACTERS:,} characters at most, this one {len(text):,}")
    reader = _Reader(text)
    found = reader.expression()
    reader.skip()
    if reader.at < len(text):
        raise ExpressionError(f"unexpected {text[reader.at]!r} at character {reader.at + 1} of {text}")
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth = text, 0, 0

    def skip(self) -> None:
        while self.peek().isspace():
            self.at += 1

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def expression(self) -> Expression:
        found = self.operand()
        self.skip()
        operator = next((one for one in OPERATORS if self.text.startswith(one, self.at)), None)
        if operator is None:
            return found
        self.at += len(operator)
        return Call(operator, (found, self.operand()))

    def operand(self) -> Expression:
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
        while self.peek() and self.peek() not in ',()[]"=<>':
            self.at += 1
        name = self.text[start : self.at].strip()
        if self.peek() != "(":
            return Constant(name)
        self.at += 1
        return Call(name, tuple(self.arguments()))

    def arguments(self) -> "list[Expression]":
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(f"functions stand more than {DEEPEST} deep in each other")
        found = [self.expression()]
        self.skip()
        while self.peek() == ",":
            self.at += 1
            found.append(self.expression())
            self.skip()
        if self.peek() != ")":
            raise ExpressionError(f"no closing ) in {self.text}")
        self.at, self.depth = self.at + 1, self.depth - 1
        return found


def attributes(expression: Expression) -> list[str]:
    """Return the names of the attributes that an expression asks for."""
    if isinstance(expression, Attribute):
        return [expression.name]
    if isinstance(expression, Constant):
        return []
    return [name for argument in expression.arguments for name in attributes(argument)]


def check(expression: Expression) -> None:
    """Check what can be known without a source: names, numbers of arguments, and calls of constants alone.

    Raises:
        ExpressionError: naming the function.
    """
    if not isinstance(expression, Call):
        return
    for argument in expression.arguments:
        check(argument)
    if expression.name == "Replace" and all(one == Constant(None) for one in expression.arguments[1:3]):
        raise ExpressionError("the function Replace needs oldValue or regexPattern")
    # Formats, patterns and intervals are constants nearly always: without the values they are read all the same.
    known = [one if isinstance(one, Constant) else Attribute("") for one in expression.arguments]
    evaluate(Call(expression.name, tuple(known)), {})


def evaluate(expression: Expression, source: Mapping[str, Any]) -> Any:
    """Evaluate against an Entra object's attributes; a missing attribute is None.

    Raises:
        ExpressionError: the function is not one of those that this harness evaluates, or cannot do with a value.
    """
    return _evaluate(expression, source, random.Random(_seed(expression, source)))  # noqa: S311 - no secret


def _seed(expression: Expression, source: Mapping[str, Any]) -> str:
    key = source.get("objectId") or sorted((name, str(value)) for name, value in source.items())
    return f"{key}/{expression}"


def _evaluate(expression: Expression, source: Mapping[str, Any], chance: random.Random) -> Any:
    match expression:
        case Attribute(name):
            return source.get(name)
        case Constant(value):
            return value
        case Call(name, arguments):
            count = _counted(expression)
            run = _function(name, count)
            values = [_evaluate(argument, source, chance) for argument in arguments[:count]]
            if name == "IIF" and _lacks(arguments[0], source):
                return None
            try:
                return run(chance, *values) if name in RANDOM else run(*values)
            except NoValueError:
                return None


def _counted(call: Call) -> int:
    """Count the arguments: `Now()` is parsed as one that is left empty, and means none."""
    return 0 if call.arguments == (Constant(None),) else len(call.arguments)


def _lacks(condition: Expression, source: Mapping[str, Any]) -> bool:
    # "If the source attribute used within the IIF function is empty or null, the condition check fails": also within
    # IsPresent and IsNullOrEmpty, which the reference calls unsupported there.
    if isinstance(condition, Attribute):
        return empty(source.get(condition.name))
    return isinstance(condition, Call) and any(_lacks(argument, source) for argument in condition.arguments)


def _function(name: str, count: int) -> Callable[..., Any]:
    if name in OPERATORS:
        return lambda first, second: compare(name, first, second)
    found = FUNCTIONS.get(name) or RANDOM.get(name)
    if found is None:
        raise ExpressionError(_unknown(name))
    least, most = _arity(name)
    if not least <= count <= (count if most is None else most):
        wanted = f"{least} or more" if most is None else str(least) if least == most else f"{least} to {most}"
        raise ExpressionError(f"the function {name} takes {wanted} arguments, not {count}")
    return found


@cache
def _arity(name: str) -> tuple[int, int | None]:
    parameters = list(inspect.signature(FUNCTIONS.get(name) or RANDOM[name]).parameters.values())
    named = [one for one in parameters if one.kind is not one.VAR_POSITIONAL][1 if name in RANDOM else 0 :]
    least = sum(one.default is one.empty for one in named)
    return least, None if len(named) < len(parameters) - (name in RANDOM) else len(named)


def _unknown(name: str) -> str:
    if name in NOT_EVALUATED:
        return f"the function {name} is known, but not evaluated here: {NOT_EVALUATED[name]}"
    known = [*FUNCTIONS, *RANDOM, *NOT_EVALUATED]
    meant = next((one for one in known if one.lower() == name.lower()), None)
    if meant is not None:
        return f"there is no function {name}: did you mean {meant}? Names are case-sensitive"
    return f"there is no function {name} in Microsoft's reference; known are {', '.join(sorted(known, key=str.lower))}"
