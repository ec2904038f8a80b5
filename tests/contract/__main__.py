"""`make contract`: makes again whatever a change of the suites or of the demo's faults left behind."""

import sys
import time

import click

from tests.contract import missing, stale
from tests.contract.making import PARTS, named


@click.command()
@click.option("--check", is_flag=True, help="Say what is behind, and make nothing.")
def main(check: bool) -> None:
    """Make what is behind, and say what only its author can add."""
    begun, behind = time.monotonic(), 0
    if check:
        behind = sum(_told(kind) for kind in stale.KINDS)
        click.echo(f"contract: rows that were played before they last changed: {named(stale.changed()) or 'none'}")
    for make, what in () if check else PARTS:
        part = time.monotonic()
        made = make()
        click.echo(f"contract: {what}: {made or 'as they are'}, {time.monotonic() - part:.0f} s")
    problems = missing.problems()
    for one in problems:
        click.echo(f"contract: {one}", err=True)
    unseen = missing.unproven()
    if unseen:
        click.echo(f"contract: not seen red yet, `make proof` plays every defect: {named(unseen)}")
    click.echo(f"contract: {len(problems)} to add by hand, {time.monotonic() - begun:.0f} s in all")
    sys.exit(1 if problems or behind else 0)


def _told(kind: stale.Kind) -> int:
    """Say which rows of a kind are behind, and return how many have to be made again."""
    names = stale.unknown(kind) if kind in {"proof", "variants"} else stale.stale(kind)
    if names:
        click.echo(f"contract: behind in {kind}: {', '.join(names)}; {stale.COMMAND}")
    return len(names)


if __name__ == "__main__":
    main()
