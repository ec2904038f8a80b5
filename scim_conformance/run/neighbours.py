"""People and a group that are there as long as a process plays: only then is it seen when a request hits neighbours.

What is learned while they are made serves the whole run: which values the target does not keep, which dialect it
understands when a member is added, how it shows memberships, and whether a search by the beginning of a name works.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scim_conformance.entra import needs
from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import holds
from scim_conformance.entra.looking import NEIGHBOURS
from scim_conformance.entra.looking import look as look_for_members
from scim_conformance.entra.membership import add
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import create_user, prepare_group, read_back
from scim_conformance.entra.world import Neighbours, Origin, World, plainest, scope_of_neighbours
from scim_conformance.scenario.blocking import Blocker
from scim_conformance.scenario.exchange import Exchange, Outgoing, Sender, TransportFailure
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.performance import Performance
from scim_conformance.scenario.player import Player
from scim_conformance.scenario.throttling import Patience
from scim_conformance.target import sweep as sweeping
from scim_conformance.target.session import Session
from scim_conformance.verdict.results import READABLE, Visibility


@dataclass
class Neighbourhood:
    """The neighbours of one process. `settle`: seconds for which a write may take to be visible."""

    origin: Origin
    writer: str
    session: Session
    send: Callable[[Outgoing], Exchange]
    patience: Patience
    settle: float
    missing: dict[str, Blocker] = field(default_factory=dict)
    """What blocks the steps that need a neighbour who could not be made, by name."""
    settled: dict[str, str] | None = None
    """The ids of the neighbours, by the names that the steps use, even after they are deleted; None before they
    exist."""
    visibility: Visibility = READABLE
    """How this target shows group members."""
    plain: Dialect | None = None
    """See `entra.world.Neighbours.plain`."""
    not_kept: frozenset[str] = frozenset()
    """The target paths that the target did not store when the neighbours were created."""
    _person: Person | None = None
    _needed: bool = True

    @property
    def ids(self) -> dict[str, str]:
        """The ids of those that are not to be deleted yet, by name."""
        return dict(self.settled or {}) if self._needed else {}

    def leave(self) -> None:
        """Let them be deleted: no scenario follows."""
        self._needed = False

    def world(self, scope: str) -> World:
        """Return the world of a case: the same users for the same seed, tag and case."""
        return self.origin.world(scope, Neighbours(self._person, self.not_kept, self.plain))

    def settle_in(self) -> None:
        """Create the neighbours, where that was not done yet, and learn from the answers."""
        if self.settled is not None:
            return
        world, found = self.world(scope_of_neighbours(self.writer)), dict[str, str]()
        people = [world.person() for _ in NEIGHBOURS[:2]]
        self._person = people[0]
        given = [create_user(world, one, name, key=name) for one, name in zip(people, NEIGHBOURS, strict=False)]
        if self._profile.group is not None:
            given += [prepare_group(world, world.team(), "neighbour_group", key="neighbour_group")]
        kept = read_back("neighbour", *holds(world, people[0], every=True))
        performance = Player(self.send, settle=self.settle).play(Scenario([kept], given), found)
        self.not_kept = _not_kept(self._profile, performance)
        self._join(found)
        # What else a step left there, such as its status, is no neighbour.
        found = {name: found[name] for name in NEIGHBOURS if name in found}
        self.settled = dict(found)
        failed = performance.blocked_by or Blocker()
        self.missing = {name: failed for name in NEIGHBOURS if name not in found}
        self._try_search(found)
        if needs.has(self._profile, "group:members"):
            self.visibility = look_for_members(lambda *asked: self._looked(found, *asked), self._profile, found)

    @property
    def _profile(self) -> Profile:
        return self.origin.profile

    def _looked(self, found: Mapping[str, str], scenario: Scenario, patient: bool) -> Performance:
        """Play the steps that find out how memberships can be seen; `patient`: they may not be visible immediately."""
        return Player(self.send, settle=self.settle if patient else 0.0).play(scenario, dict(found))

    def _join(self, found: dict[str, str]) -> None:
        """Make a neighbour a member of the group: in the usual dialect, or in the other if only that is supported."""
        if "neighbour_group" not in found or not needs.has(self._profile, "group:members"):
            return
        usual = plainest(self.origin.dialects)
        for dialect in (usual, *(one for one in self.origin.dialects if one is not usual)):
            adding = add(dialect, "neighbour", group="neighbour_group")
            performance = Player(self.send).play(Scenario([], [adding]), found)
            if self.patience.wait(performance):
                performance = Player(self.send).play(Scenario([], [adding]), found)
            self.patience.judge(performance)
            if performance.stopped is None:
                self.plain = None if dialect is usual else dialect
                return

    def _try_search(self, found: Mapping[str, str]) -> None:
        """Find out whether a search by a name's prefix works: the sweep at the end of the run relies on it."""
        for name, kind in (("neighbour", "User"), ("neighbour_group", "Group")):
            if name not in found:
                continue
            query = Outgoing("GET", sweeping.starts_with(kind, self.origin.tag), by=Sender.HARNESS)
            try:
                answer = self.session.send(query).answer
            except TransportFailure:
                continue
            works = answer is not None and sweeping.is_found(answer.json, kind, self.origin.tag, (kind, found[name]))
            self.session.journal.search(kind, works=works)


def _not_kept(profile: Profile, performance: Performance) -> frozenset[str]:
    """Return the target paths of the texts that were not returned as they were sent, except the matching ones."""
    wrong = {judged.check.key for played in performance.steps for judged in played.judged if judged.actual is not None}
    rows = [row for row in profile.user.mapping if not row.match and row.target.lower() != "active"]
    return frozenset(row.target for row in rows if f"stored.{row.path.slug}" in wrong)
