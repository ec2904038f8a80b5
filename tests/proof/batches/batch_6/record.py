"""Thirty faults and twenty-five right servers, written from the sources by somebody who had not seen the suites.

What a good report names first for each fault was written down before anything was played, in words, in `named.toml`:
the names of the checks were not known.
"""

import tomllib
from pathlib import Path

from tests.proof.batches.batch import Record
from tests.proof.batches.batch_6.store import SIXTH, SIXTH_LEVEL, SIXTH_VARIANTS

NAMED = tomllib.loads((Path(__file__).parent / "named.toml").read_text(encoding="utf-8"))

RECORD = Record(
    about=(__doc__ or "").strip(),
    faults=SIXTH,
    levels=SIXTH_LEVEL,
    variants=SIXTH_VARIANTS,
    expects={name: str(one["expects"]) for name, one in NAMED.items()},
    modules=(
        "matching",
        "values",
        "answers",
        "references",
        "shapes",
        "variants_service",
        "variants_values",
        "variants_references",
    ),
    probes=("probes_users", "probes_references", "probes_variants"),
    first=(),
)
