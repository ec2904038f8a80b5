"""How often the process looks for garbage: seldom, since what it loads and records stays until its end."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 20_000
"""New objects after which garbage is looked for: few of them are in circles."""


def seldom() -> None:
    """Look for garbage seldom from now on. Loading the modules of a run took a tenth longer with Python's default."""
    gc.set_threshold(SELDOM, *gc.get_threshold()[1:])


@contextmanager
def little() -> Iterator[None]:
    """Look for garbage seldom for a while, and not in what was loaded before."""
    before = gc.get_threshold()
    gc.freeze()
    seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
