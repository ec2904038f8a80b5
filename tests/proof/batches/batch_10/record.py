"""Thirty-six faults and fourteen right servers by the letter of RFC 7643 and RFC 7644, unlike most batches before,
which were written for what Entra sends.

Their author knew neither the scenarios nor the checks, and wrote from the register of requirements of the two texts:
about a third of the faults spoils much, a third one plain thing, and a third one operator, one type or one combination.
Six are about security, one of which breaks a SHOULD alone. Four faults whose names the registry turned out to have were
taken out for others before any play. What a good report names first was written down in words, in `named.toml`.
"""

import tomllib
from pathlib import Path

from tests.proof.batches.batch import Record
from tests.proof.batches.batch_10.store import TENTH, TENTH_LEVEL, TENTH_VARIANTS

NAMED = tomllib.loads((Path(__file__).parent / "named.toml").read_text(encoding="utf-8"))

RECORD = Record(
    about=(__doc__ or "").strip(),
    faults=TENTH,
    levels=TENTH_LEVEL,
    variants=TENTH_VARIANTS,
    expects={name: str(one["expects"]) for name, one in NAMED.items()},
    modules=("documents", "answers", "queries", "changes", "security", "variants_service", "variants_values"),
    probes=("probes_documents", "probes_queries", "probes_changes", "probes_variants"),
    first=(),
    suites=("rfc", "security"),
)
