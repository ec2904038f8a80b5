"""A preview against a target: probe, list, query; then hold the answers against each other. GET requests only."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.engine.cycle import probe, probed
from scim_conformance.entra.engine.model import EntraRequest, Outcome, Rules
from scim_conformance.rehearsal import listing
from scim_conformance.rehearsal.discovered import Discovered, discover
from scim_conformance.rehearsal.exports import Exports
from scim_conformance.rehearsal.findings import Findings
from scim_conformance.rehearsal.listing import Accounts, CannotList
from scim_conformance.rehearsal.prediction import Prediction, Predictor, Unanswered, would
from scim_conformance.rehearsal.reaching import unreachable
from scim_conformance.rehearsal.scoping import Scoped, ScopeReport
from scim_conformance.rehearsal.watching import words
from scim_conformance.scenario.exchange import Answer, Outgoing, Sender, TransportFailure
from scim_conformance.scenario.throttling import Patience
from scim_conformance.target.wire import TargetWire

RATE = 10.0
"""Requests per second to a target on another machine, unless a rate is given: it may be in production."""


class CannotPreview(Exception):
    """The target cannot be read. The message is one sentence."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a preview will send, before it does: pages of accounts, match queries, and seconds for each request."""

    pages: int
    queries: int
    accounts: int
    seconds_each: float

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return (self.pages + self.queries) * self.seconds_each


@dataclass
class Previewed:
    """The result of a preview. `seconds`: how long the target took for each response."""

    report: ScopeReport
    accounts: Accounts
    prediction: Prediction
    discovered: Discovered
    findings: Findings = field(default_factory=Findings)
    seconds: list[float] = field(default_factory=list)

    def groups_of(self, plan: str) -> list[str]:
        """Return the ids of users whose plan it is: create, link, update, fail or skip."""
        return [one for one, outcome in self.in_scope().items() if would(outcome) == plan]

    def in_scope(self) -> dict[str, Outcome]:
        """Return the outcomes of the users in scope, by id."""
        return {one.source.id: self.prediction.users[one.source.id] for one in self.report.in_scope()}


@dataclass
class Reader:
    """Sends GET requests, and waits where the target throttles."""

    wire: TargetWire
    patience: Patience = field(default_factory=lambda: Patience(time.sleep))
    seconds: list[float] = field(default_factory=list)

    def get(self, target: str, by: Sender = Sender.HARNESS) -> Answer:
        """GET a path with its query.

        Raises:
            TransportFailure: no response arrived.
        """
        return self.send(Outgoing("GET", target, by=by))

    def ask(self, request: EntraRequest) -> Answer:
        """Send a request of the engine, as `get` does."""
        return self.send(request.outgoing)

    def send(self, outgoing: Outgoing) -> Answer:
        """Send a request, as `get` does; what the wire refuses is not sent."""
        while True:
            answer = self.wire.send(outgoing).answer
            assert answer is not None
            self.seconds.append(answer.seconds)
            if answer.status != 429 or not self.patience.waits_for(answer):
                return answer


@dataclass
class Previewer:
    """Previews a directory against a target. `say_cost` is called before the many requests; `tell` after each."""

    report: ScopeReport
    exports: Exports
    dialect: Dialect
    reader: Reader
    say_cost: Callable[[Cost], Any]
    tell: Callable[[int, int], Any] = lambda _done, _total: None
    rate: float | None = None

    def preview(self) -> Previewed:
        """Read everything, and compare.

        Raises:
            CannotPreview: the probe or the list fails, or the target goes away.
        """
        try:
            self._probe()
            accounts = listing.first_page(self.reader.get, self.report.profile.user.matching)
            cost = self._cost(accounts)
            self.say_cost(cost)
            for _ in listing.read_on(self.reader.get, accounts):
                self.tell(accounts.pages, cost.pages + cost.queries)
        except (CannotList, TransportFailure) as error:
            raise CannotPreview(str(getattr(error, "sentence", error))) from None
        predictor = Predictor(self.exports, self.dialect, self.reader.ask)
        predictor.tell = lambda number: self.tell(accounts.pages + number, cost.pages + cost.queries)
        try:
            prediction = predictor.predict()
        except Unanswered as error:
            raise CannotPreview(f"it does not answer any more: {error}") from None
        discovered = discover(self.report, accounts)
        return Previewed(self.report, accounts, prediction, discovered, seconds=self.reader.seconds)

    def _probe(self) -> None:
        request = probe(Rules(self.report.profile, self.dialect), str(uuid.uuid4()))
        problem = probed(self.reader.ask(request))
        if problem is not None:
            said = unreachable(self.reader.wire, self.report.profile)
            raise CannotPreview(said or f"the probe with which each cycle begins fails: {words(problem)}")

    def _cost(self, accounts: Accounts) -> Cost:
        size = max(1, len(accounts.found))
        pages = max(0, -(-(accounts.total - size) // size))
        queries = sum(max(1, len(one.matched)) for one in self._asked())
        each = sum(self.reader.seconds) / len(self.reader.seconds)
        return Cost(pages, queries, accounts.total, max(each, 1 / self.rate if self.rate else 0.0))

    def _asked(self) -> list[Scoped]:
        groups = [one for one in self.report.groups if one.entitlement.in_scope] if self.report.profile.group else []
        return [*self.report.in_scope(), *groups]
