"""From all results to one verdict: works with Entra or not, per dialect and moment, and what to fix first."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from scim_conformance.scenario import standing
from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.model import Moment
from scim_conformance.scenario.obligations import SERVED
from scim_conformance.scenario.results import CheckResult, Recorded, ScenarioResult, Source, Verdict

YES, NO, INCONCLUSIVE, PARTIAL, NOT_RUN = "yes", "no", "inconclusive", "partial", "not-run"
NOT_JUDGED = 6
"""Exit code: inconclusive."""

MOST_EXAMPLES = 3
"""Occurrences of a standing check that are kept with their exchanges."""


class Fix(msgspec.Struct, frozen=True, kw_only=True):
    """One cause: the check that names it, and what it explains."""

    check: str
    title: str
    level: Level
    moment: str
    expected: str
    actual: str
    so: str
    fix: str
    citation: Source
    evidence: str
    blocks: list[str]
    """Scenarios that could not be judged because of it."""
    also: list[str]
    """Other checks that deviate for the same cause."""


def is_hard(result: ScenarioResult) -> bool:
    """Tell whether a result has a deviation at MUST or ENTRA."""
    return result.verdict is Verdict.DEVIATION and result.level in {Level.MUST, Level.ENTRA}


def is_failing(result: ScenarioResult, fail_on: str) -> bool:
    """Tell whether a result counts as failed: a deviation at or above `fail_on`."""
    return result.verdict is Verdict.DEVIATION and (fail_on == "should" or is_hard(result))


def follow_waivers(results: Sequence[ScenarioResult]) -> list[ScenarioResult]:
    """Return the results with those waived that only a waived scenario blocks."""
    waived = {result.id: result.reason for result in results if result.verdict is Verdict.WAIVED}
    return [
        msgspec.structs.replace(
            result, verdict=Verdict.WAIVED, reason=f"blocked by {result.blocked_by}, which is waived"
        )
        if result.verdict is Verdict.INCONCLUSIVE and result.blocked_by in waived
        else result
        for result in results
    ]


def standing_results(results: Sequence[ScenarioResult]) -> list[ScenarioResult]:
    """Fold the standing checks of all scenarios into one result for each; those that never applied are left out."""
    return [result for check in standing.STANDING if (result := _standing(check, results)) is not None]


def _standing(check: standing.Standing, results: Sequence[ScenarioResult]) -> ScenarioResult | None:
    seen = [(result, found) for result in results for found in result.standing if found.key == check.key]
    applied = sum(result.judged.get(check.key, 0) for result in results)
    if not applied and not seen:
        return None
    examples = seen[:MOST_EXAMPLES]
    actual = f"{len(seen)} of {max(applied, len(seen))} answers; " + "; ".join(
        dict.fromkeys(f"{found.actual} ({found.where})" for _, found in examples)
    )
    judged = CheckResult(
        id=f"{check.key}#any.answer",
        level=check.level,
        citation=Source(check.citation.title, check.citation.url),
        evidence=check.citation.evidence.value,
        verdict=Verdict.DEVIATION if seen else Verdict.CONFORMANT,
        expected=check.expected,
        actual=actual if seen else None,
        so=check.so,
        fix=check.fix,
        exchange=0 if seen else None,
        cause=f"{check.key}#any.answer",
        since=check.since,
    )
    return ScenarioResult(
        id=check.key,
        template=check.key,
        suite="entra",
        title=check.title,
        moment=Moment.ALWAYS.value,
        dialect=None,
        validator=False,
        verdict=judged.verdict,
        level=check.level if seen else None,
        checks=[judged],
        exchanges=_examples(examples),
        description=f"Holds for every answer. {check.expected[0].upper()}{check.expected[1:]}.",
        nodeid=f"standing::{check.key}",
        covers=list(check.covers),
    )


def _examples(seen: Iterable[tuple[ScenarioResult, standing.Finding | object]]) -> list[Recorded]:
    found = []
    for result, occurrence in seen:
        index = getattr(occurrence, "exchange", None)
        if isinstance(index, int) and index < len(result.exchanges):
            found.append(result.exchanges[index])
    return found


def by_dialect(results: Sequence[ScenarioResult], dialects: Sequence[str]) -> dict[str, str]:
    """Return yes, no or inconclusive for each dialect that was asked for."""
    if not any(result.moment != Moment.ALWAYS for result in _counted(results)):
        return dict.fromkeys(dialects, NOT_RUN)
    return {dialect: _worst(_spoken(results, dialect)) for dialect in dialects}


def _spoken(results: Sequence[ScenarioResult], dialect: str) -> list[ScenarioResult]:
    """Return what counts for a dialect: its own results, those without one, and what shows in either.

    A target that duplicates accounts does so whatever the tenant URL says, though it was seen in one dialect. But what
    only follows from another scenario's deviation, such as an operation that is not understood, is of that dialect.
    """
    known = {check.id: (result, check) for result in results for check in result.deviations}
    return [one for one in _counted(results) if one.dialect in {None, dialect} or _shows_in_either(one, known)]


def _shows_in_either(result: ScenarioResult, known: Mapping[str, tuple[ScenarioResult, CheckResult]]) -> bool:
    """Tell whether a result has a hard deviation that is not explained by what shows in its dialect alone."""
    hard = [check for check in result.deviations if check.level is not Level.SHOULD and check.either]
    roots = [_root(check, known) for check in hard] if is_hard(result) else []
    return any(root.either or known[root.id][0].dialect is None for root in roots)


def by_moment(results: Sequence[ScenarioResult], dialect: str | None = None) -> dict[str, str]:
    """Return yes, no, inconclusive or `not applicable` for each moment that has scenarios, in the journey's order.

    With a dialect: for that one alone.
    """
    counted = _counted(results) if dialect is None else _spoken(results, dialect)
    moments = {moment: [one for one in counted if one.moment == moment.value] for moment in Moment}
    return {moment.value: _worst(found) for moment, found in moments.items() if found}


def _counted(results: Sequence[ScenarioResult]) -> list[ScenarioResult]:
    """Return what makes the Entra verdict: the entra suite, without what only the validator sends."""
    return [result for result in without_advice(results) if result.suite == "entra" and not result.validator]


def without_advice(results: Sequence[ScenarioResult]) -> list[ScenarioResult]:
    """Return the results without those that only advice stands in the way of: they cannot weigh more than it does."""
    advice = {one.id for one in results if one.verdict is Verdict.DEVIATION and one.level is Level.SHOULD}
    return [one for one in results if one.verdict is not Verdict.INCONCLUSIVE or one.blocked_by not in advice]


def _worst(results: Sequence[ScenarioResult]) -> str:
    if any(is_hard(result) for result in results):
        return NO
    if any(result.verdict is Verdict.INCONCLUSIVE for result in results):
        return INCONCLUSIVE
    applicable = [result for result in results if result.verdict is not Verdict.NOT_APPLICABLE]
    return YES if applicable else "not applicable"


def overall(dialects: dict[str, str], results: Sequence[ScenarioResult], *, partial: bool) -> str:
    """Return the run's verdict: yes, no, compliant-only, legacy-only, partial, not-run or inconclusive."""
    if not _counted([result for result in results if result.moment != Moment.ALWAYS.value]):
        return NOT_RUN
    if partial:
        return PARTIAL
    values = set(dialects.values())
    if values == {YES, NO}:
        return next(dialect for dialect, value in dialects.items() if value == YES) + "-only"
    return NO if NO in values else INCONCLUSIVE if INCONCLUSIVE in values else YES


