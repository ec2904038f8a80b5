"""Rows that are many and of the same kind: each run of the tests plays those whose turn it is, and the next one others.

The turn is another for each commit and each day (`tests.proof.choosing`). SCIM_ROWS=all plays every row.
"""

import os
from collections.abc import Iterable
from typing import TypeVar

from tests.proof import choosing

Row = TypeVar("Row")


def due(rows: Iterable[Row], ring: int) -> list[Row]:
    """Return the rows whose turn it is: in `ring` turns one after the other each comes up."""
    turn = choosing.turn() % ring
    return [row for number, row in enumerate(rows) if _all() or number % ring == turn]


def _all() -> bool:
    return os.environ.get("SCIM_ROWS") == "all"
