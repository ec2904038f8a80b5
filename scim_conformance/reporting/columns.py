"""Standards as columns: the state of each requirement in a run, and a verdict where enough was checked.

The Entra verdict is made by the entra suite alone, so the columns of the two dialects repeat it. The other columns
follow from their rows.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from scim_conformance.catalogue.columns.model import Column, DocumentRow, JudgedBy, columns, judged_by, requirements_of
from scim_conformance.catalogue.standards.rows import by_id
from scim_conformance.reporting.pieces import Cell, Piece, State, cell
from scim_conformance.reporting.seen import NO_CHECK, NO_RESPONSE, Seen
from scim_conformance.verdict.results import Recorded
from scim_conformance.verdict.run_result import RunResult

ENOUGH = 80
"""Percent of the MUST rows that must be checked for a verdict."""

OPPOSITE = "the target does the opposite, as this check shows"
PLACE = "/ServiceProviderConfig"
YES, NO, NOT_CLAIMED, NONE = "yes", "no", "not claimed", "no verdict"


@dataclass(frozen=True, slots=True)
class RowCounts:
    """How the MUST rows of a document ended."""

    passed: int
    failed: int
    advice: int
    """Rows that failed only in what is advice."""
    not_applicable: int
    not_tested: int

    @property
    def checked(self) -> int:
        """The rows that were checked."""
        return self.passed + self.failed + self.advice

    @property
    def asked(self) -> int:
        """The rows that apply."""
        return self.checked + self.not_tested

    @property
    def percent(self) -> int:
        """How many of the rows that apply were checked, rounded down."""
        return 100 * self.checked // self.asked if self.asked else 0


@dataclass(frozen=True, slots=True)
class ColumnResult:
    """A document in a run. `cells`: by requirement; `why`: why there is no verdict, or what makes it."""

    column: Column
    rows: Sequence[DocumentRow]
    cells: Mapping[str, Cell]
    tally: RowCounts
    verdict: str
    why: str


class Columns:
    """The columns of a run. `named`: those that the reader chose, which are judged whether or not they are claimed."""

    def __init__(self, result: RunResult, named: Iterable[Column] = ()) -> None:
        self.result = result
        self._named = {one.id for one in named}
        self._seen = Seen(result)
        self._known: dict[str, ColumnResult] = {}

    def of(self, column: Column) -> ColumnResult:
        """Return a column with its verdict."""
        if column.id not in self._known:
            rows = [one for one in requirements_of(column) if not self._is_foreign(one, column)]
            cells = {row.id: self._cell(row, column) for row in rows}
            counted = tally(rows, cells)
            self._known[column.id] = ColumnResult(column, rows, cells, counted, *self._verdict(column, counted))
        return self._known[column.id]

    def reference(self, names: Iterable[str]) -> Cell:
        """Return the state of rows, checks and scenarios together."""
        return cell([piece for name in names for piece in self._reference(name)], NO_CHECK)

    def _reference(self, name: str) -> list[Piece]:
        derived = judged_by().get(name)
        found = self._derived(derived) if derived is not None else []
        return found or self._seen.reference(name)

    def claims(self, column: Column) -> bool | None:
        """Return whether the target claims to meet a profile; None: the run did not read its configuration."""
        read = (_object(one) for one in self._answers() if one.method == "GET" and one.url.endswith(PLACE))
        known = [one for one in read if one is not None]
        return any(one.get(column.claim) is True for one in known) if known else None

    def _answers(self) -> Iterable[Recorded]:
        return (shown for one in self.result.scenarios for shown in one.exchanges)

    def _is_foreign(self, row: DocumentRow, column: Column) -> bool:
        return row.id not in by_id() and self._seen.is_of_another_dialect(row, column)

    def _cell(self, row: DocumentRow, column: Column) -> Cell:
        if row.id not in by_id():
            told = self._seen.covering(row, column)
            return Cell(State.NOT_TESTED, why=row.why) if row.why else cell(told, NO_RESPONSE)
        derived = judged_by().get(row.id)
        if derived is not None and derived.column:
            return self._imported(derived, column)
        own = self._seen.row(row.id, hard=None if row.is_must else True)
        return cell([*own, *(self._derived(derived) if derived else [])], row.why or NO_CHECK)

    def _derived(self, how: JudgedBy) -> list[Piece]:
        """Return what other rows, checks and scenarios say about a row of a profile."""
        opposite = [piece for name in how.broken_by for piece in self._seen.reference(name)]
        broken = [_broken(piece) for piece in opposite if piece.state is State.PASSED]
        found = [piece for name in how.by for piece in self._seen.reference(name)]
        refused = [piece for name in how.refused for piece in self._seen.refusal(name, how.error)]
        return [*broken, *([] if broken else refused), *(found if how.exact else map(_inexact, found))]

    def _imported(self, how: JudgedBy, column: Column) -> Cell:
        """Return the state of a row that asks for everything that another column asks for."""
        other = next(one for one in columns() if one.id == how.column)
        if how.claimed and self.claims(other) is not True:
            return _unclaimed(other, is_known=self.claims(other) is not None)
        rows = [row for row in requirements_of(other) if row.id != how.id]
        cells = {row.id: self._cell(row, other) for row in rows} if other.id == column.id else self.of(other).cells
        return _as_row(other, tally(rows, cells))

    def _verdict(self, column: Column, counted: RowCounts) -> tuple[str, str]:
        """Return the verdict of a column, and why there is none or what makes it."""
        if column.claim and column.id not in self._named and self.claims(column) is not True:
            return NOT_CLAIMED, f"the target does not claim it: {column.claim} is not true in {PLACE}"
        if counted.percent < ENOUGH:
            part = f"{counted.checked} of the {counted.asked} MUST requirements that apply were checked"
            return NONE, f"{part} ({counted.percent} %; a verdict needs {ENOUGH} %), and {counted.failed} failed"
        if column.dialect:
            return self._of_entra(column.dialect)
        failed = counted.failed
        told = f"the {counted.checked} MUST requirements that were checked"
        return (NO, f"{failed} of {told} failed") if failed else (YES, f"no failure in {told}")

    def _of_entra(self, dialect: str) -> tuple[str, str]:
        found = self.result.verdict_by_dialect.get(dialect)
        if found is None:
            return NONE, "the run is not complete: not every scenario that the verdict requires was run"
        return found, "the verdict of the entra suite"


def tally(rows: Iterable[DocumentRow], cells: Mapping[str, Cell]) -> RowCounts:
    """Count how the MUST rows ended."""
    found = Counter((cells[row.id].state, cells[row.id].is_advice) for row in rows if row.is_must)
    return RowCounts(
        found[State.PASSED, False],
        found[State.FAILED, False],
        found[State.FAILED, True],
        found[State.NOT_APPLICABLE, False],
        found[State.NOT_TESTED, False],
    )


def _broken(piece: Piece) -> Piece:
    return Piece(State.FAILED, piece.check, piece.request, OPPOSITE)


def _inexact(piece: Piece) -> Piece:
    if piece.state is not State.FAILED:
        return piece
    return Piece(State.NOT_TESTED, why=f"{piece.check} failed, which asks for more than this requirement")


def _unclaimed(column: Column, *, is_known: bool) -> Cell:
    if not is_known:
        return Cell(State.NOT_TESTED, why=f"the run did not read {PLACE}")
    return Cell(State.NOT_APPLICABLE, why=f"{column.claim} is not true in {PLACE}")


def _as_row(column: Column, counted: RowCounts) -> Cell:
    """Return the state of a row that asks for a whole column."""
    told = f"{counted.passed} of the {counted.asked} MUST requirements of {column.title} that apply passed, and "
    told += f"{counted.failed} failed"
    if counted.failed:
        return Cell(State.FAILED, (Piece(State.FAILED, why=told),), told)
    if counted.percent < 100:
        return Cell(State.NOT_TESTED, why=f"{told}; {counted.not_tested} are not tested")
    return Cell(State.PASSED, (Piece(State.PASSED, why=told),), told)


def _object(shown: Recorded) -> dict[str, Any] | None:
    """Return the JSON object of a successful response, or None."""
    try:
        found = msgspec.json.decode(shown.response_body or "")
    except msgspec.DecodeError:
        return None
    return found if shown.status == 200 and isinstance(found, dict) else None
