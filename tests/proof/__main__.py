"""`make proof`: the matrix in full, which writes docs/proof.md; `--quick`: what CI plays, held against that page."""

import sys
import time
from collections.abc import Iterator

import click

from tests.proof import document, mutating
from tests.proof.matrix import LEAST_DETECTED, LEAST_FIRST, Matrix, legal, play_full, play_quick, unproven, unruly
from tests.support.first_to_fix import FIRST_TO_FIX


@click.command()
@click.option("--quick", is_flag=True, help="Play what CI plays, and hold it against docs/proof.json.")
def main(quick: bool) -> None:
    """Play the suites against every defect, every legal variant and the honest target."""
    begun = time.monotonic()
    problems = [*_quick()] if quick else [*_full()]
    for one in problems:
        click.echo(f"proof: {one}", err=True)
    click.echo(f"proof: {len(problems)} problems, {time.monotonic() - begun:.0f} s")
    sys.exit(1 if problems else 0)


def _full() -> Iterator[str]:
    matrix = play_full(FIRST_TO_FIX)
    mutants = mutating.sample(matrix)
    document.write(matrix, mutants)
    yield from _short(matrix)
    caught = [row for row in matrix.rows if row.is_detected]
    if len(matrix.behind) > (1 - LEAST_FIRST) * len(caught):
        yield f"the cause is not first: {', '.join(row.defect.name for row in matrix.behind)}"
    yield from unproven(matrix, document.reasons())
    yield from (f"{one.check} was emptied, and nobody noticed" for one in mutants if not one.noticed)


def _quick() -> Iterator[str]:
    recorded = document.recorded()
    matrix = play_quick(FIRST_TO_FIX)
    yield from _short(matrix)
    yield from unruly(matrix)
    missed = {row.defect.name for row in matrix.missed}
    lost = [name for name in recorded["detected"] if name in missed]
    yield from (f"{name} was detected, says docs/proof.md, and is not" for name in lost)
    if len(recorded["first"]) < LEAST_FIRST * len(recorded["detected"]):
        yield "docs/proof.md says that the cause is first too seldom"
    unknown = {row.defect.name for row in matrix.rows} - {*recorded["detected"], *recorded["missed"]}
    if unknown or len(legal()) != recorded["variants"]:
        yield f"docs/proof.md is behind the registry: run make proof ({', '.join(sorted(unknown)) or 'variants'})"


def _short(matrix: Matrix) -> Iterator[str]:
    if len(matrix.missed) > (1 - LEAST_DETECTED) * len(matrix.rows):
        yield f"missed: {', '.join(row.defect.name for row in matrix.missed)}"
    yield from (f"false alarm: {one}" for one in matrix.alarms())


if __name__ == "__main__":
    main()
