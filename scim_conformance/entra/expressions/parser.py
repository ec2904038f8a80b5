"""Expressions of attribute mappings: parsed, checked and evaluated as Microsoft's reference describes.

Source: Microsoft, "Reference for writing expressions for attribute mappings". Attribute names are in brackets,
constants in quotes, function names are case-sensitive, a backslash escapes the next character, and an argument may be
empty. A condition (`[country] = "USA"`) is parsed as a call of its operator.
"""

import inspect
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from scim_conformance.entra.expressions.clock import SECONDS, limited
from scim_conformance.entra.expressions.functions import FUNCTIONS, NOT_EVALUATED, OPERATORS, RANDOM, TENANT, compare
from scim_conformance.entra.expressions.values import ExpressionError, NoValueError, empty, fitting

__all__ = ["FUNCTIONS", "Attribute", "Call", "Constant", "ExpressionError", "attributes", "check", "evaluate", "parse"]

MOST_CHARACTERS = 10_000
"""What Entra accepts as an expression."""

DEEPEST = 100

TOO_SLOW = (
    f"it takes more than {SECONDS:g} s: a pattern in it repeats an overlapping part, so there are too many "
    "ways to match"
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """`[name]`: an attribute of the Entra object."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A quoted text, a bare number or word, or an empty argument (None)."""

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
        ExpressionError: with the position at which it cannot be read.
    """
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(
            f"an expression may have at most {MOST_CHARACTERS:,} characters, this one has {len(text):,}"
        )
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
            raise ExpressionError(f"functions are nested more than {DEEPEST} levels deep")
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
    """Return the names of the attributes that an expression uses."""
    if isinstance(expression, Attribute):
        return [expression.name]
    if isinstance(expression, Constant):
        return []
    return [name for argument in expression.arguments for name in attributes(argument)]


def check(expression: Expression) -> None:
    """Check what can be known without a source: names, numbers of arguments, and calls with only constants.

    Raises:
        ExpressionError: with the name of the function.
    """
    limited(lambda: _check(expression), TOO_SLOW)


def _check(expression: Expression) -> None:
    if not isinstance(expression, Call):
        return
    for argument in expression.arguments:
        _check(argument)
    if expression.name == "Replace" and all(one == Constant(None) for one in expression.arguments[1:3]):
        raise ExpressionError("the function Replace needs oldValue or regexPattern")
    # Formats, patterns and intervals are almost always constants: they are checked even without the values.
    known = [one if isinstance(one, Constant) else Attribute("") for one in expression.arguments]
    evaluate(Call(expression.name, tuple(known)), {})


def evaluate(expression: Expression, source: Mapping[str, Any], target: str = "") -> Any:
    """Evaluate against an Entra object's attributes; a missing attribute is None.

    `target`: what it is mapped to, because two random values differ even if their expressions are the same.

    Raises:
        ExpressionError: this harness does not support the function, or it cannot process a value.
    """
    if isinstance(expression, Attribute):  # nothing to compute: no chance, and no limit of time
        return source.get(expression.name)
    chance = random.Random(_seed(expression, source, target).encode("utf-8", "surrogatepass"))  # noqa: S311 - no secret
    return limited(lambda: _evaluate(expression, source, chance), TOO_SLOW)


def _seed(expression: Expression, source: Mapping[str, Any], target: str) -> str:
    key = source.get("objectId") or sorted((name, str(value)) for name, value in source.items())
    return f"{key}/{expression}/{target}"


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
                first = [chance] if name in RANDOM else [source] if name in TENANT else []
                return _fitted(name, run(*first, *values))
            except NoValueError:
                return None


def _fitted(name: str, found: Any) -> Any:
    """Return the result of a function, if it is not longer than Entra's own limits allow."""
    if isinstance(found, str | list):
        fitting(name, len(found))
    return found


def _counted(call: Call) -> int:
    """Count the arguments: `Now()` is parsed as having an empty one, and means none."""
    return 0 if call.arguments == (Constant(None),) else len(call.arguments)


def _lacks(condition: Expression, source: Mapping[str, Any]) -> bool:
    # "If the source attribute used within the IIF function is empty or null, the condition check fails": also in
    # IsPresent and IsNullOrEmpty, which the reference calls unsupported there.
    if isinstance(condition, Attribute):
        return empty(source.get(condition.name))
    return isinstance(condition, Call) and any(_lacks(argument, source) for argument in condition.arguments)


def _function(name: str, count: int) -> Callable[..., Any]:
    if name in OPERATORS:
        return lambda first, second: compare(name, first, second)
    found = _known().get(name)
    if found is None:
        raise ExpressionError(_unknown(name))
    least, most = _arity(name)
    if not least <= count <= (count if most is None else most):
        wanted = f"{least} or more" if most is None else str(least) if least == most else f"{least} to {most}"
        raise ExpressionError(f"the function {name} takes {wanted} arguments, not {count}")
    return found


@cache
def _arity(name: str) -> tuple[int, int | None]:
    given = name in RANDOM or name in TENANT
    parameters = list(inspect.signature(_known()[name]).parameters.values())[given:]
    named = [one for one in parameters if one.kind is not one.VAR_POSITIONAL]
    least = sum(one.default is one.empty for one in named)
    return least, None if len(named) < len(parameters) else len(named)


@cache
def _known() -> dict[str, Callable[..., Any]]:
    return FUNCTIONS | RANDOM | TENANT


def _unknown(name: str) -> str:
    if name in NOT_EVALUATED:
        return f"the function {name} cannot reach a SCIM application: {NOT_EVALUATED[name]}"
    known = [*_known(), *NOT_EVALUATED]
    meant = next((one for one in known if one.lower() == name.lower()), None)
    if meant is not None:
        return f"unknown function {name}: did you mean {meant}? Names are case-sensitive"
    if not name:
        return "a function has no name: write it as Name(argument, argument)"
    return f"this version does not know the function {name}; it knows those of Microsoft's reference for expressions"
