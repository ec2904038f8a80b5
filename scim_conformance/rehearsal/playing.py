"""A rehearsal from beginning to end: the directory, the cycles, reading back, and removing what it made."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from scim_conformance.entra.engine import patience
from scim_conformance.entra.engine.calls import TYPES
from scim_conformance.entra.engine.cycle import Cycle, CycleKind
from scim_conformance.entra.engine.failing import MOST_SILENT
from scim_conformance.entra.engine.model import Problem, Rules
from scim_conformance.entra.scope.entitlement import entitled
from scim_conformance.entra.source.model import Due, Entitlement
from scim_conformance.rehearsal import quarantine
from scim_conformance.rehearsal.chosen import ChosenOnly
from scim_conformance.rehearsal.directories import DirectoryOfCycles, GeneratedDirectory
from scim_conformance.rehearsal.driver import RESTARTS, Driver, job_facts
from scim_conformance.rehearsal.findings import Findings
from scim_conformance.rehearsal.generated import Generator
from scim_conformance.rehearsal.proof import Proof
from scim_conformance.rehearsal.quarantine import Quarantine
from scim_conformance.rehearsal.sending import Sending
from scim_conformance.rehearsal.store import Done, Store
from scim_conformance.rehearsal.watching import OutcomeJudge
from scim_conformance.reporting.rehearsal_words import counted
from scim_conformance.target.journal import NAME, Journal
from scim_conformance.target.ledger import Ledger
from scim_conformance.target.session import Session
from scim_conformance.target.wire import TargetWire


@dataclass(frozen=True, slots=True)
class RehearsalPlan:
    """What is played: so many generated users and groups, so many cycles, then a restart and a full restart.

    `changes`: whether the directory changes between the cycles.
    """

    people: int = 60
    groups: int = 6
    cycles: int = 3
    restart: bool = True
    changes: bool = True
    seed: int = 0
    until: int = 0
    """Days of virtual time after the first cycle, up to which failed objects are tried again before the restarts."""
    on_demand: Sequence[str] = ()
    """Ids of the only objects that are looked at, once: the chosen one first. Empty: cycles are played."""
    allow_deletes: bool = False
    """Whether any number of accounts may be disabled or deleted in a cycle (ForceDeletes)."""

    def following(self, finished: Sequence[CycleKind]) -> CycleKind | None:
        """Return the kind of the cycle after those that are finished, without retries; None: there is no more."""
        if self.on_demand:
            return None if finished else CycleKind.ON_DEMAND
        played = sum(one in {CycleKind.INITIAL, CycleKind.INCREMENTAL} for one in finished)
        if played < self.cycles:
            return CycleKind.INCREMENTAL if played else CycleKind.INITIAL
        restarts = (CycleKind.RESTART, CycleKind.FULL_RESTART) if self.restart else ()
        return next((one for one in restarts if one not in finished), None)


@dataclass(frozen=True, slots=True)
class PlayedCycle:
    """A cycle that was played. `changes`: what changed in the directory before it; `stopped`: why it ended early;
    `quarantine`: what the job is in afterwards."""

    done: Done
    seconds: float
    changes: Counter[str]
    stopped: Problem | None = None
    quarantine: Quarantine | None = None


GIVEN_UP = "given up"
"""The job's value that says how many objects were given up."""


class Audience(Protocol):
    """Is told how a rehearsal goes."""

    def progress(self, cycle: Cycle, count: int) -> None:
        """See how many objects of a cycle are through."""

    def played(self, one: PlayedCycle) -> None:
        """See a cycle that has ended."""


