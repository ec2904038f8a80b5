"""Text from a target, made safe to print. A module of its own: every command needs it, and hardly anything else."""

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\u061c]")


def visible(text: str) -> str:
    """Return `text` with control characters spelled out: text from a target cannot control a terminal or a page."""
    # Hardly any text has one, and none of them is printable.
    return text if text.isprintable() else _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
