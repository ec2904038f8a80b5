"""Forty-five further faults and right servers beside them, written from the sources alone and frozen before any play.

Their author knew the names and symptoms of the faults before, and none of the scenarios or checks. More than half of
the faults refuse a form of request that Entra sends often, so that much fails with them; what a good report names first
for each was written down in words, in `named.toml`.
"""

import tomllib
from pathlib import Path

from tests.proof.batches.batch import Record
from tests.proof.batches.batch_9.store import NINTH, NINTH_LEVEL, NINTH_VARIANTS

NAMED = tomllib.loads((Path(__file__).parent / "named.toml").read_text(encoding="utf-8"))

RECORD = Record(
    about=(__doc__ or "").strip(),
    faults=NINTH,
    levels=NINTH_LEVEL,
    variants=NINTH_VARIANTS,
    expects={name: str(one["expects"]) for name, one in NAMED.items()},
    modules=(
        "connection",
        "matching",
        "creation",
        "changes",
        "references",
        "answers",
        "variants_service",
        "variants_values",
    ),
    probes=("probes_requests", "probes_users", "probes_variants"),
    first=(),
)
