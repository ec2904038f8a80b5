"""A worker ends with its controller: a killed controller cannot stop it, and it would continue to write to the
target."""

import os
import threading
import time

LOOK = 0.05
"""Seconds between two checks of the parent process."""

ENDED = 2
"""The worker's exit code, which nothing reads any more."""

_parents: list[int] = []


def watch(parent: int) -> None:
    """End this process when it is no longer a child of that one. Portable: prctl exists only on Linux."""
    if _parents:
        return
    _parents.append(parent)
    threading.Thread(target=_look, name="scim-conformance-orphans", daemon=True).start()


def end_if_orphaned() -> None:
    """End this process if its controller is gone: checked before each request, so that none follows."""
    if _parents and os.getppid() != _parents[0]:
        # No clean-up: a SIGKILL is meant for all, and requests in progress are in the journal for `clean`.
        os._exit(ENDED)


def _look() -> None:
    while True:
        end_if_orphaned()
        time.sleep(LOOK)
