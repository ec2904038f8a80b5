"""Forty-five further faults and right servers beside them, written from the sources alone and frozen before any play.

Their author knew the names and symptoms of the faults before, and none of the scenarios or checks. More than half of
the faults refuse a form of request that Entra sends often, so that much fails with them; what a good report names first
for each was written down in words, in `named.toml`. Of the 34 faults that the first play noticed, 32 reports began with
what had been written down; not so node-with-old-token (one scenario of many that it hit) and extension-as-text (an
attribute that is missing, and only then that the extension is a text). None of the right servers raised an alarm.
"""

import tomllib
from datetime import date
from pathlib import Path

from tests.proof.batches.batch import Figures, Record
from tests.proof.batches.batch_9.store import NINTH, NINTH_LEVEL, NINTH_VARIANTS

NAMED = tomllib.loads((Path(__file__).parent / "named.toml").read_text(encoding="utf-8"))

RECORD = Record(
    about=(__doc__ or "").strip(),
    faults=NINTH,
    levels=NINTH_LEVEL,
    variants=NINTH_VARIANTS,
    expects={name: str(one["expects"]) for name, one in NAMED.items()},
    modules=(
        "connection",
        "matching",
        "creation",
        "changes",
        "references",
        "answers",
        "variants_service",
        "variants_values",
    ),
    probes=("probes_requests", "probes_users", "probes_variants"),
    first=(
        Figures(
            day=date(2026, 12, 1),
            defects="17f966a",
            suites="f590ffc",
            noticed=(
                "absent-remembered",
                "creation-redirected",
                "dotted-path-400",
                "enterprise-path-400",
                "extension-as-text",
                "external-id-guid-only",
                "fax-400",
                "first-key-only",
                "fresh-user-409",
                "group-taken-500",
                "group-writes-403",
                "id-before-flush",
                "last-value-for-all",
                "length-in-characters",
                "list-of-summaries",
                "manager-inverted",
                "member-toggled",
                "member-without-type-400",
                "memberless-group-unfound",
                "mobile-and-fax-swapped",
                "name-formatted-400",
                "node-with-old-token",
                "nonempty-group-delete-409",
                "nothing-found-204",
                "operations-lower-case-only",
                "plus-not-a-space",
                "remove-without-value-400",
                "several-operations-400",
                "slash-path-wanted",
                "unchanged-row-404",
                "user-by-id-405",
                "value-undecoded",
                "welcome-mail-500",
                "wrapped-in-data",
            ),
            missed=(
                "blank-400",
                "delete-takes-same-email",
                "domain-ignored",
                "errors-without-schemas",
                "get-untyped-415",
                "later-page-500",
                "namesakes-disabled",
                "namesakes-one-member",
                "patch-supported-flat",
                "schema-ids-are-names",
                "version-header-400",
            ),
        ),
    ),
)
