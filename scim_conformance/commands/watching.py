"""`replay --watch`: run the failures again whenever a file of the project changes, until none is left."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

PAUSE = 0.5
"""Seconds between two looks."""

SETTLED = 1.0
"""Seconds for which nothing may change before a run starts: editors and builds write several files."""

MOST_FILES = 20_000
"""Files that are looked at; a larger project is watched in part."""

LEFT_OUT = {"reports", "node_modules", "__pycache__", "venv", "build", "dist", "target"}
"""Folders whose files are not sources, in addition to hidden ones."""

Snapshot = dict[str, int]


def until_fixed(again: Callable[[], int], root: Path, sleep: Callable[[float], None] = time.sleep) -> int:
    """Call `again` now, and after each change below a folder, until it returns 0. Ctrl-C ends it."""
    code = again()
    while code != 0:
        click.echo("\nWaiting for a change of a file in this folder; Ctrl-C ends")
        wait_for_change(root, sleep)
        code = again()
    return code


def wait_for_change(root: Path, sleep: Callable[[float], None] = time.sleep) -> None:
    """Return when a file below a folder was added, changed or removed, and then nothing else for a moment."""
    before = now = snapshot(root)
    while now == before:
        sleep(PAUSE)
        now = snapshot(root)
    last = before
    while now != last:
        sleep(SETTLED)
        last, now = now, snapshot(root)


def snapshot(root: Path) -> Snapshot:
    """Return when each file was last written, in nanoseconds since 1970."""
    found: Snapshot = {}
    for path in _files(root):
        try:
            found[path] = os.stat(path).st_mtime_ns  # noqa: PTH116 - a Path for each file takes longer than the look
        except OSError:
            continue
        if len(found) >= MOST_FILES:
            break
    return found


def _files(root: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(one for one in folders if one not in LEFT_OUT and not one.startswith("."))
        yield from (os.path.join(folder, one) for one in files if not one.startswith("."))  # noqa: PTH118 - as above
