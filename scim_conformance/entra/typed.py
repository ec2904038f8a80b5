"""Values in the type that a mapping names: the JSON that Entra sends in a request.

Integers and booleans are sent as such, dates and binary data as strings (RFC 7643 section 2.3). How Entra sends the
last two is not documented; a target may rely on the RFC's form. A value that cannot be converted to the type is not
sent: the attribute is not tested, and the reports state this.
"""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any, Literal

from scim_conformance.entra.expressions import dates
from scim_conformance.entra.expressions.values import ExpressionError, number, text

AttributeType = Literal["String", "Boolean", "Integer", "DateTime", "Reference", "Binary"]
"""The types of a custom target attribute in the portal (Microsoft: Customize attribute mappings)."""

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")


def converted(kind: AttributeType, value: Any) -> Any:
    """Return a value as JSON of this type; None if it is empty or cannot be converted."""
    if isinstance(value, list):
        return [one for one in (converted(kind, each) for each in value) if one is not None] or None
    if value is None or value == "" or isinstance(value, dict):
        return value or None
    return _CONVERTERS[kind](value)


def unheard_of(kind: AttributeType, guid: str) -> Any:
    """Return a value of a type that no resource has, made from a GUID: for a query that must find nothing.

    For String, the GUID itself is documented; how Entra queries an attribute of another type is not.
    """
    if kind == "Integer":
        return int(guid[-7:], 16)
    if kind == "DateTime":
        return f"9{int(guid[-3:], 16) % 1000:03}-12-31T23:59:59Z"
    return base64.b64encode(guid.encode()).decode() if kind == "Binary" else guid


def _boolean(value: Any) -> bool | None:
    return {"true": True, "false": False}.get(text(value).strip().lower())


def _integer(value: Any) -> int | None:
    return int(value) if isinstance(value, bool) else number(value)


def _date_time(value: Any) -> str | None:
    said = text(value).strip()
    try:
        found = dates.read("DateTime", said)
    except ExpressionError:
        return None
    return said if _DATE_TIME.fullmatch(said) else found.strftime("%Y-%m-%dT%H:%M:%SZ")


def _binary(value: Any) -> str | None:
    try:
        base64.b64decode(text(value), validate=True)
    except (binascii.Error, ValueError):
        return None
    return text(value)


_CONVERTERS: dict[AttributeType, Callable[[Any], Any]] = {
    "String": str,
    "Boolean": _boolean,
    "Integer": _integer,
    "DateTime": _date_time,
    "Reference": str,
    "Binary": _binary,
}
