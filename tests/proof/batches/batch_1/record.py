"""Twelve faults, written from the protocol note alone, before anybody looked whether a check sees them."""

from datetime import date

from tests.proof.batches.batch import Figures, Record
from tests.proof.batches.batch_1.faults import FRESH, LEVEL

RECORD = Record(
    about=(__doc__ or "").strip(),
    faults=FRESH,
    levels=LEVEL,
    modules=("faults",),
    probes=("probes",),
    first=(
        Figures(
            day=date(2026, 11, 25),
            defects="1a0c46e",
            suites="1a0c46e",
            noticed=(
                "disable-scrubs",
                "members-in-haste",
                "patch-ghost-204",
                "schemas-without-enterprise",
                "second-work-email",
            ),
            missed=(
                "disabled-name-free",
                "email-of-any-type",
                "groups-open",
                "id-reused",
                "one-group-each",
                "start-from-zero",
                "takes-over-account",
            ),
        ),
        # Five of the twelve gave way to others, since the registry had gained their like meanwhile.
        Figures(
            day=date(2026, 11, 25),
            defects="361b848",
            suites="361b848",
            noticed=("disable-scrubs", "gone-403", "members-in-haste", "one-phone"),
            missed=(
                "department-drops-others",
                "disabled-name-free",
                "email-of-any-type",
                "first-user-skipped",
                "groups-open",
                "id-reused",
                "one-group-each",
                "schemas-pascal-case",
            ),
        ),
    ),
)
