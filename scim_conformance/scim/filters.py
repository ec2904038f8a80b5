"""SCIM filters with the only operators that Entra sends: `eq` and `and` (RFC 7644 section 3.4.2.2)."""

import json


def quoted(value: str) -> str:
    """Return `value` as a JSON string: quotes and backslashes escaped, other characters as they are."""
    return json.dumps(value, ensure_ascii=False)


def eq(attribute: str, value: str) -> str:
    """Return the filter `attribute eq "value"`."""
    return f"{attribute} eq {quoted(value)}"


def both(left: str, right: str) -> str:
    """Return the conjunction of two filters."""
    return f"{left} and {right}"
