"""`replay ID|last` and `run --last-failed`: run scenarios of an earlier run again, and show what has changed."""

import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scim_conformance.catalogue.scenarios import matches
from scim_conformance.config.options import PREFIX, rows
from scim_conformance.config.settings import NothingSelected, Settings, SettingsError
from scim_conformance.reporting import files, reading
from scim_conformance.scenario.model import Moment
from scim_conformance.verdict.blocked import why
from scim_conformance.verdict.results import ScenarioResult, Verdict
from scim_conformance.verdict.run_result import RunResult

LAST = "last"
"""Instead of an id: everything that failed."""

REPORTS = Path("reports")
MOST_LOOKED_AT = 50
"""How many report directories are searched for a scenario, the newest first."""

WRONG = {Verdict.DEVIATION, Verdict.INCONCLUSIVE}


@dataclass(frozen=True)
class Earlier:
    """A completed run, and its report directory."""

    directory: Path
    result: RunResult


@dataclass(frozen=True)
class ReplayOutcome:
    """The outcome of a scenario: one or two words, and the details."""

    word: str
    id: str
    title: str
    notes: list[str] = field(default_factory=list)


def earlier(directory: str | None) -> Iterator[Earlier]:
    """Yield earlier runs, the newest first: that of a report directory, or those in its subfolders.

    Raises:
        SettingsError: the named directory contains none, or a result that cannot be read.
    """
    root = Path(directory) if directory else REPORTS
    found = [root] if (root / "result.json").is_file() else files.newest(root)
    if not found:
        wanted = "use --report-dir DIR, or run first: scim-conformance run"
        raise SettingsError(f"{root}/ contains no result of a run: {wanted}")
    for path in found[:MOST_LOOKED_AT]:
        yield Earlier(path, _read(path))


def _read(path: Path) -> RunResult:
    try:
        return reading.read(path)
    except reading.NoResult as error:
        raise SettingsError(f"{path}/result.json {error}") from None


def find(wanted: str, directory: str | None) -> tuple[Earlier, list[str]]:
    """Return the newest run that contains a scenario, and the ids to run; for `last`, what failed in the last run.

    Raises:
        NothingSelected: no run knows it, or nothing failed.
    """
    looked = ""
    for run in earlier(directory):
        chosen = failed(run.result) if wanted == LAST else named(run.result, wanted)
        if chosen:
            return run, chosen
        looked = str(run.directory)
        if wanted == LAST:
            raise NothingSelected(
                f"nothing failed in the last run ({looked}): run everything with `scim-conformance run`"
            )
    raise NothingSelected(f"no run in {directory or REPORTS}/ contains {wanted}: scim-conformance run {wanted}")


def failed(result: RunResult) -> list[str]:
    """Return the ids of the scenarios that deviate or are inconclusive, and of those that show a failed standing
    check."""
    wrong = {one.id for one in result.scenarios if one.verdict in WRONG}
    return _playable(result, wrong)


def named(result: RunResult, wanted: str) -> list[str]:
    """Return the ids of the scenarios that an id, its prefix or a check's id refers to."""
    return _playable(result, {one.id for one in result.scenarios if matches(one.id, wanted)})


def _playable(result: RunResult, wanted: set[str]) -> list[str]:
    """A standing check does not run by itself: the scenarios run whose responses failed it."""
    played = [one for one in result.scenarios if not _stands(one)]
    return [one.id for one in played if one.id in wanted or any(seen.key in wanted for seen in one.standing)]


def _stands(one: ScenarioResult) -> bool:
    return one.moment == Moment.ALWAYS.value


def repeated(flags: dict[str, Any], run: Earlier) -> dict[str, Any]:
    """Return the flags with the settings of the earlier run, unless overridden."""
    known = {row.name for row in rows(Settings) if row.option.replayed}
    before = {name: value for name, value in run.result.settings.items() if name in known}
    given = {name: value for name, value in flags.items() if value not in (None, ())}
    return {**flags, "profile": run.result.profile, **before, "url": run.result.target, **given}


def beside(run: Earlier) -> Path:
    """Return a new report directory next to that of the earlier run, which stays unchanged."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return Path(os.path.realpath(run.directory)).parent / f"{stamp}-replay-{secrets.token_hex(2)}"


def failed_before(flags: dict[str, Any], ids: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Return the flags to run what failed in the last run with the same settings, and its ids.

    Raises:
        SettingsError: ids were given too.
        NothingSelected: nothing failed.
    """
    if ids:
        raise SettingsError("--last-failed selects the scenarios itself: omit the ids")
    directory = flags.get("report_dir") or os.environ.get(PREFIX + "REPORT_DIR")
    known = directory if directory and (Path(directory) / "result.json").is_file() else None
    run, chosen = find(LAST, known)
    return repeated(flags, run), chosen


def compare(before: RunResult, after: RunResult) -> list[ReplayOutcome]:
    """Return the outcome of each scenario that ran again: fixed ones last, so that remaining failures come first."""
    known = {one.id: one for one in before.scenarios}
    played = [one for one in after.scenarios if not _stands(one) or _worth_it(known.get(one.id), one)]
    found = [_outcome(known.get(one.id), one, after.target) for one in played]
    return sorted(found, key=lambda one: ORDER.index(one.word))


def _worth_it(then: ScenarioResult | None, now: ScenarioResult) -> bool:
    return now.verdict in WRONG or (then is not None and then.verdict in WRONG)


NEWLY, STILL, UNJUDGED, FIXED, AS_BEFORE, LEFT_OUT = (
    "newly failing", "still failing", "inconclusive", "fixed", "conformant as before", "not counted",
)  # fmt: skip
ORDER = [NEWLY, STILL, UNJUDGED, LEFT_OUT, AS_BEFORE, FIXED]


def _outcome(then: ScenarioResult | None, now: ScenarioResult, base: str) -> ReplayOutcome:
    if now.verdict is Verdict.INCONCLUSIVE:
        return ReplayOutcome(UNJUDGED, now.id, now.title, [why(now, base)])
    if now.verdict is Verdict.DEVIATION:
        was_wrong = then is not None and then.verdict is Verdict.DEVIATION
        return ReplayOutcome(STILL if was_wrong else NEWLY, now.id, now.title, [*_checks(then, now)])
    if now.verdict is not Verdict.CONFORMANT:
        return ReplayOutcome(LEFT_OUT, now.id, now.title, [f"{now.verdict}: {now.reason}"])
    was_wrong = then is not None and then.verdict in WRONG
    return ReplayOutcome(FIXED if was_wrong else AS_BEFORE, now.id, now.title)


def _checks(then: ScenarioResult | None, now: ScenarioResult) -> Iterator[str]:
    before = {check.id for check in then.deviations} if then else set()
    after = {check.id: check for check in now.deviations}
    yield from (f"{_key(one)} expected {after[one].expected}; actual {after[one].actual}" for one in after)
    gone = [_key(one) for one in sorted(before - after.keys())]
    new = [_key(one) for one in after if then is not None and before and one not in before]
    yield from _listed("passes now", gone)
    yield from _listed("fails only now", new)


def _key(identifier: str) -> str:
    return identifier.partition("#")[2]


def _listed(word: str, keys: Iterable[str]) -> Iterator[str]:
    names = ", ".join(keys)
    if names:
        yield f"{word}: {names}"
