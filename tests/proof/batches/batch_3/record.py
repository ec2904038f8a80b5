"""Thirty faults on what the first two batches had left out, and twenty-five right servers.

Most of it shows on the second request.
"""

from datetime import date

from tests.proof.batches.batch import Figures, Record
from tests.proof.batches.batch_3.store import THIRD, THIRD_LEVEL
from tests.proof.batches.batch_3.variants_store import FRESH_VARIANTS

RECORD = Record(
    about=(__doc__ or "").strip(),
    faults=THIRD,
    levels=THIRD_LEVEL,
    variants=FRESH_VARIANTS,
    modules=("accounts", "changes", "lives", "service", "variants_answers", "variants_values", "variants_service"),
    probes=("probes_accounts", "probes_groups", "probes_variants"),
    first=(
        Figures(
            day=date(2026, 11, 25),
            defects="8f3f4ad",
            suites="d9d1713",
            noticed=(
                "add-keeps-old",
                "change-enables",
                "conflict-then-500",
                "dotted-keys-collide",
                "html-escaped",
                "json-false-ignored",
                "last-member-stays",
                "list-from-snapshot",
                "remove-absent-takes-last",
                "rename-conflict-swallowed",
                "second-worker-old",
            ),
            missed=(
                "cache-without-query",
                "clearing-ignored",
                "cut-at-emoji",
                "delete-unchecked",
                "email-index-old",
                "equal-values-once",
                "external-id-case",
                "group-slug-shared",
                "manager-swap-ignored",
                "null-as-text",
                "numbers-loosely-equal",
                "pages-hide-inactive",
                "recreated-in-old-groups",
                "refused-but-done",
                "remove-one-removes-list",
                "rename-hides-disable",
                "renamed-out-of-groups",
                "reports-of-deleted-unfound",
                "schemas-active-string",
            ),
        ),
    ),
)
