"""Threads that play, and how the main thread waits for them so that a signal still reaches it."""

import threading
from collections.abc import Callable, Sequence

LOOK = 0.5
"""Seconds after which the main thread checks for a signal: on Windows, none ends a wait."""


def start(work: Callable[[], None], name: str) -> threading.Thread:
    """Start a thread. The process does not wait for it: its caller does."""
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


def join(threads: Sequence[threading.Thread]) -> None:
    """Wait for threads to end.

    Raises:
        KeyboardInterrupt: a signal came meanwhile.
    """
    for thread in threads:
        while thread.is_alive():
            thread.join(LOOK)


def together(works: Sequence[Callable[[], None]]) -> None:
    """Do the first of these in this thread and each of the others in its own, and wait for all.

    Raises:
        KeyboardInterrupt: a signal came meanwhile.
    """
    first, *others = works
    threads = [start(work, "scim-conformance-clear") for work in others]
    first()
    join(threads)
