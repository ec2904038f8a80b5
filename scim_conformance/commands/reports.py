"""Commands for the results of a run: `report`, `certify`, `verify`, `compare`, `export`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from scim_conformance.commands import wrapping
from scim_conformance.config.settings import SettingsError
from scim_conformance.reporting import neutral
from scim_conformance.system import inputs
from scim_conformance.verdict.judging import visible

if TYPE_CHECKING:
    from scim_conformance.verdict.results import ScenarioResult
    from scim_conformance.verdict.run_result import RunResult

NOTHING_SELECTED, NOT_JUDGED = 5, 6

MOST_SAID = 20
"""How many objections and changes are listed."""

_DRAFT = "DRAFT, certifies nothing: "

# Every command loads this module: what only some of them need is imported there, which keeps start-up fast.


@click.command(epilog="Example: scim-conformance report reports/scim --open")
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


@click.command(epilog="Example: scim-conformance certify reports/scim --out certificate.zip")
@click.argument("directory", metavar="[DIR]", required=False)
@click.option("--out", metavar="FILE.zip", help="Output file (default: certificate.zip in DIR).")
@click.option("--force", is_flag=True, help="Overwrite the output if it exists.")
@click.option(
    "--draft", is_flag=True, help="Allow a target on this machine or without https; the certificate is marked DRAFT."
)
@click.option("--product", default="", metavar="NAME", help="The product, for the cover.")
@click.option("--product-version", default="", metavar="TEXT", help="Its version or build.")
@click.option("--vendor", default="", metavar="NAME", help="Its vendor.")
@click.option("--operator", default="", metavar="NAME", help="Who ran the tests.")
@click.option("--sign", "key", metavar="KEY", help="Private SSH key; writes the signature next to the output, as .sig.")
def certify(directory: str | None, *, out: str | None, force: bool, draft: bool, key: str | None, **about: str) -> int:
    """Write the certificate of a complete run: page, result, requests and responses, and checksums in one zip file.

    DIR is its report directory (default: the newest complete one in reports/).

    Refuses (exit 1) unless every required scenario ran, the verdict is yes for at least one dialect, the recorded
    responses confirm it when they are judged again, and the target is an https URL that is not on this machine.
    """
    from scim_conformance.commands import certify as certifying
    from scim_conformance.commands import chosen_run
    from scim_conformance.reporting import certificate, container
    from scim_conformance.reporting.cover import About

    where = chosen_run.find(directory)
    result = chosen_run.read(where)
    target = Path(out) if out else where / "certificate.zip"
    if target.exists() and not force:
        raise SettingsError(f"{target} already exists: overwrite it with --force")
    against = certifying.objections(result, draft=draft)
    if against:
        click.echo("no certificate:")
        for text in against[:MOST_SAID]:
            click.echo(wrapping.line(f"  {_plain(text)}", "    "))
        return 1
    content = container.pack(certificate.members(result, About(**about), draft=draft))
    signature = None if key is None else _signed(content, Path(key))
    _save(content, target)
    if signature is not None:
        _save_signature(signature, target, str(key))
    click.echo(f"{target}: {_DRAFT if draft else ''}{_plain(result.sentence)}")
    _say_what_it_certifies(result)
    click.echo(
        f"  verify it with: scim-conformance verify {target}{' --allowed-signers FILE' if key is not None else ''}"
    )
    return 0


def _save(content: bytes, target: Path) -> None:
    from scim_conformance.reporting import files

    try:
        files.replace(target, content)
    except OSError as error:
        raise SettingsError(f"{target} cannot be written: {error.strerror}") from None


def _signed(content: bytes, key: Path) -> bytes:
    """Return the signature, made before anything is written."""
    from scim_conformance.reporting import signing

    try:
        return signing.sign(content, key)
    except signing.CannotSign as error:
        raise SettingsError(f"{error}; no certificate was written") from None


def _save_signature(signature: bytes, target: Path, key: str) -> None:
    from scim_conformance.reporting import signing

    _save(signature, signing.beside(target))
    click.echo(f"{signing.beside(target)}: signed with {key}")


def _signature(file: Path, allowed: str | None) -> str:
    """Return what is known about who wrote a certificate.

    Raises:
        signing.BadSignature: it is not signed by an allowed signer.
        SettingsError: a file is missing, or signatures cannot be checked here.
    """
    from scim_conformance.reporting import signing

    signature = signing.beside(file)
    if allowed is None:
        is_there = signature.is_file()
        return f"{signature.name} was not checked: use --allowed-signers FILE" if is_there else "not signed"
    for path in (signature, Path(allowed)):
        if not path.is_file():
            raise SettingsError(f"{path} does not exist: --allowed-signers needs it")
    try:
        signing.check_allowed(Path(allowed))
        return f"signed by {signing.signer(file, Path(allowed))}"
    except signing.CannotSign as error:
        raise SettingsError(str(error)) from None


def _say_what_it_certifies(result: "RunResult") -> None:
    from scim_conformance.reporting import certificate, page_data
    from scim_conformance.verdict import counting

    dialects = certificate.certified(result)
    if dialects != ["legacy", "compliant"]:
        click.echo(f"  it covers only the {' and '.join(dialects)} dialect")
    waived = page_data.waived(result)
    click.echo(f"  waived: {counting.number(len(waived), 'check')}" if waived else "  no waivers")
    for _, check in waived:
        click.echo(_plain(f"    {check.id}: {check.waiver}"))
    if result.leftovers:
        left = counting.number(len(result.leftovers), "resource")
        verb = "is" if len(result.leftovers) == 1 else "are"
        click.echo(f"  {left} of this run {verb} still in the target; the certificate lists all of them")


@click.command(epilog="Example: scim-conformance verify certificate.zip")
@click.option(
    "--allowed-signers",
    "allowed",
    metavar="FILE",
    help="Names and public keys of those you trust, as ssh-keygen reads them.",
)
@click.argument("file", metavar="FILE.zip")
def verify(file: str, *, allowed: str | None) -> int:
    """Verify a certificate: its bytes, and its recorded responses, which are judged again.

    Exit 0: it is consistent; with --allowed-signers, also signed by one of them, who is named. Without a signature,
    nothing proves who wrote it. Exit 1: lists what was changed.
    Exit 4: the file is not a readable certificate. Exit 6: another version wrote it, and only that version can verify
    it.
    """
    from scim_conformance.commands import verify as verifying
    from scim_conformance.reporting import container

    try:
        found = verifying.verified(Path(file))
    except container.Damaged as error:
        raise SettingsError(f"{file}: {_plain(str(error))}") from None
    except inputs.CannotRead as error:
        raise SettingsError(f"{file} {error}") from None
    if found.wrong or found.result is None:
        _say_what_was_changed(file, found.wrong)
        return 1
    if found.other is not None:
        click.echo(
            f"{file}: not verified: written by scim-conformance {_plain(found.other)}; verify it with that version"
        )
        return NOT_JUDGED
    result = found.result
    click.echo(_plain(f"  {_DRAFT if found.draft else ''}{result.sentence}"))
    click.echo(_plain(f"  {result.target}, profile {result.profile}, run {result.run_id}, {result.started}"))
    _say_what_it_certifies(result)
    for text in found.notes:
        click.echo(f"  {_plain(text)}")
    return _say_who(file, allowed)


def _say_who(file: str, allowed: str | None) -> int:
    from scim_conformance.reporting import signing

    try:
        click.echo(_plain(f"{file}: consistent, {_signature(Path(file), allowed)}"))
    except signing.BadSignature as error:
        click.echo(_plain(f"{file}: consistent, but {error}"))
        return 1
    return 0


def _say_what_was_changed(file: str, wrong: list[str]) -> None:
    click.echo(f"{file}: changed")
    for text in wrong[:MOST_SAID]:
        click.echo(f"  {_plain(text)}")
    if len(wrong) > MOST_SAID:
        click.echo(f"  and {len(wrong) - MOST_SAID:,} more")


@click.command(epilog="Example: scim-conformance compare reports/before reports/after --format markdown")
@click.argument("old", metavar="[OLD]", required=False)
@click.argument("new", metavar="[NEW]", required=False)
@click.option("--format", "kind", type=click.Choice(["text", "json", "markdown"]), default="text", help="How.")
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


@click.command(epilog="Example: scim-conformance export last --format curl ENT-DIS-01/legacy | sh")
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
    head = {name: getattr(result, name) for name in ("run_id", "target", "profile", "suite_version", "started")}
    text = msgspec.json.format(msgspec.json.encode({**head, "scenarios": chosen}), indent=2).decode()
    return (neutral.in_json(visible(text)) + "\n").encode()


def _plain(text: str) -> str:
    """Return a text without terminal control characters."""
    return visible(text).replace("\n", " ")


COMMANDS = (report, certify, verify, compare, export)
