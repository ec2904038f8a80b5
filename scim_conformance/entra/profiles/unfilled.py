"""Source attributes that the generated users and groups do not have: mappings from them are never sent."""

from collections.abc import Iterable
from functools import cache

from scim_conformance.entra.directory import attributes
from scim_conformance.entra.directory.people import PeopleMaker
from scim_conformance.entra.expressions import parser
from scim_conformance.entra.profiles.mapping import LATER
from scim_conformance.scenario import tags


def unfilled(kind: str, rows: Iterable[tuple[str | None, str | None]]) -> list[str]:
    """Return the attributes of these sources and expressions that no user (or group) has, in their order."""
    named: dict[str, None] = {}
    for source, expression in rows:
        found = parser.attributes(parser.parse(expression)) if expression else [source] if source else []
        named |= dict.fromkeys(found)
    return [name for name in named if name not in _made(kind) | LATER and not attributes.is_extension(name)]


@cache
def _made(kind: str) -> frozenset[str]:
    directory = PeopleMaker(tags.EXAMPLE, "example.com", "unfilled")
    made = directory.team().attributes if kind == "group" else directory.person().attributes
    return frozenset(made)
