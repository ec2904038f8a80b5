"""What an error says, in one line: never a body that it echoes."""

from typing import Any

from scim_conformance.scim.paths import member
from scim_conformance.scim.samples import short

__all__ = ["detail", "short", "told"]

MOST_PLACES = 3
"""Entries of a list of errors that are shown."""

MOST_LOOKED_AT = 20
"""Entries of a list of errors that are evaluated."""

LONGEST = 200


def detail(body: Any) -> str | None:
    """Return the detail of an error, quoted and truncated, or None (see `told`)."""
    found = told(body)
    return None if found is None else short(found, LONGEST)


def told(body: Any) -> str | None:
    """Return what the detail of an error says, or None.

    FastAPI returns a list for a body that it refuses; each entry has the location, a message, and the body itself
    (`loc`, `msg`, `input`): location and message are shown.
    """
    said = member(body, "detail")
    if isinstance(said, str):
        return said
    found = [_placed(one) for one in said[:MOST_LOOKED_AT] if isinstance(one, dict)] if isinstance(said, list) else []
    return "; ".join([one for one in found if one][:MOST_PLACES]) or None


def _placed(entry: dict[str, Any]) -> str:
    place, message = entry.get("loc"), entry.get("msg")
    parts = (
        [str(one)[:80] for one in place[:MOST_LOOKED_AT] if isinstance(one, str | int)]
        if isinstance(place, list)
        else []
    )
    text = message if isinstance(message, str) else ""
    return f"{'.'.join(parts)}: {text}" if parts and text else text
