"""`replay ID|last` and `run --last-failed`: scenarios of an earlier run again, and what has become of them."""

import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from scim_conformance.catalogue import matches
from scim_conformance.reporting import files
from scim_conformance.reporting.run import RunResult
from scim_conformance.scenario.model import Moment
from scim_conformance.scenario.results import ScenarioResult, Verdict
from scim_conformance.settings import PREFIX, NothingSelected, SettingsError

LAST = "last"
"""Instead of an id: everything that failed."""

REPORTS = Path("reports")
MOST_LOOKED_AT = 50
"""Report directories that are read, the newest first, to find a scenario."""

WRONG = {Verdict.DEVIATION, Verdict.INCONCLUSIVE}


@dataclass(frozen=True)
class Earlier:
    """A run that has ended, and where its report is."""

    directory: Path
    result: RunResult


@dataclass(frozen=True)
class Outcome:
    """What has become of a scenario: one word or two, and what is to be known of it."""

    word: str
    id: str
    title: str
    notes: list[str] = field(default_factory=list)


def earlier(directory: str | None) -> Iterator[Earlier]:
    """Yield earlier runs, the newest first: that of a report directory, or those in the folders below it.

    Raises:
        SettingsError: the directory that was named holds none, or a result that cannot be read.
    """
    root = Path(directory) if directory else REPORTS
    found = [root] if (root / "result.json").is_file() else [path.parent for path in root.glob("*/result.json")]
    if not found:
        wanted = "give --report-dir DIR, or run first: scim-conformance run"
        raise SettingsError(f"{root}/ holds no result of a run: {wanted}")
    newest = sorted(found, key=lambda path: (path / "result.json").stat().st_mtime_ns, reverse=True)
    for path in newest[:MOST_LOOKED_AT]:
        yield Earlier(path, _read(path))


def _read(path: Path) -> RunResult:
    try:
        return files.read(path)
    except OSError as error:
        raise SettingsError(f"{path}/result.json cannot be read: {error.strerror}") from None
    except msgspec.MsgspecError:
        raise SettingsError(f"{path}/result.json is no result of ours: take it away, or run again") from None


def find(wanted: str, directory: str | None) -> tuple[Earlier, list[str]]:
    """Return the newest run that knows a scenario, and the ids to play; for `last`, what failed in the last run.

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
            raise NothingSelected(f"nothing failed in the last run ({looked}): run again with `scim-conformance run`")
    raise NothingSelected(f"no run in {directory or REPORTS}/ has played {wanted}: scim-conformance run {wanted}")


def failed(result: RunResult) -> list[str]:
    """Return the ids of the scenarios that deviate or could not be judged, and of those that show a standing fault."""
    wrong = {one.id for one in result.scenarios if one.verdict in WRONG}
    return _playable(result, wrong)


def named(result: RunResult, wanted: str) -> list[str]:
    """Return the ids of the scenarios that an id, the beginning of one or a check's id means."""
    return _playable(result, {one.id for one in result.scenarios if matches(one.id, wanted)})


def _playable(result: RunResult, wanted: set[str]) -> list[str]:
    """A standing check is not played: the scenarios are, in whose answers it was seen to be broken."""
    played = [one for one in result.scenarios if not _stands(one)]
    return [one.id for one in played if one.id in wanted or any(seen.key in wanted for seen in one.standing)]


def _stands(one: ScenarioResult) -> bool:
    return one.moment == Moment.ALWAYS.value


def repeated(flags: dict[str, Any], run: Earlier) -> dict[str, Any]:
    """Return the flags with what the earlier run was played with, wherever nothing else was said."""
    before = {**run.result.settings, "url": run.result.target}
    before.setdefault("profile", run.result.profile)
    given = {name: value for name, value in flags.items() if value not in (None, ())}
    merged = {name: value for name, value in before.items() if name in flags} | given
    return {**flags, **merged}


def beside(run: Earlier) -> Path:
    """Return a new report directory beside that of the earlier run, which keeps what it has."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return run.directory.resolve().parent / f"{stamp}-replay-{secrets.token_hex(2)}"


def failed_before(flags: dict[str, Any], ids: list[str]) -> list[str]:
    """Return what failed in the last run, for `run --last-failed`, and have it played as it was then.

    Raises:
        SettingsError: ids were given too.
        NothingSelected: nothing failed.
    """
    if ids:
        raise SettingsError("--last-failed chooses the scenarios: leave the ids out")
    directory = flags.get("report_dir") or os.environ.get(PREFIX + "REPORT_DIR")
    known = directory if directory and (Path(directory) / "result.json").is_file() else None
    run, chosen = find(LAST, known)
    flags.update(repeated(flags, run))
    return chosen


def compare(before: RunResult, after: RunResult) -> list[Outcome]:
    """Return what has become of each scenario that was played again: fixed last, so that what is left stands first."""
    known = {one.id: one for one in before.scenarios}
    played = [one for one in after.scenarios if not _stands(one) or _worth_it(known.get(one.id), one)]
    found = [_outcome(known.get(one.id), one) for one in played]
    return sorted(found, key=lambda one: ORDER.index(one.word))


def _worth_it(then: ScenarioResult | None, now: ScenarioResult) -> bool:
    return now.verdict in WRONG or (then is not None and then.verdict in WRONG)


NEWLY, STILL, UNJUDGED, FIXED, AS_BEFORE, LEFT_OUT = (
    "newly failing", "still failing", "not judged", "fixed", "conformant as before", "not counted",
)  # fmt: skip
ORDER = [NEWLY, STILL, UNJUDGED, LEFT_OUT, AS_BEFORE, FIXED]


def _outcome(then: ScenarioResult | None, now: ScenarioResult) -> Outcome:
    if now.verdict is Verdict.INCONCLUSIVE:
        return Outcome(UNJUDGED, now.id, now.title, [now.reason or "", *_blocked(now)])
    if now.verdict is Verdict.DEVIATION:
        was_wrong = then is not None and then.verdict is Verdict.DEVIATION
        return Outcome(STILL if was_wrong else NEWLY, now.id, now.title, [*_checks(then, now)])
    if now.verdict is not Verdict.CONFORMANT:
        return Outcome(LEFT_OUT, now.id, now.title, [f"{now.verdict}: {now.reason}"])
    was_wrong = then is not None and then.verdict in WRONG
    return Outcome(FIXED if was_wrong else AS_BEFORE, now.id, now.title)


def _blocked(now: ScenarioResult) -> list[str]:
    return [f"first: {now.blocked_by}"] if now.blocked_by else []


def _checks(then: ScenarioResult | None, now: ScenarioResult) -> Iterator[str]:
    before = {check.id for check in then.deviations} if then else set()
    after = {check.id: check for check in now.deviations}
    yield from (f"{_key(one)} expected {after[one].expected}; actual {after[one].actual}" for one in after)
    gone = [_key(one) for one in sorted(before - after.keys())]
    new = [_key(one) for one in after if then is not None and before and one not in before]
    yield from _listed("met now", gone)
    yield from _listed("not met only now", new)


def _key(identifier: str) -> str:
    return identifier.partition("#")[2]


def _listed(word: str, keys: Iterable[str]) -> Iterator[str]:
    names = ", ".join(keys)
    if names:
        yield f"{word}: {names}"
