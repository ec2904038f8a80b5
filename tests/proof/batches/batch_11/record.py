"""Thirty-six further faults and fourteen right servers, written from the sources alone and not played so far.

Their author knew the names and symptoms of the faults before, and none of the scenarios or checks. Half of the faults
show only after a sequence of ordinary requests, or between two resources: who was renamed twice, who shares an address
or a list of members with somebody, who is the manager of whom. What a good report names first for each was written
down in words, in `named.toml`.
"""

import tomllib
from pathlib import Path

from tests.proof.batches.batch import Record
from tests.proof.batches.batch_11.store import ELEVENTH, ELEVENTH_LEVEL, ELEVENTH_VARIANTS

NAMED = tomllib.loads((Path(__file__).parent / "named.toml").read_text(encoding="utf-8"))

RECORD = Record(
    about=(__doc__ or "").strip(),
    faults=ELEVENTH,
    levels=ELEVENTH_LEVEL,
    variants=ELEVENTH_VARIANTS,
    expects={name: str(one["expects"]) for name, one in NAMED.items()},
    modules=(
        "connection",
        "matching",
        "creation",
        "changes",
        "references",
        "variants_service",
        "variants_values",
    ),
    probes=("probes_requests", "probes_users", "probes_references", "probes_variants"),
    first=(),
)
