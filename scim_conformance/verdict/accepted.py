"""The effect of waivers on a whole run: the symptoms that a waived cause explains; the verdict as if nothing were
waived.

A waiver changes the exit code, never the verdict.
"""

from collections.abc import Mapping, Sequence

import msgspec

from scim_conformance.verdict.blocked import owner
from scim_conformance.verdict.results import CheckResult, ScenarioResult, Verdict, hardest
from scim_conformance.verdict.tracing import traced


def accept(results: Sequence[ScenarioResult]) -> list[ScenarioResult]:
    """Return the results with the symptoms of a waived cause waived, and then the scenarios that only they block.

    A symptom has a cause (see `tracing`) in the same dialect. A deviation that only looks alike, such as the same
    check in the other dialect, is separate: it needs its own waiver.
    """
    found = traced(results)
    wrong = {check.id: check for one in found for check in one.checks if check.actual is not None}
    home = {check.id: one for one in found for check in one.checks}
    return follow_waivers([_accepted(one, wrong, home) for one in found])


def _accepted(
    one: ScenarioResult, wrong: Mapping[str, CheckResult], home: Mapping[str, ScenarioResult]
) -> ScenarioResult:
    return with_waived(one, [_covered(check, one, wrong, home) for check in one.checks])


def with_waived(one: ScenarioResult, checks: list[CheckResult]) -> ScenarioResult:
    """Return a result with these checks, some of which are waived; with no other deviation the scenario is waived."""
    if checks == one.checks:
        return one
    if any(check.verdict is Verdict.DEVIATION for check in checks):
        return msgspec.structs.replace(one, checks=checks, level=hardest(checks))
    reasons = "; ".join(dict.fromkeys(check.waiver for check in checks if check.waiver))
    verdict = Verdict.WAIVED if one.verdict is Verdict.DEVIATION else one.verdict
    return msgspec.structs.replace(one, checks=checks, level=None, verdict=verdict, reason=reasons)


def _covered(
    check: CheckResult, one: ScenarioResult, wrong: Mapping[str, CheckResult], home: Mapping[str, ScenarioResult]
) -> CheckResult:
    cause = _waived_cause(check, wrong) if check.verdict is Verdict.DEVIATION else None
    if cause is None or len({home[cause.id].dialect, one.dialect} - {None}) > 1:
        return check
    text = f"explained by {cause.id}, which is waived: {cause.waiver}"
    return msgspec.structs.replace(check, verdict=Verdict.WAIVED, waiver=text, until=cause.until)


def _waived_cause(check: CheckResult, wrong: Mapping[str, CheckResult]) -> CheckResult | None:
    """Return the waived check that explains this one, directly or through others; None if there is none."""
    seen = {check.id}
    while check.explained_by in wrong and check.explained_by not in seen:
        check = wrong[check.explained_by]
        seen.add(check.id)
        if check.waiver is not None:
            return check
    return None


def bare(results: Sequence[ScenarioResult]) -> list[ScenarioResult]:
    """Return the results as they are without waivers."""
    return [_bare(one) for one in results]


def _bare(one: ScenarioResult) -> ScenarioResult:
    checks = [
        msgspec.structs.replace(check, verdict=Verdict.DEVIATION) if check.verdict is Verdict.WAIVED else check
        for check in one.checks
    ]
    level = hardest(checks)
    verdict = one.verdict
    if checks != one.checks and verdict in {Verdict.WAIVED, Verdict.CONFORMANT}:
        verdict = Verdict.DEVIATION
    elif verdict is Verdict.WAIVED:
        verdict = Verdict.INCONCLUSIVE  # it is not waived itself: a waived check blocks it
    return msgspec.structs.replace(one, checks=checks, level=level, verdict=verdict)


def waived(results: Sequence[ScenarioResult]) -> list[CheckResult]:
    """Return every failed check that is waived."""
    return [check for one in results for check in one.checks if check.verdict is Verdict.WAIVED]


def follow_waivers(results: Sequence[ScenarioResult]) -> list[ScenarioResult]:
    """Return the results, with those waived that only a waived scenario blocks."""
    waived = {result.id: result.reason for result in results if result.verdict is Verdict.WAIVED}
    return [
        msgspec.structs.replace(result, verdict=Verdict.WAIVED, reason=f"blocked by {owner(result)}, which is waived")
        if result.verdict is Verdict.INCONCLUSIVE and owner(result) in waived
        else result
        for result in results
    ]
