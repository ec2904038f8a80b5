"""Where the documents contradict each other: what each asks for, and what a server can do."""

import tomllib
from collections.abc import Sequence
from functools import cache
from typing import Literal

import msgspec

from scim_conformance.catalogue.columns.model import FOLDER, Column, is_called


class Side(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What some standards ask for. `by`: the rows, checks and scenarios that show whether a target does it."""

    standards: tuple[str, ...]
    asks: str
    by: tuple[str, ...] = ()

    def includes(self, column: Column) -> bool:
        """Return whether a column asks for this."""
        return any(is_called(column, name) for name in self.standards)


class Contradiction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A topic on which documents differ. `one`: whether one server can meet them all; `do`: what it can do."""

    id: str
    topic: str
    one: Literal["yes", "switch", "no"]
    do: str
    rows: tuple[str, ...]
    sides: tuple[Side, ...]

    def among(self, chosen: Sequence[Column]) -> list[Side]:
        """Return the sides that the chosen columns take."""
        return [side for side in self.sides if any(side.includes(column) for column in chosen)]


class _Contradictions(msgspec.Struct, forbid_unknown_fields=True):
    contradiction: list[Contradiction]


@cache
def contradictions() -> tuple[Contradiction, ...]:
    """Return all of them, in order."""
    found = tomllib.loads((FOLDER / "contradictions.toml").read_text(encoding="utf-8"))
    return tuple(msgspec.convert(found, _Contradictions).contradiction)


@cache
def about() -> dict[str, tuple[str, ...]]:
    """Return the contradictions that each requirement is part of, by the requirement's id."""
    found: dict[str, tuple[str, ...]] = {}
    for one in contradictions():
        for row in one.rows:
            found[row] = (*found.get(row, ()), one.id)
    return found
