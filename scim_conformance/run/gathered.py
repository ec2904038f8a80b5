"""What the controller of a run has collected from its processes."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from scim_conformance.run import plan
from scim_conformance.verdict.results import ScenarioResult, is_unplayed


@dataclass
class Gathered:
    """Plan, results, and the data of each worker at its end. Scenarios are identified by their node ids."""

    planned: list[str] = field(default_factory=list)
    results: dict[str, ScenarioResult] = field(default_factory=dict)
    withheld: dict[str, list[pytest.TestReport]] = field(default_factory=dict)
    """Reports that wait for the end of the run (`held_back`)."""
    neighbours: dict[str, Any] = field(default_factory=dict)
    """What each worker knows about its neighbours, by the worker's name."""
    spent: int = 0
    """Requests of the workers' clean-up."""
    waited: float = 0.0
    """Seconds for which the workers waited for a throttling target."""
    foreign_failed: bool = False
    """Whether a test failed that is not a scenario."""

    def all_results(self) -> list[ScenarioResult]:
        """Return the results in the planned order; what did not run is inconclusive."""
        return [self.results.get(nodeid) or plan.lost(nodeid) for nodeid in self.planned]

    @property
    def played(self) -> set[str]:
        """The scenarios that ran."""
        return {nodeid for nodeid, one in self.results.items() if not is_unplayed(one)}