@dataclass
class Rehearsal:
    """Plays a rehearsal. `settle`: seconds after which what was written can be read, at the latest."""

    wire: TargetWire
    rules: Rules
    tag: str
    directory: Path
    plan: RehearsalPlan
    audience: Audience
    settle: float = 0.0
    waits: bool = True
    findings: Findings = field(default_factory=Findings)
    cycles: list[PlayedCycle] = field(default_factory=list)
    source: DirectoryOfCycles | None = None
    """Where users and groups come from; None: they are generated as the plan says."""

    def __post_init__(self) -> None:
        """Open the database and the journal."""
        self.store = Store(self.directory, soon=self.rules.job.first_retry == "next cycle")
        self.store.findings.restore(self.findings)
        started = self._started()
        book = Journal(self.directory / NAME, self.wire.base, self.tag)
        ledger = Ledger(self.tag, started.timestamp())
        self._adopt(ledger)
        self.session = Session(self.wire, book, ledger, settle=self.settle)
        self.sending = Sending(self.session, self.waits)
        self.proof = Proof(self.store, self.sending, self.rules, self.findings)
        facts = job_facts(self.tag, self.rules.application)
        watch, tell = OutcomeJudge(self.rules, self.store, self.findings), self.audience.progress
        self.driver = Driver(self.store, self.sending, self.rules, self._scope, facts, started, watch, tell)
        self.driver.allows_deletions = self.plan.allow_deletes
        if self.plan.on_demand:
            self.driver.view = ChosenOnly(self.store.directory, frozenset(self.plan.on_demand))

    def _started(self) -> datetime:
        """Return the virtual time of the first cycle: the same after an interruption."""
        now = datetime.now(UTC).replace(microsecond=0).isoformat()
        started = self.store.value("started", now)
        self.store.keep("started", started)
        return datetime.fromisoformat(started)

    def _adopt(self, ledger: Ledger) -> None:
        """Take over what an interrupted rehearsal created; a GET confirms each before anything is written to it."""
        for debt in self.store.debts.all():
            resource = (TYPES[debt.kind], debt.target)
            ledger.adopt(resource, confirmed=debt.body is None)
            if debt.body is None:
                ledger.gone(resource)

    def _scope(self, due: Due) -> Entitlement:
        standing = self.store.directory.standing(due.id)
        return standing or entitled(self.rules.profile, self.store.directory, due.source)

    def run(self) -> None:
        """Play all cycles; one that stops ends the rehearsal. What is through already is not played again."""
        while (following := self._following()) is not None:
            number, kind, at = following
            counts = self._change(number, kind) if number <= self.plan.cycles else Counter[str]()
            played = self._play(kind, counts, at)
            self.cycles.append(played)
            self.audience.played(played)
            if self.is_unanswered:
                return
            if played.stopped is not None or quarantine.was_pruned(self.store):
                break
        self.proof.everything()
        self._throttled()

    @property
    def is_unanswered(self) -> bool:
        """Whether the target does not answer any more, in a cycle or while it is read back: it can be continued."""
        return self.driver.is_unanswered or self.sending.silent >= MOST_SILENT

    def _following(self) -> tuple[int, CycleKind, datetime | None] | None:
        """Return number, kind and earliest time of the next cycle; None: there is no more."""
        finished = [one.cycle.kind for one in self.store.cycles() if one.finished]
        kind, number = self.plan.following(finished), len(finished) + 1
        if self.plan.until and number > self.plan.cycles and not set(finished) & RESTARTS:
            retry = self._retry()
            if retry is not None:
                return number, CycleKind.INCREMENTAL, retry
        return None if kind is None else (number, kind, None)

    def _retry(self) -> datetime | None:
        """Return when the next retry is due, within the time that is rehearsed; after 28 days Entra gives up."""
        until = self._started() + timedelta(days=self.plan.until)
        last = self.store.cycles()[-1].cycle.at
        # What was due in the last cycle and not looked at waits for nothing: its object is out of scope now.
        while (found := self.store.next_retry(last)) is not None:
            given_up = self.store.give_up(found - patience.GIVEN_UP)
            if not given_up:
                break
            self.store.keep(GIVEN_UP, int(self.store.value(GIVEN_UP, 0)) + given_up)
        return None if found is None or found > until else found

    def _change(self, number: int, kind: CycleKind) -> Counter[str]:
        """Fill the directory, or change it, before a cycle; once, also if the rehearsal is interrupted."""
        if int(self.store.value("applied", 0)) >= number:
            return Counter(self.store.value("changes", {}))
        made = Generator(self.rules.profile, self.tag, self.plan.seed)
        source = self.source or GeneratedDirectory(made, self.plan.people, self.plan.groups, self.plan.changes)
        with self.store.transaction():
            counts = source.apply(self.store, number, kind)
            self.store.keep("applied", number)
            self.store.keep("changes", counts)
        return counts

    def _play(self, kind: CycleKind, changes: Counter[str], at: datetime | None) -> PlayedCycle:
        begun = time.monotonic()
        cycle = self.driver.next(kind, at)
        done = self.driver.play(cycle)
        if not self.is_unanswered:
            self._prove(cycle)
        seconds = time.monotonic() - begun
        return PlayedCycle(done, seconds, changes, self.driver.stopped, self.driver.quarantine)

    def _prove(self, cycle: Cycle) -> None:
        """Read back what a cycle left."""
        is_last = self._following() is None
        if self.settle:
            time.sleep(self.settle)
        # After the last one, everything is read in any case: only what it did not touch says more.
        self.proof.after(cycle.number, written=not is_last)
        self.findings.keep_counts()

    def _throttled(self) -> None:
        count = self.sending.throttled
        self.findings.judge("REH-THR-01", "", None if not count else f"{counted(count, 'response')} had the status 429")

    def tidy(self) -> int:
        """Delete what the rehearsal made; return how much. What remains is left to the clean-up by the journal."""
        before = len(self.session.ledger.alive)
        self.session.tidy(set())
        removed = before - len(self.session.ledger.alive)
        # The clean-up reads the journal, with an entry for each account: nothing else of that size is kept beside it.
        self.session.ledger = Ledger(self.tag)
        self.session.journal.forget()
        return removed
