"""Thirty further faults and twenty-five right servers, written blind by an author who knew the names of earlier ones.

They are neighbours of earlier batches in what they touch, and show by other answers. What a good report names first for
each fault was written down before anything was played, in words, in `named.toml`: the names of the checks were not
known.
"""

import tomllib
from datetime import date
from pathlib import Path

from tests.proof.batches.batch import Figures, Record
from tests.proof.batches.batch_7.store import SEVENTH, SEVENTH_LEVEL, SEVENTH_VARIANTS

NAMED = tomllib.loads((Path(__file__).parent / "named.toml").read_text(encoding="utf-8"))

RECORD = Record(
    about=(__doc__ or "").strip(),
    faults=SEVENTH,
    levels=SEVENTH_LEVEL,
    variants=SEVENTH_VARIANTS,
    withdrawn={
        "clock-behind": "Its `meta.created` was seven minutes earlier than the Date of the same response. By the clock "
        "that the response shows, such an account is older than the run, so that the run must take it for somebody "
        "else's and not write to it. A server whose Date is slow as well raises no alarm.",
    },
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
    first=(
        Figures(
            day=date(2026, 11, 30),
            defects="4fc2428",
            suites="b28d331",
            noticed=(
                "add-enable-ignored",
                "added-urn-keys-ignored",
                "creation-email-is-login",
                "delete-200",
                "digit-name-unfound",
                "disabled-change-ignored",
                "eq-in-value-unfound",
                "external-id-reserved",
                "found-id-unknown",
                "half-name-dropped",
                "removal-first-only",
                "revived-inactive",
                "roles-replace-adds",
            ),
            missed=(
                "add-ref-null-ignored",
                "beyond-end-last-page",
                "case-change-ignored",
                "created-is-modified",
                "empty-list-blank-entry",
                "error-status-always-400",
                "leaves-all-groups",
                "location-without-base",
                "mailless-unfound",
                "manager-filter-remove-ignored",
                "nested-flattened",
                "no-becomes-false",
                "null-ends-reading",
                "null-name-lost",
                "parallel-groups-lost",
                "replace-on-empty-ignored",
                "schemas-last-lost",
            ),
            alarmed=("clock-behind",),
        ),
    ),
)
