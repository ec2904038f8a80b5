"""Predicts cycles: the engine's own requests, of which only the queries are sent.

What would be written is answered by a model of the target that accepts it. So what a preview says and what a rehearsal
does come from the same code.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.engine.cycle import Cycle, CycleKind, Phase, Task
from scim_conformance.entra.engine.model import LogAction, LogStatus, Outcome, Problem, Rules
from scim_conformance.entra.scope.entitlement import entitled
from scim_conformance.entra.source.model import Due, Entitlement
from scim_conformance.rehearsal.driver import Driver, job_facts
from scim_conformance.rehearsal.exports import Exports, Loader
from scim_conformance.rehearsal.modelled import ModelledTarget, Send
from scim_conformance.rehearsal.plan_table import PlanRow, planned
from scim_conformance.rehearsal.store import Done, Store
from scim_conformance.scenario import tags


@dataclass(frozen=True, slots=True)
class PredictedCycle:
    """A later cycle: its counts by name, what changed in the directory before it, and whether disablings and deletions
    would be held back."""

    done: Done
    changes: Counter[str]
    held_back: bool = False


class Unanswered(Exception):
    """The target does not answer any more. The message is one sentence."""


@dataclass
class Prediction:
    """What the cycles would do. `users` and `groups`: the outcome of each object in the first cycle, by id; `writes`:
    how many requests of each kind it would send; `memberships` and `unlinked`: members that would be added, and that
    cannot; `later`: the cycles after it; `tell`: receives every outcome of every cycle."""

    users: dict[str, Outcome] = field(default_factory=dict)
    groups: dict[str, Outcome] = field(default_factory=dict)
    writes: Counter[str] = field(default_factory=Counter)
    memberships: int = 0
    unlinked: int = 0
    queries: int = 0
    later: list[PredictedCycle] = field(default_factory=list)
    plan: list[PlanRow] = field(default_factory=list)
    """What would be done in each cycle, without what would be skipped."""

    def probe(self, problem: Problem | None) -> None:
        """See the reply to the first request of a cycle: the model returns an empty list."""

    def outcome(self, cycle: Cycle, task: Task, outcome: Outcome) -> None:
        """Take note of what came of a task."""
        if outcome.logged and outcome.status is not LogStatus.SKIPPED:
            self.plan.append(planned(cycle, task, outcome))
        if cycle.number > 1:
            return
        if task.phase is Phase.MEMBERS:
            self.memberships += len(outcome.added)
            self.unlinked += len(outcome.unlinked)
        elif task.phase in {Phase.USERS, Phase.GROUPS}:
            into = self.users if task.phase is Phase.USERS else self.groups
            into[task.subject.id] = outcome


@dataclass
class Predictor:
    """Plays the cycles of the exports. `send`: for queries and reads; it raises TransportFailure."""

    exports: Exports
    dialect: Dialect
    send: Send
    tell: Callable[[int], Any] = lambda _: None
    found: Prediction = field(default_factory=Prediction)

    def predict(self) -> Prediction:
        """Play all talks, and return what they came to.

        Raises:
            Unanswered: the target went away.
        """
        rules = Rules(self.exports.profile, self.dialect)
        store = Store(None, soon=rules.job.first_retry == "next cycle")
        model = ModelledTarget(self.send, store, rules, self.tell)
        facts = job_facts(tags.EXAMPLE, rules.application)

        def scope(due: Due) -> Entitlement:
            return store.directory.standing(due.id) or entitled(rules.profile, store.directory, due.source)

        driver = Driver(store, model, rules, scope, facts, datetime.now(UTC), self.found)
        try:
            for number, changes in enumerate(self._loaded(store, rules), 1):
                self._cycle(driver, number, changes)
                if number == 1:
                    self.found.writes = Counter(model.writes)
        finally:
            store.close()
        self.found.queries = model.queries
        return self.found

    def _loaded(self, store: Store, rules: Rules) -> Iterator[Counter[str]]:
        loader, before = Loader(store, rules.profile), None
        for one in self.exports.snapshots:
            with store.transaction():
                loader.load(before, one)
            yield loader.changes
            before = one

    def _cycle(self, driver: Driver, number: int, changes: Counter[str]) -> None:
        done = driver.play(driver.next(CycleKind.INITIAL if number == 1 else CycleKind.INCREMENTAL))
        if driver.is_unanswered and driver.stopped is not None:
            raise Unanswered(driver.stopped.reason)
        if number > 1:
            self.found.later.append(PredictedCycle(done, changes, driver.held_now))


def would(outcome: Outcome) -> str:
    """Return in one word what would be done: create, link, update, fail or skip."""
    if outcome.status is LogStatus.FAILURE:
        return "fail"
    if outcome.action is LogAction.CREATE and outcome.status is not LogStatus.SKIPPED:
        return "create"
    if outcome.link is None:
        return "skip"
    return "update" if outcome.modified else "link"
