"""Outcomes of runs that were played, in `build/proof`: a proof that is interrupted goes on where it was.

They count only for the sources that they were played with: the folder is named by the digest of these.
"""

import hashlib
import pickle
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("scim_conformance", "suites", "schemas", "tests/proof", "tests/support")
WRITTEN = {"examples.json", "requests.json", "catalogue.sha256", "never_red.toml"}
"""What is generated from these sources, and what only a reader of the outcomes takes."""


@cache
def place() -> Path:
    """Return the folder for outcomes with the sources of today."""
    digest = hashlib.sha256()
    for path in sorted(path for top in SOURCES for path in (ROOT / top).rglob("*") if _counts(path)):
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return ROOT / "build" / "proof" / digest.hexdigest()[:16]


def _counts(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts and path.name not in WRITTEN


def found(job: Any) -> Any:
    """Return the outcome of a job that was played; None if there is none."""
    file = _file(job)
    return pickle.loads(file.read_bytes()) if file.is_file() else None


def keep(job: Any, outcome: Any) -> None:
    """Store the outcome of a job."""
    file = _file(job)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_bytes(pickle.dumps(outcome))
    part.replace(file)


def _file(job: Any) -> Path:
    return place() / hashlib.sha256(repr(job).encode()).hexdigest()[:24]
