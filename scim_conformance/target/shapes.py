"""Requests that a target does not respond to: which shapes of them are not repeated, and how long a run waits for a
target.

A shape identifies a kind of request: method, endpoint, and the filter's attributes or the body's keys. If a shape broke
the connection or timed out twice, while the target responded to a GET in between, it is a finding and is not sent
again: otherwise, a DELETE that hangs would cost a timeout in each scenario. A target counts as down only if it does not
come back.
"""

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote_plus

from scim_conformance.scenario.exchange import (
    Endpoint,
    Outgoing,
    Sender,
    TransportFailure,
)
from scim_conformance.scenario.standing import ANSWERED
from scim_conformance.target import failures

TWICE = 2
"""How often a shape may get no response before it is a finding and is not sent again."""

MOST_SHAPES = 2
"""Shapes of a method and an endpoint that may get no response before no other one is sent there."""

MOST_NAMED = 3
"""Keys by which a body without a response may differ from one with a response, to be described by them."""

MOST_ANSWERED_BEFORE = 4
"""Shapes after which even those that once got a response are no longer sent: the target hangs from some moment on."""

IN_ALL = 60.0
"""Seconds for which a run waits for a target to come back, in all of its processes together."""

TIMEOUTS = 10
"""The maximum wait in timeouts, if these are short."""

AFTERWARDS = 15.0
"""Seconds of this that are reserved for the clean-up, if several processes share it."""

PAUSES = (0.2, 0.5, 1.0, 2.0)
"""Seconds between two checks whether the target is back; the last one repeats."""

_TEXT = re.compile(r'"(?:[^"\\]++|\\.)*+"')
_NUMBER = re.compile(r"=\d+")
_CRAFTED = re.compile(r"%0[0ad]|%2[ef]|;")
"""What probes of the path write, and ids never have, whose encoding has capitals: a target that closes the
connection there still serves plain reads."""


