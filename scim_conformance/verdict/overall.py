"""From all results to one verdict: works with Entra or not, per dialect and moment."""

from collections.abc import Mapping, Sequence

from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.model import Moment
from scim_conformance.verdict.blocked import owner
from scim_conformance.verdict.causes import root
from scim_conformance.verdict.extent import Extent
from scim_conformance.verdict.results import CheckResult, ScenarioResult, Verdict

YES, NO, INCONCLUSIVE, PARTIAL, NOT_RUN = "yes", "no", "inconclusive", "partial", "not-run"


def is_hard(result: ScenarioResult) -> bool:
    """Return whether a result has a deviation at MUST or ENTRA."""
    return result.verdict is Verdict.DEVIATION and result.level in {Level.MUST, Level.ENTRA}


def by_dialect(results: Sequence[ScenarioResult], dialects: Sequence[str]) -> dict[str, str]:
    """Return yes, no or inconclusive for each requested dialect."""
    return {dialect: _worst(_spoken(results, dialect)) for dialect in dialects}


def _spoken(results: Sequence[ScenarioResult], dialect: str) -> list[ScenarioResult]:
    """Return what counts for a dialect: its own results, those without a dialect, and what shows in either.

    A target that duplicates accounts does so regardless of the tenant URL, even if only one dialect showed it. But a
    consequence of another scenario's deviation, such as an unsupported operation, belongs to that dialect.
    """
    known = {check.id: (result, check) for result in results for check in result.deviations}
    return [one for one in _counted(results) if _counts_for(dialect, one, known)]


def _counts_for(dialect: str, result: ScenarioResult, known: Mapping[str, tuple[ScenarioResult, CheckResult]]) -> bool:
    if result.dialect == dialect:
        return True
    hard = [check for check in result.deviations if check.level is not Level.SHOULD]
    if result.dialect is None:
        # A consequence of how the other dialect is written proves nothing about this one.
        return not is_hard(result) or any(_shows_in(dialect, check, known) for check in hard)
    return is_hard(result) and any(_shows_in(None, check, known) for check in hard if check.either)


def _shows_in(dialect: str | None, check: CheckResult, known: Mapping[str, tuple[ScenarioResult, CheckResult]]) -> bool:
    """Return whether a deviation has a cause that shows in this dialect, or in either."""
    first = root(check, known)
    return first.either or known[first.id][0].dialect in {None, dialect}


def by_moment(results: Sequence[ScenarioResult], dialect: str | None = None) -> dict[str, str]:
    """Return yes, no, inconclusive or `not applicable` for each moment that has scenarios, in the journey's order.

    With a dialect: for that one alone.
    """
    counted = _counted(results) if dialect is None else _spoken(results, dialect)
    moments = {moment: [one for one in counted if one.moment == moment.value] for moment in Moment}
    return {moment.value: _worst(found) for moment, found in moments.items() if found}


def _counted(results: Sequence[ScenarioResult]) -> list[ScenarioResult]:
    """Return what decides the Entra verdict: the entra suite, without what only the validator sends."""
    foreign = _seen_elsewhere(results)
    counted = [one for one in without_advice(results) if one.suite == "entra" and not one.validator]
    return [one for one in counted if one.moment != Moment.ALWAYS.value or one.id not in foreign]


def _seen_elsewhere(results: Sequence[ScenarioResult]) -> set[str]:
    """Return the standing checks that failed only in responses to other suites or to your own scenarios."""
    here, there = (
        {found.key for one in results if (one.suite == "entra") is entra for found in one.standing}
        for entra in (True, False)
    )
    return there - here


def without_advice(results: Sequence[ScenarioResult]) -> list[ScenarioResult]:
    """Return the results without those that only advice blocks: they cannot weigh more than the advice."""
    advice = {one.id for one in results if one.verdict is Verdict.DEVIATION and one.level is Level.SHOULD}
    return [one for one in results if one.verdict is not Verdict.INCONCLUSIVE or owner(one) not in advice]


def _worst(results: Sequence[ScenarioResult]) -> str:
    if any(is_hard(result) for result in results):
        return NO
    if any(result.verdict is Verdict.INCONCLUSIVE for result in results):
        return INCONCLUSIVE
    applicable = [result for result in results if result.verdict is not Verdict.NOT_APPLICABLE]
    return YES if applicable else "not applicable"


def overall(dialects: dict[str, str], results: Sequence[ScenarioResult], extent: Extent) -> str:
    """Return the run's verdict: yes, no, compliant-only, legacy-only, partial, not-run or inconclusive."""
    if not _counted([result for result in results if result.moment != Moment.ALWAYS.value]):
        return NOT_RUN
    if extent.not_run:
        return PARTIAL
    verdict = _of_dialects(dialects)
    # A failure is a failure whatever else was omitted; a yes would cover more than was tested.
    return verdict if verdict in {NO, INCONCLUSIVE} or not extent.lacking else PARTIAL


def _of_dialects(dialects: dict[str, str]) -> str:
    values = set(dialects.values())
    if values == {YES, NO}:
        return next(dialect for dialect, value in dialects.items() if value == YES) + "-only"
    return NO if NO in values else INCONCLUSIVE if INCONCLUSIVE in values else YES
