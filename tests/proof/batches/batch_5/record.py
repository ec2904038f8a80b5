"""Thirty faults, written after the rule of causes was frozen by somebody who had not seen it.

What must be named first was written down before the first run, in `named.toml`.
"""

import tomllib
from datetime import date
from pathlib import Path

from tests.proof.batches.batch import Figures, Record
from tests.proof.batches.batch_5.store import FIFTH, FIFTH_LEVEL

NAMED = tomllib.loads((Path(__file__).parent / "named.toml").read_text(encoding="utf-8"))

RECORD = Record(
    about=(__doc__ or "").strip(),
    faults=FIFTH,
    levels=FIFTH_LEVEL,
    named={name: tuple(checks) for name, checks in NAMED.items()},
    modules=("creation", "changes", "groups", "service"),
    probes=("probes",),
    first=(
        Figures(
            day=date(2026, 11, 29),
            defects="7f67160",
            suites="4710831",
            noticed=(
                "created-id-upper",
                "created-pending",
                "delete-done-500",
                "delete-needs-disabled",
                "deleted-readable-by-id",
                "display-name-derived",
                "enable-ignored",
                "enterprise-refused",
                "extension-dropped",
                "external-id-not-returned",
                "group-add-overwrites",
                "group-create-needs-members",
                "group-name-unfilterable",
                "group-rename-new-id",
                "json-boolean-refused",
                "manager-as-user-name",
                "manager-first-stays",
                "member-filter-ignored",
                "needle-lowered",
                "not-found-500",
                "pathless-refused",
                "reads-open",
                "replace-only-existing",
                "schemas-without-sub-attributes",
                "token-one-day",
                "update-loses-external-id",
                "value-filter-hits-all",
            ),
            missed=(
                "add-active-ignored",
                "start-as-page-number",
                "user-remove-refused",
            ),
            first_named=(
                "created-id-upper",
                "created-pending",
                "delete-done-500",
                "delete-needs-disabled",
                "deleted-readable-by-id",
                "display-name-derived",
                "enable-ignored",
                "enterprise-refused",
                "extension-dropped",
                "external-id-not-returned",
                "group-add-overwrites",
                "group-create-needs-members",
                "group-name-unfilterable",
                "group-rename-new-id",
                "manager-as-user-name",
                "manager-first-stays",
                "member-filter-ignored",
                "needle-lowered",
                "not-found-500",
                "pathless-refused",
                "reads-open",
                "replace-only-existing",
                "schemas-without-sub-attributes",
                "token-one-day",
                "update-loses-external-id",
            ),
            first_other=(
                "json-boolean-refused",
                "value-filter-hits-all",
            ),
        ),
    ),
)
