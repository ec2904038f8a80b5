"""Ends a run: removes what it left, folds its results into one, and writes the reports."""

import os
from collections.abc import Generator
from contextlib import suppress

import msgspec
import pytest

from scim_conformance.catalogue import required
from scim_conformance.reporting import files
from scim_conformance.reporting.allure import conclusions as allure_conclusions
from scim_conformance.reporting.progress import Watch
from scim_conformance.run import items, keeping, neighbour_report
from scim_conformance.run.connect import make_wire
from scim_conformance.run.gathered import Gathered
from scim_conformance.run.state import LAST, Run
from scim_conformance.system import signals
from scim_conformance.system.time_limit import CLEAN_UP
from scim_conformance.target.cleanup import clean, left_as_it_is
from scim_conformance.target.journal import NAME
from scim_conformance.target.removal import AT_ONCE, CleanUpOutcome
from scim_conformance.target.shapes import AFTERWARDS
from scim_conformance.verdict.run_result import RunResult, conclude


class Conclusion:
    """In the controller. `code` is the exit code, `unwritten` says which reports could not be written."""

    def __init__(self, config: pytest.Config, run: Run, gathered: Gathered, progress: Watch) -> None:
        self.config, self.run, self.gathered, self.progress = config, run, gathered, progress
        self.code = 0
        self.unwritten: list[str] = []
        self._early: CleanUpOutcome | None = None

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None]:
        """Clean up, compute the verdict, write the reports, and set the exit code, even if a second signal cuts the
        rest short."""
        with suppress(KeyboardInterrupt):
            yield
        self.progress.done()
        # A signal stops the run, but not the clean-up; a second one stops that too.
        cut_short = self.run.runner.cut_short
        outcome = self._early or (self._left("it was interrupted") if cut_short else self._clean())
        signals.bear(2)
        self._note_own(session)
        result = self._result(session, outcome, int(exitstatus))
        self.config.stash[LAST] = result
        self.run.is_kept = keeping.is_worth(self.run, result)
        if self.run.is_kept:
            self._write(result)
        session.exitstatus = self.code = self._code(result, int(exitstatus))

    def clean_early(self) -> None:
        """Clean up before a fixture of yours stops the target: afterwards, nobody answers."""
        signals.bear(1)
        self.run.has_finished = True
        self.run.ahead.finish()
        self._early = self._left("it was interrupted") if self.run.runner.cut_short else self._clean()

    def _note_own(self, session: pytest.Session) -> None:
        """Record where your own scenarios are, so that `replay` and `explain` find them; xdist's workers know."""
        found = {os.path.relpath(one.path) for one in getattr(session, "items", ()) if items.is_own(one)}
        if found and not self.run.settings.own:
            self.run.settings = msgspec.structs.replace(self.run.settings, own=sorted(found))

    def _write(self, result: RunResult) -> None:
        self.unwritten = files.write(result, self.run.report_dir)
        self.unwritten += allure_conclusions.write_standing(result, self.run.report_dir)
        keeping.point(self.run, result)

    def _result(self, session: pytest.Session, outcome: CleanUpOutcome, exitstatus: int) -> RunResult:
        run, gathered = self.run, self.gathered
        interrupted = run.early.was_interrupted(exitstatus) or run.runner.cut_short or signals.obeyed()
        outcome.requests += gathered.spent + run.runner.spent
        run.runner.close()
        run.early.say(run.runner.admission.ended_early)
        early = run.early.why(gathered.planned, gathered.played, session, interrupted=interrupted)
        extent = required.extent(run.profile, run.settings.dialects, gathered.results.values())
        found, demo = gathered.all_results(), run.origin.demo
        result = conclude(found, run, outcome, extent, interrupted=interrupted, early=early, demo=demo)
        return neighbour_report.told(self._with_waits(result), gathered.neighbours, run.runner)

    def _with_waits(self, result: RunResult) -> RunResult:
        waited = self.gathered.waited + self.run.runner.patience.waited
        if not waited:
            return result
        said = (
            f"the target throttled (status 429), and the run waited {waited:.0f} s: use --rate N to send fewer "
            "requests per second"
        )
        return msgspec.structs.replace(result, warnings=[*result.warnings, said])

    def _clean(self) -> CleanUpOutcome:
        """Remove what the run left behind. One signal does not stop it; a second one does."""
        path = self.run.report_dir / NAME
        if not path.is_file():
            return CleanUpOutcome()
        guard = self.run.runner.wire.guard
        guard.again(AFTERWARDS if getattr(self.config.option, "numprocesses", None) else None)
        wire = make_wire(self.run.settings, self.run.runner.access, guard, further=self.run.runner.further)
        wire.arm()
        wire.cut_off.after(CLEAN_UP, f"the clean-up took longer than {CLEAN_UP:g} seconds")
        try:
            signals.check()
            groups, at_once = self.run.profile.group is not None, max(AT_ONCE, self.run.runner.jobs)
            outcome = clean(wire, path, self.run.tag, groups=groups, at_once=at_once)
        except KeyboardInterrupt:
            return self._left("it was interrupted")
        finally:
            wire.close()
        outcome.swept = sum(wire.counts.values())
        return outcome

    def _left(self, why: str) -> CleanUpOutcome:
        return left_as_it_is(self.run.report_dir / NAME, self.run.settings.base, f"the clean-up did not finish: {why}")

    def _code(self, result: RunResult, status: int) -> int:
        if self.run.early.is_ours or status == pytest.ExitCode.INTERNAL_ERROR:
            return 3
        if status == pytest.ExitCode.USAGE_ERROR:
            return 4
        if self.gathered.foreign_failed and result.exit_code != 2:
            return 1
        return result.exit_code or (pytest.ExitCode.USAGE_ERROR if self.unwritten else 0)
