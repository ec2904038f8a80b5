"""What passed scenarios leave is used again where any will do: half of all requests only create and delete."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.run.pool import PLACE, SharedSpares, Spares
from scim_conformance.scenario.model import Scenario
from scim_conformance.target.ids import Resource
from scim_conformance.target.session import Session
from scim_conformance.verdict.results import ScenarioResult, Verdict

ALONE = "main"
"""The writer of a run in one process."""


def spares_of(session: Session, report_dir: Path, tag: str, writer: str, *, shared: bool) -> Spares:
    """Return the spares of a process or thread: its own, or those that all of the run share."""
    # The tag: leftovers of a killed run have nothing to do with this one.
    return SharedSpares(session, report_dir / PLACE / tag, writer) if shared else Spares()


@dataclass
class Reuse:
    """Sets aside what scenarios of this process left, and takes it out again."""

    profile: Profile
    session: Session
    spares: Spares
    _there_before: frozenset[Resource] = frozenset()
    """What the run had in the target when the last scenario began."""

    def stand_in(self, scenario: Scenario, bindings: dict[str, str]) -> Scenario:
        """Return the scenario without the preparing steps for which there is a spare, whose id `bindings` gains."""
        given = []
        self.spares.give_back()
        for step in scenario.given:
            kind = step.creates.type if step.play.reusable and step.creates is not None else None
            spare = None if kind is None else self.spares.take(kind)
            if spare is None:
                given.append(step)
                continue
            bindings |= dict.fromkeys(step.takes, spare[1])
        return dataclasses.replace(scenario, given=given)

    def begin(self) -> None:
        """Note what is there before a scenario."""
        self._there_before = frozenset(self.session.still_there())

    def set_aside(self, scenario: Scenario, result: ScenarioResult, neighbours: Iterable[str]) -> None:
        """Keep what a successful scenario left, if groups are still to come and the target may contain it."""
        self.spares.give_back()
        useful = self.profile.group is not None and self.profile.people.most is None
        # If the target does not delete, existing resources are reused, and fewer are added.
        useful = useful or bool(self.session.deletions.refused)
        if useful and result.verdict is Verdict.CONFORMANT:
            taken = {one for _, one in self.spares.kept()} | set(neighbours)
            # If the target does not delete, resources of earlier scenarios are there too: groups that had members.
            new = [one for one in self.session.still_there() if one not in self._there_before]
            self.spares.put([one for one in new if one[0] in scenario.spares and one[1] not in taken])
