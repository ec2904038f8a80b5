"""Starts six independent SCIM servers, plays the entra suite against each, and compares with what is expected.

    python tests/real/run.py [--update] [--turn] [--report-dir DIR] [SERVER]...

What is needed is installed under `.real/` by package name. Exit code 1: something deviates otherwise than expected.
"""

import signal
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import click  # noqa: E402

from scim_conformance.entra.dialects import Dialect  # noqa: E402
from scim_conformance.verdict.counting import number  # noqa: E402
from tests.real import comparing, document, expectations, playing, rehearsing  # noqa: E402
from tests.real.servers.catalog import SERVERS, Server  # noqa: E402
from tests.real.servers.process import ServerError  # noqa: E402
from tests.support.turns import due  # noqa: E402


@click.command()
@click.argument("names", metavar="[SERVER]...", nargs=-1, type=click.Choice([server.name for server in SERVERS]))
@click.option("--update", is_flag=True, help="Write the ids that were seen into the expectations.")
@click.option("--turn", is_flag=True, help="Play half of the servers: those whose turn it is.")
@click.option("--report-dir", type=click.Path(path_type=Path), help="Keep the reports, one directory a server.")
def main(names: tuple[str, ...], update: bool, turn: bool, report_dir: Path | None) -> None:
    """Play the entra suite and a rehearsal against real servers, and fail on every difference to the expectations."""
    signal.signal(signal.SIGTERM, _stop)
    chosen = [server for server in (due(SERVERS, 2) if turn else SERVERS) if not names or server.name in names]
    seen = {server.name: _play(server, report_dir, update=update) for server in chosen}
    dialects = due(Dialect, 2, shift=1) if turn else [*Dialect]
    rehearsed = {(server.name, one.value): _rehearse(server, one) for server in _rehearsed(chosen) for one in dialects}
    if update and len(rehearsed) == len(rehearsing.rehearsed()) * len(Dialect):
        rehearsing.keep(rehearsed)
        document.refresh_rehearsals()
    results = {name: result for name, (result, differs) in seen.items() if result is not None and not differs}
    if len(results) == len(SERVERS):
        _document(results)
    raise SystemExit(int(len(results) < len(chosen) or any(one.unjudged for one in rehearsed.values())))


def _rehearsed(chosen: list[Server]) -> list[Server]:
    return [server for server in chosen if rehearsing.is_rehearsed(server)]


def _rehearse(server: Server, dialect: Dialect) -> rehearsing.Rehearsed:
    """Return what a rehearsal of a server came to, compared with its prediction."""
    found = rehearsing.play(server, dialect)
    outcome = f"{len(found.unjudged)} not judged" if found.unjudged else "as judged"
    causes = sum(count > 0 for count in found.causes.values())
    counted = f"{number(sum(found.causes.values()), 'difference')} of {number(causes, 'cause')}"
    click.echo(f"{server.name} {dialect.value}: prediction and outcome: {counted}: {outcome}")
    for one in found.unjudged:
        click.echo(f"    {one}")
    return found


def _stop(*_: object) -> NoReturn:
    raise SystemExit(143)


def _play(server: Server, report_dir: Path | None, *, update: bool) -> tuple[playing.Result | None, bool]:
    """Return the result of a server, None when it could not be played, and whether it is not what is expected."""
    try:
        result = playing.play(server, report_dir)
    except ServerError as error:
        click.echo(f"{server.name}: not played: {error}", err=True)
        return None, True
    if update:
        expectations.write(server.name, comparing.refreshed(expectations.load(server.name), result))
    differences = comparing.differences(expectations.load(server.name), result)
    click.echo(_line(server, result, len(differences)))
    for difference in differences:
        click.echo(f"    {difference}")
    return result, bool(differences)


def _line(server: Server, result: playing.Result, differing: int) -> str:
    counts = result.counts
    levels = ", ".join(f"{counts[level]} {level}" for level in expectations.LEVELS)
    outcome = f"{differing} unlike the expectation" if differing else "as expected"
    return (
        f"{server.name} {server.version}: works with Entra: {result.verdict}; {counts['conformant']} conformant, "
        f"{counts['deviation']} deviation ({levels}), {counts['inconclusive']} inconclusive: {outcome}"
    )


def _document(results: dict[str, playing.Result]) -> None:
    if document.write(results):
        click.echo(f"{document.PATH.relative_to(ROOT)} is new: commit it")


if __name__ == "__main__":
    main()
