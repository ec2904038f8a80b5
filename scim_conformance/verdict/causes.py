"""What to fix first: from all deviations of a run to the few faults of the target that cause them.

One fault shows in many checks. Two relations lead from each of them to the fault, and nothing else does:

1. *A check is explained by another* (`CheckResult.explained_by`, which `tracing` derives). This deviation is then a
   symptom, and the chain is followed from check to check until one is reached that nothing explains: its root.
2. *Checks share a cause* (`CheckResult.cause`). Roots with the same cause key, such as `stored.title`, are one fault
   that is seen at several places.

They are enough because each deviation gets exactly one root, so that it is counted once and under one fault; what was
not judged at all is counted under the scenario that blocks it. The order follows from that: a fault is the more urgent
the more scenarios deviate or are blocked because of it. A wrong edge can misname a fault, but never change a verdict:
`overall` makes that from the results.

What may live here: following, grouping and ranking. Which check explains which is in `tracing`.
"""

from collections.abc import Mapping, Sequence

import msgspec

from scim_conformance.scenario import standing
from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.model import Moment
from scim_conformance.verdict.results import CheckResult, ScenarioResult, Source
from scim_conformance.verdict.tracing import Whole, lacking, whole_of


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
    label: str = ""
    """A note on the level (see `CheckResult.label`)."""
    blocks: list[str]
    """Scenarios that could not be judged because of it."""
    also: list[str]
    """Other checks that deviate because of the same cause."""


def fix_first(results: Sequence[ScenarioResult]) -> list[Fix]:
    """Return the causes of all deviations, those first that explain most; advice (SHOULD) last."""
    deviations = {check.id: (result, check) for result in results for check in result.deviations}
    groups: dict[str, list[tuple[ScenarioResult, CheckResult]]] = {}
    wholes = lacking(results)
    for result, check in deviations.values():
        groups.setdefault(root(check, deviations).cause, []).append((result, check))
    fixes = [_named(_fix(cause, found, results), deviations, wholes) for cause, found in groups.items()]
    return sorted(fixes, key=_rank)


def root(check: CheckResult, deviations: Mapping[str, tuple[ScenarioResult, CheckResult]]) -> CheckResult:
    """Follow a symptom to its cause: the check that deviates and that no other explains."""
    seen = {check.id}
    while check.explained_by in deviations and check.explained_by not in seen:
        seen.add(check.explained_by)
        check = deviations[check.explained_by][1]
    return check


def _fix(cause: str, found: list[tuple[ScenarioResult, CheckResult]], results: Sequence[ScenarioResult]) -> Fix:
    own = [pair for pair in found if pair[1].cause == cause] or found
    result, check = min(own, key=lambda pair: (pair[1].level is Level.SHOULD, _moment(pair[0].moment).order))
    blocked = [one.id for one in results if _is_blocked_by(one, found)]
    return Fix(
        check=check.id,
        title=result.title,
        level=check.level,
        moment=result.moment,
        expected=check.expected,
        actual=f"{_seen(check)}{_alike(check, result)}",
        so=check.so,
        fix=check.fix,
        citation=check.citation,
        evidence=check.evidence,
        label=check.label,
        blocks=blocked,
        also=[other.id for _, other in found if other.id != check.id],
    )


MOST_ALIKE = 8
"""Attributes that are named where several of one scenario have the same fault."""


def _seen(check: CheckResult) -> str:
    """Return what was found, with the attribute of which it is said."""
    actual = check.actual or ""
    is_named = check.attribute.casefold() in actual.casefold()
    return actual if is_named else f"{check.attribute}: {actual}"


def _alike(check: CheckResult, result: ScenarioResult) -> str:
    """Return the other attributes of which the same is true, as the end of a sentence."""
    alike = (one for one in result.deviations if one.cause == check.cause and one.attribute)
    others = [name for name in dict.fromkeys(one.attribute for one in alike) if name != check.attribute]
    if not others or not check.attribute:
        return ""
    more = f" and {len(others) - MOST_ALIKE} more" if len(others) > MOST_ALIKE else ""
    return f"; the same is true of {', '.join(others[:MOST_ALIKE])}{more}"


def _named(fix: Fix, deviations: Mapping[str, tuple[ScenarioResult, CheckResult]], wholes: Sequence[Whole]) -> Fix:
    """Return a fix that says what is missing, where a whole function is."""
    found = whole_of(deviations[fix.check][1], wholes)
    if found is None:
        return fix
    actual = f"{fix.actual}, like {found.seen}"
    return msgspec.structs.replace(fix, title=found.title, actual=actual, fix=found.fix or fix.fix)


def _is_blocked_by(one: ScenarioResult, found: list[tuple[ScenarioResult, CheckResult]]) -> bool:
    by = one.blocked_by
    if by is None or by.scenario is None:
        return False
    # Where only the scenario is known, it blocks by its first deviation: later ones did not block anything.
    return any(
        by.check == check.id if by.check else by.scenario == result.id and check is result.deviations[0]
        for result, check in found
    )


FIRST = (standing.STRANGER.key, *(check.key for check in standing.REFUSED.values()))
"""Standing checks, the most urgent first: another account is changed; no user, or no group, is created."""


def _place(check: str) -> int:
    key = check.partition("#")[0]
    return FIRST.index(key) if key in FIRST else len(FIRST)


def _rank(fix: Fix) -> tuple[int, int, int, int, int]:
    # Nothing is worse than what changes the wrong account, or creates none (see `FIRST`). Other standing checks come
    # after the scenarios that show the same problem, unless there are none.
    return (
        min(_place(one) for one in (fix.check, *fix.also)),
        int(fix.level is Level.SHOULD),
        int(fix.moment == Moment.ALWAYS.value),
        -len({*fix.blocks, *(one.partition("#")[0] for one in fix.also)}),
        _moment(fix.moment).order,
    )


def _moment(value: str) -> Moment:
    return Moment(value)
