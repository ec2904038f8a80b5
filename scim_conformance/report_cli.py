"""What is done with the results of a run: `report`, `certify`, `verify`, `compare`, `export`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scim_conformance.settings import SettingsError

if TYPE_CHECKING:
    from scim_conformance.reporting.run import RunResult
    from scim_conformance.scenario.results import ScenarioResult

NOTHING_SELECTED = 5

# What stands here is loaded with every command: the rest is imported when it is needed.


def find(given: str | None) -> Path:
    """Return a report directory: the one that was given, else the newest under reports/.

    Raises:
        SettingsError: it holds no result.json.
    """
    if given is None:
        found = sorted(Path("reports").glob("*/result.json"), key=lambda path: path.stat().st_mtime)
        if not found:
            raise SettingsError("there is no run under reports/: give the report directory of a run")
        return found[-1].parent
    path = Path(given)
    directory = path.parent if path.name == "result.json" else path
    if not (directory / "result.json").is_file():
        raise SettingsError(f"{given} holds no result.json: give the report directory of a run")
    return directory


def read(path: Path) -> "RunResult":
    """Read the result in a report directory, or in a file.

    Raises:
        SettingsError: it cannot be read, or is no result of ours.
    """
    import msgspec

    from scim_conformance.reporting import files

    try:
        return files.read(path)
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        said = str(error).replace(" - at `$.", " at `")
        raise SettingsError(f"{path} is no result of a run: {said}") from None


def choose(result: "RunResult", ids: Sequence[str]) -> "list[ScenarioResult]":
    """Return the scenarios that are asked for, by id, its beginning, or a check of it; without ids all."""
    from scim_conformance.catalogue import selected

    return [one for one in result.scenarios if selected(one.id, ids)]


@click.command(epilog="Example: scim-conformance report reports/scim --open")
@click.argument("directory", metavar="[DIR]", required=False)
@click.option("--format", "kind", type=click.Choice(["html", "allure"]), default="html", help="Default: html.")
@click.option("--open", "opened", is_flag=True, help="Open it in the browser.")
def report(directory: str | None, *, kind: str, opened: bool) -> int:
    """Draw the report of a run as one HTML file, which needs nothing from elsewhere.

    DIR is the report directory of a run (default: the newest under reports/). html is our own page; allure needs
    Node.js and the npm package allure.
    """
    from scim_conformance.reporting import drawing

    where = find(directory)
    result = read(where)
    try:
        path = drawing.page(result, where) if kind == "html" else drawing.allure(result, where)
    except drawing.CannotDraw as error:
        raise SettingsError(str(error)) from None
    click.echo(str(path))
    if opened:
        click.launch(path.resolve().as_uri())
    return 0


@click.command(epilog="Example: scim-conformance certify reports/scim --out certificate.zip")
@click.argument("directory", metavar="[DIR]", required=False)
@click.option("--out", metavar="FILE.zip", help="Where it goes (default: certificate.zip in DIR).")
@click.option("--force", is_flag=True, help="Replace FILE.zip where it is there already.")
def certify(directory: str | None, *, out: str | None, force: bool) -> int:
    """Write the certificate of a complete run: page, result, exchanges and checksums in one zip file.

    Refuses (exit 1) unless every required scenario ran and the verdict is yes, for one dialect at least.
    """
    from scim_conformance import certifying
    from scim_conformance.reporting import certificate

    where = find(directory)
    result = read(where)
    target = Path(out) if out else where / "certificate.zip"
    if target.exists() and not force:
        raise SettingsError(f"{target} is there already: replace it with --force")
    against = certifying.objections(result)
    if against:
        click.echo("no certificate:\n" + "".join(f"  {_plain(text)}\n" for text in against[:20]), nl=False)
        return 1
    _save(certificate.packed(certificate.members(result)), target)
    click.echo(f"{target}: {_plain(result.sentence)}")
    _say_what_it_certifies(result)
    click.echo(f"  check it with: scim-conformance verify {target}")
    return 0


def _save(content: bytes, target: Path) -> None:
    from scim_conformance.reporting import files

    try:
        files.replace(target, content)
    except OSError as error:
        raise SettingsError(f"{target} cannot be written: {error.strerror}") from None


def _say_what_it_certifies(result: "RunResult") -> None:
    from scim_conformance.reporting import certificate, page_data

    dialects = certificate.certified(result)
    if dialects != ["legacy", "compliant"]:
        click.echo(f"  it speaks for the {' and '.join(dialects)} dialect alone")
    waived = page_data.waived(result)
    click.echo(f"  waived: {len(waived)} checks" if waived else "  nothing is waived")
    for _, check in waived:
        click.echo(_plain(f"    {check.id}: {check.waiver}"))
    if result.leftovers:
        click.echo(f"  {len(result.leftovers)} of our resources are still in the target; the certificate names them")


@click.command(epilog="Example: scim-conformance verify certificate.zip")
@click.argument("file", metavar="FILE.zip")
def verify(file: str) -> int:
    """Check a certificate: checksums, catalogue, and that the verdict follows from the results in it.

    Exit 1 names what was changed. It is not signed: it shows that it is whole, not who wrote it.
    """
    from scim_conformance import certifying
    from scim_conformance.reporting import certificate

    try:
        result, wrong, notes = certifying.verified(Path(file))
    except certificate.Damaged as error:
        click.echo(f"{file}: {_plain(str(error))}")
        return 1
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}") from None
    click.echo(f"{file}: {'does not hold' if wrong or result is None else 'holds'}")
    for text in wrong:
        click.echo(f"  {_plain(text)}")
    if result is not None and not wrong:
        click.echo(_plain(f"  {result.sentence}"))
        click.echo(_plain(f"  {result.target}, profile {result.profile}, run {result.run_id}, {result.started}"))
        _say_what_it_certifies(result)
    for text in notes:
        click.echo(f"  not checked: {_plain(text)}")
    return 1 if wrong or result is None else 0


@click.command(epilog="Example: scim-conformance compare reports/before reports/after --format markdown")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--format", "kind", type=click.Choice(["text", "json", "markdown"]), default="text", help="How.")
def compare(old: str, new: str, *, kind: str) -> int:
    """Compare two runs, regressions first; exit 1 when there are any.

    OLD and NEW are report directories, or result.json files.
    """
    import msgspec

    from scim_conformance.reporting import comparing
    from scim_conformance.scenario.assess import visible

    found = comparing.compare(_result_at(old), _result_at(new))
    if kind == "json":
        click.echo(visible(msgspec.json.format(msgspec.json.encode(found), indent=2).decode()))
    else:
        click.echo(comparing.markdown(found) if kind == "markdown" else comparing.text(found), nl=False)
    return 1 if found.of("regression") else 0


def _result_at(given: str) -> "RunResult":
    return read(Path(given)) if Path(given).is_file() else read(find(given))


@click.command(epilog="Example: scim-conformance export reports/scim --format curl ENT-DIS-01/legacy | sh")
@click.argument("directory", metavar="DIR")
@click.argument("ids", nargs=-1)
@click.option("--format", "kind", type=click.Choice(["har", "curl", "json"]), default="har", help="Default: har.")
@click.option("--out", metavar="FILE", help="Where it goes (default: standard output).")
def export(directory: str, ids: tuple[str, ...], *, kind: str, out: str | None) -> int:
    """Print the exchanges of a run for other tools: HTTP archive, curl script, or JSON.

    IDS are scenarios or the beginnings of their ids. The curl script makes what it needs and takes the ids from the
    answers, since the run has removed its own; the token stays in SCIM_CONFORMANCE_TOKEN.
    """
    result = read(find(directory))
    chosen = choose(result, ids)
    if not any(one.exchanges for one in chosen):
        click.echo(f"no exchange in {directory} belongs to {', '.join(ids) or 'anything'}", err=True)
        return NOTHING_SELECTED
    content = _exported(result, chosen, kind)
    if out:
        _save(content, Path(out))
    else:
        click.echo(content, nl=False)
    return 0


def _exported(result: "RunResult", chosen: "list[ScenarioResult]", kind: str) -> bytes:
    from scim_conformance.reporting import har, script

    if kind == "har":
        return har.document(result, chosen)
    if kind == "curl":
        return script.scripts(result, chosen).encode()
    import msgspec

    from scim_conformance.scenario.assess import visible

    head = {name: getattr(result, name) for name in ("run_id", "target", "profile", "suite_version", "started")}
    text = msgspec.json.format(msgspec.json.encode({**head, "scenarios": chosen}), indent=2).decode()
    return (visible(text) + "\n").encode()


def _plain(text: str) -> str:
    """Return a text that cannot steer the terminal."""
    from scim_conformance.scenario.assess import visible

    return visible(text).replace("\n", " ")


COMMANDS = (report, certify, verify, compare, export)
