"""A wire that does not send what a target does not answer (see `shapes`)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from scim_conformance.scenario.exchange import (
    Exchange,
    Outgoing,
    Sender,
    TransportFailure,
)
from scim_conformance.target import failures
from scim_conformance.target.shapes import Guard
from scim_conformance.target.wire import TargetWire


@dataclass
class GuardedWire(TargetWire):
    """A wire that does not send what a target does not respond to. `guard` may be shared with another wire of the same
    run.

    It starts with `arm`: the preflight checks whether a target is there at all, without waiting.
    """

    guard: Guard = field(default_factory=Guard)
    armed: bool = False

    def arm(self) -> None:
        """Start to record what gets no response."""
        self.armed = True

    def permit(self, outgoing: Outgoing) -> None:
        """Do everything slow before a request is sent, so that it is done before anything is recorded.

        Raises:
            TransportFailure: such requests get no answer, or the target stays away.
        """
        self.heed()
        if self.armed:
            self.settle()
            self.guard.refuse(outgoing)

    def send(self, outgoing: Outgoing) -> Exchange:
        """Send one request, as `TargetWire.send` does.

        Raises:
            TransportFailure: no response arrived, or the request was not sent because such requests get none.
        """
        if not self.armed:
            return super().send(outgoing)
        self.permit(outgoing)
        try:
            exchange = super().send(outgoing)
        except TransportFailure as failure:
            self.guard.failed(outgoing, failure)
            raise
        self.guard.answered(outgoing)
        return exchange

    def send_at_once(self, outgoings: Sequence[Outgoing]) -> list[Exchange | TransportFailure]:
        """Send requests at the same moment, as `TargetWire.send_at_once` does; what is not sent is a failure, too."""
        if not self.armed:
            return super().send_at_once(outgoings)
        refused = [self._refused(one) for one in outgoings]
        if any(refused):
            return [failure or self._one(one) for one, failure in zip(outgoings, refused, strict=True)]
        found = super().send_at_once(outgoings)
        for one, came in zip(outgoings, found, strict=True):
            if isinstance(came, TransportFailure):
                self.guard.failed(one, came)
            else:
                self.guard.answered(one)
        return found

    def _refused(self, outgoing: Outgoing) -> TransportFailure | None:
        try:
            self.permit(outgoing)
        except TransportFailure as failure:
            return failure
        return None

    def _one(self, outgoing: Outgoing) -> Exchange | TransportFailure:
        try:
            return self.send(outgoing)
        except TransportFailure as failure:
            return failure

    def settle(self) -> None:
        """Check whether the target is there, if the last request got no response."""
        self.guard.left = min(self.guard.left, self.cut_off.left)
        if not self.cut_off.is_over:
            self.guard.settle(self._is_there)

    def _is_there(self) -> bool:
        """Return whether the target responds to a GET: of an unknown id, or otherwise of a list with one entry."""
        for target in (f"/Users/{uuid.uuid4()}", "/Users?startIndex=1&count=1"):
            try:
                answer = super().send(Outgoing("GET", target, by=Sender.HARNESS)).answer
            except TransportFailure as failure:
                if failure.kind in (failures.REFUSED, failures.TOKEN, failures.NAME):
                    return False
                continue
            if answer is not None and answer.status not in (502, 503, 504):
                return True
        return False
