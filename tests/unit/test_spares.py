"""Spares: a user serves one scenario after another, and between processes each is in the hands of one at a time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scim_conformance.run.pool import PLACE, SharedSpares, Spares, sweep
from scim_conformance.target.journal import NAME, Journal
from scim_conformance.target.ledger import Ledger
from scim_conformance.target.session import Session
from scim_conformance.target.wire import TargetWire

URL, TAG = "http://127.0.0.1:9", "sct0123456789ab"
ANN, BOB, TEAM = ("User", "ann"), ("User", "bob/.."), ("Group", "team")
WRITERS = ("gw0", "gw1")


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[list[Session]]:
    """One for each process of a run; nothing is sent."""
    wires = [TargetWire(URL, "a-secret-of-the-test", 1.0) for _ in WRITERS]
    books = [Journal(tmp_path / NAME, URL, TAG, name) for name in WRITERS]
    yield [Session(wire, book, Ledger(TAG)) for wire, book in zip(wires, books, strict=True)]
    for wire in wires:
        wire.close()


@pytest.fixture
def both(sessions: list[Session], tmp_path: Path) -> list[SharedSpares]:
    place = tmp_path / PLACE / TAG
    return [SharedSpares(session, place, name) for session, name in zip(sessions, WRITERS, strict=True)]


def left(session: Session, spares: SharedSpares, *made: tuple[str, str]) -> None:
    """Let a scenario of this process make something that it can spare."""
    for resource in made:
        session.ledger.adopt(resource, confirmed=True)
    spares.put(made)


def test_alone_a_user_serves_again_and_a_group_once() -> None:
    spares = Spares()
    spares.put([ANN, TEAM, BOB])
    assert [spares.take(kind) for kind in ("User", "User", "User", "Group", "Group")] == [ANN, BOB, None, TEAM, None]
    assert spares.kept() == {ANN, BOB}
    spares.give_back()
    assert (spares.take("User"), spares.take("Group")) == (ANN, None)
    assert not spares.reclaim()
    assert spares.kept() == set()


def test_who_takes_a_spare_must_delete_it_and_nobody_else(sessions: list[Session], both: list[SharedSpares]) -> None:
    left(sessions[0], both[0], ANN)
    assert ANN not in sessions[0].ledger.alive
    assert both[1].take("User") == ANN
    assert ANN in sessions[1].ledger.alive
    assert sessions[1].ledger.is_confirmed(ANN)
    assert both[0].take("User") is None
    assert not both[0].reclaim()
    assert ANN not in sessions[0].ledger.alive


def test_own_spares_come_first_in_their_order(sessions: list[Session], both: list[SharedSpares]) -> None:
    left(sessions[0], both[0], ANN)
    left(sessions[1], both[1], BOB, ("User", "cid"))
    assert [both[1].take("User") for _ in range(4)] == [BOB, ("User", "cid"), ANN, None]


def test_users_come_back_and_groups_do_not(sessions: list[Session], both: list[SharedSpares]) -> None:
    left(sessions[0], both[0], ANN, TEAM)
    assert (both[1].take("User"), both[1].take("Group")) == (ANN, TEAM)
    both[1].give_back()
    assert list(sessions[1].ledger.alive) == [TEAM]
    assert (both[0].take("User"), both[0].take("Group")) == (ANN, None)


def test_a_user_that_is_gone_does_not_come_back(sessions: list[Session], both: list[SharedSpares]) -> None:
    left(sessions[0], both[0], ANN)
    both[0].take("User")
    sessions[0].forget(ANN)
    both[0].give_back()
    assert both[1].take("User") is None


def test_at_the_end_each_is_claimed_once_whoever_made_it(sessions: list[Session], both: list[SharedSpares]) -> None:
    made = [("User", f"user-{number}") for number in range(200)]
    left(sessions[0], both[0], *made[:150])
    left(sessions[1], both[1], *made[150:])

    def all_of(spares: SharedSpares) -> None:
        while spares.reclaim():
            pass

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(all_of, both))
    assert sorted([*sessions[0].ledger.alive, *sessions[1].ledger.alive]) == sorted(made)


def test_nothing_stays_in_the_report_directory(
    sessions: list[Session], both: list[SharedSpares], tmp_path: Path
) -> None:
    left(sessions[0], both[0], ANN)
    sweep(tmp_path)
    assert not (tmp_path / PLACE).exists()
    assert both[0].take("User") is None
    sweep(tmp_path)
