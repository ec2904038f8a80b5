"""Plays cycles against a target: sends what the engine asks for, and commits what comes of it."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from scim_conformance.entra.engine import cycle as cycles
from scim_conformance.entra.engine.cycle import Cycle, CycleKind, Planner, Scope, Task
from scim_conformance.entra.engine.failing import MOST_SILENT, SILENT, is_silent
from scim_conformance.entra.engine.log import JobFacts, RecordFacts, record
from scim_conformance.entra.engine.model import EntraRequest, NoAnswer, Outcome, Problem, Reply, Rules, Subject
from scim_conformance.entra.engine.patience import INTERVAL, too_many_deletions
from scim_conformance.entra.source.model import SourceView, Watermark
from scim_conformance.rehearsal import quarantine
from scim_conformance.rehearsal.debts import Ledgering
from scim_conformance.rehearsal.quarantine import Quarantine
from scim_conformance.rehearsal.store import Done, Store

RESTARTS = frozenset({CycleKind.RESTART, CycleKind.FULL_RESTART})

Progress = Callable[[Cycle, int], None]
"""Is told the cycle, and how many tasks of it are through."""


def _silent(cycle: Cycle, count: int) -> None:
    del cycle, count


class Witness(Protocol):
    """Sees what a cycle does, before it is committed."""

    def probe(self, problem: Problem | None) -> None:
        """See the reply to the first request; `problem`: why the cycle cannot begin."""

    def outcome(self, cycle: Cycle, task: Task, outcome: Outcome) -> None:
        """See what came of a task."""


class Outlet(Protocol):
    """Where requests go: a target, or a model of one."""

    def send(self, request: EntraRequest) -> Reply:
        """Send a request; return its response, or why there is none."""
        ...

    def settle(self, request: EntraRequest, rules: Rules, subject: Subject) -> Reply | None:
        """Find out what became of a request that was in flight; None: send it again."""
        ...


@dataclass
class Driver:
    """One job. `started`: the virtual time of the first cycle (UTC); `tell` receives how far a cycle is."""

    store: Store
    sending: Outlet
    rules: Rules
    scope: Scope
    facts: JobFacts
    started: datetime
    witness: Witness
    tell: Progress = _silent
    view: SourceView | None = None
    """What cycles look at; None: the whole directory."""
    allows_deletions: bool = False
    """Whether the administrator has allowed any number of deletions (ForceDeletes)."""
    held_back: bool = False
    """Whether a cycle had too many deletions."""
    held_now: bool = False
    """Whether the last cycle had."""
    stopped: Problem | None = field(default=None)
    """Why the last cycle stopped, or None."""
    quarantine: Quarantine | None = None
    """The quarantine that the job is in after the last cycle, or None."""
    _silent: int = 0
    """Requests in a row without a response."""

    @property
    def is_unanswered(self) -> bool:
        """Whether the last cycle stopped because the target does not answer any more. It can be continued."""
        return self.stopped is not None and self.stopped.code in SILENT

    def next(self, kind: CycleKind, at: datetime | None = None) -> Cycle:
        """Return the next cycle of a kind, or the one that was interrupted. `at`: it does not begin earlier."""
        before = self.store.cycles()
        if before and not before[-1].finished:
            return before[-1].cycle
        number = len(before) + 1
        watermark = Watermark(int(self.store.value("watermark", 0)))
        since = watermark if kind is CycleKind.INCREMENTAL else None
        due = quarantine.next_begin(self.store, before[-1].cycle) if before else self.started
        # An administrator who restarts the job does not wait: a restart ends the quarantine.
        due = before[-1].cycle.at + INTERVAL if before and kind in RESTARTS else due
        cycle = Cycle(number, kind, max(due, at or due), since)
        self.store.begin(cycle, self._guid(f"probe {number}"))
        return cycle

    def play(self, cycle: Cycle) -> Done:
        """Play a cycle to its end, or until something stops it. What is done already is not done again."""
        self.held_now = False
        self.stopped = cycles.probed(self.sending.send(cycles.probe(self.rules, self._begun(cycle).guid)))
        self.witness.probe(self.stopped)
        if self.stopped is None:
            self._tasks(cycle)
        if not self.is_unanswered:
            self.store.finish(cycle)
        done = self._begun(cycle)
        self.quarantine = quarantine.settle(self.store, done, self.stopped, held_back=self.held_now)
        return done

    def _tasks(self, cycle: Cycle) -> None:
        """Play the tasks of a cycle, until one of them stops it."""
        for count, task in enumerate(self._planner(cycle).plan(cycle), 1):
            problem = self._task(cycle, task).problem
            self.tell(cycle, count)
            if problem is not None and (problem.stops or self._silent >= MOST_SILENT):
                self.stopped = problem
                break

    def _planner(self, cycle: Cycle) -> Planner:
        """Return the planner of a cycle; it holds back disablings and deletions if there are too many."""
        places = (self.view or self.store.directory, self.store.links, self.rules, self.scope, self.store.done())
        planner, threshold = Planner(*places), self.rules.job.deletion_threshold
        if threshold is None or self.allows_deletions:
            return planner
        self.held_now = too_many_deletions(planner.removals(cycle), threshold)
        self.held_back = self.held_back or self.held_now
        return replace(planner, holds=self.held_now)

    def _begun(self, cycle: Cycle) -> Done:
        return next(one for one in self.store.cycles() if one.cycle.number == cycle.number)

    def _task(self, cycle: Cycle, task: Task) -> Outcome:
        """Play a talk: over the rows of an interrupted run first, then with the target."""
        debts = Ledgering(self.store.debts, cycle.number)
        recorded, number, seconds = self.store.asked(task.key), 0, 0.0
        try:
            request = next(task.talk)
            while True:
                before = recorded[number] if number < len(recorded) else None
                reply = self._reply(task, number, request, before.reply if before else None, again=before is not None)
                debts.note(request, reply)
                seconds += 0.0 if isinstance(reply, NoAnswer) else reply.seconds
                number += 1
                request = task.talk.send(reply)
        except StopIteration as end:
            outcome: Outcome = end.value
        self.witness.outcome(cycle, task, outcome)
        self._commit(cycle, task, outcome, debts, seconds)
        return outcome

    def _reply(self, task: Task, number: int, request: EntraRequest, held: Reply | None, *, again: bool) -> Reply:
        if held is not None:
            return held
        outgoing = request.outgoing
        if again:
            settled = self.sending.settle(request, self.rules, task.subject)
            if settled is not None:
                self.store.replied(task.key, number, settled)
                return settled
        self.store.ask(task.key, number, f"{outgoing.method} {outgoing.target}")
        reply = self.sending.send(request)
        self._silent = self._silent + 1 if is_silent(reply) else 0
        self.store.replied(task.key, number, reply)
        return reply

    def _commit(self, cycle: Cycle, task: Task, outcome: Outcome, debts: Ledgering, seconds: float) -> None:
        line = None
        if outcome.logged:
            change = self._guid(f"{cycle.number} {task.key}")
            key, guid = self._guid(f"record {cycle.number} {task.key}"), self._guid(f"cycle {cycle.number}")
            told = RecordFacts(key, change, guid, cycle.at, round(seconds * 1000))
            line = json.dumps(record(outcome, self.facts, told), ensure_ascii=False, separators=(",", ":"))
        self.store.commit(cycle, task, outcome, debts.settled(outcome), line)

    def _guid(self, what: str) -> str:
        return str(uuid.uuid5(uuid.UUID(self.facts.principal), what))


def job_facts(tag: str, name: str) -> JobFacts:
    """Return what identifies the job of a run, made from its tag."""
    made = {one: str(uuid.uuid5(uuid.NAMESPACE_URL, f"{tag}/{one}")) for one in _PARTS}
    job = f"scim.{made['tenant'].replace('-', '')}.{made['job']}"
    places = (made["source"], made["target"], made["application"])
    return JobFacts(made["tenant"], job, made["principal"], name, *places)


_PARTS = ("tenant", "job", "principal", "source", "target", "application")
