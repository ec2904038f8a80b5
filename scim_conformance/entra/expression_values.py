"""Values in expressions: the error, and how text, numbers, truth and lists are read as Entra's functions read them."""

from typing import Any


class ExpressionError(ValueError):
    """The expression cannot be read or evaluated; the message says where and why."""


class NoValueError(ExpressionError):
    """A number is asked for where there is no value: nothing comes out, as null goes through."""


def text(value: Any) -> str:
    """Read a value as text: nothing is empty, several values stand one after another."""
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
    """Read a whole number, decimal or as VBA writes hexadecimal (&HF7); None when it is none."""
    try:
        written = text(value).strip()
        return int(written[2:], 16) if written[:2].upper() == "&H" else int(written)
    except ValueError:
        return None


def whole(function: str, name: str, value: Any) -> int:
    """Read an argument that has to be a whole number.

    Raises:
        ExpressionError: it is none.
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
