"""Plays cases in one process of a run, one after another, and leaves nothing of them in the target.

A case goes through these rooms, in this order; each keeps what it knows, and the runner keeps only who they are:

1. `admission`: is it played at all? If not, its result says why.
2. `neighbours`: the users and the group who are always there, created before the first case.
3. `reuse`: what an earlier case left is used for what this one would create.
4. `scenario.player` plays it. It is played a second time, with other people, in two cases alone: the target throttled
   and has been waited for (`scenario.throttling`), or a request got no answer once (`target.shapes`).
5. `verdict.judging` judges it; then what no case needs any more is deleted (`target.session`). The result is complete
   once the session has read whose the new ids are.

What may live here: the order. The one truth about the target is on the wire and in the session; both are made here, and
are the same for all rooms.
"""

import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from scim_conformance.catalogue.required import excludes
from scim_conformance.config.credentials import Access
from scim_conformance.config.settings import Settings
from scim_conformance.entra.expressions.values import ExpressionError
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.reducing import as_accepted
from scim_conformance.entra.visibility import as_seen
from scim_conformance.entra.world import Origin
from scim_conformance.run.admission import Admission
from scim_conformance.run.connect import RequestCount, make_wire
from scim_conformance.run.neighbours import Neighbourhood
from scim_conformance.run.notices import Notices
from scim_conformance.run.pool import sweep
from scim_conformance.run.refusals import shared_by
from scim_conformance.run.reuse import ALONE, Reuse, spares_of
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.exchange import (
    Exchange,
    Outgoing,
    TransportFailure,
)
from scim_conformance.scenario.model import Case, Scenario
from scim_conformance.scenario.performance import Observer, Performance, StepRun
from scim_conformance.scenario.player import Player
from scim_conformance.scenario.throttling import Patience
from scim_conformance.system import signals
from scim_conformance.system.time_limit import CLEAN_UP, GRACE, Limit
from scim_conformance.target.denials import denied_in_words
from scim_conformance.target.journal import NAME, Journal
from scim_conformance.target.ledger import Ledger
from scim_conformance.target.session import Session
from scim_conformance.verdict import judging
from scim_conformance.verdict.results import ScenarioResult, Verdict


@dataclass(frozen=True)
class _CaseRun:
    scenario: Scenario
    performance: Performance
    seconds: float
    scope: str
    bindings: dict[str, str]


