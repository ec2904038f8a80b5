"""Thirty-six faults that real servers had when Entra ID provisioned to them, and fourteen right servers.

They were looked for in public issue trackers, release notes and vendors' pages, and each names where it was reported;
two faults and four right servers are deductions, which say so. Their author knew the names and symptoms of the faults
before, and none of the scenarios or checks. Half of them show only after a sequence of requests, or with particular
values: the first department of a user, a member who is in a group already, a group whose name was freed. What a good
report names first for each was written down in words, in `named.toml`.
"""

import tomllib
from datetime import date
from pathlib import Path

from tests.proof.batches.batch import Figures, Record
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
    first=(
        Figures(
            day=date(2026, 12, 1),
            defects="e10563e",
            suites="c67a462",
            noticed=(
                "address-of-each-part",
                "any-change-clears-roles",
                "changed-email-as-text",
                "delete-of-member-disables",
                "external-id-change-400",
                "first-department-500",
                "first-email-at-top-level",
                "grouped-disable-skipped",
                "groups-unrouted",
                "last-group-deletes-account",
                "lists-without-emails",
                "long-login-400",
                "member-without-display-422",
                "new-email-leaves-groups",
                "patch-answer-is-patch-op",
                "phone-change-400",
                "renamed-user-new-id",
                "schemas-complex-as-string",
                "second-group-409",
                "team-name-as-slug",
            ),
            missed=(
                "added-email-takes-primary",
                "changed-email-not-primary",
                "conflict-unlinks-account",
                "created-name-is-email",
                "disable-resets-roles",
                "disable-writes-none",
                "first-display-name-500",
                "former-email-reserved",
                "freed-name-restores-members",
                "group-period-400",
                "known-manager-creation-500",
                "listed-once-per-group",
                "local-group-breaks-lists",
                "member-named-twice-500",
                "role-added-again-400",
                "schemas-group-without-members",
            ),
            first_named=(
                "address-of-each-part",
                "any-change-clears-roles",
                "changed-email-as-text",
                "delete-of-member-disables",
                "external-id-change-400",
                "first-email-at-top-level",
                "grouped-disable-skipped",
                "groups-unrouted",
                "lists-without-emails",
                "long-login-400",
                "member-without-display-422",
                "new-email-leaves-groups",
                "patch-answer-is-patch-op",
                "schemas-complex-as-string",
                "team-name-as-slug",
            ),
            first_other=(
                "first-department-500",
                "last-group-deletes-account",
                "phone-change-400",
                "renamed-user-new-id",
                "second-group-409",
            ),
        ),
    ),
)
