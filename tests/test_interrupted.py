"""Interrupted at twenty random points: whatever was under way, nothing of ours stays and nothing foreign is touched."""

import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cli import Run, assert_calm
from tests.support.foreign import Inhabited, Signal, inhabited

POINTS = 20
CHANCE = random.Random(20261124)
"""Seeded: a point that once went wrong must be found again."""

STRIKES = [
    (CHANCE.randrange(2, 330), CHANCE.choice([signal.SIGINT, signal.SIGTERM]), CHANCE.uniform(0, 0.05))
    for _ in range(POINTS)
]
PLAYED = ("ENT-CRE", "ENT-DIS", "ENT-DEL", "ENT-MGR", "ENT-GRP")
"""What creates and deletes most."""


@pytest.fixture(scope="module")
def town() -> Iterator[Inhabited]:
    """A target in which others live."""
    with inhabited(users=40, groups=20) as target:
        yield target


@pytest.mark.parametrize(("after", "number", "pause"), STRIKES)
def test_nothing_is_left(town: Inhabited, tmp_path: Path, after: int, number: signal.Signals, pause: float) -> None:
    strike = Signal(after)
    town.served.app.defects = (strike,)
    run = Run(tmp_path, town.url, town.token)
    process = run.start(*PLAYED)
    assert strike.begun.wait(40), "the run never got there"
    strike.begun.wait(pause)
    process.signal(number, group=number is signal.SIGINT)
    ended = process.ended()
    assert_calm(ended)
    # A strike at the very end may find everything played.
    assert ended.code in {0, 2}, ended.screen
    assert run.result["leftovers"] == []
    town.assert_as_before()
