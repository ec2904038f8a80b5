"""People and a group that are there as long as a process plays: only then is it seen when a request hits neighbours.

What is learned while they are made serves the whole run: what the target refuses in a creation, which values it does
not keep, which dialect it understands when a member is added, how it shows memberships, and whether a search by the
beginning of a name works. The people come first, and what cannot be created keeps nothing else from being learned.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec

from scim_conformance.entra import needs
from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import holds
from scim_conformance.entra.looking import NEIGHBOURS
from scim_conformance.entra.looking import look as look_for_members
from scim_conformance.entra.membership import add
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.reducing import as_accepted
from scim_conformance.entra.refusing import (
    FOR_GROUPS,
    MOST_REQUESTS,
    Kind,
    find_out,
    is_refused,
    people_of,
    scope_of_tries,
    usual,
)
from scim_conformance.entra.requests import create_user, read_back
from scim_conformance.entra.world import Neighbours, Origin, World, plainest, scope_of_neighbours
from scim_conformance.run.refusals import SharedRefusals
from scim_conformance.scenario.blocking import Blocker
from scim_conformance.scenario.exchange import Exchange, Outgoing, Sender, TransportFailure
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.performance import Performance
from scim_conformance.scenario.player import Player
from scim_conformance.scenario.steps import Step
from scim_conformance.scenario.throttling import Patience
from scim_conformance.target import sweep as sweeping
from scim_conformance.target.session import Session
from scim_conformance.verdict.results import READABLE, Refusal, Visibility


@dataclass
class Neighbourhood:
    """The neighbours of one process. `settle`: seconds for which a write may take to be visible."""

    origin: Origin
    writer: str
    session: Session
    send: Callable[[Outgoing], Exchange]
    patience: Patience
    settle: float
    shared: SharedRefusals
    missing: dict[str, Blocker] = field(default_factory=dict)
    """What blocks the steps that need a neighbour who could not be made, by name."""
    settled: dict[str, str] | None = None
    """The ids of the neighbours, by the names that the steps use, even after they are deleted; None before they
    exist."""
    visibility: Visibility = READABLE
    """How this target shows group members."""
    plain: Dialect | None = None
    """See `entra.world.Neighbours.plain`."""
    joins: bool = True
    """See `entra.world.Neighbours.joins`."""
    not_kept: frozenset[str] = frozenset()
    """The target paths that the target did not store when the neighbours were created."""
    _person: Person | None = None
    _needed: bool = True
    _refused: dict[Kind, Refusal] = field(default_factory=dict)
    _news: list[Refusal] = field(default_factory=list)

    @property
    def ids(self) -> dict[str, str]:
        """The ids of those that are not to be deleted yet, by name."""
        return dict(self.settled or {}) if self._needed else {}

    def leave(self) -> None:
        """Let them be deleted: no scenario follows."""
        self._needed = False

    def world(self, scope: str) -> World:
        """Return the world of a case: the same users for the same seed, tag and case."""
        return self.origin.world(scope, Neighbours(self._person, self.not_kept, self.plain, self.joins))

    def settle_in(self) -> None:
        """Create the neighbours, where that was not done yet, and learn from the answers: each on its own."""
        if self.settled is not None:
            return
        found = dict[str, str]()
        self._make_people(found)
        if self._profile.group is not None:
            self._make("group", found)
        self._join(found)
        # What else a step left there, such as its status, is no neighbour.
        found = {name: found[name] for name in NEIGHBOURS if name in found}
        self.settled = dict(found)
        self._try_search(found)
        if needs.has(self._profile, "group:members"):
            self.visibility = look_for_members(lambda *asked: self._looked(found, *asked), self._profile, found)

    def _make_people(self, found: dict[str, str]) -> None:
        """Create the people, and read one of them back."""
        first = self._make("user", found)
        people = people_of(self._world("user"))
        self._person, other = people[0], people[1]
        if first.steps and first.steps[-1].exchange is not None and first.steps[-1].exchange.answer is None:
            self.missing[NEIGHBOURS[1]] = self.missing[NEIGHBOURS[0]]  # it would get no response either
            return
        self._create(create_user(self._world("user"), other, NEIGHBOURS[1], key=NEIGHBOURS[1]), found)
        known = next(((one, name) for one, name in zip(people, NEIGHBOURS, strict=False) if name in found), None)
        if known is not None:
            kept = read_back(known[1], *holds(self._world("user"), known[0], every=True))
            performance = Player(self.send, settle=self.settle).play(Scenario([kept]), dict(found))
            self.not_kept = _not_kept(self._profile, performance) - self._left_out("user")

    def _make(self, kind: Kind, found: dict[str, str]) -> Performance:
        """Create the first neighbour of a kind; if that is refused, find out why, and create another one without."""
        step = usual(self._world(kind), kind)
        performance = self._create(step, found)
        if is_refused(performance) and kind not in self._refused:
            self._ask(kind, performance, found)
            if self._left_out(kind):
                performance = self._create(usual(self._world(kind), kind), found)
        return performance

    def _create(self, step: Step, found: dict[str, str]) -> Performance:
        scenario = as_accepted(Scenario([], [step]), self.refusals)
        performance = Player(self.send).play(scenario, found)
        for name in step.takes:
            self.missing.pop(name, None)
            if name not in found:
                self.missing[name] = performance.blocked_by or Blocker()
        return performance

    def _ask(self, kind: Kind, performance: Performance, found: Mapping[str, str]) -> None:
        spent = sum(one.spent for one in self.refusals)
        most = MOST_REQUESTS - spent - (FOR_GROUPS if kind == "user" and self._profile.group is not None else 0)
        world, first = self.world(scope_of_tries(self.writer, kind)), performance.steps[-1]

        def find() -> Refusal:
            refusal = find_out(lambda scenario: self._tried(scenario, found), world, kind, first, most)
            return msgspec.structs.replace(refusal, found_by=self.writer)

        refusal = self.shared.once(kind, find)
        if refusal is not None:
            self._refused[kind] = refusal
            self._news += [refusal] if refusal.found_by == self.writer else []

    def _tried(self, scenario: Scenario, found: Mapping[str, str]) -> Performance:
        performance = Player(self.send).play(scenario, {})
        if self._profile.people.most is not None:
            keep = {(kind, one) for one in found.values() for kind in ("User", "Group")}
            with suppress(TransportFailure):
                self.session.tidy(keep)
        return performance

    @property
    def refusals(self) -> list[Refusal]:
        """What this target refuses in creations."""
        return list(self._refused.values())

    def news(self) -> list[Refusal]:
        """Return what this process found out about refusals since the last call."""
        news, self._news = self._news, []
        return news

    def _left_out(self, kind: Kind) -> frozenset[str]:
        return frozenset(self._refused[kind].left_out if kind in self._refused else ())

    def _world(self, kind: Kind) -> World:
        """Return the world of the neighbours: another one if the first creation was refused, so that all are new."""
        return self.world(scope_of_neighbours(self.writer, again=bool(self._left_out(kind))))

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
            self.joins = performance.stopped is None or not _is_refused_at_all(performance)
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


def _is_refused_at_all(performance: Performance) -> bool:
    """Return whether a change was refused, and not only for the moment."""
    status = None if performance.blocked_by is None else performance.blocked_by.status
    return status is not None and status >= 400 and status != 429


def _not_kept(profile: Profile, performance: Performance) -> frozenset[str]:
    """Return the target paths of the texts that were not returned as they were sent, except the matching ones."""
    wrong = {judged.check.key for played in performance.steps for judged in played.judged if judged.actual is not None}
    rows = [row for row in profile.user.mapping if not row.match and row.target.lower() != "active"]
    return frozenset(row.target for row in rows if f"stored.{row.path.slug}" in wrong)
