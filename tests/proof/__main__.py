"""`make proof`: the matrix in full, which writes docs/proof.md; `--quick`: what CI plays, held against that page."""

import sys
import time
from collections.abc import Iterator
from typing import Any

import click

from tests.proof import behind, both_suites, catching_up, choosing, document, mutating, pairs, updating
from tests.proof import couples as coupling
from tests.proof.batches.loading import legal, unseen
from tests.proof.matrix import (
    LEAST_DETECTED,
    LEAST_FIRST,
    Matrix,
    catchable,
    play_full,
    play_quick,
    rows,
    rows_played,
    unproven,
    unruly,
)


@click.command()
@click.option("--quick", is_flag=True, help="Play a part of each row, and compare it with docs/proof.json.")
@click.option("--changed", is_flag=True, help="Of those parts what CI plays: rows that changed, and others in turn.")
@click.option("--new", is_flag=True, help="Play what docs/proof.json does not know, and add it.")
@click.option("--row", "names", multiple=True, metavar="DEFECT", help="Play this defect alone, and update its row.")
@click.option("--couples", is_flag=True, help="Play a hundred couples of faults: both must be named.")
@click.option("--standards", is_flag=True, help="Play the suites rfc and security against every legal variant.")
def main(quick: bool, changed: bool, new: bool, names: tuple[str, ...], *, couples: bool, standards: bool) -> None:
    """Play the suites against every defect, every legal variant and the honest target."""
    begun = time.monotonic()
    if couples:
        sys.exit(_couples())
    if standards:
        sys.exit(_standards())
    added = catching_up.catch_up() if new else ()
    part = _quick(every=quick) if quick or changed else _full()
    problems = [*_rows(names)] if names else [*added] if new else [*part]
    for one in problems:
        click.echo(f"proof: {one}", err=True)
    click.echo(f"proof: {len(problems)} problems, {time.monotonic() - begun:.0f} s")
    sys.exit(1 if problems else 0)


def _standards() -> int:
    found = [*both_suites.play()]
    for one in found:
        click.echo(f"proof: false alarm: {one}", err=True)
    click.echo(f"proof: {len(found)} false alarms of the suites rfc and security")
    return 1 if found else 0


def _couples() -> int:
    found = coupling.played(coupling.drawn())
    hidden = [one for one in found if one.hidden]
    for one in hidden:
        click.echo(f"proof: {coupling.told(one)}", err=True)
    both = [one for one in found if one.is_independent]
    said = f"proof: both faults of {len(both) - len(hidden)} of {len(both)} couples are named"
    click.echo(f"{said}; in {len(found) - len(both)} others one keeps the other from being judged")
    return 1 if [*coupling.problems(found)] else 0


def _full() -> Iterator[str]:
    matrix = play_full()
    mutants = mutating.sample(matrix)
    document.write(matrix, mutants)
    behind.write()
    yield from _short(matrix)
    caught = [row for row in matrix.rows if row.is_detected]
    if len(matrix.behind) > (1 - LEAST_FIRST) * len(caught):
        yield f"the cause is not first: {', '.join(row.defect.name for row in matrix.behind)}"
    yield from pairs.lost({row.defect.name: row.outcome for row in matrix.rows})
    yield from unproven(matrix, document.reasons())
    yield from (f"{one.check} was emptied, and nobody noticed" for one in mutants if not one.noticed)


def _rows(names: tuple[str, ...]) -> Iterator[str]:
    blind = [name for name in names if name in unseen()]
    yield from catching_up.play_unseen_again(blind) if blind else ()
    names = tuple(name for name in names if name not in blind)
    unknown = [name for name in names if name not in {one.name for one in catchable()}]
    yield from (f"there is no defect {name}" for name in unknown)
    played = updating.update(names) if names and not unknown else []
    yield from (f"missed: {row.defect.name}" for row in played if not row.is_detected)


def _quick(*, every: bool) -> Iterator[str]:
    recorded = document.recorded()
    known = rows()
    wanted = set(known) if every else _due(known, recorded)
    matrix = play_quick(wanted)
    click.echo(f"proof: {len(wanted)} of {len(known)} rows", err=True)
    yield from _short(matrix) if every else _alarms(matrix)
    yield from unruly(matrix)
    yield from pairs.lost({row.defect.name: row.outcome for row in matrix.rows})
    missed = {row.defect.name for row in matrix.missed}
    lost = [name for name in recorded["detected"] if name in missed]
    yield from (f"{name} was detected, says docs/proof.md, and is not" for name in lost)
    if len(recorded["first"]) < LEAST_FIRST * len(recorded["detected"]):
        yield "docs/proof.md says that the cause is first too seldom"
    unknown = {one.name for one in catchable()} - {*recorded["detected"], *recorded["missed"]}
    if unknown or len(legal()) != recorded["variants"]:
        yield f"docs/proof.md is behind the registry: run `make contract` ({', '.join(sorted(unknown)) or 'variants'})"


def _short(matrix: Matrix) -> Iterator[str]:
    if len(matrix.missed) > (1 - LEAST_DETECTED) * len(matrix.rows):
        yield f"missed: {', '.join(row.defect.name for row in matrix.missed)}"
    yield from _alarms(matrix)


def _alarms(matrix: Matrix) -> Iterator[str]:
    return (f"false alarm: {one}" for one in matrix.alarms())


def _due(known: dict[str, str], recorded: dict[str, Any]) -> set[str]:
    """Return the rows that changed, and those of the others whose turn it is."""
    played = rows_played()
    if recorded.get("shared") != choosing.shared():
        click.echo("proof: what all rows share has changed since `make proof`", err=True)
    due = choosing.chosen(known, played, choosing.turn())
    later = {*choosing.changed(known, played)} - due
    if later:
        click.echo(f"proof: {len(later)} rows that have changed are played in the next turns", err=True)
    return due


if __name__ == "__main__":
    main()
