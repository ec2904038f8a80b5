"""Rows that are many and of the same kind: each run of the tests plays those whose turn it is, and the next one others.

The turn is another for each commit and each day (`tests.proof.choosing`). SCIM_ROWS=all plays every row, and so does
a run of tests that are asked for by name (`tests/conftest.py`), with `-k` or as a file, unless SCIM_ROWS=turn.
"""

import os
import zlib
from collections.abc import Iterable
from functools import cache
from typing import TypeVar

from tests.proof import choosing

Row = TypeVar("Row")
ROWS = "SCIM_ROWS"
ALL = "all"
SHARE = 4
"""One of so many slow tests is played in a run."""
TURN = "TESTS_TURN"
"""The turn, for the processes of a run of the tests: a commit meanwhile does not change it."""


def due(rows: Iterable[Row], ring: int, *, shift: int = 0) -> list[Row]:
    """Return the rows whose turn it is: in `ring` turns one after the other each comes up.

    `shift`: what tells it from other rows with the same ring, so that not all play their first at the same time.
    """
    turn = (_turn() + shift) % ring
    return [row for number, row in enumerate(rows) if _all() or number % ring == turn]


def is_due(nodeid: str) -> bool:
    """Return whether a slow test is played in this turn, as a quarter of them are.

    Each turn draws them anew, so that every one meets every row of those that it has.
    """
    return _all() or zlib.crc32(f"{_turn()} {nodeid}".encode()) % SHARE == 0


def rotated(rows: list[Row], by: int) -> list[Row]:
    """Return rows that begin with another one of them: for rows of two kinds, of which each turn plays every one."""
    return rows[by:] + rows[:by]


@cache
def _turn() -> int:
    """Return the turn of this run of the tests, which all of its processes share."""
    return int(os.environ.setdefault(TURN, str(choosing.turn())))


def _all() -> bool:
    return os.environ.get(ROWS) == ALL
