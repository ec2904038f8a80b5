"""Whether two attribute values are the same, by the data types of RFC 7643 section 2.3."""

import base64
import binascii
import re
from datetime import UTC, datetime
from typing import Any, Protocol

from scim_conformance.scim.paths import member


class Same(Protocol):
    """Compares two values of one type."""

    def __call__(self, found: Any, wanted: Any, *, exact: bool) -> bool: ...


MILLISECOND = 1000
"""Microseconds: what a target cuts off below that is no other moment."""


def same_text(found: Any, wanted: Any, *, exact: bool) -> bool:
    """Tell whether two attribute values are equal; strings without regard to case unless `exact`.

    The values of a multi-valued attribute have no order (RFC 7643 section 2.4). Of an object everything counts that is
    shown, and its `value` has to be: a service may know fewer sub-attributes than were sent.
    """
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and _same_values(found, wanted, exact=exact)
    if isinstance(wanted, dict) and isinstance(found, dict):
        shown = {name: member(found, name) for name in wanted}
        told = [name for name, value in shown.items() if value is not None or name == "value"]
        return all(same_text(shown[name], wanted[name], exact=exact) for name in told)
    if isinstance(found, str) and isinstance(wanted, str):
        return found == wanted or (not exact and found.casefold() == wanted.casefold())
    return type(found) is type(wanted) and bool(found == wanted)


def _same_values(found: list[Any], wanted: list[Any], *, exact: bool) -> bool:
    left = list(found)
    for one in wanted:
        same = next((other for other in left if same_text(other, one, exact=exact)), None)
        if same is None:
            return False
        left.remove(same)
    return True


def same_value(found: Any, wanted: Any, kind: str = "String", *, exact: bool = False) -> bool:
    """Tell whether two attribute values are equal in a mapping's type: String, Boolean, Integer, DateTime, …"""
    same: Same = same_text if isinstance(wanted, list | dict) else _SAME.get(kind, same_text)
    return same(found, wanted, exact=exact or kind in {"Reference", "Binary"})


def _same_number(found: Any, wanted: Any, *, exact: bool) -> bool:
    del exact  # 5 and 5.0 are one number in JSON (RFC 8259 section 6)
    numbers = [isinstance(one, int | float) and not isinstance(one, bool) for one in (found, wanted)]
    return all(numbers) and bool(found == wanted)


def _same_moment(found: Any, wanted: Any, *, exact: bool) -> bool:
    del exact
    one, other = moment(found), moment(wanted)
    if one is None or other is None:
        return bool(found == wanted) and isinstance(found, str)
    return abs((one - other).total_seconds()) * 1_000_000 < MILLISECOND


def moment(value: Any) -> datetime | None:
    """Read an xsd:dateTime (RFC 7643 section 2.3.5); without an offset it is UTC. None when it is none."""
    if not isinstance(value, str) or not re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", value):
        return None
    # Python reads six digits of a second at most.
    cut = re.sub(r"(\.\d{6})\d+", r"\1", value)
    try:
        found = datetime.fromisoformat(cut)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _same_bytes(found: Any, wanted: Any, *, exact: bool) -> bool:
    del exact
    one, other = _decoded(found), _decoded(wanted)
    return one == other if one is not None else bool(found == wanted) and isinstance(found, str)


def _decoded(value: Any) -> bytes | None:
    if not isinstance(value, str):
        return None
    plain = re.sub(r"\s", "", value).translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


_SAME: dict[str, Same] = {
    "Integer": _same_number,
    "DateTime": _same_moment,
    "Binary": _same_bytes,
}
