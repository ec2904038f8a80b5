"""Predicts an initial cycle: the engine's own requests, of which only the queries are sent.

What would be written is answered here, as a target answers that accepts it. So what a preview says and what a rehearsal
does come from the same code.
"""

import itertools
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.engine.cycle import Cycle, CycleKind, Phase, Planner, Task
from scim_conformance.entra.engine.model import (
    EntraRequest,
    Link,
    LinkState,
    LogAction,
    LogStatus,
    NoAnswer,
    Outcome,
    Reply,
    Rules,
)
from scim_conformance.entra.scope.entitlement import entitled
from scim_conformance.entra.source.model import Due, Entitlement, ObjectKind
from scim_conformance.rehearsal.scoping import ScopeReport
from scim_conformance.scenario.exchange import Answer, TransportFailure

Send = Callable[[EntraRequest], Answer]


@dataclass
class PredictedLinks:
    """The links that an initial cycle would make, in memory."""

    by_source: dict[str, Link] = field(default_factory=dict)
    by_target: dict[tuple[ObjectKind, str], Link] = field(default_factory=dict)

    def of(self, source: str) -> Link | None:
        """Return the link of an object of the directory."""
        return self.by_source.get(source)

    def holder(self, kind: ObjectKind, target: str) -> Link | None:
        """Return the link to a resource of the target."""
        return self.by_target.get((kind, target))

    def keep(self, link: Link) -> None:
        """Add a link."""
        self.by_source[link.source] = link
        self.by_target[link.kind, link.target] = link


@dataclass
class Prediction:
    """What an initial cycle would do. `users` and `groups`: the outcome of each object, by id; `writes`: how many
    requests of each kind it would send; `memberships` and `unlinked`: members that would be added, and that cannot."""

    users: dict[str, Outcome] = field(default_factory=dict)
    groups: dict[str, Outcome] = field(default_factory=dict)
    writes: Counter[str] = field(default_factory=Counter)
    memberships: int = 0
    unlinked: int = 0
    queries: int = 0


@dataclass
class Predictor:
    """Plays the talks of an initial cycle. `send`: for queries; it raises TransportFailure."""

    report: ScopeReport
    dialect: Dialect
    send: Send
    tell: Callable[[int], Any] = lambda _: None
    found: Prediction = field(default_factory=Prediction)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def predict(self) -> Prediction:
        """Play all talks, and return what they came to."""
        rules, links = Rules(self.report.profile, self.dialect), PredictedLinks()
        scopes = {one.source.id: one.entitlement for one in (*self.report.users, *self.report.groups)}
        planner = Planner(self.report.view, links, rules, lambda due: self._scope(scopes, due))
        for task in planner.plan(Cycle(1, CycleKind.INITIAL, datetime.now(UTC))):
            outcome = self._played(task)
            if outcome.link is not None and outcome.link.state is not LinkState.GONE:
                links.keep(outcome.link)
            self._count(task, outcome)
        return self.found

    def _scope(self, scopes: dict[str, Entitlement], due: Due) -> Entitlement:
        return scopes.get(due.id) or entitled(self.report.profile, self.report.view, due.source)

    def _played(self, task: Task) -> Outcome:
        """Drive a talk to its end."""
        reply: Reply | None = None
        while True:
            try:
                request = next(task.talk) if reply is None else task.talk.send(reply)
            except StopIteration as end:
                outcome: Outcome = end.value
                return outcome
            reply = self._reply(request)

    def _reply(self, request: EntraRequest) -> Reply:
        if request.method != "GET":
            return self._would(request)
        self.found.queries += 1
        self.tell(self.found.queries)
        try:
            return self.send(request)
        except TransportFailure as failure:
            return NoAnswer(failure.kind, failure.sentence)

    def _would(self, request: EntraRequest) -> Answer:
        """Answer a write as a target does that accepts it; a new resource has an id that no other has."""
        self.found.writes[request.key] += 1
        if request.method != "POST":
            return Answer(204, (), b"", 0.0)
        body = {**request.content, "id": f"new-{next(self._numbers)}"}
        return Answer(201, (), json.dumps(body).encode(), 0.0)

    def _count(self, task: Task, outcome: Outcome) -> None:
        if task.phase is Phase.MEMBERS:
            self.found.memberships += len(outcome.added)
            self.found.unlinked += len(outcome.unlinked)
        elif task.phase in (Phase.USERS, Phase.GROUPS):
            into = self.found.users if task.phase is Phase.USERS else self.found.groups
            into[task.subject.id] = outcome


def would(outcome: Outcome) -> str:
    """Return in one word what would be done: create, link, update, fail or skip."""
    if outcome.status is LogStatus.FAILURE:
        return "fail"
    if outcome.action is LogAction.CREATE and outcome.status is not LogStatus.SKIPPED:
        return "create"
    if outcome.link is None:
        return "skip"
    return "update" if outcome.modified else "link"
