"""Thirty further faults and right servers beside them, written from the sources alone and frozen before any play.

Their author knew the names and symptoms of seven earlier batches, and none of the scenarios or checks. What a good
report names first for each fault was written down in words, in `named.toml`.
"""

import tomllib
from pathlib import Path

from tests.proof.batches.batch import Record
from tests.proof.batches.batch_8.store import EIGHTH, EIGHTH_LEVEL, EIGHTH_VARIANTS

NAMED = tomllib.loads((Path(__file__).parent / "named.toml").read_text(encoding="utf-8"))

RECORD = Record(
    about=(__doc__ or "").strip(),
    faults=EIGHTH,
    levels=EIGHTH_LEVEL,
    variants=EIGHTH_VARIANTS,
    expects={name: str(one["expects"]) for name, one in NAMED.items()},
    modules=(
        "matching",
        "values",
        "changes",
        "references",
        "answers",
        "lives",
        "variants_service",
        "variants_values",
        "variants_references",
    ),
    probes=("probes_users", "probes_references", "probes_variants"),
    first=(),
)
