"""SCIM filters with the only operators that Entra sends: `eq` and `and` (RFC 7644 section 3.4.2.2)."""

import json


def eq(attribute: str, value: str | int | bool) -> str:
    """Return the filter `attribute eq "value"`; a number or boolean is written as JSON has it: `eq 5`, `eq true`."""
    return f"{attribute} eq {json.dumps(value, ensure_ascii=False)}"


def both(left: str, right: str) -> str:
    """Return the conjunction of two filters."""
    return f"{left} and {right}"
