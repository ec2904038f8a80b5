"""The conformance document of a target: what a vendor publishes. Its content, computed from a run; others lay it out.

Nothing is claimed that was not run: a requirement is passed only if all that judges it ran and passed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scim_conformance.catalogue.columns.contradictions import Contradiction, about, contradictions
from scim_conformance.catalogue.columns.model import Column, DocumentRow
from scim_conformance.catalogue.standards.rows import by_id
from scim_conformance.reporting.columns import NOT_CLAIMED, ColumnResult, Columns
from scim_conformance.reporting.pieces import Cell, Piece, State
from scim_conformance.reporting.remarks import NONE, Remarks
from scim_conformance.verdict.run_result import RunResult

MOST_PIECES = 2
"""Checks that a row names as the evidence of a column."""

MOST_SAID = 3
"""Deviations that a row names."""

ONE_SERVER = {
    "yes": "one server can meet all of them",
    "switch": "one server can meet all of them only with a setting for each client",
    "no": "no server can meet all of them at once",
}
BUGS = "Each row is a bug that breaks provisioning: passed means that the target does not have it."


@dataclass(frozen=True, slots=True)
class Line:
    """A requirement with its state in each column of its table; None: that document does not ask for it."""

    row: DocumentRow
    cells: Sequence[Cell | None]
    remark: str
    contradictions: Sequence[str] = ()
    """Those of the document that it is part of."""

    @property
    def words(self) -> list[str]:
        """The states as they are shown."""
        return [one.word if one is not None else "–" for one in self.cells]

    @property
    def is_failed(self) -> bool:
        """Whether it failed in a column."""
        return any(one is not None and one.state is State.FAILED for one in self.cells)

    @property
    def level(self) -> str:
        """The level as it is shown."""
        return f"{self.row.level} (contested)" if self.row.contested else self.row.level

    def _pieces(self, state: State) -> list[Piece]:
        every = (piece for one in self.cells if one is not None for piece in one.evidence)
        return list(dict.fromkeys(piece for piece in every if piece.state is state))

    @property
    def evidence(self) -> list[Piece]:
        """The checks that show the states: for each column those that tell most."""
        found = (piece for one in self.cells if one is not None for piece in _telling(one.evidence))
        return list(dict.fromkeys(found))

    @property
    def more(self) -> int:
        """How many more checks there are."""
        every = {piece for one in self.cells if one is not None for piece in one.evidence if piece.check}
        return len(every) - len(self.evidence)

    @property
    def says(self) -> list[str]:
        """What deviates, or why it does not apply or was not tested."""
        failed = list(dict.fromkeys(piece.why for piece in self._pieces(State.FAILED)))[:MOST_SAID]
        reasons = (one.why for one in self.cells if one is not None and one.state is not State.FAILED)
        return failed or [why for why in dict.fromkeys(reasons) if why]


def _telling(evidence: Sequence[Piece]) -> list[Piece]:
    """Return a few checks: of different scenarios, if there are several."""
    known = [piece for piece in evidence if piece.check and piece.state in {State.PASSED, State.FAILED}]
    first = {piece.check.partition("#")[0]: piece for piece in reversed(known)}
    return list(dict.fromkeys([*reversed(first.values()), *known]))[:MOST_PIECES]


@dataclass(frozen=True, slots=True)
class Group:
    """The requirements of a document, as a table whose columns are the standards that ask for them."""

    document: str
    columns: Sequence[ColumnResult]
    lines: Sequence[Line]

    @property
    def note(self) -> str:
        """What a reader must know about its rows."""
        return BUGS if any(line.row.is_bug for line in self.lines) else ""


@dataclass(frozen=True, slots=True)
class Position:
    """What some columns ask for in a contradiction, and whether the target does it; None: nothing shows it."""

    columns: Sequence[Column]
    asks: str
    cell: Cell | None


@dataclass(frozen=True, slots=True)
class Dispute:
    """A contradiction between the chosen columns."""

    told: Contradiction
    positions: Sequence[Position]

    @property
    def one_server(self) -> str:
        """Whether one server can meet them all, in words."""
        return ONE_SERVER[self.told.one]


@dataclass(frozen=True, slots=True)
class Conformance:
    """The document."""

    run: RunResult
    columns: Sequence[ColumnResult]
    groups: Sequence[Group]
    disputes: Sequence[Dispute]
    remarks: Remarks

    @property
    def failed(self) -> list[Line]:
        """The requirements that failed in a column, each once."""
        return [line for group in self.groups for line in group.lines if line.is_failed]

    @property
    def failed_musts(self) -> list[str]:
        """The MUST requirements that failed, of the standards that the target claims or that need no claim."""
        found = (
            row.id
            for one in self.columns
            if one.verdict != NOT_CLAIMED
            for row in one.rows
            if row.is_must and one.cells[row.id].state is State.FAILED and not one.cells[row.id].is_advice
        )
        return list(dict.fromkeys(found))

    @property
    def outdated(self) -> list[str]:
        """The requirements with a remark that are in the document and did not fail."""
        lines = (line for group in self.groups for line in group.lines)
        return [line.row.id for line in lines if line.remark and not line.is_failed]

    @property
    def unplayed(self) -> list[str]:
        """The requirements that are not tested because the run did not have their scenarios."""
        cells = (item for one in self.columns for item in one.cells.items())
        return list(dict.fromkeys(row for row, cell in cells if cell.is_unplayed))


def conformance(
    run: RunResult, chosen: Sequence[Column], named: Iterable[Column] = (), remarks: Remarks = NONE
) -> Conformance:
    """Return the document of a run. `named`: the columns that the reader asked for by name."""
    table = Columns(run, named)
    results = [table.of(column) for column in chosen]
    disputes = list(_disputes(table, chosen))
    return Conformance(run, results, list(_groups(results, disputes, remarks)), disputes, remarks)


def _groups(results: Sequence[ColumnResult], disputes: Sequence[Dispute], remarks: Remarks) -> Iterator[Group]:
    named = {one.told.id for one in disputes}
    rows = {row.id: row for one in results for row in one.rows}
    for document in dict.fromkeys(row.document for row in rows.values()):
        own = [row for row in rows.values() if row.document == document]
        asking = [one for one in results if any(_cell(one, row, results) is not None for row in own)]
        lines = [
            Line(
                row,
                [_cell(one, row, results) for one in asking],
                remarks.on(row.id),
                [name for name in about().get(row.id, ()) if name in named],
            )
            for row in own
        ]
        yield Group(document, asking, lines)


def _cell(one: ColumnResult, row: DocumentRow, results: Sequence[ColumnResult]) -> Cell | None:
    """Return the state of a requirement in a column: of its own, or of another document's that it asks for too."""
    if row.id in one.cells:
        return one.cells[row.id]
    if not one.column.client or one.column.client not in row.wanted_by or row.id not in by_id():
        return None
    return next((other.cells[row.id] for other in results if row.id in other.cells), None)


def _disputes(table: Columns, chosen: Sequence[Column]) -> Iterator[Dispute]:
    for one in contradictions():
        sides = one.among(chosen)
        if len(sides) > 1:
            yield Dispute(one, [_position(table, side.standards, side.asks, side.by, chosen) for side in sides])


def _position(
    table: Columns, standards: Sequence[str], asks: str, by: Sequence[str], chosen: Sequence[Column]
) -> Position:
    taking = [one for one in chosen if any(one.id == name or one.id.startswith(name + "-") for name in standards)]
    return Position(taking, asks, table.reference(by) if by else None)
