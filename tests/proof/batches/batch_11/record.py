"""Thirty-six further faults and fourteen right servers, written from the sources alone and not played so far.

Their author knew the names and symptoms of the faults before, and none of the scenarios or checks. Half of the faults
show only after a sequence of ordinary requests, or between two resources: who was renamed twice, who shares an address
or a list of members with somebody, who is the manager of whom. What a good report names first for each was written
down in words, in `named.toml`.
"""

import tomllib
from datetime import date
from pathlib import Path

from tests.proof.batches.batch import Figures, Record
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
    first=(
        Figures(
            day=date(2026, 12, 1),
            defects="9b747c9",
            suites="38e4c1f",
            noticed=(
                "add-concatenates",
                "audit-column-500",
                "body-over-four-kilobytes-413",
                "capital-i-turkish",
                "department-other",
                "disable-ends-sessions",
                "disabled-not-in-total",
                "discovery-403",
                "group-delete-ends-memberships",
                "gzip-undeclared",
                "lockout-by-address",
                "refusal-keeps-lock",
                "removal-keeps-named",
                "rename-writes-external-id",
                "second-change-in-second-lost",
                "second-domain-unfound",
                "second-rename-unindexed",
                "total-capped-at-ten",
            ),
            missed=(
                "capital-part-ignored",
                "changed-user-unlisted",
                "changes-of-one-throttled",
                "delete-of-recreated-stays",
                "department-change-leaves-groups",
                "disable-toggles",
                "display-name-unique-409",
                "email-taken-from-other",
                "equal-groups-share-members",
                "leftover-phones",
                "long-query-414",
                "longer-names-joined",
                "one-report-each",
                "renamed-manager-lost",
                "reports-follow-up",
                "shared-address-row",
                "title-resets-roles",
                "two-creations-at-once-500",
            ),
            alarmed=("markup-400",),
            first_named=(
                "add-concatenates",
                "audit-column-500",
                "body-over-four-kilobytes-413",
                "capital-i-turkish",
                "department-other",
                "disable-ends-sessions",
                "disabled-not-in-total",
                "discovery-403",
                "gzip-undeclared",
                "lockout-by-address",
                "refusal-keeps-lock",
                "removal-keeps-named",
                "rename-writes-external-id",
                "second-change-in-second-lost",
                "second-domain-unfound",
                "second-rename-unindexed",
                "total-capped-at-ten",
            ),
            first_other=("group-delete-ends-memberships",),
        ),
    ),
)
