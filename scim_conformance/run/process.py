"""What every process of a run does for itself: it selects its scenarios, and cleans up and reports at its end."""

from typing import Any

import pytest

from scim_conformance.run import neighbour_report
from scim_conformance.run.items import ScenarioItem, order_and_select
from scim_conformance.run.runner import Runner
from scim_conformance.run.state import Run

TOLD = "scim_conformance"
"""The key of `workeroutput` under which the controller finds a worker's data."""


class Process:
    """In the controller and in every worker alike."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Sort what was collected, and what other plugins left of it, into the journey's order."""
        order_and_select(config, items, self.run.selectors, self.run.settings)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Record what runs in this process; xdist tells a worker one item after another."""
        if self.run.runner.jobs > 1:
            items = [item for item in session.items if isinstance(item, ScenarioItem)]
            self.run.ahead.begin([(item.case, item.nodeid) for item in items])

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Clean up in the process that created the resources: it knows which are its own, without a lookup."""
        spent = self.run.runner.spent if self.run.has_finished else self.run.ahead.finish()
        output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[TOLD] = _told(self.run.runner, spent)


def _told(runner: Runner, spent: int) -> dict[str, Any]:
    """Return the requests of the clean-up, the seconds waited, why it ended early, and its neighbours."""
    return {
        "spent": spent,
        "waited": runner.patience.waited,
        "early": runner.admission.ended_early,
        "neighbours": neighbour_report.known(runner),
    }
