"""Collects what the processes of a run send: the plan, each scenario's result, and a worker's data at its end."""

from collections.abc import Sequence
from typing import Any

import pytest

from scim_conformance.reporting.progress import Watch
from scim_conformance.run import handover, held_back, named, plan, standing_reports
from scim_conformance.run.gathered import Gathered
from scim_conformance.run.process import TOLD
from scim_conformance.run.state import Run


class Controller:
    """Listens to this process, or to xdist's workers."""

    def __init__(self, config: pytest.Config, run: Run, gathered: Gathered, progress: Watch) -> None:
        self.config, self.run, self.gathered, self.progress = config, run, gathered, progress

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Record what will run, without xdist."""
        self._plan([item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Record what will run, with xdist."""
        self._plan(ids)

    def _plan(self, nodeids: Sequence[str]) -> None:
        if not self.gathered.planned:
            self.gathered.planned = [nodeid for nodeid in nodeids if named.is_scenario(nodeid)]
            names = [named.identifier(nodeid) for nodeid in self.gathered.planned]
            # It takes half a second: worth it where a bar shows it, or where the run takes minutes.
            wanted = self.progress.bar is not None or (self.progress.shown and not self.run.settings.is_loopback)
            weights = plan.requests(names, self.run.profile, self.run.settings) if wanted else {}
            self.progress.begin(len(names), weights)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Let a worker join this run."""
        handover.hand_over(self.config, node, has_begun=True, time_left=self.run.runner.limit.left)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: Any) -> None:
        """Record the data of a worker at its end; record a lost worker."""
        self.run.early.died(node.gateway.id, error)
        told = getattr(node, "workeroutput", {}).get(TOLD, {})
        self.gathered.spent += told.get("spent", 0)
        self.gathered.waited += told.get("waited", 0.0)
        self.run.early.say(told.get("early", ""))
        self.gathered.neighbours[node.workerinput["workerid"]] = told.get("neighbours", {})

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Record a module that cannot be imported."""
        if report.failed:
            self.run.early.not_loaded(report)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Record a scenario's result."""
        if standing_reports.is_late(report):
            return
        withheld = held_back.held_back(report, self.config)
        self.gathered.withheld |= {report.nodeid: withheld} if withheld else {}
        result = held_back.result_of([report, *withheld])
        if result is not None:
            self.gathered.results[result.nodeid] = result
            self.progress.ended(self.run.waivers.as_far_as_known(list(self.gathered.results.values())))
            self.progress.notice(result.notices)
        elif report.failed and named.is_scenario(report.nodeid):
            self.run.early.failed(report)
        elif report.failed:
            self.gathered.foreign_failed = True

    @pytest.hookimpl(trylast=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Record why the session ended."""
        self.run.early.ended(excinfo)
