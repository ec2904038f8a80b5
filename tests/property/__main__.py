"""`python -m tests.property`: a series of draws, and their figures in docs/property.json."""

import sys
import time

import click

from tests.property import figures
from tests.property.drawing import draw
from tests.property.series import every

MOST_UNTESTED = 0.02


@click.command()
@click.option("--draws", "count", default=1000, show_default=True, help="How many profiles are drawn.")
@click.option("--seed", default=0, show_default=True, help="The number of the first; the others follow it.")
@click.option("--processes", default=2, show_default=True, help="How many play at the same time.")
@click.option("--dry", is_flag=True, help="Write no figures.")
@click.option("--show", type=int, help="Print the profile of this number, and stop.")
def main(count: int, seed: int, processes: int, dry: bool, show: int | None) -> None:
    """Draw valid profiles, and judge the verdicts on the honest target and on a broken one."""
    if show is not None:
        click.echo(draw(show), nl=False)
        return
    begun = time.monotonic()
    found = every(range(seed, seed + count), processes)
    shown = figures.figures(found, seed, time.monotonic() - begun)
    if not dry:
        figures.write(shown)
    problems = [*(str(one) for one in found if not one.is_right), *_too_few(shown)]
    for one in problems:
        click.echo(f"property: {one}", err=True)
    click.echo(f"property: {len(found)} draws, {len(problems)} problems, {time.monotonic() - begun:.0f} s")
    sys.exit(1 if problems else 0)


def _too_few(shown: dict[str, object]) -> list[str]:
    rare = [f"met in less than 2 % of draws: {name}" for name in figures.rare(shown)]
    untested, mappings = int(str(shown["untested"])), int(str(shown["mappings"]))
    return [
        *rare,
        *([f"{untested} of {mappings} mappings are untested"] if untested > MOST_UNTESTED * mappings else []),
    ]


if __name__ == "__main__":
    main()
