"""Which rows of the proof CI plays: those that a change touches, and of the others a share that goes round.

`tests.contract.stale` knows what each row was made from when it was last played in full. A row for which that is
another, or is not there, is played; so a change that was landed unplayed is caught up with, and no history of commits
is needed. What all rows share (the player, the requests, the embedded target) has one hash, in docs/proof.json: where
that is another, nobody can know which rows it touches, and more of them are played.
"""

import hashlib
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

TENTH, QUARTER = 10, 4
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


def chosen(rows: Mapping[str, str], known: Mapping[str, str], turn: int, ring: int) -> set[str]:
    """Return the names of the rows to play, from their hashes as they are and as they were when last played.

    In `ring` turns one after the other each row comes up.
    """
    names = sorted(rows)
    due = {name for number, name in enumerate(names) if number % ring == turn % ring}
    return due | {name for name in names if known.get(name) != rows[name]}


def turn() -> int:
    """Return a number that is another for the next commit, and the next day."""
    said = subprocess.run(["git", "rev-list", "--count", "HEAD"], cwd=ROOT, capture_output=True, check=False).stdout
    return int(said or 0) + datetime.now(UTC).toordinal()