@dataclass
class Runner:
    """Plays cases. `tag` marks what the run creates; `writer` names this process in the journal.

    `time_left`: seconds of the run's time that are left when this process begins; None: all.
    """

    settings: Settings
    profile: Profile
    tag: str
    report_dir: Path
    access: Access = field(repr=False)
    writer: str = ALONE
    time_left: float | None = None
    spent: int = 0
    """Requests after the last case."""
    cut_short: bool = False
    """Whether an interrupt ended the clean-up after the last case."""
    _built: tuple[str, Scenario] | None = None
    _unsettled: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.wire = make_wire(self.settings, self.access)
        whole = self.settings.max_time
        self.limit = Limit(whole if self.time_left is None else self.time_left, whole)
        self.wire.cut_off.after(max(0.0, self.limit.left) + GRACE, f"it was cut short: {self.limit.reason}")
        self.patience = Patience(self.limit.sleep)
        book = Journal(self.report_dir / NAME, self.settings.base, self.tag, self.writer)
        self.session = Session(self.wire, book, Ledger(self.tag), settle=self.settings.settling, patience=self.patience)
        self.admission = Admission(self.profile, self.wire, self.session, self.limit)
        spares = spares_of(self.session, self.report_dir, self.tag, self.writer)
        self._reuse = Reuse(self.profile, self.session, spares)
        origin = Origin(self.profile, self.tag, self.settings.seed, self.settings.dialects)
        self.neighbours = Neighbourhood(
            origin,
            self.writer,
            self.session,
            self._send,
            self.patience,
            self.settings.settling,
            shared_by(self.report_dir, self.tag, self.writer, ALONE),
        )
        self._notices, self._count = Notices(self.wire, self.session), RequestCount(self.wire)

    def perform(self, case: Case, nodeid: str, observer: Observer | None = None) -> ScenarioResult:
        """Play one case and return its result; what it created is deleted."""
        signals.check()
        result = self.admission.refusal(case, nodeid)
        if result is None:
            try:
                result = self._result(case, nodeid, self._played_through(case, observer))
            except ExpressionError as error:
                reason = f"the profile cannot be used with the users of this scenario: {error}"
                return judging.not_played(case, nodeid, Verdict.INCONCLUSIVE, reason)
        return msgspec.structs.replace(result, requests=self._count.since_last(), process=self.writer)

    def _played_through(self, case: Case, observer: Observer | None) -> _CaseRun:
        """Play a case, and once more where only that can tell."""
        played = self._played(case, case.id, observer)
        # With other users: those of the first try may still exist, and a throttled clean-up leaves them.
        again = f"{case.id} again"
        if self.patience.wait(played.performance) and not self.limit.is_over:
            played = self._played(case, again, observer)
            self.patience.judge(played.performance)
        elif self._may_answer_now():
            unanswered = played.performance.steps[-1]
            played = self._played(case, again, observer)
            played.performance.steps.insert(0, _first_try(unanswered))
        return played

    def _result(self, case: Case, nodeid: str, played: _CaseRun) -> ScenarioResult:
        result = judging.result(case, played.performance, nodeid, played.seconds)
        result = judging.with_trials(result, self._notices.trials())
        result = judging.with_refusals(result, self.neighbours.news())
        self._reuse.set_aside(played.scenario, result, self.neighbours.ids.values())
        self._tidy()
        settled, denied = self.session.ledger.settled()
        result = judging.with_denials(result, settled, [(denied_in_words(one), one.exchange) for one in denied])
        return msgspec.structs.replace(
            result,
            scope=played.scope,
            bindings=played.bindings,
            notices=self._notices.new(),
            left_out=[*played.scenario.left_out],
        )

    def _played(self, case: Case, scope: str, observer: Observer | None) -> _CaseRun:
        if self.admission.gate.open:
            self.neighbours.settle_in()
        bindings = self.neighbours.ids
        self._reuse.begin()
        self._built = (case.id, case.build(self.neighbours.world(scope)))
        scenario = as_accepted(as_seen(self._built[1], self.neighbours.visibility), self.neighbours.refusals)
        scenario = self._reuse.stand_in(scenario, bindings)
        begun, given = time.perf_counter(), dict(bindings)
        player = Player(
            self._send,
            send_at_once=self.session.send_at_once,
            settle=self.limit.within(self.settings.settling),
            unsettled=self._unsettled,
            observer=observer,
        )
        self.wire.guard.fresh = None
        performance = player.play(scenario, bindings, self.neighbours.missing)
        # Its initial values, such as a reused resource, are in none of its responses; what its steps stored is.
        return _CaseRun(scenario, performance, time.perf_counter() - begun, scope, {**bindings, **given})

    def _send(self, outgoing: Outgoing) -> Exchange:
        self.wire.permit(outgoing)
        return self.session.send(outgoing)

    def _may_answer_now(self) -> bool:
        """Return whether a request got no response once, and the target is there: it is played a second time."""
        self.wire.settle()
        return self.wire.guard.fresh is not None

    def declared(self, case: Case) -> list[Check]:
        """Return the checks of a case as declared; none if the profile excludes it."""
        if excludes(self.profile, case) is not None:
            return []
        if self._built is None or self._built[0] != case.id:
            self._built = (case.id, case.build(self.neighbours.world(case.id)))
        return [check for step in self._built[1].steps for check in step.checks]

    def finish(self) -> int:
        """Delete what is left of what this process created; return the requests since the last case."""
        self.neighbours.leave()
        self.wire.cut_off.after(CLEAN_UP, f"the clean-up took longer than {CLEAN_UP:g} seconds")
        try:
            signals.check()
            more = bool(self.wire.counts)
            while more:
                more = self._reuse.spares.reclaim()
                more = self._tidy() and more
        except KeyboardInterrupt:
            self.cut_short = True
        self.session.journal.restore()
        self.spent = sum(self._count.since_last().values())
        return self.spent

    def close(self) -> None:
        """Close the connection, when all processes of the run have ended."""
        self.wire.close()
        sweep(self.report_dir)

    def _tidy(self) -> bool:
        """Delete what is no longer needed; return whether the target responded."""
        neighbours = self.neighbours.ids.values()
        keep = {*self._reuse.spares.kept(), *((kind, one) for one in neighbours for kind in ("User", "Group"))}
        try:
            self.session.tidy(keep)
        except TransportFailure:
            return False  # the clean-up of the run handles it again: everything is in the journal
        return True


def _first_try(played: StepRun) -> StepRun:
    """Return a step that got no response as it was before the steps of the second try."""
    return replace(played, step=played.step.but(key="first-try"), given=True, standing=[], judged=[])
