"""The runs in a folder such as reports/: the newest complete one, and what still fails after all of them.

A run of a few scenarios, or one that was interrupted, is not the outcome of the target. So what asks for "the run" gets
the newest complete one, and what asks for "the failures" gets each scenario as it ended when it last ran.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from scim_conformance.reporting import reading
from scim_conformance.scenario.model import Moment
from scim_conformance.verdict.results import ScenarioResult, Verdict, is_unplayed
from scim_conformance.verdict.run_result import RunResult

REPORTS = Path("reports")
DEMOS = REPORTS / "demo"
"""The report directories of demos, whose runs are not those of a target."""
LATEST = "latest"
"""The link in the folder that points to its newest complete run."""

MOST_LOOKED_AT = 50
"""How many report directories are searched, the newest first."""

WRONG = {Verdict.DEVIATION, Verdict.INCONCLUSIVE}


@dataclass(frozen=True)
class Earlier:
    """A run that has ended, and its report directory."""

    directory: Path
    result: RunResult


def newest(root: Path) -> list[Path]:
    """Return the report directories in a folder that contain a result, the newest first."""
    when = {path.parent: _written(path) for path in root.glob("*/result.json") if not path.parent.is_symlink()}
    return sorted((path for path, at in when.items() if at), key=lambda path: when[path], reverse=True)


def _written(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0  # a broken link, or a link to itself


def newest_demo() -> Path | None:
    """Return the report directory of the newest demo, or None."""
    return next(iter(newest(DEMOS)), None)


def runs(root: Path) -> Iterator[Earlier]:
    """Yield the runs in a folder that judged something, the newest first.

    Raises:
        reading.NoResult: a result cannot be read; the text begins with its path.
    """
    for path in newest(root)[:MOST_LOOKED_AT]:
        run = at(path)
        if judged_something(run.result):
            yield run


def until_complete(root: Path) -> Iterator[Earlier]:
    """Yield the runs in a folder up to the newest complete one, the newest first.

    Raises:
        reading.NoResult: a result cannot be read; the text begins with its path.
    """
    for run in runs(root):
        yield run
        if is_complete(run.result):
            return


def at(path: Path) -> Earlier:
    """Return the run in a report directory.

    Raises:
        reading.NoResult: its result cannot be read; the text begins with its path.
    """
    try:
        return Earlier(path, reading.read(path))
    except reading.NoResult as error:
        raise reading.NoResult(f"{path}/result.json {error}") from None


def judged_something(result: RunResult) -> bool:
    """Return whether a scenario was judged: not if none was selected, or if the target was not reached."""
    left_out = {Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE}
    return any(one.verdict not in left_out for one in _played(result)) or result.fix_first != []


def is_complete(result: RunResult) -> bool:
    """Return whether everything that a verdict requires ran, to the end."""
    cut = result.selectors or result.interrupted or result.ended_early
    return not cut and judged_something(result) and result.verdict not in {"partial", "not-run"}


def point_to(directory: Path) -> None:
    """Let `latest`, next to a report directory, point to it. Where links are not possible, there is none."""
    link = directory.parent / LATEST
    draft = directory.parent / f".{LATEST}.{os.getpid()}"
    with suppress(OSError):
        if link.is_symlink() or not link.exists():
            draft.symlink_to(directory.name, target_is_directory=True)
            draft.replace(link)


def merged(newest_first: Iterable[Earlier]) -> Earlier | None:
    """Return the newest complete run with what has run since: each scenario as it ended when it last ran.

    Without a complete run, the oldest one that is looked at takes its place. Runs of other targets do not count.
    """
    latest: dict[str, ScenarioResult] = {}
    found: Earlier | None = None
    for run in newest_first:
        if found is not None and run.result.target != found.result.target:
            continue
        for one in _with_standing(run.result):
            latest.setdefault(one.id, one)
        found = run
        if is_complete(run.result):
            break
    if found is None:
        return None
    return Earlier(found.directory, msgspec.structs.replace(found.result, scenarios=list(latest.values())))


def _with_standing(result: RunResult) -> Iterator[ScenarioResult]:
    """Yield the scenarios of a run that ran, and its standing checks; of those, a later run of a few says nothing if
    it saw no deviation."""
    for one in result.scenarios:
        is_standing = one.moment == Moment.ALWAYS.value
        if not is_unplayed(one) and (not is_standing or one.verdict in WRONG or is_complete(result)):
            yield one


def failed(result: RunResult) -> list[str]:
    """Return the ids of the scenarios that deviate or are inconclusive, and of those whose responses failed a standing
    check."""
    return playable(result, {one.id for one in result.scenarios if one.verdict in WRONG})


def playable(result: RunResult, wanted: set[str]) -> list[str]:
    """Return the scenarios to run for these ids: a standing check runs with those whose responses failed it."""
    return [one.id for one in _played(result) if one.id in wanted or any(seen.key in wanted for seen in one.standing)]


def _played(result: RunResult) -> list[ScenarioResult]:
    return [one for one in result.scenarios if one.moment != Moment.ALWAYS.value]
