"""Thirty further faults and twenty-five right servers, written blind by an author who knew the names of earlier ones.

They are neighbours of earlier batches in what they touch, and show by other answers. What a good report names first for
each fault was written down before anything was played, in words, in `named.toml`: the names of the checks were not
known.
"""

import tomllib
from pathlib import Path

from tests.proof.batches.batch import Record
from tests.proof.batches.batch_7.store import SEVENTH, SEVENTH_LEVEL, SEVENTH_VARIANTS

NAMED = tomllib.loads((Path(__file__).parent / "named.toml").read_text(encoding="utf-8"))

RECORD = Record(
    about=(__doc__ or "").strip(),
    faults=SEVENTH,
    levels=SEVENTH_LEVEL,
    variants=SEVENTH_VARIANTS,
    expects={name: str(one["expects"]) for name, one in NAMED.items()},
    modules=(
        "matching",
        "values",
        "lives",
        "references",
        "answers",
        "shapes",
        "variants_service",
        "variants_values",
        "variants_references",
    ),
    probes=("probes_users", "probes_references", "probes_variants"),
    first=(),
)
