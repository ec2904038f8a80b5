"""How a result is called where people read it: failed, advice, passed, not run, not applicable, inconclusive, waived.

result.json and `compare --format json` have the verdicts themselves.
"""

from collections.abc import Sequence

from scim_conformance.scenario.checks import Level
from scim_conformance.verdict import counting
from scim_conformance.verdict.causes import Fix
from scim_conformance.verdict.results import CheckResult, ScenarioResult, Verdict


def spoken(verdict: str, level: Level | None, fail_on: str = "must") -> str:
    """Return the word for a verdict on a check; only advice may be requested to fail."""
    if verdict == Verdict.DEVIATION:
        return counting.ADVICE if level is Level.SHOULD and fail_on != "should" else counting.FAILED
    return counting.PASSED if verdict == Verdict.CONFORMANT else str(verdict)


def of_check(check: CheckResult, fail_on: str) -> str:
    """Return the word for a check."""
    return spoken(check.verdict, check.level, fail_on)


def of_cause(fix: Fix, fail_on: str) -> str:
    """Return the word for something to fix."""
    return spoken(Verdict.DEVIATION, fix.level, fail_on)


def in_all(results: Sequence[ScenarioResult], fail_on: str) -> str:
    """Return how scenarios ended, and how many checks of every response failed: one of them may explain the verdict."""
    said, *_ = counting.played(results, fail_on)
    failed = counting.counts(counting.always(results), fail_on).get(counting.FAILED, 0)
    return f"{said}; {counting.number(failed, 'check')} of every response failed" if failed else said
