"""The default rehearsal within a pytest session: each dialect is played once, and its checks are asked for by id."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scim_conformance.entra.dialects import DIALECTS as BOTH
from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.engine.cycle import Cycle
from scim_conformance.entra.engine.model import Rules
from scim_conformance.rehearsal import ending
from scim_conformance.rehearsal.findings import CHECKS as BY_ID
from scim_conformance.rehearsal.playing import PlayedCycle, Rehearsal, RehearsalPlan
from scim_conformance.run.connect import make_wire
from scim_conformance.run.state import RUN, Run
from scim_conformance.scenario import tags
from scim_conformance.target.cleanup import clean, left_as_it_is
from scim_conformance.target.journal import NAME
from scim_conformance.target.removal import CleanUpOutcome
from scim_conformance.verdict.exit_codes import is_failing
from scim_conformance.verdict.results import ScenarioResult, Verdict
from scim_conformance.verdict.run_result import RunResult

CHECKS = tuple(BY_ID)
DIALECTS = tuple(one.value for one in BOTH)

PLAN = RehearsalPlan(people=30, groups=4)
"""For each dialect: both together send at most 1,500 requests to a target that shows members."""

NO_TARGET = "specify the target: --scim-url URL, and its token in SCIM_CONFORMANCE_TOKEN"


@dataclass(frozen=True)
class SessionCheck:
    """A check in one dialect. `skipped`: why it does not count; `said`: what deviates, in words."""

    passed: bool
    said: str = ""
    skipped: str | None = None


class _Silent:
    """Is told how a rehearsal goes, and shows nothing."""

    def progress(self, cycle: Cycle, count: int) -> None:
        """Show nothing."""

    def played(self, one: PlayedCycle) -> None:
        """Show nothing."""


@dataclass
class RehearsalOfSession:
    """Plays the dialects of a session's run, each in a report directory of its own."""

    config: pytest.Config
    _played: dict[str, RunResult] = field(default_factory=dict)

    def judged(self, check: str, dialect: str) -> SessionCheck:
        """Return a check's result in a dialect.

        Raises:
            UsageError: there is no target.
        """
        run = self.config.stash.get(RUN, None)
        if run is None:
            raise pytest.UsageError(NO_TARGET)
        if dialect not in [one.value for one in run.settings.dialects]:
            return SessionCheck(passed=True, skipped=f"the run does not play the {dialect} dialect")
        if dialect not in self._played:
            self._played[dialect] = play(run, Dialect(dialect))
        found = next(one for one in self._played[dialect].scenarios if one.id == check)
        return _judged(found, run)


def _judged(found: ScenarioResult, run: Run) -> SessionCheck:
    if found.verdict in {Verdict.NOT_APPLICABLE, Verdict.WAIVED}:
        return SessionCheck(passed=True, skipped=f"{found.verdict}: {found.reason}")
    wrong = [one for one in found.checks if one.verdict is Verdict.DEVIATION]
    said = "\n".join(f"{one.level.value} {one.id}: {one.actual}\n  so   {one.so}\n  fix  {one.fix}" for one in wrong)
    return SessionCheck(passed=not is_failing(found, run.settings.fail_on), said=f"{found.title}\n{said}")


def _cleaned(rehearsal: Rehearsal, *, groups: bool) -> CleanUpOutcome:
    """Remove what a rehearsal made, unless the target went away."""
    journal, wire = rehearsal.directory / NAME, rehearsal.wire
    if rehearsal.is_unanswered:
        return left_as_it_is(journal, wire.base, ending.KEPT)
    removed = rehearsal.tidy()
    cleaned = clean(wire, journal, rehearsal.tag, groups=groups)
    cleaned.removed += removed
    return cleaned


def play(run: Run, dialect: Dialect) -> RunResult:
    """Play the default rehearsal, remove what it made, write its files, and return its result."""
    directory, tag = Path(run.report_dir) / f"rehearsal-{dialect.value}", tags.new()
    facts = ending.RehearsalFacts(run.settings, run.profile, tag, run.waivers)
    wire = make_wire(run.settings, run.runner.access)
    rehearsal = Rehearsal(wire, Rules(run.profile, dialect), tag, directory, PLAN, _Silent())
    rehearsal.settle = run.settings.settling
    try:
        rehearsal.run()
    finally:
        cleaned = _cleaned(rehearsal, groups=run.profile.group is not None)
    result = ending.concluded(facts, rehearsal, cleaned, interrupted=False)
    ending.write(result, rehearsal, directory)
    rehearsal.store.close()
    wire.close()
    return result
