"""Thirty faults and twenty-five right servers, written from the sources by somebody who had not seen the suites.

What a good report names first for each fault was written down before anything was played, in words, in `named.toml`:
the names of the checks were not known.
"""

import tomllib
from datetime import date
from pathlib import Path

from tests.proof.batches.batch import Figures, Record
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
    first=(
        Figures(
            day=date(2026, 11, 30),
            defects="a71001e",
            suites="ebe2a0b",
            noticed=(
                "digits-as-numbers",
                "disable-new-id",
                "display-splits-name",
                "empty-list-500",
                "errors-declared-html",
                "exclusion-id-only",
                "filter-cut-at-and",
                "members-as-row-ids",
                "nonempty-group-delete-ignored",
                "only-capital-false",
                "parentheses-ignored",
                "pathless-add-ignored",
                "removals-by-index",
                "second-without-mail-409",
                "single-resource-object",
                "total-as-text",
            ),
            missed=(
                "adds-run-last",
                "beyond-end-404",
                "disabled-hidden-by-external-id",
                "group-typed-as-user",
                "line-break-lost",
                "location-of-list",
                "manager-clear-drops-extension",
                "name-or-email",
                "nested-group-account",
                "number-zero-padded",
                "parallel-change-409",
                "primary-text-unmatched",
                "role-by-primary-adds",
                "untyped-dropped",
            ),
        ),
    ),
)
