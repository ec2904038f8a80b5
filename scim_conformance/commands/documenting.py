"""The conformance document of a run: what it is made from, and where it is written."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from scim_conformance.catalogue.columns import model
from scim_conformance.commands import wrapping
from scim_conformance.commands.certify import another_version, produced_by
from scim_conformance.commands.saving import save
from scim_conformance.config.settings import SettingsError
from scim_conformance.reporting import conformance_markdown, conformance_page, remarks
from scim_conformance.reporting.columns import NO, NONE, NOT_CLAIMED, YES
from scim_conformance.reporting.conformance import Conformance, conformance
from scim_conformance.reporting.conformance_markdown import not_run
from scim_conformance.system import inputs
from scim_conformance.verdict import counting
from scim_conformance.verdict.run_result import RunResult

ORDER = (YES, NO, "inconclusive", NONE, NOT_CLAIMED)


def document(result: RunResult, standard: str | None, file: str | None, *, may_be_missing: bool) -> Conformance:
    """Return the document of a run. `standard`: the chosen columns; `file`: the vendor's remarks.

    Raises:
        SettingsError: another version produced the run, or standards or remarks cannot be used.
    """
    chosen = _chosen(standard)
    _expect_own(result)
    held = _remarks(Path(file or remarks.NAME), may_be_missing=may_be_missing or file is None)
    return conformance(result, chosen, chosen if standard is not None else (), held)


def _chosen(standard: str | None) -> list[model.Column]:
    try:
        return model.chosen(standard)
    except model.UnknownStandard as error:
        raise SettingsError(f"--standard: {error}") from None


def _expect_own(result: RunResult) -> None:
    """Refuse the run of another version: its checks need not be those of this one."""
    other = another_version(result)
    if other is not None:
        raise SettingsError(f"{produced_by(other)}: use the version that ran, or run again")


def _remarks(file: Path, *, may_be_missing: bool) -> remarks.Remarks:
    if may_be_missing and not file.exists():
        return remarks.NONE
    try:
        return remarks.load(file, model.known_ids())
    except remarks.RemarksError as error:
        raise SettingsError(str(error)) from None


def add_remarks(found: Conformance, file: str | None) -> Path:
    """Add an empty remark for each failed requirement without one, and return the file.

    Raises:
        SettingsError: it cannot be written.
    """
    path = Path(file or remarks.NAME)
    wanted = [(line.row.id, f"{line.row.says}: {'; '.join(line.says)}") for line in found.failed]
    save(remarks.added(inputs.text(path) if path.exists() else "", wanted, found.remarks).encode(), path)
    return path


def written(found: Conformance, out: str | Path) -> list[Path]:
    """Write the document in both forms into a folder, and return the files.

    Raises:
        SettingsError: the folder does not exist, or cannot be written.
    """
    folder = Path(out)
    if not folder.is_dir():
        raise SettingsError(f"the folder {folder} does not exist")
    forms = {
        folder / conformance_markdown.NAME: conformance_markdown.document(found),
        folder / conformance_page.NAME: conformance_page.document(found),
    }
    for path, text in forms.items():
        save(text.encode(), path)
    return list(forms)


def in_short(found: Conformance) -> Iterator[str]:
    """Yield a line for each standard, what was not run, which remarks may be out of date, and the whole in one line."""
    widest = max(len(one.column.title) for one in found.columns)
    for one in found.columns:
        yield wrapping.line(f"  {one.column.title:<{widest}}  {one.verdict}: {one.why}", " " * (widest + 4))
    if found.outdated:
        yield f"  remarks on requirements that did not fail: {', '.join(found.outdated)}"
    if found.unplayed:
        yield wrapping.line(f"  {not_run(found)}; `scim-conformance run --suite all` plays everything", "    ")
    yield _counted(found)


def _counted(found: Conformance) -> str:
    """Return how many standards have which verdict, and how many requirements failed."""
    verdicts = Counter(one.verdict for one in found.columns)
    ordered = sorted(verdicts, key=lambda one: ORDER.index(one) if one in ORDER else len(ORDER))
    said = ", ".join(f"{verdicts[one]} {one}" for one in ordered)
    failed = counting.number(len(found.failed_musts), "MUST requirement")
    claimed = "; of those claimed," if NOT_CLAIMED in verdicts else ";"
    return f"Of {counting.number(len(found.columns), 'standard')}: {said}{claimed} {failed} failed"
