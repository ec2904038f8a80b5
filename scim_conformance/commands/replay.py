"""`replay ID|last` and `run --last-failed`: which scenarios of earlier runs to run again, and with which settings."""

import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scim_conformance.catalogue import near
from scim_conformance.catalogue.scenarios import matches
from scim_conformance.commands import listing
from scim_conformance.config.options import PREFIX, rows
from scim_conformance.config.settings import NothingSelected, Settings, SettingsError
from scim_conformance.rehearsal import explained
from scim_conformance.reporting import history, reading
from scim_conformance.reporting.history import REPORTS, Earlier
from scim_conformance.scenario.standing import STANDING
from scim_conformance.verdict.run_result import RunResult

LAST = "last"
"""Instead of an id: everything that failed when it last ran."""


def earlier(directory: str | None) -> Iterator[Earlier]:
    """Yield earlier runs, the newest first: that of a report directory, or those in its subfolders.

    Raises:
        SettingsError: the named directory contains none, or a result that cannot be read.
    """
    root = Path(directory) if directory else REPORTS
    try:
        if (root / "result.json").is_file():
            yield _of_scenarios(history.at(root))
            return
        yield from (one for one in history.runs(root) if not is_rehearsal(one.result))
    except reading.NoResult as error:
        raise SettingsError(str(error)) from None


def is_rehearsal(result: RunResult) -> bool:
    """Return whether a result is that of `rehearse`: no scenario can be played of it."""
    return bool(result.scenarios) and all(one.suite == "rehearsal" for one in result.scenarios)


def _of_scenarios(run: Earlier) -> Earlier:
    if is_rehearsal(run.result):
        raise SettingsError(f"{run.directory} is the report of a rehearsal: {_rehearsing(run.result)} repeats it")
    return run


def _rehearsing(result: RunResult) -> str:
    return f"`scim-conformance rehearse --tagged --url {result.target}`"


def find(wanted: str, directory: str | None) -> tuple[Earlier, list[str]]:
    """Return the newest run that contains a scenario, and the ids to run; for `last`, what failed when it last ran.

    Raises:
        SettingsError: there is no run.
        NothingSelected: no run knows it, or nothing fails.
    """
    if wanted == LAST:
        return _failed(directory)
    if explained.find(wanted) is not None:
        raise NothingSelected(
            f"{wanted} is a check of a rehearsal: `scim-conformance rehearse --tagged` plays it again"
        )
    played: list[str] = []
    for run in earlier(directory):
        played += [one.id for one in run.result.scenarios]
        chosen = named(run.result, wanted)
        if chosen:
            return run, chosen
    if not played:
        raise _none(directory)
    raise NothingSelected(_unplayed(wanted, directory, played))


def _unplayed(wanted: str, directory: str | None, played: list[str]) -> str:
    """Return what to say about an id that is in no run: how to run it, or, if no scenario has it, which ids it
    resembles."""
    known = listing.names(listing.loaded(Settings().profile), [])
    if not any(matches(one, wanted) for one in known):
        return near.sentence(wanted, [*known, *played])
    alone = "" if any(matches(one.key, wanted) for one in STANDING) else f" {wanted}"
    return f"no run in {directory or REPORTS}/ contains {wanted}: scim-conformance run{alone}"


def _failed(directory: str | None) -> tuple[Earlier, list[str]]:
    run = history.merged(earlier(directory))
    if run is None:
        raise _none(directory)
    chosen = history.failed(run.result)
    if not chosen:
        said = f"nothing that ran in {run.directory} or since then fails"
        raise NothingSelected(f"{said}: run everything with `scim-conformance run`")
    return run, chosen


def _none(directory: str | None) -> SettingsError:
    newest = next(history.runs(Path(directory) if directory else REPORTS), None)
    if newest is not None:
        said = f"the newest run in {directory or REPORTS}/ is a rehearsal"
        return SettingsError(f"{said}: {_rehearsing(newest.result)} repeats it")
    wanted = "use --report-dir DIR, or run first: scim-conformance run"
    demo = None if directory else history.newest_demo()
    demos = f"\n  the runs in {history.DEMOS}/ cannot be replayed, because the target of a demo ends with it"
    more = "" if demo is None else f"{demos}; to see the newest: scim-conformance report {demo}"
    return SettingsError(f"{directory or REPORTS}/ contains no result of a run: {wanted}{more}")


def named(result: RunResult, wanted: str) -> list[str]:
    """Return the ids of the scenarios that an id, its prefix or a check's id refers to."""
    return history.playable(result, {one.id for one in result.scenarios if matches(one.id, wanted)})


def repeated(flags: dict[str, Any], run: Earlier) -> dict[str, Any]:
    """Return the flags with the settings of the earlier run, unless overridden."""
    known = {row.name for row in rows(Settings) if row.option.replayed}
    before = {name: value for name, value in run.result.settings.items() if name in known}
    given = {name: value for name, value in flags.items() if value not in (None, ())}
    as_then = {"profile": run.result.profile, "fail_on": run.result.fail_on, **before, "url": run.result.target}
    return {**flags, **as_then, **given}


def beside(run: Earlier) -> Path:
    """Return a new report directory next to that of the earlier run, which stays unchanged."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return Path(os.path.realpath(run.directory)).parent / f"{stamp}-replay-{secrets.token_hex(2)}"


def failed_before(flags: dict[str, Any], ids: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Return the flags to run what failed when it last ran with the same settings, and its ids.

    Raises:
        SettingsError: ids were given too.
        NothingSelected: nothing fails.
    """
    if ids:
        raise SettingsError("--last-failed selects the scenarios itself: omit the ids")
    directory = flags.get("report_dir") or os.environ.get(PREFIX + "REPORT_DIR")
    known = directory if directory and (Path(directory) / "result.json").is_file() else None
    run, chosen = find(LAST, known)
    return repeated(flags, run), chosen
