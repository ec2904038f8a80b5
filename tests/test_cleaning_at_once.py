"""What a clean-up sends at the same time, and what a thread does that an interrupt ends while it deletes."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scim_conformance.demo.server import Served, serve
from scim_conformance.scenario.exchange import Creation, Outgoing
from scim_conformance.scim import urns
from scim_conformance.target.cleanup import clean
from scim_conformance.target.journal import NAME, Journal
from scim_conformance.target.ledger import Ledger
from scim_conformance.target.session import Session
from scim_conformance.target.wire import TargetWire
from tests.support.raw import EMPTY, RawTarget, Received, error, listening, scim

TAG = "sct0123456789ab"
MADE = 6


def _creation(number: int) -> Outgoing:
    name = f"{TAG}-{number}@example.com"
    body = json.dumps({"schemas": [urns.USER], "userName": name}).encode()
    headers = (("Content-Type", "application/scim+json"),)
    return Outgoing("POST", "/Users", headers, body, creates=Creation("User", name))


@contextmanager
def _session(served: Served, where: Path, halted: threading.Event) -> Iterator[Session]:
    wire = TargetWire(served.url, served.token, 5.0)
    try:
        session = Session(wire.branch(halted), Journal(where / NAME, served.url, TAG), Ledger(TAG))
        for number in range(MADE):
            session.send(_creation(number))
        yield session
    finally:
        wire.close()


def test_a_thread_that_ends_while_it_deletes_leaves_the_rest_to_the_others(tmp_path: Path) -> None:
    halted = threading.Event()
    with serve() as served, _session(served, tmp_path, halted) as session:
        halted.set()
        session.tidy(set())
        assert (len(session.ledger.alive), len(served.app.stored())) == (MADE, MADE)
        halted.clear()
        session.tidy(set())
        assert (len(session.ledger.alive), served.app.stored()) == (0, [])


class _Refusing:
    """Refuses each user, and counts how many searches it is asked at the same time."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self._lock = threading.Lock()

    def __call__(self, request: Received) -> bytes:
        if request.method == "POST":
            return error(400)
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.05)
        with self._lock:
            self.now -= 1
        return scim(200, EMPTY)


def _cleaned(target: RawTarget, where: Path, at_once: int) -> list[str]:
    """Return the searches for single users that a clean-up sends after as many refused creations."""
    wire = TargetWire(target.url, "a-token", 5.0)
    try:
        session = Session(wire, Journal(where / NAME, target.url, TAG), Ledger(TAG))
        for number in range(MADE):
            session.send(_creation(number))
        outcome = clean(wire, where / NAME, TAG, at_once=at_once)
        assert (outcome.removed, outcome.leftovers) == (0, [])
    finally:
        wire.close()
    return [one.path for one in target.received if "%22" in one.path and "+eq+" in one.path]


def test_what_was_refused_is_looked_up_at_once(tmp_path: Path) -> None:
    refusing = _Refusing()
    with listening(refusing) as target:
        asked = _cleaned(target, tmp_path, at_once=3)
    assert len(asked) == len({*asked}) == MADE
    assert refusing.most == 3
