"""Thirty-six faults and fourteen right servers by the letter of RFC 7643 and RFC 7644, unlike most batches before,
which were written for what Entra sends.

Their author knew neither the scenarios nor the checks, and wrote from the register of requirements of the two texts:
about a third of the faults spoils much, a third one plain thing, and a third one operator, one type or one combination.
Six are about security, one of which breaks a SHOULD alone. Four faults whose names the registry turned out to have were
taken out for others before any play. What a good report names first was written down in words, in `named.toml`.
"""

import tomllib
from datetime import date
from pathlib import Path

from tests.proof.batches.batch import Figures, Record
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
    first=(
        Figures(
            day=date(2026, 12, 1),
            defects="62a7fa9",
            suites="5268611",
            noticed=(
                "attributes-by-id-ignored",
                "certificate-as-hex",
                "configuration-in-list",
                "descending-ignored",
                "discovery-bare-arrays",
                "exclusion-takes-id",
                "figures-as-text",
                "group-delete-empties",
                "latin-1-out",
                "left-to-right",
                "lists-of-version-one",
                "not-unevaluated",
                "page-then-sort",
                "password-echoed",
                "patch-half-kept",
                "primary-stays",
                "put-created-anew",
                "put-empty-204",
                "put-needs-no-token",
                "replace-unmatched-204",
                "resource-type-plural",
                "resources-as-map",
                "search-page-unread",
                "single-value-unwrapped",
                "times-as-numbers",
                "users-cached-publicly",
                "value-path-joined",
            ),
            missed=(
                "etag-in-body-alone",
                "filter-error-as-syntax",
                "immutable-number-changes",
                "method-override-obeyed",
                "modified-at-birth",
                "offset-cut-off",
                "put-groups-join",
                "query-token-accepted",
                "trace-in-error",
            ),
            no_verdict=("members-read-only",),
            first_named=(
                "attributes-by-id-ignored",
                "certificate-as-hex",
                "configuration-in-list",
                "descending-ignored",
                "discovery-bare-arrays",
                "exclusion-takes-id",
                "latin-1-out",
                "left-to-right",
                "lists-of-version-one",
                "not-unevaluated",
                "page-then-sort",
                "password-echoed",
                "patch-half-kept",
                "primary-stays",
                "put-created-anew",
                "put-empty-204",
                "put-needs-no-token",
                "replace-unmatched-204",
                "resource-type-plural",
                "search-page-unread",
                "times-as-numbers",
                "users-cached-publicly",
                "value-path-joined",
            ),
            first_other=(
                "figures-as-text",
                "group-delete-empties",
                "resources-as-map",
                "single-value-unwrapped",
            ),
        ),
    ),
    suites=("rfc", "security"),
)
