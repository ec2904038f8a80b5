"""Plays cases one after another, with a session of its own: in a run one lane, or one for each thread.

A case goes through these rooms, in this order; each keeps what it knows:

1. `admission`: is it played at all? If not, its result says why.
2. `neighbours`: the users and the group who are always there, created before the first case.
3. `reuse`: what an earlier case left is used for what this one would create.
4. `scenario.player` plays it. It is played a second time, with other people, in two cases alone: the target throttled
   and has been waited for (`scenario.throttling`), or a request got no answer once (`target.shapes`).
5. `verdict.judging` judges it; then what no case needs any more is deleted (`target.session`). The result is complete
   once the session has read whose the new ids are.

What may live here: the order. What is known of the target and of its neighbours is the same for all lanes (`Grounds`).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import msgspec

from scim_conformance.catalogue.required import excludes
from scim_conformance.config.settings import Settings
from scim_conformance.entra.expressions.values import ExpressionError
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.reducing import as_accepted
from scim_conformance.entra.visibility import as_seen
from scim_conformance.run.admission import Admission
from scim_conformance.run.connect import RequestCount
from scim_conformance.run.crowd import Crowd, needs_quiet
from scim_conformance.run.neighbours import Neighbourhood
from scim_conformance.run.notices import Notices
from scim_conformance.run.pool import Spares
from scim_conformance.run.reuse import Reuse
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.exchange import Exchange, Outgoing, TransportFailure
from scim_conformance.scenario.model import Case, Scenario
from scim_conformance.scenario.performance import Observer, Performance, StepRun
from scim_conformance.scenario.player import Player
from scim_conformance.scenario.throttling import Patience
from scim_conformance.system import signals
from scim_conformance.system.time_limit import Limit
from scim_conformance.target.denials import denied_in_words
from scim_conformance.target.guarded_wire import GuardedWire
from scim_conformance.target.session import Session
from scim_conformance.verdict import judging
from scim_conformance.verdict.results import ScenarioResult, Verdict


@dataclass
class Grounds:
    """What all lanes of a process share. `unsettled`: see `scenario.player.Player`; `sleep` may end early."""

    settings: Settings
    profile: Profile
    writer: str
    limit: Limit
    patience: Patience
    admission: Admission
    neighbours: Neighbourhood
    notices: Notices
    crowd: Crowd
    sleep: Callable[[float], None]
    unsettled: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _CaseRun:
    scenario: Scenario
    performance: Performance
    seconds: float
    scope: str
    bindings: dict[str, str]


def sender(wire: GuardedWire, session: Session) -> Callable[[Outgoing], Exchange]:
    """Return how the steps of a case are sent."""

    def send(outgoing: Outgoing) -> Exchange:
        wire.permit(outgoing)
        return session.send(outgoing)

    return send


class Lane:
    """Plays cases in one thread."""

    def __init__(self, grounds: Grounds, wire: GuardedWire, session: Session, spares: Spares) -> None:
        self.grounds, self.wire, self.session, self.spares = grounds, wire, session, spares
        self.count = RequestCount(wire)
        self._send = sender(wire, session)
        self._reuse = Reuse(grounds.profile, session, spares)
        self._built: tuple[str, Scenario] | None = None

    def perform(self, case: Case, nodeid: str, observer: Observer | None = None) -> ScenarioResult:
        """Play one case and return its result; what it created is deleted."""
        signals.check()
        result = self.grounds.admission.refusal(case, nodeid)
        if result is None:
            try:
                result = self._in_turn(case, nodeid, observer)
            except ExpressionError as error:
                reason = f"the profile cannot be used with the users of this scenario: {error}"
                return judging.not_played(case, nodeid, Verdict.INCONCLUSIVE, reason)
        return msgspec.structs.replace(result, requests=self.count.since_last(), process=self.grounds.writer)

    def _in_turn(self, case: Case, nodeid: str, observer: Observer | None) -> ScenarioResult:
        """Play a case when it may begin: together with others, or alone."""
        crowd = self.grounds.crowd
        if crowd.most < 2 or self.grounds.neighbours.settled is None:  # no other thread plays, or not yet
            return self._result(case, nodeid, self._played_through(case, observer))
        with crowd.playing(alone=needs_quiet(self._scenario(case, case.id))):
            result = self._result(case, nodeid, self._played_through(case, observer))
        answered = [one for one in result.exchanges if one.status is not None]
        crowd.heard([one.status for one in answered], [one.seconds for one in answered])
        return result

    def _scenario(self, case: Case, scope: str) -> Scenario:
        """Return the scenario of a case, as it was built last where it was."""
        if self._built is None or self._built[0] != scope:
            self._built = (scope, case.build(self.grounds.neighbours.world(scope)))
        return self._built[1]

    def _played_through(self, case: Case, observer: Observer | None) -> _CaseRun:
        """Play a case, and once more where only that can tell."""
        patience = self.grounds.patience
        played = self._played(case, case.id, observer)
        # With other users: those of the first try may still exist, and a throttled clean-up leaves them.
        again = f"{case.id} again"
        if patience.wait(played.performance) and not self.grounds.limit.is_over:
            played = self._played(case, again, observer)
            patience.judge(played.performance)
        elif self._may_answer_now():
            unanswered = played.performance.steps[-1]
            played = self._played(case, again, observer)
            played.performance.steps.insert(0, _first_try(unanswered))
        return played

    def _result(self, case: Case, nodeid: str, played: _CaseRun) -> ScenarioResult:
        neighbours, notices = self.grounds.neighbours, self.grounds.notices
        result = judging.result(case, played.performance, nodeid, played.seconds)
        result = judging.with_trials(result, notices.trials())
        result = judging.with_refusals(result, neighbours.news())
        self._reuse.set_aside(played.scenario, result, neighbours.ids.values())
        self.tidy()
        settled, denied = self.session.ledger.settled()
        result = judging.with_denials(result, settled, [(denied_in_words(one), one.exchange) for one in denied])
        return msgspec.structs.replace(
            result,
            scope=played.scope,
            bindings=played.bindings,
            notices=notices.new(),
            left_out=[*played.scenario.left_out],
        )

    def _played(self, case: Case, scope: str, observer: Observer | None) -> _CaseRun:
        neighbours = self.grounds.neighbours
        if self.grounds.admission.gate.open:
            neighbours.settle_in()
        bindings = neighbours.ids
        self._reuse.begin()
        scenario = as_accepted(as_seen(self._scenario(case, scope), neighbours.visibility), neighbours.refusals)
        scenario = self._reuse.stand_in(scenario, bindings)
        begun, given = time.perf_counter(), dict(bindings)
        self.wire.guard.fresh = None
        performance = self._player(observer).play(scenario, bindings, neighbours.missing)
        # Its initial values, such as a reused resource, are in none of its responses; what its steps stored is.
        return _CaseRun(scenario, performance, time.perf_counter() - begun, scope, {**bindings, **given})

    def _player(self, observer: Observer | None) -> Player:
        grounds = self.grounds
        return Player(
            self._send,
            send_at_once=self.session.send_at_once,
            settle=grounds.limit.within(grounds.settings.settling),
            unsettled=grounds.unsettled,
            observer=observer,
            sleep=grounds.sleep,
        )

    def _may_answer_now(self) -> bool:
        """Return whether a request got no response once, and the target is there: it is played a second time."""
        self.wire.settle()
        return self.wire.guard.fresh is not None

    def declared(self, case: Case) -> list[Check]:
        """Return the checks of a case as declared; none if the profile excludes it."""
        if excludes(self.grounds.profile, case) is not None:
            return []
        if self._built is None or self._built[0] not in {case.id, f"{case.id} again"}:
            self._scenario(case, case.id)
        assert self._built is not None
        return [check for step in self._built[1].steps for check in step.checks]

    def clear(self) -> None:
        """Delete what is left of what this lane created, and of the spares that no other lane has claimed."""
        more = True
        while more:
            more = self.spares.reclaim()
            more = self.tidy() and more

    def tidy(self) -> bool:
        """Delete what is no longer needed; return whether the target responded."""
        neighbours = self.grounds.neighbours.ids.values()
        keep = {*self.spares.kept(), *((kind, one) for one in neighbours for kind in ("User", "Group"))}
        try:
            self.session.tidy(keep)
        except TransportFailure:
            return False  # the clean-up of the run handles it again: everything is in the journal
        return True


def _first_try(played: StepRun) -> StepRun:
    """Return a step that got no response as it was before the steps of the second try."""
    return replace(played, step=played.step.but(key="first-try"), given=True, standing=[], judged=[])
