"""Thirty-six faults that real servers had when Entra ID provisioned to them, and fourteen right servers.

They were looked for in public issue trackers, release notes and vendors' pages, and each names where it was reported;
two faults and four right servers are deductions, which say so. Their author knew the names and symptoms of the faults
before, and none of the scenarios or checks. Half of them show only after a sequence of requests, or with particular
values: the first department of a user, a member who is in a group already, a group whose name was freed. What a good
report names first for each was written down in words, in `named.toml`.
"""

import tomllib
from pathlib import Path

from tests.proof.batches.batch import Record
from tests.proof.batches.batch_12.store import TWELFTH, TWELFTH_LEVEL, TWELFTH_VARIANTS

NAMED = tomllib.loads((Path(__file__).parent / "named.toml").read_text(encoding="utf-8"))

RECORD = Record(
    about=(__doc__ or "").strip(),
    faults=TWELFTH,
    levels=TWELFTH_LEVEL,
    variants=TWELFTH_VARIANTS,
    expects={name: str(one["expects"]) for name, one in NAMED.items()},
    modules=(
        "service",
        "creation",
        "changes",
        "elements",
        "lives",
        "groups",
        "variants_service",
        "variants_values",
    ),
    probes=("probes_service", "probes_changes", "probes_lives", "probes_variants"),
    first=(),
)
