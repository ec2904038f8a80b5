"""The wire with safeguards: everything created is recorded first, and nothing foreign is ever written to."""

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

from scim_conformance.scenario.exchange import (
    Creation,
    Endpoint,
    Exchange,
    Outgoing,
    RefusedByHarness,
    TransportFailure,
)
from scim_conformance.scenario.standing import STRANGER
from scim_conformance.scenario.throttling import Patience, patiently
from scim_conformance.scim.paths import member
from scim_conformance.system.signals import finished_first
from scim_conformance.target import ids
from scim_conformance.target.auth import SCHEMES
from scim_conformance.target.deleting import GONE, Deletions
from scim_conformance.target.denials import named, not_ours
from scim_conformance.target.harmless import creates_nothing, is_empty_object
from scim_conformance.target.ids import Resource
from scim_conformance.target.journal import Journal
from scim_conformance.target.ledger import Ledger
from scim_conformance.target.pace import Halted
from scim_conformance.target.replacing import created_by
from scim_conformance.target.soundings import Soundings
from scim_conformance.target.wire import TargetWire

WRITES = frozenset({"PUT", "PATCH", "DELETE"})

MOST_IN_VAIN = 2
"""New ids in a row that were unreadable after the whole settling time: then the run does not wait for the next ones."""

FIRST_PAUSE = 0.1
"""Seconds before a new id that is not readable yet is read again; doubled each time, up to the settling time."""


