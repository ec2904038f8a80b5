"""What a run says to the shell: its exit code, and how much deviates."""

from collections.abc import Sequence

from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.model import Moment
from scim_conformance.verdict.overall import is_hard, without_advice
from scim_conformance.verdict.results import ScenarioResult, Verdict

NOT_JUDGED = 6
"""Exit code: inconclusive."""


def is_failing(result: ScenarioResult, fail_on: str) -> bool:
    """Return whether a result counts as failed: a deviation at or above `fail_on`."""
    return result.verdict is Verdict.DEVIATION and (fail_on == "should" or is_hard(result))


def counts(results: Sequence[ScenarioResult]) -> dict[str, int]:
    """Return how many scenarios have each verdict, and how many checks deviate at each level."""
    found = {verdict.value.replace(" ", "_"): sum(one.verdict is verdict for one in results) for verdict in Verdict}
    for level in Level:
        found[level.value] = sum(check.level is level for one in results for check in one.deviations)
    return found


def exit_code(results: Sequence[ScenarioResult], fail_on: str, *, interrupted: bool, early: bool) -> int:
    """Return the exit code: 2 interrupted, 5 nothing selected, 1 deviations, 6 inconclusive, 0 conformant.

    `early`: the run ended before everything that was requested had run.
    """
    played = [result for result in results if result.moment != Moment.ALWAYS.value]
    if interrupted:
        return 2
    if not played:
        return NOT_JUDGED if early else 5
    if any(is_failing(result, fail_on) for result in results):
        return 1
    open_ones = [result for result in without_advice(played) if result.verdict is Verdict.INCONCLUSIVE]
    return NOT_JUDGED if open_ones or early else 0
