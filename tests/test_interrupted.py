"""Struck at random points: whatever was under way, nothing of ours stays and nothing foreign is touched.

Five by default, one with each signal, and others each time: serially and in two processes by turns.
`STRIKES=100 python -m pytest -q -s tests/test_interrupted.py` strikes a hundred times, and `STRIKES=50-100` plays the
second half of these. A strike is the same wherever it is played: its number is its seed.
"""

import os
import random
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.proof import choosing
from tests.support.cli import Ended, Run, assert_calm, assert_nobody_is_left
from tests.support.foreign import Inhabited, Signal, inhabited

pytestmark = pytest.mark.slow

USUAL = 5
TURNS = 20
"""After so many turns the usual strikes begin again."""

SEED = 20261129
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGKILL]
PLAYED = ("ENT-CRE", "ENT-DIS", "ENT-DEL", "ENT-MGR", "ENT-GRP")
"""What creates and deletes most."""

MOST = 330
"""The last request at which a strike falls: these scenarios send more."""


@dataclass(frozen=True)
class Strike:
    """A signal that arrives a moment after the n-th request has reached the target."""

    number: int

    @property
    def chance(self) -> random.Random:
        """What decides about it."""
        return random.Random(f"{SEED}-{self.number}")

    @property
    def signal(self) -> signal.Signals:
        """Each signal equally often."""
        return SIGNALS[self.number % len(SIGNALS)]

    @property
    def workers(self) -> tuple[str, ...]:
        """Serially and in two processes by turns."""
        return ("-n", "2") if self.number // len(SIGNALS) % 2 else ()

    @property
    def after(self) -> int:
        """The number of the request."""
        return self.chance.randrange(2, MOST)

    @property
    def pause(self) -> float:
        """Seconds after that request: one that is being answered, the next one, or a creation between the two."""
        return self.chance.random() * 0.05

    @property
    def group(self) -> bool:
        """Whether the workers are struck too, as by a terminal."""
        return bool(self.chance.getrandbits(20) % 2)

    def __str__(self) -> str:
        """Return what there is to know to strike again."""
        whom = "group" if self.group else "controller"
        processes = "two workers" if self.workers else "serial"
        return f"{SEED}-{self.number}: {self.signal.name} to the {whom}, {processes}, at request {self.after}"


def chosen() -> list[Strike]:
    """Return the strikes that are asked for: so many, or those from one number to another."""
    first, dash, last = os.environ.get("STRIKES", _usual()).partition("-")
    return [Strike(number) for number in (range(int(first), int(last)) if dash else range(int(first)))]


def _usual() -> str:
    first = choosing.turn() % TURNS * USUAL
    return f"{first}-{first + USUAL}"


@pytest.fixture(scope="module")
def town() -> Iterator[Inhabited]:
    """A target in which others live."""
    users, groups = (300, 200) if len(chosen()) > USUAL else (40, 20)
    with inhabited(users=users, groups=groups) as target:
        yield target


@pytest.mark.parametrize("strike", chosen(), ids=lambda strike: f"{strike.number}-{strike.signal.name}")
def test_nothing_is_left(town: Inhabited, tmp_path: Path, strike: Strike) -> None:
    print(strike)  # noqa: T201 - shown where it fails
    moment = Signal(strike.after)
    town.served.app.defects = (moment,)
    run = Run(tmp_path, town.url, town.token)
    process = run.start(*strike.workers, *PLAYED)
    assert moment.begun.wait(90), "the run never got there"
    time.sleep(strike.pause)
    process.signal(strike.signal, group=strike.group)
    ended = process.ended(120)
    assert_nobody_is_left(process.pid)
    if strike.signal is not signal.SIGKILL:
        assert_reported(run, ended)
        town.assert_as_before()
    cleaned = run.clean()
    assert_calm(cleaned)
    assert cleaned.code == 0, cleaned.screen
    town.assert_as_before()


def assert_reported(run: Run, ended: Ended) -> None:
    """The run cleaned up itself, and says so. A strike at the very end may find everything played."""
    assert_calm(ended)
    assert ended.code in {0, 2}, ended.screen
    assert run.result["leftovers"] == []
