"""Values in expressions: the error, and how text, numbers, booleans and lists are read, as in Entra's functions."""

from typing import Any


class ExpressionError(ValueError):
    """The expression cannot be read or evaluated; the message says where and why."""


class NoValueError(ExpressionError):
    """A number is required and there is no value: there is no result, because null is passed on."""


MOST = 10_000
"""Maximum characters of a text, and values of a list, that a function returns: the same as for an expression."""

WHOLE = range(-(2**63), 2**63)
"""The whole numbers of .NET's Int64."""


def fitting(function: str, length: int) -> None:
    """Refuse a result before it is created.

    Raises:
        ExpressionError: it would be longer than `MOST`.
    """
    if length > MOST:
        raise ExpressionError(f"{function} accepts and returns at most {MOST:,} characters or values")


def text(value: Any) -> str:
    """Read a value as text: null is empty, several values are concatenated."""
    if isinstance(value, list):
        return "".join(text(one) for one in value)
    return "" if value is None else str(value)


def empty(value: Any) -> bool:
    """Tell whether a value is null or an empty text; both count as no value."""
    return value is None or value in ("", [])


def truth(value: Any) -> bool:
    """Read a condition: True, the text "True" in any case, a number other than zero."""
    if isinstance(value, str):
        found = number(value)
        return value.lower() == "true" if found is None else found != 0
    return bool(value)


def number(value: Any) -> int | None:
    """Read a whole number, decimal or hexadecimal as in VBA (&HF7); None if it is not one."""
    try:
        written = text(value).strip()
        found = int(written[2:], 16) if written[:2].upper() == "&H" else int(written)
    except ValueError:
        return None
    return found if found in WHOLE else None


def whole(function: str, name: str, value: Any) -> int:
    """Read an argument that must be a whole number.

    Raises:
        ExpressionError: it is not one.
    """
    if empty(value):
        raise NoValueError(f"{function} needs a whole number as {name}")
    found = number(value)
    if found is None:
        raise ExpressionError(f"{function} needs a whole number as {name}, not {text(value)!r}")
    return found


def several(value: Any) -> list[Any]:
    """Read a value as the values of a multi-valued attribute."""
    if isinstance(value, list | tuple):
        return list(value)
    return [] if value is None else [value]
