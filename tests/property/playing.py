"""Plays a profile in this process against the embedded target: the scenarios that touch its mappings."""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from scim_conformance import __version__
from scim_conformance.catalogue import scenarios
from scim_conformance.demo.app import Around
from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.world import unmatchable, untagged
from scim_conformance.run.runner import Runner
from scim_conformance.scenario import tags
from scim_conformance.scenario.model import Case, Template, cases
from scim_conformance.verdict import causes, decision, grace_period, standing_results
from scim_conformance.verdict.causes import Fix
from scim_conformance.verdict.extent import Extent
from scim_conformance.verdict.results import CheckResult, ScenarioResult, Verdict
from scim_conformance.verdict.tracing import traced
from tests.property.serving import Bodies, House

TOUCHING = (
    "ENT-CON-01", "ENT-MAT-01", "ENT-MAT-06", "ENT-MAT-09", "ENT-CRE-01", "ENT-CRE-06", "ENT-UPD-01", "ENT-UPD-02",
    "ENT-UPD-03", "ENT-UPD-04", "ENT-UPD-08", "ENT-UPD-09", "ENT-UPD-10", "ENT-UPD-18", "ENT-DIS-01", "ENT-DIS-02",
    "ENT-DIS-04", "ENT-MGR-01", "ENT-MGR-02", "ENT-GRP-01", "ENT-GRP-05", "ENT-GRP-08", "ENT-GRP-09",
)  # fmt: skip
"""Creation and reading back, match, updates of everything and of single attributes, disabling, the manager, groups."""


@dataclass(frozen=True)
class Play:
    """What came of a profile against a target."""

    verdict: str
    results: Sequence[ScenarioResult]
    fixes: Sequence[Fix]
    heard: Bodies
    requests: int

    @property
    def hard(self) -> list[Fix]:
        """The causes at MUST or ENTRA, the first to fix first."""
        return [one for one in self.fixes if one.level.value != "SHOULD"]

    @property
    def open(self) -> list[ScenarioResult]:
        """What could not be judged."""
        return [one for one in self.results if one.verdict is Verdict.INCONCLUSIVE]

    @property
    def compared(self) -> list[CheckResult]:
        """The checks that were judged, whatever came of them."""
        judged = {Verdict.CONFORMANT, Verdict.DEVIATION}
        return [check for one in self.results for check in one.checks if check.verdict in judged]

    @property
    def told(self) -> str:
        """What is wrong, in a line."""
        said = [f"{one.level} {one.check}: {one.expected}; {one.actual}" for one in self.hard]
        said += [f"inconclusive {one.id}: {one.reason}" for one in self.open]
        return "; ".join(said) or self.verdict


class Refused(ValueError):
    """The command line would not begin a run with this profile. The message says why."""


@cache
def _templates() -> list[Template]:
    return [one for one in scenarios.shipped_templates() if one.suite == "entra" and not one.validator]


def played(
    house: House, profile: Profile, faults: Sequence[Around] = (), *, number: int = 0, whole: bool = False
) -> Play:
    """Play a profile against a target with these faults. `whole`: every scenario, not only what touches the mappings.

    Raises:
        Refused: a run would end before anything is sent.
    """
    refusal = unmatchable(profile) or untagged(profile)
    if refusal is not None:
        raise Refused(refusal)
    settings, access = house.let(profile, faults)
    tag = tags.PREFIX + sha256(str(number).encode()).hexdigest()[:12]
    directory = Path(tempfile.mkdtemp(prefix="property-"))
    try:
        runner = Runner(settings, profile, tag, directory, access)
        return _play(runner, house.heard, _cases(profile, settings.dialects, whole=whole))
    finally:
        shutil.rmtree(directory)


def _play(runner: Runner, heard: Bodies, chosen: Sequence[Case]) -> Play:
    try:
        played = [runner.main.perform(case, f"drawn::{case.id}") for case in chosen]
        runner.finish()
    finally:
        runner.close()
    found = [grace_period.softened(one, __version__) for one in played]
    results = traced([*found, *standing_results.standing_results(found)])
    # As if nothing were missing: what a draw does not play says nothing of the target.
    verdict = decision.decide(results, runner.settings.dialects, Extent()).verdict
    requests = sum(sum(one.requests.values()) for one in found) + runner.spent
    return Play(verdict, results, causes.fix_first(results), heard, requests)


def _cases(profile: Profile, dialects: Sequence[Dialect], *, whole: bool) -> list[Case]:
    chosen = [one for one in _templates() if whole or one.id in TOUCHING]
    return [case for template in chosen for case in cases(template, profile, dialects)]
