"""Thirty further faults and right servers beside them, written from the sources alone and frozen before any play.

Their author knew the names and symptoms of seven earlier batches, and none of the scenarios or checks. What a good
report names first for each fault was written down in words, in `named.toml`. Of the 20 faults that the first play
noticed, each report began with what had been written down.
"""

import tomllib
from datetime import date
from pathlib import Path

from tests.proof.batches.batch import Figures, Record
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
    first=(
        Figures(
            day=date(2026, 11, 30),
            defects="3cf1c20",
            suites="06b544a",
            noticed=(
                "active-only-alone",
                "address-part-replaces",
                "ampersand-cuts-value",
                "capital-remove-ignored",
                "changed-email-untyped",
                "disabled-member-not-added",
                "disabled-renamed",
                "disabled-shown-bare",
                "fax-becomes-other",
                "first-member-owns-group",
                "former-name-finds",
                "found-once-per-phone",
                "language-region-cut",
                "linked-group-without-id",
                "lists-without-extension",
                "member-change-drops-external-id",
                "one-operation-per-kind",
                "pathless-alone",
                "plus-decoded-twice",
                "role-primary-lost",
            ),
            missed=(
                "ascii-case-only",
                "created-manager-dropped",
                "every-entry-primary",
                "extension-undeclared",
                "last-pathless-only",
                "latin-1-in-changes",
                "name-capitalised",
                "page-one-too-many",
                "postal-code-closed-up",
                "total-counts-what-is-left",
            ),
        ),
    ),
)
