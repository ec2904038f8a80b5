"""What the verdict requires: the scenarios of the entra suite for a profile and dialects, whatever was collected.

Required is everything that the catalogue has for the profile, so that a selection, a split, a lost worker or a module
that cannot be imported are all found in the same way: by what is missing from the results.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scim_conformance.catalogue import mappings, scenarios
from scim_conformance.entra import needs
from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.expressions.values import ExpressionError
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.scenario.model import Case, Moment, Scenario, cases
from scim_conformance.verdict.extent import Extent
from scim_conformance.verdict.results import ScenarioResult, Verdict, is_unplayed

CORE: Mapping[Moment, tuple[str, ...]] = {
    Moment.TEST_CONNECTION: ("ENT-CON-01",),
    Moment.MATCH: ("ENT-MAT-01",),
    Moment.CREATE: ("ENT-CRE-01",),
    Moment.UPDATE: ("ENT-UPD-01", "ENT-UPD-02", "ENT-UPD-03", "ENT-UPD-08", "ENT-UPD-09", "ENT-UPD-10"),
    Moment.DISABLE: ("ENT-DIS-01",),
}
"""Without one of each, in each requested dialect, the verdict cannot be yes.

Provisioning does not work without them, and if a target cannot disable accounts, users keep access after leaving. This
includes a profile without a mapping to active: Entra then sends nothing when a user leaves the scope, and a yes would
hide that. The portal's check boxes (`actions`, `unassign`) exclude nothing: the administrator can select them at any
time, so the target is judged as if they were selected.
"""


ALWAYS_THERE = 2
"""The users of a run that are neighbours of every scenario; if groups are mapped, there is one group too."""


@dataclass(frozen=True)
class Claim:
    """A case of the entra suite, and why the run's profile excludes it; None if it is required."""

    case: Case
    reason: str | None
    unclaimed: bool
    """The profile lists it under `unclaimed`, so the verdict's sentence names it; what is not mapped is never sent."""


def excludes(profile: Profile, case: Case) -> str | None:
    """Return why a case does not apply to a profile, or None."""
    listed = _unclaimed(profile, case)
    if listed is not None:
        return f"the profile {profile.name} states that the target does not claim {listed}"
    return needs.lacks(profile, case.template.needs) or _too_many(profile, case)


def _too_many(profile: Profile, case: Case) -> str | None:
    """Return why a scenario creates more objects than may be in the target at once, or None."""
    if profile.people.most is None:
        return None
    try:
        needed = most_at_once(profile, scenarios.built(case, profile))
    except ExpressionError:
        return None  # running it reports what is wrong with the expression
    return needs.lacks(profile, [f"objects:{needed}"])


def most_at_once(profile: Profile, scenario: Scenario) -> int:
    """Return how many objects are in the target at once during a scenario, including the neighbours."""
    there = most = ALWAYS_THERE + (profile.group is not None)
    for step in (*scenario.given, *scenario.steps):
        there += (step.creates is not None) - (step.method == "DELETE")
        most = max(most, there)
    return most


def _unclaimed(profile: Profile, case: Case) -> str | None:
    return next((one for one in profile.unclaimed if scenarios.matches(case.id, one)), None)


def claims(profile: Profile, dialects: Sequence[Dialect]) -> list[Claim]:
    """Return every case that decides the verdict, in the order of the journey."""
    templates = [one for one in scenarios.shipped_templates() if one.suite == "entra"]
    every = [case for template in templates for case in cases(template, profile, dialects)]
    found = [case for case in every if not case.validator]
    return [Claim(case, excludes(profile, case), _unclaimed(profile, case) is not None) for case in found]


def required(profile: Profile, dialects: Sequence[Dialect]) -> list[Case]:
    """Return the cases without which there is no verdict."""
    return [one.case for one in claims(profile, dialects) if one.reason is None]


def was_played(one: ScenarioResult | None) -> bool:
    """Return whether a required scenario ran, even if it was inconclusive or the target chose not to support it."""
    if one is None or is_unplayed(one):
        return False
    return one.verdict is not Verdict.NOT_APPLICABLE or bool(one.exchanges)


def extent(profile: Profile, dialects: Sequence[Dialect], results: Iterable[ScenarioResult]) -> Extent:
    """Return how much of what is required these results judge. What was planned and did not run does not count."""
    played = list(results)
    known = {one.id: one for one in played if one.suite == "entra"}
    found = claims(profile, dialects)
    needed = [one.case.id for one in found if one.reason is None]
    missing = [identifier for identifier in needed if not was_played(known.get(identifier))]
    # A choice of the target shows only when the scenario runs: such as storing one e-mail address per user.
    unverified = [name for name in needed if name in known and _hides(known[name])]
    chosen = {name for name in needed if name in known and known[name].verdict is Verdict.NOT_APPLICABLE}
    chosen -= {*unverified}
    judged = [one for one in found if one.reason is None and one.case.id not in chosen]
    left_out = [one for one in found if one.reason is not None or one.case.id in chosen]
    return Extent(
        required=len(needed),
        ran=len(needed) - len(missing),
        not_run=missing,
        excluded=[one.case.id for one in left_out],
        without=_without(found, left_out),
        lacking=[*_lacking([one.case for one in judged], dialects)],
        mappings=mappings.count(profile),
        not_tested=mappings.not_tested(profile, played),
        unverified=unverified,
    )


def _hides(one: ScenarioResult) -> bool:
    """Return whether the target may hide what a check of a scenario needs, and does."""
    return any(check.verdict is Verdict.NOT_APPLICABLE for check in one.checks)


def _without(found: Sequence[Claim], left_out: Sequence[Claim]) -> list[str]:
    """Name what is excluded: whole moments, otherwise what the profile does not claim and what the target chose."""
    whole = _whole(found, left_out)
    single = [one.case for one in left_out if one.unclaimed or one.reason is None]
    # Without groups, there are no members either: one word covers both.
    silent = {Moment.MEMBERS} if Moment.GROUPS in whole else set()
    moments = [moment.value for moment in Moment if moment in whole - silent]
    return [*moments, *_ids([case for case in single if case.template.moment not in whole], found)]


def _whole(found: Sequence[Claim], left_out: Sequence[Claim]) -> set[Moment]:
    """Return the moments of which nothing is judged."""
    out = {one.case.id for one in left_out}
    return {one.case.template.moment for one in found} - {
        one.case.template.moment for one in found if one.case.id not in out
    }


def _ids(left_out: Sequence[Case], found: Sequence[Claim]) -> Iterator[str]:
    """Yield ids: that of the template if all of its cases are omitted."""
    ids = {case.id for case in left_out}
    for template in dict.fromkeys(case.template.id for case in left_out):
        every = [one.case.id for one in found if one.case.template.id == template]
        yield from [template] if ids.issuperset(every) else [one for one in every if one in ids]


def _lacking(judged: Sequence[Case], dialects: Sequence[Dialect]) -> Iterator[str]:
    for moment, templates in CORE.items():
        there = {case.dialect for case in judged if case.template.id in templates}
        missing = [str(dialect) for dialect in dialects if not there & {None, dialect}]
        whole = len(missing) == len(dialects)
        yield from [moment.value] if whole else [f"{moment.value} ({dialect})" for dialect in missing]