def fix_first(results: Sequence[ScenarioResult]) -> list[Fix]:
    """Return the causes of all deviations, those first that explain most; advice (SHOULD) last."""
    deviations = {check.id: (result, check) for result in results for check in result.deviations}
    groups: dict[str, list[tuple[ScenarioResult, CheckResult]]] = {}
    for result, check in deviations.values():
        groups.setdefault(_root(check, deviations).cause, []).append((result, check))
    fixes = [_fix(root, found, results) for root, found in groups.items()]
    return sorted(fixes, key=_rank)


def _root(check: CheckResult, deviations: Mapping[str, tuple[ScenarioResult, CheckResult]]) -> CheckResult:
    """Follow a symptom to its cause: the check that deviates and is not explained by another."""
    seen = {check.id}
    while explained := [
        one for one in check.after if one not in seen and one in deviations and _alike(check, deviations[one][1])
    ]:
        seen.add(explained[0])
        check = deviations[explained[0]][1]
    return check


def _alike(symptom: CheckResult, cause: CheckResult) -> bool:
    """Tell whether one can explain the other: a refusal explains refusals with the same status, and what was served
    without the right to it explains what else was."""
    if all(str(one.actual).endswith(SERVED) for one in (symptom, cause)):
        return True
    refusals = [str(one.actual).partition(":")[0] for one in (symptom, cause)]
    return not refusals[0].startswith("status ") or refusals[0] == refusals[1]


def _fix(root: str, found: list[tuple[ScenarioResult, CheckResult]], results: Sequence[ScenarioResult]) -> Fix:
    own = [pair for pair in found if pair[1].cause == root] or found
    result, check = min(own, key=lambda pair: (pair[1].level is Level.SHOULD, _moment(pair[0].moment).order))
    # A scenario blocks others by its first deviation: what comes after it did not stand in their way.
    blocking = {one.id for one, deviation in found if deviation is one.deviations[0]}
    blocked = [one.id for one in results if one.blocked_by in blocking]
    return Fix(
        check=check.id,
        title=result.title,
        level=check.level,
        moment=result.moment,
        expected=check.expected,
        actual=check.actual or "",
        so=check.so,
        fix=check.fix,
        citation=check.citation,
        evidence=check.evidence,
        blocks=blocked,
        also=[other.id for _, other in found if other.id != check.id],
    )


def _rank(fix: Fix) -> tuple[int, int, int, int]:
    # Standing checks come after the scenarios that show the same fault in its place, unless they stand alone.
    return (
        int(fix.level is Level.SHOULD),
        int(fix.moment == Moment.ALWAYS.value),
        -len({*fix.blocks, *(one.partition("#")[0] for one in fix.also)}),
        _moment(fix.moment).order,
    )


def _moment(value: str) -> Moment:
    return Moment(value)


def counts(results: Sequence[ScenarioResult]) -> dict[str, int]:
    """Return how many scenarios have each verdict, and how many checks deviate at each level."""
    found = {verdict.value.replace(" ", "_"): sum(one.verdict is verdict for one in results) for verdict in Verdict}
    for level in Level:
        found[level.value] = sum(check.level is level for one in results for check in one.deviations)
    return found


def exit_code(results: Sequence[ScenarioResult], fail_on: str, *, interrupted: bool) -> int:
    """Return the exit code: 2 interrupted, 5 nothing selected, 1 deviations, 6 inconclusive, 0 conformant."""
    played = [result for result in results if result.moment != Moment.ALWAYS.value]
    if interrupted:
        return 2
    if not played:
        return 5
    if any(is_failing(result, fail_on) for result in results):
        return 1
    open_ones = [result for result in without_advice(played) if result.verdict is Verdict.INCONCLUSIVE]
    return NOT_JUDGED if open_ones else 0
