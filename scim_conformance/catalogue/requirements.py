"""The register of requirements: what a target must meet, each row with its sources, and which scenarios cover it."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import msgspec

from scim_conformance.scim.locations import REQUIREMENTS


class RegisterRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One requirement. `why`: why no scenario covers it; set exactly if none does."""

    id: str
    says: str
    why: str | None = None
    sources: list[str] = []


class Register(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The four tables: Microsoft's validator, its Logic App, its requirements, and the bugs of real endpoints."""

    validator: list[RegisterRow]
    logic_app: list[RegisterRow]
    microsoft: list[RegisterRow]
    bugs: list[RegisterRow]

    @property
    def tables(self) -> list["Table"]:
        """Return the tables by their titles."""
        return [
            Table("Microsoft's SCIM Validator", "Its tests; P rows are preview tests.", self.validator),
            Table("Microsoft's Logic App", "The tests that validate gallery applications.", self.logic_app),
            Table(
                "Bugs of real endpoints", "Each was reported publicly, and breaks provisioning from Entra.", self.bugs
            ),
            Table("Microsoft's requirements", "From the tutorial, unless another source is named.", self.microsoft),
        ]

    def __iter__(self) -> Iterator[RegisterRow]:
        """Iterate over the rows of all tables."""
        return (row for table in self.tables for row in table.rows)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the register."""

    title: str
    about: str
    rows: list[RegisterRow]


class Covering(Protocol):
    """A scenario's template or a standing check, with what is needed here."""

    @property
    def covers(self) -> tuple[str, ...]:
        """The rows that it covers."""


@cache
def register() -> Register:
    """Load the shipped register."""
    return msgspec.convert(tomllib.loads(REQUIREMENTS.read_text(encoding="utf-8")), Register)


def coverage(covering: Iterable[tuple[str, Covering]]) -> dict[str, list[str]]:
    """Return the ids that cover each row, by row; `covering`: ids with the rows that they cover."""
    found: dict[str, list[str]] = {row.id: [] for row in register()}
    for identifier, one in covering:
        for row in one.covers:
            found.setdefault(row, []).append(identifier)
    return found


def link(source: str) -> str:
    """Return a source as Markdown: `owner/name#number` is an issue or pull request on GitHub."""
    repository, mark, number = source.partition("#")
    if mark and number.isdigit() and repository.count("/") == 1 and " " not in repository:
        return f"[{source}](https://github.com/{repository}/issues/{number})"
    if source.startswith("Microsoft Q&A "):
        return f"[{source}](https://learn.microsoft.com/answers/questions/{source.rpartition(' ')[2]})"
    return source
