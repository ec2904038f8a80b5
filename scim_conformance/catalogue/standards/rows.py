"""The register of what standards ask of a SCIM target: RFC 7643, RFC 7644 and their neighbours, OWASP, and profiles.

A row is one requirement, in our own words, under a permanent id: document, section, letter. Checks name the row that
they judge (`rfc.rows`), so that coverage and results can be shown by document. Notation in the texts: U, U2, U3 are
users and G is a group of the run; X is an id that no resource ever had, D one that the run deleted; T is the tag of the
run; RB is what a GET by the id returns afterwards; Err(t) is that status with a SCIM error whose scimType is t; LR is a
ListResponse; SPC, RT and SCH are /ServiceProviderConfig, /ResourceTypes and /Schemas.
"""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from scim_conformance.scenario.checks import Level

FOLDER = Path(__file__).parent
RECORD = "record"
"""The level of a row that says what is open: nothing that a target does breaks it."""

Client = Literal["entra-legacy", "entra-compliant", "entra-gallery", "ipsie", "interop"]


class StandardRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One requirement of a standard."""

    id: str
    document: str
    section: str
    level: Literal["MUST", "SHOULD", "record"]
    """The level for a suite. For the document's own word, see `keyword`."""
    keyword: str
    says: str
    test: str
    """How it is tested from outside."""
    condition: str = "always"
    """When it applies: what the target advertises or has. Otherwise the row is not applicable."""
    allowed: str = ""
    """What a correct target may do instead, which no check treats as a fault."""
    why: str = ""
    """Why no check judges it, where there is a reason other than that it is not tested yet."""
    first_wave: bool = False
    contested: bool = False
    """The text is ambiguous, or implementations differ: advice only."""
    wanted_by: tuple[Client, ...] = ()
    """Clients and profiles that need the same."""
    opposed_by: tuple[Client, ...] = ()
    """Clients and profiles that need the opposite."""

    @property
    def hardest(self) -> Level:
        """The hardest level that a check of this row may have."""
        return Level.MUST if self.level == "MUST" and not self.contested else Level.SHOULD


class _Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rows: list[StandardRow]


TOPICS = (
    "discovery", "resources", "create", "read", "filter", "sort", "paging", "attributes", "search", "put", "patch",
    "delete", "bulk", "conditional", "me", "errors", "http", "authentication", "security", "ipsie", "interop",
)  # fmt: skip
"""The files of the register, in the order of its page."""


@cache
def by_topic() -> dict[str, list[StandardRow]]:
    """Return the rows of each topic.

    Raises:
        msgspec.ValidationError: a file has another form.
    """
    return {topic: _read(FOLDER / f"{topic}.toml") for topic in TOPICS}


def _read(file: Path) -> list[StandardRow]:
    return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _Topic).rows


@cache
def by_id() -> dict[str, StandardRow]:
    """Return every row by its id."""
    return {row.id: row for rows in by_topic().values() for row in rows}


def of_document(rows: Iterable[StandardRow]) -> dict[str, list[StandardRow]]:
    """Return rows by their document, in the order in which the documents appear."""
    found: dict[str, list[StandardRow]] = {}
    for row in rows:
        found.setdefault(row.document, []).append(row)
    return found
