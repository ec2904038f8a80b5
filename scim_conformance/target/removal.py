"""Removes one resource of a run, after verifying that it is one: read, delete, and read again."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from scim_conformance.scenario.exchange import Answer, Exchange, Outgoing, Sender, TransportFailure
from scim_conformance.scenario.throttling import Patience
from scim_conformance.scim import urns
from scim_conformance.target import failures, ids
from scim_conformance.target.deleting import GONE
from scim_conformance.target.ids import Resource
from scim_conformance.target.ledger import created_at, doubt, unreadable_date
from scim_conformance.target.wire import TargetWire

MOST_FAILURES = 2
"""Requests without a response after which the target counts as down, and the rest as left over."""

MOST_REFUSALS = 3
"""DELETE requests of a type in a row without effect: after these, no more are sent, and the rest is read and
reported."""

DISABLED = json.dumps(
    {"schemas": [urns.PATCH_OP], "Operations": [{"op": "replace", "path": "active", "value": False}]}
).encode()
"""The body of a PATCH that disables a user (RFC 7644 section 3.5.2.3)."""

AT_ONCE = 8
"""Requests of a clean-up that are sent at the same time, unless the run sent more."""


@dataclass(frozen=True)
class Owner:
    """A run: its tag, and when it began, in seconds since 1970."""

    tag: str
    started: float


@dataclass
class CleanUpOutcome:
    """What clean-up removed, and what it could not remove. `leftovers`: type, id, name, why, and whether it is known to
    be there and ours (`known`). `blind`: what could not be checked, one sentence each."""

    removed: int = 0
    requests: int = 0
    """Requests of the clean-up after the last scenario."""
    swept: int = 0
    """Requests that searched for what is left, and removed it."""
    leftovers: list[dict[str, Any]] = field(default_factory=list)
    blind: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """How the search ran, if it differed from the usual."""

    @property
    def known(self) -> list[dict[str, Any]]:
        """What is known to be there and ours."""
        return [one for one in self.leftovers if one["known"]]

    def settle(self, kind: str, identifier: str) -> None:
        """Record that a resource is gone after all."""
        self.leftovers = [one for one in self.leftovers if (one["type"], one["id"]) != (kind, identifier)]

    def leave(self, kind: str, identifier: str | None, name: str, why: str, *, known: bool = False) -> None:
        """Record that something is, or may be, still there; once."""
        left = {"type": kind, "id": identifier, "name": name, "why": why, "known": known}
        mine = [
            one for one in self.leftovers if identifier is not None and (one["type"], one["id"]) == (kind, identifier)
        ]
        for one in mine:
            one["known"] = one["known"] or known
        if not mine:
            self.leftovers.append(left)


class CannotRemove(Exception):
    """Something is still there, or that cannot be determined. The message says why.

    `known`: it is there, and ours. `foreign`: it is there, and not known to be ours.
    """

    def __init__(self, why: str, *, known: bool = False, foreign: bool = False) -> None:
        super().__init__(why)
        self.known, self.foreign = known, foreign


class Remover:
    """Sends the requests of the clean-up to a target that may throttle, fail or be down."""

    def __init__(self, wire: TargetWire, sleep: Callable[[float], None], at_once: int = AT_ONCE) -> None:
        self.wire, self._at_once = wire, at_once
        self.down: str | None = None
        """Why the target counts as down, or None."""
        self._patience = Patience(sleep)
        self._failures = 0
        self._refused: dict[str, int] = {}
        """By type: how many DELETE requests in a row had no effect."""
        self._said: dict[str, str] = {}
        """By type: the response to the last one."""
        self._disabling_may_help = True
        """Whether a refused DELETE of a user is tried again after disabling: until that had no effect once."""

    def remove(self, owner: Owner, resource: Resource, *, dated: bool = False) -> bool:
        """Delete a resource of a run; return whether it was there. `dated`: only if its date shows that the run created
        it.

        Raises:
            CannotRemove: it belongs to another run, or DELETE is refused or ignored, or the answer shows neither.
            TransportFailure: no answer came.
        """
        danger = ids.danger(resource[1])
        if danger is not None:
            raise CannotRemove(danger)
        if not self.is_ours(owner, resource, dated=dated):
            return False
        if self._refused.get(resource[0], 0) >= MOST_REFUSALS:
            raise CannotRemove(f"{self._said[resource[0]]}, as for others of its type", known=True)
        try:
            answer = self._deleted(resource)
        except TransportFailure as failure:
            if failure.kind != failures.UNSENT:
                raise
            raise CannotRemove(failure.sentence, known=True) from None
        after = self.get(resource)
        if after.status in GONE:
            self._refused[resource[0]] = 0
            return True
        self._refused[resource[0]] = self._refused.get(resource[0], 0) + 1
        said = self._said[resource[0]] = f"DELETE returned {answer.status}"
        if after.ok and doubt(owner.tag, owner.started, resource, after) is None:
            still = said if not answer.ok else f"{said}, but the resource can still be read"
            self._said[resource[0]] = still
            raise CannotRemove(still, known=True)
        raise CannotRemove(f"{said}, and a GET by its id afterwards returned {after.status}")

    def _deleted(self, resource: Resource) -> Answer:
        """Send a DELETE, and where a user is refused, once more after disabling: some targets delete no active user."""
        answer = self.send("DELETE", ids.path_of(resource), resource)
        refused = 400 <= answer.status < 500 and answer.status not in GONE
        if not refused or resource[0] != "User" or not self._disabling_may_help:
            return answer
        if self.send("PATCH", ids.path_of(resource), resource, DISABLED).ok:
            answer = self.send("DELETE", ids.path_of(resource), resource)
        self._disabling_may_help = answer.ok
        return answer

    def is_ours(self, owner: Owner, resource: Resource, *, dated: bool = False) -> bool:
        """Return whether a resource is there and belongs to this run; False: it is not there.

        Raises:
            CannotRemove: it is there and not known to be ours, or that cannot be found out.
        """
        answer = self.get(resource)
        if answer.status in GONE:
            return False
        if not answer.ok:
            raise CannotRemove(f"it cannot be looked up: a GET by its id returns {answer.status}")
        said = doubt(owner.tag, owner.started, resource, answer)
        said = said or unreadable_date(answer)
        if said is None and dated and created_at(answer) is None:
            said = "it has the tag, but neither the journal nor meta.created shows that this run created it"
        if said is not None:
            raise CannotRemove(f"not deleted: {said}", foreign=True)
        return True

    def get(self, resource: Resource) -> Answer:
        """Read a resource by its id."""
        return self.send("GET", ids.path_of(resource), resource)

    def get_all(self, resources: Sequence[Resource]) -> list[Answer | None]:
        """Read resources by their ids, as `send_all`."""
        return self.send_all([ids.request("GET", one) for one in resources])

    def send_all(self, readings: Sequence[Outgoing]) -> list[Answer | None]:
        """Send GETs, several at the same time; None for those without a response. Stops if there is none at all."""
        found: list[Answer | None] = []
        for begin in range(0, len(readings), self._at_once):
            asked = readings[begin : begin + self._at_once]
            sent = [one.answer if isinstance(one, Exchange) else None for one in self.wire.send_at_once(asked)]
            found += sent
            if not any(sent):
                # Sent one by one, the next request shows whether the target is down.
                break
        return found

    def send(self, method: str, target: str, resource: Resource | None = None, body: bytes | None = None) -> Answer:
        """Send a request, and wait for a target that throttles.

        Raises:
            TransportFailure: no response arrived.
        """
        headers = () if body is None else (("Content-Type", "application/scim+json"),)
        outgoing = Outgoing(method, target, headers, body, by=Sender.HARNESS, resource=resource)
        answer = self._answer(outgoing)
        while answer.status == 429 and self._patience.waits_for(answer):
            answer = self._answer(outgoing)
        return answer

    def _answer(self, outgoing: Outgoing) -> Answer:
        try:
            answer = self.wire.send(outgoing).answer
        except TransportFailure as failure:
            self._failures += 1
            if self._failures >= MOST_FAILURES:
                self.down = failure.sentence
            raise
        assert answer is not None
        self._failures = 0
        return answer