class Session:
    """Sends requests for one process of a run. `ledger` knows what the run may write to.

    `settle`: seconds for which a new resource may not yet be readable. `patience`: with a target that throttles; None:
    a 429 to a confirming GET is not waited for.
    """

    def __init__(
        self,
        wire: TargetWire,
        journal: Journal,
        ledger: Ledger,
        *,
        settle: float = 0.0,
        sleep: Callable[[float], None] = time.sleep,
        patience: Patience | None = None,
        deletions: Deletions | None = None,
    ) -> None:
        self.wire, self.journal, self.ledger = wire, journal, ledger
        self.deletions = deletions or Deletions()
        self._settle, self._sleep, self._patience = settle, sleep, patience
        self._in_vain, self._soundings = 0, Soundings()
        self._said_deleted: set[Resource] = set()
        self._absent: Resource | None = None
        """What the very last request asked for and did not find."""

    def branch(self, wire: TargetWire, sleep: Callable[[float], None]) -> "Session":
        """Return the session of another thread of this process."""
        shared: Any = {"settle": self._settle, "patience": self._patience, "deletions": self.deletions}
        return Session(wire, self.journal, self.ledger.branch(), sleep=sleep, **shared)

    def send(self, outgoing: Outgoing) -> Exchange:
        """Send a request.

        Raises:
            TransportFailure: no response arrived.
            RefusedByHarness: it would write to a resource that is not known to belong to this run.
        """
        self._permit(outgoing)
        with finished_first() if outgoing.creates is not None else nullcontext():
            key = self._intend(outgoing)
            with self.journal.sending(key) if key else nullcontext():
                exchange = self.wire.send(outgoing)
            self._note(key, outgoing, exchange)
        return exchange

    def send_at_once(self, outgoings: Sequence[Outgoing]) -> list[Exchange | TransportFailure]:
        """Send requests at the same moment; return the outcome of each, in their order.

        Raises:
            RefusedByHarness: one would write to a resource that is not known to belong to this run. None was sent.
        """
        for one in outgoings:
            self._permit(one)
        with finished_first():
            keys = [self._intend(one) for one in outgoings]
            with self.journal.sending(*keys):
                sent = self.wire.send_at_once(outgoings)
            for key, outgoing, exchange in zip(keys, outgoings, sent, strict=True):
                if isinstance(exchange, Exchange):
                    self._note(key, outgoing, exchange)
        return sent

    def confirm(self, resource: Resource) -> None:
        """Find out with a GET whether a claimed resource is ours.

        Raises:
            TransportFailure: no response arrived.
            RefusedByHarness: it belongs to another party, or that cannot be determined.
        """
        exchange = self._read_patiently(resource)
        waited, pause = 0.0, FIRST_PAUSE
        patient = self._settle if self._in_vain < MOST_IN_VAIN else 0.0
        while exchange.answer and exchange.answer.status == 404 and waited < patient:
            self._sleep(pause)
            waited, pause = waited + pause, pause * 2
            exchange = self._read_patiently(resource)
        self._in_vain = self._in_vain + 1 if waited >= self._settle > 0 else 0
        said = self.ledger.judge(resource, exchange)
        if said is not None:
            denied = not self.ledger.is_claimed(resource)
            if denied:
                self.journal.denied(*resource, said)
            raise RefusedByHarness(not_ours(resource, said), STRANGER.key if denied else None)

    def _read_patiently(self, resource: Resource) -> Exchange:
        """Read a resource, and again after a 429: an id that stays unconfirmed is never written to, nor deleted."""
        return patiently(self._patience, lambda: self._read(resource))

    def _read(self, resource: Resource) -> Exchange:
        exchange = self.wire.send(outgoing := ids.request("GET", resource))
        self._note_absence(outgoing, exchange)
        return exchange

    def _permit(self, outgoing: Outgoing) -> None:
        danger = None if outgoing.resource is None else ids.danger(outgoing.resource[1])
        if danger is not None:
            raise RefusedByHarness(f"{outgoing.method} was not sent: {danger}")
        self._soundings.permit(outgoing)
        if outgoing.method in WRITES:
            self._require(outgoing.resource, outgoing)
        elif outgoing.creates is None and outgoing.endpoint is Endpoint.SCIM and not creates_nothing(outgoing):
            raise RefusedByHarness(
                f"{outgoing.method} {outgoing.target[:80]} was not sent: it does not state what it creates"
            )
        for identifier in outgoing.refers:
            kinds = ("User", "Group")
            known = [(kind, identifier) for kind in kinds if self.ledger.is_known((kind, identifier))]
            self._require(known[0] if known else ("User", identifier), outgoing)

    def _require(self, resource: Resource | None, outgoing: Outgoing) -> None:
        """Make sure that a request changes nothing that is not ours.

        Raises:
            RefusedByHarness: it would, or that cannot be determined.
        """
        said = None if resource is None else self.ledger.why_not(resource)
        if resource is not None and said is not None:
            raise RefusedByHarness(not_ours(resource, said), STRANGER.key)
        if resource is not None and self.ledger.is_claimed(resource):
            self.confirm(resource)
        elif resource is not None and (self.ledger.is_gone(resource) or resource in self._said_deleted):
            self._look_again(resource)
        elif resource is None or not self.ledger.is_confirmed(resource):
            raise RefusedByHarness(
                f"{outgoing.method} {outgoing.target[:80]} was not sent: this run did not create that resource"
            )

    def _look_again(self, resource: Resource) -> None:
        """Make sure that a deleted id belongs to no resource, or still to ours: it may have been assigned again.

        Raises:
            RefusedByHarness: it belongs to another resource by now, or that cannot be determined.
        """
        if self._absent == resource:
            return
        exchange = self._read(resource)
        answer = exchange.answer
        if answer is None or answer.status in GONE:
            return
        said = self._reviewed(resource, exchange)
        if said is not None or not answer.ok or self.ledger.is_gone(resource):
            said = said or f"a GET by its id returns {answer.status}"
            raise RefusedByHarness(f"nothing was sent to {named(resource)}, which was deleted: {said}")

    def _reviewed(self, resource: Resource, exchange: Exchange) -> str | None:
        said = self.ledger.review(resource, exchange)
        if said is not None:
            self.journal.denied(*resource, said)
        return said

    def _intend(self, outgoing: Outgoing) -> str:
        return "" if outgoing.creates is None else self.journal.intent(outgoing.creates)

    def _note(self, key: str, outgoing: Outgoing, exchange: Exchange) -> None:
        assert exchange.answer is not None
        if outgoing.creates is not None:
            self._note_creation(key, outgoing.creates, exchange)
        elif outgoing.credential not in SCHEMES:  # what it shows, or deletes, may be in another tenant
            return self._soundings.note(outgoing, exchange, self.ledger)
        elif outgoing.method == "GET":
            self._note_reading(outgoing, exchange)
        elif (made := created_by(outgoing, exchange.answer, self.ledger.tag)) is not None:
            self._note_creation(self.journal.intent(made), made, exchange)
        elif is_empty_object(outgoing) and exchange.answer.ok:
            self.journal.accepted(outgoing.target, exchange.answer.status)
        elif outgoing.method == "DELETE" and outgoing.resource is not None and exchange.answer.ok:
            self._said_deleted.add(outgoing.resource)
        return self._note_absence(outgoing, exchange)

    def _note_absence(self, outgoing: Outgoing, exchange: Exchange) -> None:
        absent = outgoing.method == "GET" and exchange.answer is not None and exchange.answer.status in GONE
        self._absent = outgoing.resource if absent else None

    def _note_creation(self, key: str, creation: Creation, exchange: Exchange) -> None:
        answer = exchange.answer
        assert answer is not None
        identifier = member(answer.json, "id")
        if 400 <= answer.status < 500:
            self.journal.refused(key)
        elif answer.ok and ids.is_id(identifier) and ids.danger(str(identifier)) is None:
            resource = (creation.type, str(identifier))
            self.journal.created(key, resource[1])
            denial = self.ledger.claim(resource, exchange, anew=resource in self._said_deleted, named=creation.named)
            self._said_deleted.discard(resource)
            if denial is not None:
                self.journal.denied(*resource, denial.sentence)
        else:
            self.journal.unclear(key)

    def _note_reading(self, outgoing: Outgoing, exchange: Exchange) -> None:
        """Use a scenario's own GET: it confirms what it shows, and reveals foreign and deleted resources."""
        answer, resource = exchange.answer, outgoing.resource
        assert answer is not None
        of_kind = ids.kind_of(outgoing.target)
        if resource is not None and answer.ok and self.ledger.is_claimed(resource):
            said = self.ledger.judge(resource, exchange)
            if said is not None:
                self.journal.denied(*resource, said)
        elif resource is not None and answer.ok and self.ledger.is_confirmed(resource):
            self._reviewed(resource, exchange)
        elif resource is not None and answer.status in GONE and resource in self._said_deleted:
            self.deletions.works(resource[0])
            self.forget(resource)
        elif of_kind is not None:
            for lost in self.ledger.see(of_kind, answer):
                self.journal.denied(*lost, self.ledger.why_not(lost) or "")

    def still_there(self) -> list[Resource]:
        """Return what this session created and never requested to delete; it may still have to be confirmed."""
        return [one for one in self.ledger.alive if one not in self._said_deleted]

    def forget(self, resource: Resource) -> None:
        """Record that a resource is gone."""
        if resource in self.ledger.alive or self.ledger.is_confirmed(resource):
            self._note_deletion(resource)

    def tidy(self, keep: set[Resource]) -> None:
        """Delete what this session created, except `keep`; what cannot be deleted is left to the run's clean-up."""
        stuck = self.deletions.refused
        doomed = [one for one in self.ledger.alive if one not in keep and one[0] not in stuck]
        for resource in doomed:
            # Once: what cannot be deleted now is not retried after every scenario.
            self.ledger.release(resource)
        for resource in sorted(doomed, key=lambda one: one[0] != "Group"):
            try:
                self._delete(resource)
            except Halted:
                self.ledger.alive[resource] = None  # the run ends, and its threads share what is left

    def _delete(self, resource: Resource) -> None:
        kind = resource[0]
        if kind in self.deletions.refused:
            self.ledger.alive[resource] = None
        elif resource in self._said_deleted:
            self._delete_again(resource)
        else:
            try:
                answer = self.send(ids.request("DELETE", resource)).answer
            except RefusedByHarness:
                return  # It is unknown which resource it is: the run's clean-up checks again, and reports it.
            if answer is not None and self.deletions.is_done(kind, answer, lambda: self._read(resource).answer):
                self._note_deletion(resource)
            elif kind in self.deletions.refused:
                self.ledger.alive[resource] = None

    def _delete_again(self, resource: Resource) -> None:
        """Record that a scenario's deletion worked, once it is known that deleting this type works."""
        kind = resource[0]
        if not self.deletions.are_believed(kind):
            answer = self._read(resource).answer
            if answer is None or answer.status not in GONE:
                return  # the run's clean-up deletes it, or reports it
            self.deletions.works(kind)
        self._note_deletion(resource)

    def _note_deletion(self, resource: Resource) -> None:
        self.ledger.gone(resource)
        self.journal.deleted(*resource)
