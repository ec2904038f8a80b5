"""The command `conformance`: the document that a vendor publishes, with standards as columns."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scim_conformance.commands.options import examples
from scim_conformance.config.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scim_conformance.catalogue.columns.model import Column
    from scim_conformance.reporting.conformance import Conformance
    from scim_conformance.reporting.remarks import Remarks
    from scim_conformance.verdict.run_result import RunResult

# Every command loads this module: what only this one needs is imported in its functions, which keeps start-up fast.


@click.command(
    epilog=examples(
        "scim-conformance conformance reports/scim",
        "scim-conformance conformance --standard entra,rfc --out docs",
        "scim-conformance conformance --write-remarks",
        codes=False,
    )
)
@click.argument("directory", metavar="[DIR]", required=False)
@click.option(
    "--standard", "standards", metavar="NAMES", help="Only these, separated by commas, such as entra,rfc (default: all)."
)
@click.option(
    "--remarks", metavar="FILE", help="Your product and remarks (default: conformance.toml in this folder, if it exists)."
)
@click.option("--write-remarks", is_flag=True, help="Add an empty remark to FILE for each failed requirement.")
@click.option("--out", metavar="FOLDER", help="Where to write (default: DIR).")
def conformance(
    directory: str | None, *, standards: str | None, remarks: str | None, write_remarks: bool, out: str | None
) -> int:
    """Write the conformance document of a run: CONFORMANCE.md and CONFORMANCE.html.

    DIR is the report directory of a run (default: the newest complete one in reports/). Each requirement of each
    standard is shown with section, state, evidence, deviation and your remark. Standards: entra-legacy,
    entra-compliant, entra-gallery, validator, rfc, ipsie-al1, ipsie-al2, interop; entra and ipsie mean several.

    Run with --suite all first: nothing is claimed that was not run.
    """
    from scim_conformance.commands import chosen_run

    chosen = _chosen(standards)
    where = chosen_run.find(directory)
    result = chosen_run.read(where)
    _expect_own(result)
    file = _file(remarks)
    found = _document(result, chosen, _remarks(file, may_be_missing=remarks is None or write_remarks), named=standards)
    if write_remarks:
        _add(file, found)
    for path in _written(found, Path(out) if out else where):
        click.echo(str(path))
    _say(found)
    return 0


def _chosen(standards: str | None) -> "list[Column]":
    from scim_conformance.catalogue.columns import model

    try:
        return model.chosen(standards)
    except model.UnknownStandard as error:
        raise SettingsError(f"--standard: {error}") from None


def _expect_own(result: "RunResult") -> None:
    """Refuse the run of another version: its checks need not be those of this one."""
    from scim_conformance import __version__
    from scim_conformance.commands.certify import own_catalogue

    if (result.suite_version, result.catalogue_sha256) != (__version__, own_catalogue()):
        made = f"scim-conformance {result.suite_version}, catalogue {result.catalogue_sha256[:12]}, produced this run"
        own = f"this is {__version__}, catalogue {own_catalogue()[:12]}"
        raise SettingsError(f"{made}, and {own}: use the version that ran, or run again")


def _file(remarks: str | None) -> Path:
    from scim_conformance.reporting.remarks import NAME

    return Path(remarks or NAME)


def _remarks(file: Path, *, may_be_missing: bool) -> "Remarks":
    from scim_conformance.catalogue.columns import model
    from scim_conformance.reporting import remarks

    if may_be_missing and not file.exists():
        return remarks.NONE
    try:
        return remarks.load(file, model.known_ids())
    except remarks.RemarksError as error:
        raise SettingsError(str(error)) from None


def _document(
    result: "RunResult", chosen: "list[Column]", held: "Remarks", *, named: str | None
) -> "Conformance":
    from scim_conformance.reporting.conformance import conformance as documented

    return documented(result, chosen, chosen if named is not None else (), held)


def _add(file: Path, found: "Conformance") -> None:
    from scim_conformance.reporting import remarks
    from scim_conformance.system import inputs

    wanted = [(line.row.id, f"{line.row.says}: {'; '.join(line.says)}") for line in found.failed]
    _save(file, remarks.added(inputs.text(file) if file.exists() else "", wanted, found.remarks))
    click.echo(str(file))


def _written(found: "Conformance", folder: Path) -> "Sequence[Path]":
    from scim_conformance.reporting import conformance_markdown, conformance_page

    if not folder.is_dir():
        raise SettingsError(f"the folder {folder} does not exist")
    kinds = (conformance_markdown, conformance_page)
    for kind in kinds:
        _save(folder / kind.NAME, kind.document(found))
    return [folder / kind.NAME for kind in kinds]


def _save(path: Path, text: str) -> None:
    from scim_conformance.reporting import files

    try:
        files.replace(path, text.encode())
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}") from None


def _say(found: "Conformance") -> None:
    for one in found.columns:
        click.echo(f"  {one.column.title:<22} {one.verdict}: {one.why}")
    if found.outdated:
        click.echo(f"  remarks on requirements that did not fail: {', '.join(found.outdated)}")
