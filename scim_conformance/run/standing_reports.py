"""pytest reports of what is known only after everything has run.

Standing checks (`STD-…`) are folded on the controller, from the answers of all workers. They are not items, because an
item belongs to one process. So that every reporter sees them (the terminal, `--junitxml`, plugins), they go through the
hooks of a worker's reports: `pytest_runtest_logstart`, `logreport` and `logfinish`.
"""

import time
from collections.abc import Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from scim_conformance.reporting import neutral
from scim_conformance.reporting.allure import conclusions as allure_conclusions
from scim_conformance.reporting.allure import results as allure_results
from scim_conformance.run import held_back
from scim_conformance.run.gathered import Gathered
from scim_conformance.run.state import Run
from scim_conformance.scenario.checks import leveled
from scim_conformance.scenario.model import Moment
from scim_conformance.verdict import counting
from scim_conformance.verdict.accepted import accept
from scim_conformance.verdict.exit_codes import is_failing
from scim_conformance.verdict.results import ScenarioResult, Verdict
from scim_conformance.verdict.run_result import always

COMPLETE = "scim-conformance::everything-was-played"
"""The node id of the error for scenarios that were planned and did not run."""


@dataclass(frozen=True)
class Late:
    """The end of one item. In the phase `setup`, pytest calls a failure an error; in `call`, a failure."""

    nodeid: str
    outcome: Literal["passed", "failed", "skipped"] = "passed"
    text: str = ""
    phase: Literal["setup", "call"] = "call"

    @property
    def location(self) -> tuple[str, None, str]:
        """The text in place of an item's file, line and name."""
        place, _, name = self.nodeid.partition("::")
        return place, None, name

    def reports(self) -> Iterator[pytest.TestReport]:
        """Yield a report for each phase, as every reporter expects; after a failed `setup` there is no `call`."""
        if self.phase == "call":
            yield self._report("setup", "passed")
        yield self._report(self.phase, self.outcome)
        yield self._report("teardown", "passed")

    def _report(self, when: Any, outcome: Any) -> pytest.TestReport:
        place, _, name = self.location
        skipped = (place, 0, f"Skipped: {self.text}")
        shown = {"passed": None, "failed": self.text, "skipped": skipped}[outcome]
        now = time.time()
        names: dict[str, Literal[1]] = {name: 1, "scim_conformance": 1}
        return pytest.TestReport(
            self.nodeid, self.location, names, outcome, shown, when, start=now, stop=now, scim_late=True
        )


def is_late(report: pytest.TestReport) -> bool:
    """Return whether a report comes from here."""
    return bool(getattr(report, "scim_late", False))


def summary(result: ScenarioResult) -> str:
    """Return a scenario's deviations, one block each: expected, actual, impact and fix."""
    blocks = [
        f"{leveled(check.level, check.label)} {check.id}\n  Expected: {check.expected}\n  Actual:   {check.actual}\n  "
        f"Impact:   {check.so}\n"
        + (f"  Fix:      {check.fix}\n" if check.fix else "")
        + f"  Source:   {check.citation.title}"
        for check in result.deviations
    ]
    return "\n\n".join([*blocks, *([result.prepared_without] if result.left_out else [])])


def standing(result: ScenarioResult, fail_on: str) -> Late:
    """Return the report of a standing check: it fails if the reports of the run count a failure."""
    if is_failing(result, fail_on):
        return Late(result.nodeid, "failed", neutral.text(summary(result)))
    if result.verdict in {Verdict.NOT_APPLICABLE, Verdict.WAIVED}:
        return Late(result.nodeid, "skipped", neutral.text(f"{result.verdict}: {result.reason}"))
    return Late(result.nodeid)


def unplayed(planned: int, lost: int) -> list[Late]:
    """Return one error for all scenarios that did not run, or nothing: one for each would hide the rest."""
    text = f"{lost} of the {counting.number(planned, 'scenario')} of this run did not run: the run ended early"
    return [Late(COMPLETE, "failed", text, "setup")] if lost else []


class Emission:
    """Emits the late reports when the last item has ended, however it ended."""

    def __init__(self, config: pytest.Config, run: Run, gathered: Gathered) -> None:
        self.config, self.run, self.gathered = config, run, gathered
        self._emitted = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Any:
        """Wait for the items: with xdist, for all workers."""
        try:
            return (yield)
        finally:
            self.emit(session)

    def emit(self, session: pytest.Session) -> None:
        """Emit the late reports, once."""
        if not self._emitted:
            self._emitted = True
            stopped = session.shouldfail
            found = self.final()
            self._release(session, {one.nodeid: one for one in found})
            late = self.late([one for one in found if one.moment == Moment.ALWAYS.value])
            self._begin_line(late)
            emit(session, late)
            session.shouldfail = stopped or session.shouldfail  # pytest counts the late failures, but ended before them
            for one in late:
                if one.nodeid == COMPLETE:
                    allure_conclusions.write_broken(one.nodeid, one.text)

    def final(self) -> list[ScenarioResult]:
        """Return the results of all scenarios and standing checks, with everything that waivers cover."""
        played = self.gathered.all_results()
        return accept([*played, *always(played, self.run.waivers)])

    def late(self, found: Sequence[ScenarioResult]) -> list[Late]:
        """Return the standing checks, and what did not run."""
        planned = self.gathered.planned
        lost = sum(nodeid not in self.gathered.results for nodeid in planned)
        return [*(standing(one, self.run.settings.fail_on) for one in found), *unplayed(len(planned), lost)]

    def _release(self, session: pytest.Session, results: Mapping[str, ScenarioResult]) -> None:
        """Report what was held back, and update Allure's results."""
        held, fail_on = self.gathered.withheld, self.run.settings.fail_on
        self._begin_line(held)
        for report in held_back.reports(held, results, fail_on):
            session.config.hook.pytest_runtest_logreport(report=report)
        accepted = [results[nodeid] for nodeid in held if held_back.is_accepted(results[nodeid], fail_on)]
        allure_conclusions.accept(accepted, allure_results.place(session.config, self.run.report_dir))

    def _begin_line(self, reports: Sized) -> None:
        """Start a new line: pytest has already printed 100 %, and would print its progress in the middle of one."""
        reporter: Any = self.config.pluginmanager.get_plugin("terminalreporter")
        if reports and not self.run.quiet and reporter is not None:
            reporter.currentfspath = None
            if not reporter.showfspath:
                reporter.write_line("")


def emit(session: pytest.Session, late: Sequence[Late]) -> None:
    """Send each report to every pytest reporter."""
    hook = session.config.hook
    session.testscollected += len(late)
    for one in late:
        hook.pytest_runtest_logstart(nodeid=one.nodeid, location=one.location)
        for report in one.reports():
            hook.pytest_runtest_logreport(report=report)
        hook.pytest_runtest_logfinish(nodeid=one.nodeid, location=one.location)
