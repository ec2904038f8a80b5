"""Sends the requests of a rehearsal: it waits where the target throttles, and settles what was in flight."""

import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from scim_conformance.entra.engine import calls, failing
from scim_conformance.entra.engine.decide import attributes
from scim_conformance.entra.engine.failing import NOT_OURS
from scim_conformance.entra.engine.model import EntraRequest, NoAnswer, Reply, Rules, Subject
from scim_conformance.entra.source.model import ObjectKind
from scim_conformance.scenario.exchange import Answer, RefusedByHarness, TransportFailure
from scim_conformance.scenario.throttling import Patience
from scim_conformance.scim.paths import member
from scim_conformance.target.session import Session


@dataclass
class Sending:
    """`waits`: whether a 429 is waited for; Entra itself is not known to do so. `throttled`: how many there were."""

    session: Session
    waits: bool = True
    patience: Patience = field(default_factory=lambda: Patience(time.sleep))
    throttled: int = 0
    latencies: Counter[int] = field(default_factory=Counter)
    """How many responses took how many milliseconds."""
    silent: int = 0
    """Requests in a row without a response."""
    strangers: list[str] = field(default_factory=list)
    """Why requests were not sent: they would have written to a foreign account."""

    def send(self, request: EntraRequest) -> Reply:
        """Send a request; return its response, or why there is none."""
        reply = self._send(request)
        self.silent = self.silent + 1 if failing.is_silent(reply) else 0
        while isinstance(reply, Answer) and reply.status == 429:
            self.throttled += 1
            if not self.waits or not self.patience.waits_for(reply):
                break
            reply = self._send(request)
        return reply

    def _send(self, request: EntraRequest) -> Reply:
        try:
            answer = self.session.send(request.outgoing).answer
        except TransportFailure as failure:
            return NoAnswer(failure.kind, failure.sentence)
        except RefusedByHarness as refusal:
            self.strangers.append(str(refusal))
            return NoAnswer(NOT_OURS, str(refusal))
        assert answer is not None
        self.latencies[round(answer.seconds * 1000)] += 1
        return answer

    def settle(self, request: EntraRequest, rules: Rules, subject: Subject) -> Reply | None:
        """Find out what became of a request that was in flight; None: send it again.

        Only a creation must not be sent twice: it is looked for by the matching attributes. Other requests have the
        same effect if they are sent again.
        """
        if request.method != "POST":
            return None
        source = attributes(rules, subject)
        for row in rules.of(subject.kind).matching:
            value = row.match_value(source)
            reply = self.send(calls.match(subject.kind, row, value)) if value is not None else None
            found = failing.hits(reply) if isinstance(reply, Answer) and reply.ok else None
            if found is not None and len(found) == 1:
                return self._taken(subject.kind, found[0])
        return None

    def _taken(self, kind: ObjectKind, resource: Any) -> Answer:
        """Take what was found under our own name as the response to the creation; a GET confirms it before a write."""
        place = (calls.TYPES[kind], str(member(resource, "id")))
        self.session.ledger.claim(place)
        return Answer(201, (), json.dumps(resource, ensure_ascii=False).encode(), 0.0)
