"""Which run a command is about: the one that was named, or one of those in reports/."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import msgspec

from scim_conformance.catalogue.scenarios import selected
from scim_conformance.commands.wrapping import plain
from scim_conformance.config.settings import SettingsError
from scim_conformance.entra.profiles.profile import Profile, ProfileError, checked
from scim_conformance.reporting import history, reading
from scim_conformance.reporting.history import Earlier
from scim_conformance.verdict.results import ScenarioResult
from scim_conformance.verdict.run_result import RunResult

LAST = "last"
"""Instead of a report directory: the newest run that judged something, whether or not it is complete."""


def find(given: str | None) -> Path:
    """Return a report directory: the given one; for `last`, the newest; if none is given, the newest complete one.

    Raises:
        SettingsError: it contains no result.json.
    """
    if given in {None, LAST}:
        return _chosen(complete=given is None)
    assert given is not None
    path = Path(given)
    directory = path.parent if path.name == "result.json" else path
    if not (directory / "result.json").is_file():
        raise SettingsError(f"{given} contains no result.json: specify the report directory of a run")
    return directory


def _chosen(*, complete: bool) -> Path:
    """Return the newest run in reports/; `complete`: the newest complete one, if there is one, and say so if a newer
    one is not complete."""
    found = [*_runs()]
    if not found:
        raise SettingsError(f"no run found in reports/: specify the report directory of a run{_demos()}")
    whole = next((one for one in found if history.is_complete(one.result)), found[0]) if complete else found[0]
    if whole is not found[0]:
        said = f"{whole.directory} is the newest complete run; {found[0].directory} is newer, but not complete"
        click.echo(plain(said), err=True)
    return whole.directory


def _demos() -> str:
    """Return where the runs of demos are, and the newest as an example."""
    demo = history.newest_demo()
    return "" if demo is None else f"; the runs of demos are in {history.DEMOS}/: the newest is {demo}"


def _runs() -> Iterator[Earlier]:
    try:
        yield from history.until_complete(history.REPORTS)
    except reading.NoResult as error:
        raise SettingsError(str(error)) from None


def read(path: Path) -> RunResult:
    """Read the result from a report directory or a file.

    Raises:
        SettingsError: it cannot be read, or is not the result of a run.
    """
    file = path / "result.json" if path.is_dir() else path
    try:
        return _whole(reading.read(file))
    except reading.NoResult as error:
        raise SettingsError(f"{file} {error}") from None
    except (msgspec.ValidationError, ProfileError) as error:
        raise SettingsError(f"{file} is not the result of a run: its profile is invalid ({str(error)[:200]})") from None


def _whole(result: RunResult) -> RunResult:
    """Return a result in which the mappings of its profile have every key: the page shows them all.

    Raises: msgspec.ValidationError, ProfileError: the profile is invalid.
    """
    if not result.profile_definition:
        return result
    known = msgspec.to_builtins(checked(msgspec.convert(result.profile_definition, Profile), "in it"))
    mappings = {kind: known[kind] for kind in ("user", "group")}
    return msgspec.structs.replace(result, profile_definition={**result.profile_definition, **mappings})


def choose(result: RunResult, ids: Sequence[str]) -> list[ScenarioResult]:
    """Return the selected scenarios, by id, prefix or check; without ids, all of them."""
    return [one for one in result.scenarios if selected(one.id, ids)]


def result_at(given: str | None) -> RunResult:
    """Return the result in a report directory or a file; None: of the newest complete run."""
    return read(Path(given)) if given is not None and Path(given).is_file() else read(find(given))


def couple() -> tuple[RunResult, RunResult]:
    """Return the two newest complete runs of one target, the older one first."""
    try:
        whole = (one for one in history.runs(history.REPORTS) if history.is_complete(one.result))
        new = next(whole, None)
        old = next((one for one in whole if new is not None and one.result.target == new.result.target), None)
    except reading.NoResult as error:
        raise SettingsError(str(error)) from None
    if new is None or old is None:
        raise SettingsError("reports/ does not have two complete runs of one target: specify OLD and NEW")
    click.echo(plain(f"{old.directory} and {new.directory}"), err=True)
    return old.result, new.result


def having(ids: Sequence[str]) -> RunResult:
    """Return the newest run that sent requests of one of these scenarios; without one, the newest run."""
    try:
        found = (one.result for one in history.runs(history.REPORTS))
        chosen = next((run for run in found if any(one.exchanges for one in choose(run, ids))), None)
    except reading.NoResult as error:
        raise SettingsError(str(error)) from None
    return chosen or read(find(LAST))
