"""The documents as columns: which requirements each asks for, and by what a requirement of a profile is judged."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

from scim_conformance import FACTS_AS_OF
from scim_conformance.catalogue.requirements import RegisterRow, register
from scim_conformance.catalogue.standards.rows import StandardRow, by_id
from scim_conformance.rfc.rows import row as cited

FOLDER = Path(__file__).parent
FACTS = "facts"
"""Instead of a date: that up to which the facts about Entra were collected."""

PERMISSIONS = ("M12", "M16", "M22", "M30")
"""Rows of Microsoft's requirements that ask for nothing: permissions, limits of Entra, what a later text replaced."""


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A document that a target can be asked to meet, in one version."""

    id: str
    title: str
    document: str
    version: str
    date: str
    url: str
    documents: tuple[str, ...] = ()
    """Documents of the register of standards."""
    tables: tuple[str, ...] = ()
    """Tables of the register of requirements."""
    also: tuple[str, ...] = ()
    """More rows of the register of requirements."""
    without: tuple[str, ...] = ()
    """Rows of its tables that it does not ask for."""
    below: str = ""
    """Rows whose condition starts with this are asked for by a higher level."""
    dialect: str = ""
    """The PATCH dialect whose verdict is the column's: the entra suite makes it. Empty: the rows make it."""
    client: str = ""
    """Its name in `wanted_by` of a row of another document."""
    claim: str = ""
    """The member of /ServiceProviderConfig by which a target claims to meet it."""

    @property
    def as_of(self) -> str:
        """The date of the document, or that of the facts."""
        return FACTS_AS_OF if self.date == FACTS else self.date


class DocumentRow(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement of a document, whichever register it is from."""

    id: str
    document: str
    section: str
    level: str
    says: str
    url: str = ""
    """The address of the section, where there is one."""
    sources: tuple[str, ...] = ()
    """Where it is from, if that is not a section: titles, and issues as owner/name#number."""
    why: str = ""
    """Why no check judges it."""
    contested: bool = False
    wanted_by: tuple[str, ...] = ()
    is_bug: bool = False
    """It is written as a bug that must not be there."""

    @property
    def is_must(self) -> bool:
        """Whether it counts for the verdict on a document."""
        return self.level == "MUST" and not self.contested


class JudgedBy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By what a row of a profile is judged (see `judged_by.toml`)."""

    id: str
    by: tuple[str, ...] = ()
    broken_by: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    error: str = ""
    exact: bool = True
    column: str = ""
    claimed: bool = False


class _Columns(msgspec.Struct, forbid_unknown_fields=True):
    column: list[Column]


class _Judged(msgspec.Struct, forbid_unknown_fields=True):
    row: list[JudgedBy]


@cache
def columns() -> tuple[Column, ...]:
    """Return every column, in order."""
    return tuple(msgspec.convert(_table("columns.toml"), _Columns).column)


@cache
def judged_by() -> dict[str, JudgedBy]:
    """Return by what rows of profiles are judged, by row."""
    return {one.id: one for one in msgspec.convert(_table("judged_by.toml"), _Judged).row}


def _table(name: str) -> dict[str, object]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


class UnknownStandard(ValueError):
    """No column has this name. The message lists those that there are."""


def chosen(names: str | None) -> list[Column]:
    """Return the columns with these names, separated by commas; a first part such as `entra` means several.

    Raises:
        UnknownStandard: a name is not that of a column.
    """
    if names is None:
        return list(columns())
    wanted = [name.strip().lower() for name in names.split(",") if name.strip()]
    unknown = [name for name in wanted if not any(is_called(one, name) for one in columns())]
    if unknown or not wanted:
        known = ", ".join(["entra", "ipsie", *(one.id for one in columns())])
        raise UnknownStandard(f"{', '.join(unknown) or 'nothing'} is not a standard: use {known}")
    return [one for one in columns() if any(is_called(one, name) for name in wanted)]


def is_called(column: Column, name: str) -> bool:
    """Return whether a name is that of a column, or its first part."""
    return name == column.id or column.id.startswith(name + "-")


@cache
def requirements_of(column: Column) -> tuple[DocumentRow, ...]:
    """Return what a document asks for, in its order."""
    own = [of_register(row, name) for name in column.tables for row in _rows(name) if row.id not in column.without]
    more = [of_register(row, "microsoft") for row in register().microsoft if row.id in column.also]
    return (*own, *more, *(of_standard(row) for row in by_id().values() if _asks(column, row)))


def known_ids() -> frozenset[str]:
    """Return the ids of all requirements of both registers."""
    return frozenset({*by_id(), *(row.id for row in register())})


def _asks(column: Column, row: StandardRow) -> bool:
    return row.document in column.documents and not (column.below and row.condition.startswith(column.below))


def _rows(table: str) -> Sequence[RegisterRow]:
    found: Sequence[RegisterRow] = getattr(register(), table)
    return found


_DOCUMENTS = {
    "microsoft": ("Microsoft's requirements", "Microsoft: Develop and plan provisioning for a SCIM endpoint"),
    "bugs": ("Bugs of real endpoints", "reported publicly"),
    "logic_app": ("Microsoft's Logic App", "AzureAD/SCIMReferenceCode: Microsoft.SCIM.LogicAppValidationTemplate"),
    "validator": ("Microsoft's SCIM Validator", "Microsoft: Test your SCIM endpoint"),
}


def of_register(row: RegisterRow, table: str) -> DocumentRow:
    """Return a row of the register of requirements."""
    document, source = _DOCUMENTS[table]
    return DocumentRow(
        id=row.id,
        document=document,
        section="",
        sources=tuple(row.sources) or (source,),
        level="record" if row.id in PERMISSIONS else "MUST",
        says=row.says,
        why=row.why or "",
        is_bug=table == "bugs",
    )


def of_standard(row: StandardRow) -> DocumentRow:
    """Return a row of the register of standards."""
    return DocumentRow(
        id=row.id,
        document=row.document,
        section=row.section,
        level=row.level,
        says=row.says if row.condition == "always" else f"{row.says} ({row.condition})",
        url=cited(row.id, row.section).url if row.document.startswith("RFC") else "",
        why=row.why,
        contested=row.contested,
        wanted_by=row.wanted_by,
    )
