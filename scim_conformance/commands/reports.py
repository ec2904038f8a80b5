"""Commands for the results of a run: `report`, `compare`, `export`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from scim_conformance.commands.options import examples
from scim_conformance.commands.saving import save
from scim_conformance.config.settings import SettingsError
from scim_conformance.reporting import neutral
from scim_conformance.system.visible import visible
from scim_conformance.verdict import counting

if TYPE_CHECKING:
    from scim_conformance.verdict.results import ScenarioResult
    from scim_conformance.verdict.run_result import RunResult

NOTHING_SELECTED = 5

# Every command loads this module: what only some of them need is imported there, which keeps start-up fast.


@click.command(
    epilog=examples(
        "scim-conformance report",
        "scim-conformance report reports/scim --open",
        "scim-conformance report last --format allure",
        codes=False,
    )
)
@click.argument("directory", metavar="[DIR]", required=False)
@click.option("--format", "kind", type=click.Choice(["html", "allure"]), default="html", help="Default: html.")
@click.option("--open", "opened", is_flag=True, help="Open it in the browser.")
def report(directory: str | None, *, kind: str, opened: bool) -> int:
    """Write the report of a run as one self-contained HTML file.

    DIR is the report directory of a run (default: the newest complete one in reports/; last: the newest one).
    html is our own page; allure requires Node.js and the npm package allure.
    """
    from scim_conformance.commands import chosen_run
    from scim_conformance.reporting import drawing

    where = chosen_run.find(directory)
    result = chosen_run.read(where)
    try:
        path = drawing.page(result, where) if kind == "html" else drawing.allure(result, where)
    except drawing.CannotDraw as error:
        raise SettingsError(str(error)) from None
    click.echo(str(path))
    if opened:
        click.launch(path.resolve().as_uri())
    return 0


@click.command(
    epilog=examples(
        "scim-conformance compare",
        "scim-conformance compare reports/before reports/after",
        "scim-conformance compare main-report --since main --format markdown",
        codes=False,
    )
)
@click.argument("old", metavar="[OLD]", required=False)
@click.argument("new", metavar="[NEW]", required=False)
@click.option(
    "--format", "kind", type=click.Choice(["text", "json", "markdown"]), default="text", help="Default: text."
)
@click.option("--since", metavar="NAME", help="What the old run is called, such as main (default: its time).")
def compare(old: str | None, new: str | None, *, kind: str, since: str | None) -> int:
    """Compare two runs, regressions first; exit 1 if there are any.

    OLD and NEW are report directories, or result.json files. Without NEW, it is the newest complete run in reports/;
    without both, the two newest complete runs of the same target.
    """
    from scim_conformance.commands import chosen_run
    from scim_conformance.reporting import comparing

    before, after = chosen_run.couple() if old is None else (chosen_run.result_at(old), chosen_run.result_at(new))
    found = comparing.compare(before, after)
    if kind == "json":
        click.echo(neutral.in_json(visible(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())))
    else:
        written = comparing.markdown if kind == "markdown" else comparing.text
        click.echo(written(found, since or before.started), nl=False)
    return 1 if found.of("regression") else 0


@click.command(
    epilog=examples(
        "scim-conformance export last --format har --out run.har",
        "scim-conformance export last --format curl ENT-DIS-01/legacy | sh",
        codes=False,
    )
)
@click.argument("directory", metavar="DIR|last")
@click.argument("ids", nargs=-1)
@click.option("--format", "kind", type=click.Choice(["har", "curl", "json"]), default="har", help="Default: har.")
@click.option("--out", metavar="FILE", help="Output file (default: standard output).")
def export(directory: str, ids: tuple[str, ...], *, kind: str, out: str | None) -> int:
    """Export the requests and responses of a run: HTTP archive, curl script, or JSON.

    DIR is the report directory of a run; last is the newest run in reports/ that contains IDS. IDS are scenario ids or
    their prefixes. The curl script creates what it needs and takes the ids from the responses, because the run has
    removed its own; the token stays in SCIM_CONFORMANCE_TOKEN.
    """
    from scim_conformance.commands import chosen_run

    result = chosen_run.having(ids) if directory == chosen_run.LAST else chosen_run.read(chosen_run.find(directory))
    chosen = chosen_run.choose(result, ids)
    if not any(one.exchanges for one in chosen):
        place = "the newest run in reports/" if directory == chosen_run.LAST else directory
        click.echo(f"{place} contains no requests of {', '.join(ids) or 'anything'}", err=True)
        return NOTHING_SELECTED
    if kind == "curl" and result.demo:
        click.echo(f"the target of this run has ended; to play it again: {' '.join([result.demo, *ids])}", err=True)
    content = _exported(result, chosen, kind)
    if out is None:
        click.echo(content, nl=False)
    else:
        save(content, Path(out))
        click.echo(f"{out}: {_counted(_with_requests(chosen))}, as {kind}")
    return 0


def _counted(chosen: "list[ScenarioResult]") -> str:
    requests = counting.number(sum(len(one.exchanges) for one in chosen), "request")
    return f"{requests} of {counting.number(len(chosen), 'scenario')}"


def _with_requests(chosen: "list[ScenarioResult]") -> "list[ScenarioResult]":
    return [one for one in counting.scenarios(chosen) if one.exchanges]


def _exported(result: "RunResult", chosen: "list[ScenarioResult]", kind: str) -> bytes:
    from scim_conformance.reporting import har, script

    if kind == "har":
        return har.document(result, chosen)
    if kind == "curl":
        return script.scripts(result, chosen).encode()
    head = {name: getattr(result, name) for name in ("run_id", "target", "profile", "suite_version", "started")}
    text = msgspec.json.format(msgspec.json.encode({**head, "scenarios": chosen}), indent=2).decode()
    return (neutral.in_json(visible(text)) + "\n").encode()


COMMANDS = (report, compare, export)
