"""Source attributes that the people and groups made here do not have: what hangs on them never flows."""

from collections.abc import Iterable
from functools import cache

from scim_conformance.entra import expressions
from scim_conformance.entra.people import Directory

ELSEWHERE = frozenset({"manager", "members"})
"""Sent by the scenarios themselves, by id."""


def unfilled(kind: str, rows: Iterable[tuple[str | None, str | None]]) -> list[str]:
    """Return the attributes of these sources and expressions that no user (or group) has, in their order."""
    named: dict[str, None] = {}
    for source, expression in rows:
        found = expressions.attributes(expressions.parse(expression)) if expression else [source] if source else []
        named |= dict.fromkeys(found)
    return [name for name in named if name not in _made(kind) | ELSEWHERE]


@cache
def _made(kind: str) -> frozenset[str]:
    directory = Directory("tag", "example.com", "unfilled")
    made = directory.team().attributes if kind == "group" else directory.person().attributes
    return frozenset(made)
