"""The wire with manners: everything created is written down first, and nothing foreign is ever written to."""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from types import FrameType
from typing import Any

from scim_conformance.scenario.exchange import (
    Answer,
    Creation,
    Exchange,
    Outgoing,
    RefusedByHarness,
    Sender,
    TransportFailure,
)
from scim_conformance.scim import urns
from scim_conformance.scim.paths import member
from scim_conformance.scim.urlencode import segment_quote
from scim_conformance.target import ids
from scim_conformance.target.journal import Journal
from scim_conformance.target.wire import Wire

WRITES = frozenset({"PUT", "PATCH", "DELETE"})


class Session:
    """Sends requests for one process of a run. `owned` holds (type, id) of what this run created or invented."""

    def __init__(self, wire: Wire, journal: Journal) -> None:
        self.wire, self.journal = wire, journal
        self.owned: set[tuple[str, str]] = set()
        self.alive: dict[tuple[str, str], None] = {}
        """What this session created and has not yet deleted, in order."""
        self._said_deleted: set[tuple[str, str]] = set()
        self._honest: dict[str, bool] = {}
        """Whether a DELETE that is answered well removes a resource of this type."""

    def invent(self, identifier: str) -> None:
        """Allow writes to an id that exists nowhere."""
        self.owned |= {("User", identifier), ("Group", identifier)}

    def send(self, outgoing: Outgoing) -> Exchange:
        """Send a request.

        Raises:
            TransportFailure: no answer came.
            RefusedByHarness: it would write to a resource that this run did not create.
        """
        self._permit(outgoing)
        with finished_first() if outgoing.creates is not None else nullcontext():
            key = self._intend(outgoing)
            exchange = self.wire.send(outgoing)
            self._note(key, outgoing, exchange)
        return exchange

    def send_at_once(self, outgoings: Sequence[Outgoing]) -> list[Exchange | TransportFailure]:
        """Send requests at the same moment; return what came of each, in their order.

        Raises:
            RefusedByHarness: one would write to a resource that this run did not create. Nothing was sent.
        """
        for one in outgoings:
            self._permit(one)
        with finished_first():
            keys = [self._intend(one) for one in outgoings]
            sent = self.wire.send_at_once(outgoings)
            for key, outgoing, exchange in zip(keys, outgoings, sent, strict=True):
                if isinstance(exchange, Exchange):
                    self._note(key, outgoing, exchange)
        return sent

    def _permit(self, outgoing: Outgoing) -> None:
        danger = None if outgoing.resource is None else ids.danger(outgoing.resource[1])
        if danger is not None:
            raise RefusedByHarness(f"{outgoing.method} was not sent: {danger}")
        if outgoing.method in WRITES and outgoing.resource not in self.owned:
            raise RefusedByHarness(
                f"{outgoing.method} {outgoing.target[:80]} was not sent: this run did not create that resource"
            )

    def _intend(self, outgoing: Outgoing) -> str:
        return "" if outgoing.creates is None else self.journal.intent(outgoing.creates)

    def _note(self, key: str, outgoing: Outgoing, exchange: Exchange) -> None:
        assert exchange.answer is not None
        if outgoing.creates is not None:
            self._note_creation(key, outgoing.creates, exchange.answer)
        elif outgoing.resource is not None:
            self._note_deletion(outgoing.method, outgoing.resource, exchange.answer)

    def _note_creation(self, key: str, creation: Creation, answer: Answer) -> None:
        identifier = member(answer.json, "id")
        if 400 <= answer.status < 500:
            self.journal.refused(key)
        elif answer.ok and ids.is_id(identifier) and self._is_ours(answer.json, creation, str(identifier)):
            resource = (creation.type, str(identifier))
            self.journal.created(key, str(identifier))
            self.owned.add(resource)
            self.alive[resource] = None
        else:
            self.journal.unclear(key)

    def _is_ours(self, body: Any, creation: Creation, identifier: str) -> bool:
        """Tell whether an answer to our POST speaks of what we sent, and not of somebody else's account."""
        if ids.danger(identifier) is not None:
            return False
        said = member(body, ids.NAMES[creation.type])
        if isinstance(said, str):
            return ids.is_ours(said, creation.name)
        return self._is_confirmed(creation, identifier)

    def _is_confirmed(self, creation: Creation, identifier: str) -> bool:
        """Look whose resource it is, where the answer gave an id and no name."""
        target = f"{urns.ENDPOINTS[creation.type]}/{segment_quote(identifier)}"
        try:
            answer = self.wire.send(Outgoing("GET", target, by=Sender.HARNESS)).answer
        except TransportFailure:
            return False
        return answer is not None and answer.ok and not ids.is_strange(creation.type, answer.json, creation.name)

    def _note_deletion(self, method: str, resource: tuple[str, str], answer: Answer) -> None:
        # A 2xx alone does not prove it: a target that answers 204 and keeps the account is a fault we exist to find.
        # And a 404 alone does not either: some hide what is only disabled. Both together do.
        if method == "DELETE" and answer.ok:
            self._said_deleted.add(resource)
        elif answer.status == 404 and (method == "DELETE" or resource in self._said_deleted):
            self.forget(resource)

    def still_there(self) -> list[tuple[str, str]]:
        """Return type and id of what this session created and never asked to be deleted."""
        return [resource for resource in self.alive if resource not in self._said_deleted]

    def forget(self, resource: tuple[str, str]) -> None:
        """Note that a resource is gone."""
        if resource in self.alive:
            del self.alive[resource]
            self.journal.deleted(*resource)

    def adopt(self, resource: tuple[str, str]) -> None:
        """Take over what another process of this run created, the duty to delete it included."""
        self.owned.add(resource)
        self.alive[resource] = None

    def release(self, resource: tuple[str, str]) -> None:
        """Hand over to another process what this one would have deleted."""
        self.alive.pop(resource, None)

    def tidy(self, keep: set[tuple[str, str]]) -> None:
        """Delete what this session created, but not `keep`; what cannot be deleted is left to the run's clean-up."""
        doomed = [resource for resource in self.alive if resource not in keep]
        for resource in doomed:
            # Once: what cannot be deleted now is not tried again after every scenario.
            del self.alive[resource]
        for kind, identifier in sorted(doomed, key=lambda resource: resource[0] != "Group"):
            if (kind, identifier) in self._said_deleted and self._honest.get(kind):
                self.journal.deleted(kind, identifier)
                continue
            target = f"{urns.ENDPOINTS[kind]}/{segment_quote(identifier)}"
            exchange = self.send(Outgoing("DELETE", target, by=Sender.HARNESS, resource=(kind, identifier)))
            if exchange.answer is not None and self._is_gone(kind, target, exchange.answer):
                self.journal.deleted(kind, identifier)

    def _is_gone(self, kind: str, target: str, answer: Answer) -> bool:
        """Believe the answer to a DELETE; the first good one of a type is held against what can still be read."""
        if not answer.ok:
            return answer.status == 404
        if kind not in self._honest:
            read = self.send(Outgoing("GET", target, by=Sender.HARNESS)).answer
            self._honest[kind] = read is None or not read.ok
        return self._honest[kind]


@contextmanager
def finished_first() -> Iterator[None]:
    """Let a creation finish before an interrupt is obeyed: else nobody learns the id. A second one cuts through."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[tuple[int, FrameType | None]] = []
    former: dict[int, Any] = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def later(number: int, frame: FrameType | None) -> None:
        if waiting:
            _obey(former[number], number, frame)
        waiting.append((number, frame))

    for watched in former:
        signal.signal(watched, later)
    try:
        yield
    finally:
        for watched, handler in former.items():
            signal.signal(watched, handler)
        for number, frame in waiting[:1]:
            _obey(former[number], number, frame)


def _obey(handler: Any, number: int, frame: FrameType | None) -> None:
    if callable(handler):
        handler(number, frame)
    elif handler is signal.SIG_DFL:
        raise KeyboardInterrupt
