"""What to fix first: from all deviations of a run to the few faults of the target that cause them.

One fault shows in many checks. Two relations lead from each of them to the fault, and nothing else does:

1. *A check is explained by another* (`CheckResult.after`). The author of a scenario names the plainest scenarios that
   show the same fault. Where one of them deviates too, this deviation is a symptom, and the chain is followed from
   check to check until one is reached that nothing explains: its root. A refusal explains only a refusal with the same
   status (`explains`): a 500 is not the reason for a 400.
2. *Checks share a cause* (`CheckResult.cause`). Roots with the same cause key, such as `stored.title`, are one fault
   that is seen at several places.

They are enough because each deviation gets exactly one root, so that it is counted once and under one fault; what was
not judged at all is counted under the scenario that blocks it. The order follows from that: a fault is the more urgent
the more scenarios deviate or are blocked because of it. A wrong edge can misname a fault, but never change a verdict:
`overall` makes that from the results.

What may live here: following, grouping and ranking. Which check explains which is said where the step is made
(`entra.explained` and the suites).
"""

from collections.abc import Mapping, Sequence

import msgspec

from scim_conformance.scenario import standing
from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.model import Moment
from scim_conformance.scenario.obligations.answers import SERVED
from scim_conformance.verdict.blocked import owner
from scim_conformance.verdict.results import CheckResult, ScenarioResult, Source


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
    for result, check in deviations.values():
        groups.setdefault(root(check, deviations).cause, []).append((result, check))
    fixes = [_fix(cause, found, results) for cause, found in groups.items()]
    return sorted(fixes, key=_rank)


def root(check: CheckResult, deviations: Mapping[str, tuple[ScenarioResult, CheckResult]]) -> CheckResult:
    """Follow a symptom to its cause: the check that deviates and that no other explains."""
    seen = {check.id}
    while explained := [
        one for one in check.after if one not in seen and one in deviations and explains(deviations[one][1], check)
    ]:
        seen.add(explained[0])
        check = deviations[explained[0]][1]
    return check


def explains(cause: CheckResult, symptom: CheckResult) -> bool:
    """Return whether one can explain the other: a refusal explains refusals with the same status, and a request served
    without authorization explains others."""
    if all(str(one.actual).endswith(SERVED) for one in (symptom, cause)):
        return True
    refusals = [str(one.actual).partition(":")[0] for one in (symptom, cause)]
    return not refusals[0].startswith("status ") or refusals[0] == refusals[1]


def _fix(cause: str, found: list[tuple[ScenarioResult, CheckResult]], results: Sequence[ScenarioResult]) -> Fix:
    own = [pair for pair in found if pair[1].cause == cause] or found
    result, check = min(own, key=lambda pair: (pair[1].level is Level.SHOULD, _moment(pair[0].moment).order))
    # A scenario blocks others by its first deviation: later ones did not block them.
    blocking = {one.id for one, deviation in found if deviation is one.deviations[0]}
    blocked = [one.id for one in results if owner(one) in blocking]
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
        label=check.label,
        blocks=blocked,
        also=[other.id for _, other in found if other.id != check.id],
    )


def _rank(fix: Fix) -> tuple[int, int, int, int, int]:
    # Nothing is worse than another account's id: each later request from Entra changes the wrong account. Standing
    # checks come after the scenarios that show the same problem, unless there are none.
    return (
        int(not fix.check.startswith(f"{standing.STRANGER.key}#")),
        int(fix.level is Level.SHOULD),
        int(fix.moment == Moment.ALWAYS.value),
        -len({*fix.blocks, *(one.partition("#")[0] for one in fix.also)}),
        _moment(fix.moment).order,
    )


def _moment(value: str) -> Moment:
    return Moment(value)
