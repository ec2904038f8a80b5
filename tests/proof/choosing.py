"""Which rows of the proof CI plays: those that a change touches, and of the others a share that goes round.

`tests.contract.stale` knows what each row was made from when it was last played in full. A row for which that is
another, or is not there, is played; so a change that was landed unplayed is caught up with, and no history of commits
is needed. Where more have changed than CI plays at a time, they take turns too. What all rows share (the player, the
requests, the embedded target) has one hash, in docs/proof.json: where that is another, nobody can know which rows it
touches, and CI says so.
"""

import hashlib
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

MOST = 30
"""Rows that CI plays at most: a tenth of them."""

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT / "scim_conformance"
OF_A_ROW = ("demo/faults/", "demo/variants")
"""What below `SHARED` belongs to single rows; reports and commands decide no verdict."""
NO_VERDICT = ("reporting/", "commands/", "catalogue/")


def shared() -> str:
    """Return the hash of what all rows share."""
    own = OF_A_ROW + NO_VERDICT
    files = (file for file in SHARED.rglob("*") if file.suffix in {".py", ".toml", ".json"})
    return _hashed(file for file in files if not file.relative_to(SHARED).as_posix().startswith(own))


def _hashed(files: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for file in sorted(files):
        found.update(file.name.encode() + b"\0" + file.read_bytes())
    return found.hexdigest()[:16]


def changed(rows: Mapping[str, str], known: Mapping[str, str]) -> list[str]:
    """Return the names of the rows that are not as they were when last played, by their hashes."""
    return sorted(name for name in rows if known.get(name) != rows[name])


def chosen(rows: Mapping[str, str], known: Mapping[str, str], turn: int, most: int = MOST) -> set[str]:
    """Return the names of the rows to play: what has changed, and others until there are so many.

    Of more than that those whose turn it is: one turn after the other, each comes up.
    """
    touched = changed(rows, known)
    first = _due(touched, turn, most)
    return {*first, *_due(sorted(set(rows) - set(touched)), turn, most - len(first))}


def _due(names: list[str], turn: int, most: int) -> list[str]:
    """Return so many of the names, beginning where the turn before ended."""
    begin = turn * most % len(names) if names else 0
    return (names[begin:] + names[:begin])[:most]


def turn() -> int:
    """Return a number that is another for the next commit, and the next day."""
    said = subprocess.run(["git", "rev-list", "--count", "HEAD"], cwd=ROOT, capture_output=True, check=False).stdout
    return int(said or 0) + datetime.now(UTC).toordinal()
