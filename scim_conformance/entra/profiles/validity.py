"""What a mapping must not contain, beyond the types of its keys: what the portal does not accept, or cannot send."""

from collections.abc import Sequence

from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.typed import converted

FORMS = {
    "Boolean": "True or False",
    "Integer": "a whole number",
    "DateTime": "a date such as 2026-02-28T09:00:00Z",
    "Binary": "Base64",
}
"""How the values of a type are written."""


def check_values(row: AttributeMapping) -> None:
    """Check the fixed parts of a mapping: its precedence, and that its own values have its type.

    Raises:
        ValueError: the message names the key and says what would be right.
    """
    if row.match < 0:
        raise ValueError(f"match is the precedence of a matching attribute, starting at 1, not {row.match}")
    given = [("constant", row.constant), ("default", row.default), *(("sample", one) for one in row.sample)]
    for key, value in given:
        if value and row.kind in FORMS and converted(row.kind, value) is None:
            raise ValueError(f"{row.target} is {row.kind}: its {key} {value[:60]!r} is not {FORMS[row.kind]}")


def check_once(rows: Sequence[AttributeMapping], index: int) -> None:
    """Check that no earlier mapping has the same target attribute: it would be random which one is sent.

    Raises:
        ValueError: one is; the message names both.
    """
    target = rows[index].target.lower()
    first = next((number for number, row in enumerate(rows[:index]) if row.target.lower() == target), None)
    if first is not None:
        raise ValueError(f"{rows[index].target} is already mapped at mapping[{first}]: remove one of the two")
