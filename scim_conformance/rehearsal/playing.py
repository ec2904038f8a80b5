"""A rehearsal from beginning to end: the directory, the cycles, reading back, and removing what it made."""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from scim_conformance.entra.engine.calls import TYPES
from scim_conformance.entra.engine.cycle import Cycle, CycleKind
from scim_conformance.entra.engine.model import Problem, Rules
from scim_conformance.entra.scope.entitlement import entitled
from scim_conformance.entra.source.model import Due, Entitlement
from scim_conformance.rehearsal.directories import DirectoryOfCycles, GeneratedDirectory
from scim_conformance.rehearsal.driver import Driver, job_facts
from scim_conformance.rehearsal.findings import Findings
from scim_conformance.rehearsal.generated import Generator
from scim_conformance.rehearsal.proof import Proof
from scim_conformance.rehearsal.sending import Sending
from scim_conformance.rehearsal.store import Done, Store
from scim_conformance.rehearsal.watching import OutcomeJudge
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

    @property
    def kinds(self) -> list[CycleKind]:
        """The cycles in their order."""
        found = [CycleKind.INITIAL, *[CycleKind.INCREMENTAL] * (self.cycles - 1)]
        return [*found, CycleKind.RESTART, CycleKind.FULL_RESTART] if self.restart else found


@dataclass(frozen=True, slots=True)
class PlayedCycle:
    """A cycle that was played. `changes`: what changed in the directory before it; `stopped`: why it ended early."""

    done: Done
    seconds: float
    changes: Counter[str]
    stopped: Problem | None = None


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
        finished = [one for one in self.store.cycles() if one.finished]
        kinds = self.plan.kinds
        for number, kind in enumerate(kinds, 1):
            if number <= len(finished):
                continue
            counts = self._change(number, kind)
            played = self._play(kind, counts, is_last=number == len(kinds))
            self.cycles.append(played)
            self.audience.played(played)
            if played.stopped is not None:
                break
        self.proof.everything()
        self._throttled()

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

    def _play(self, kind: CycleKind, changes: Counter[str], *, is_last: bool) -> PlayedCycle:
        begun = time.monotonic()
        cycle = self.driver.next(kind)
        done = self.driver.play(cycle)
        if self.settle:
            time.sleep(self.settle)
        # After the last one, everything is read in any case: only what it did not touch says more.
        self.proof.after(cycle.number, written=not is_last)
        return PlayedCycle(done, time.monotonic() - begun, changes, self.driver.stopped)

    def _throttled(self) -> None:
        count = self.sending.throttled
        self.findings.judge("REH-THR-01", "", None if not count else f"{count} responses had the status 429")

    def tidy(self) -> int:
        """Delete what the rehearsal made; return how much. What remains is left to the clean-up by the journal."""
        before = len(self.session.ledger.alive)
        self.session.tidy(set())
        return before - len(self.session.ledger.alive)
