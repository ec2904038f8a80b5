"""Thirty faults, written after the rule of causes was frozen by somebody who had not seen it.

What must be named first was written down before the first run, in `named.toml`.
"""

import tomllib
from pathlib import Path

from tests.proof.batches.batch import Record
from tests.proof.batches.batch_5.store import FIFTH, FIFTH_LEVEL

NAMED = tomllib.loads((Path(__file__).parent / "named.toml").read_text(encoding="utf-8"))

RECORD = Record(
    about=(__doc__ or "").strip(),
    faults=FIFTH,
    levels=FIFTH_LEVEL,
    named={name: tuple(checks) for name, checks in NAMED.items()},
    modules=("creation", "changes", "groups", "service"),
    probes=("probes",),
    first=(),
)