@dataclass(frozen=True, slots=True)
class Place:
    """A method and an endpoint, such as `PATCH /Users/{id}`."""

    method: str
    endpoint: str

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint}"


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of request. `details`: what distinguishes it from others in the same place; never a value or an id."""

    place: Place
    details: tuple[str, ...]


def shape_of(outgoing: Outgoing) -> Shape:
    """Return the shape of a request."""
    path, _, query = outgoing.target.partition("?")
    parts = [part for part in path.split("/") if part]
    if len(parts) > 1:
        crafted = _CRAFTED.search(parts[1])
        parts[1] = "{id}" + (crafted[0] if crafted else "")
    endpoint = "the token endpoint" if outgoing.endpoint is Endpoint.TOKEN else "/" + "/".join(parts[:3])
    asked = _NUMBER.sub("=0", _TEXT.sub('""', unquote_plus(query)))
    headers = (f"{name}: {value}" for name, value in outgoing.headers)
    details = (asked, *_keys(outgoing.body), *headers, outgoing.credential.value)
    return Shape(Place(outgoing.method, endpoint), details)


def _keys(body: bytes | None) -> list[str]:
    """Return what distinguishes a body from others: the set of its keys, or of the op and path of its operations."""
    if not body:
        return []
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return ["not JSON"]
    if not isinstance(found, dict):
        return [type(found).__name__]
    operations = found.get("Operations")
    if not isinstance(operations, list):
        return sorted(found)
    return sorted({_operation(one) for one in operations})


def _operation(one: Any) -> str:
    if not isinstance(one, dict):
        return type(one).__name__
    value = one.get("value")
    held = ",".join(sorted(value)) if isinstance(value, dict) else type(value).__name__
    return f"{one.get('op')} {_TEXT.sub(chr(34) * 2, str(one.get('path', '')))} {held}"


def _describe(failure: TransportFailure, unlike: str) -> None:
    """Add to a failure what distinguishes its request from others, also where it is recorded."""
    if unlike and failure.exchange is not None:
        failure.sentence = f"{unlike}, {failure.sentence}"
        failure.exchange = replace(failure.exchange, failure=failure.sentence)


class _Own(threading.local):
    """What belongs to the scenario of one thread."""

    fresh: Shape | None = None
    pending: tuple[Shape, TransportFailure] | None = None


@dataclass
class Guard:
    """What is known about requests without a response. `left`: seconds for which the run may still wait for the
    target. Several threads may share it."""

    left: float = IN_ALL
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    down: TransportFailure | None = None
    """Why nothing is sent any more: the target did not come back."""
    _strikes: dict[Shape, int] = field(default_factory=dict)
    _last: dict[Place, TransportFailure] = field(default_factory=dict)
    _answered: set[Shape] = field(default_factory=set)
    _found: dict[Place, str] = field(default_factory=dict)
    """The places of Entra's requests that are findings, with their sentences."""
    _own: _Own = field(default_factory=_Own)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _waiting: threading.Lock = field(default_factory=threading.Lock)

    @property
    def fresh(self) -> Shape | None:
        """The last shape without a response, if it may be sent a second time; the player removes it."""
        return self._own.fresh

    @fresh.setter
    def fresh(self, shape: Shape | None) -> None:
        self._own.fresh = shape

    def again(self, most: float | None = None) -> None:
        """Start over with a target that did not come back: it may be there now. `most`: seconds to wait for it."""
        self.down = None
        self.left = self.left if most is None else min(self.left, most)

    def refuse(self, outgoing: Outgoing) -> None:
        """Raise where a request is not sent.

        Raises:
            TransportFailure: the target stays away, or requests of this shape or place are not answered.
        """
        if self.down is not None:
            raise TransportFailure(self.down.kind, self.down.sentence)
        if not self._strikes:  # the usual case: every request got a response so far
            return
        shape = shape_of(outgoing)
        with self._lock:
            if not self._is_blocked(shape) or self._is_wanted(outgoing, shape):
                return
            last = self._last[shape.place]
        sentence = (
            f"{shape.place} was not sent: such requests get no response, although the target responds to others "
            f"(the last time: {last.sentence})"
        )
        raise TransportFailure(failures.UNSENT, sentence, owner=ANSWERED.key if shape.place in self._found else None)

    def _is_blocked(self, shape: Shape) -> bool:
        if self._strikes.get(shape, 0) >= self._most(shape.place):
            return True
        return self._hung(shape.place) >= (MOST_ANSWERED_BEFORE if shape in self._answered else MOST_SHAPES)

    def _most(self, place: Place) -> int:
        # If one shape is a finding, a single failure of another is enough.
        return 1 if place in self._found else TWICE

    def _is_wanted(self, outgoing: Outgoing, shape: Shape) -> bool:
        """Return whether it is sent once more: Entra's own, if only the harness's requests got no response so far."""
        return outgoing.by is Sender.ENTRA and shape.place not in self._found

    def failed(self, outgoing: Outgoing, failure: TransportFailure) -> None:
        """Record that a request got no response. `failure` then shows whether that is a finding."""
        if failure.kind not in (failures.TIMEOUT, failures.BROKEN, failures.REFUSED, failures.TOKEN):
            return
        shape = shape_of(outgoing)
        self._own.pending, self.fresh = (shape, failure), shape
        with self._lock:
            self._note(outgoing, shape, failure)

    def _note(self, outgoing: Outgoing, shape: Shape, failure: TransportFailure) -> None:
        if failure.kind in (failures.TIMEOUT, failures.BROKEN) and self._is_known(shape) and self.down is None:
            failure.persists = outgoing.by is Sender.ENTRA
            _describe(failure, self._unlike(shape) if outgoing.method == "POST" else "")
        if failure.persists:
            self._found[shape.place] = failure.sentence
        if shape.place in self._found and failure.kind in (failures.TIMEOUT, failures.BROKEN):
            failure.owner = ANSWERED.key

    def _unlike(self, shape: Shape) -> str:
        """Return what distinguishes a body from the most similar one that got a response, such as `without emails`."""
        others = [{*one.details} for one in self._answered if one.place == shape.place]
        mine = {*shape.details}
        near = min(others, key=lambda one: (len(one ^ mine), sorted(one)), default=mine)
        parts = [(word, sorted(keys)) for word, keys in (("with", mine - near), ("without", near - mine)) if keys]
        if shape in self._answered or sum(len(keys) for _, keys in parts) > MOST_NAMED:
            return ""
        return " and ".join(f"{word} {', '.join(keys)}" for word, keys in parts)

    def _is_known(self, shape: Shape) -> bool:
        return shape in self._strikes or self._hung(shape.place) >= MOST_SHAPES

    def _hung(self, place: Place) -> int:
        return sum(one.place == place for one in self._strikes)

    def answered(self, outgoing: Outgoing) -> None:
        """Record that a request got a response."""
        with self._lock:
            self._answered.add(shape_of(outgoing))

    def settle(self, is_there: Callable[[], bool]) -> None:
        """After a request without a response: check whether the target is there, and wait for it as long as allowed.

        `is_there` sends a GET and returns whether it got a response.
        """
        if self._own.pending is None:
            return
        (shape, failure), self._own.pending = self._own.pending, None
        with self._waiting:  # one thread waits for a target that is away, and the others for this one
            is_back = self.down is None and self._is_back(is_there)
        if not is_back:
            self.down, self.fresh = self.down or failure, None
            return
        if failure.kind not in (failures.TIMEOUT, failures.BROKEN):
            return  # it was not there before: the request did not cause this
        with self._lock:
            self._strike(shape, failure)

    def _strike(self, shape: Shape, failure: TransportFailure) -> None:
        self._last[shape.place] = failure
        self._strikes[shape] = self._strikes.get(shape, 0) + 1
        if self._is_blocked(shape):
            self.fresh = None

    def _is_back(self, is_there: Callable[[], bool]) -> bool:
        begun, looks = self.clock(), 0
        while not is_there():
            if self.clock() - begun >= self.left:
                self.left = 0.0
                return False
            self.sleep(PAUSES[min(looks, len(PAUSES) - 1)])
            looks += 1
        if looks:
            self.left = max(0.0, self.left - (self.clock() - begun))
        return True


def share(processes: int, timeout: float) -> float:
    """Return how long each of several processes of a run may wait; a single process may use all of it.

    A user who sets a short `timeout` does not wait a minute for the target to come back.
    """
    whole = min(IN_ALL, TIMEOUTS * timeout)
    return whole if processes < 2 else whole * (1 - AFTERWARDS / IN_ALL) / processes
