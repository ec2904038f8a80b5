"""Twenty-four faults that answer as if all were well, written from the protocol note alone."""

from datetime import date

from tests.proof.batches.batch import Figures, Record
from tests.proof.batches.batch_2.store import SECOND, SECOND_LEVEL

RECORD = Record(
    about=(__doc__ or "").strip(),
    faults=SECOND,
    levels=SECOND_LEVEL,
    modules=("accounts", "service"),
    probes=("probes",),
    first=(
        Figures(
            day=date(2026, 11, 25),
            defects="cc460ef",
            suites="cc460ef",
            noticed=(
                "filter-old-copy",
                "first-phone-changed",
                "leading-zeros-lost",
                "rename-writes-email",
                "wrong-token-nobody",
            ),
            missed=(
                "accents-equal",
                "answers-crossed",
                "cleared-comes-back",
                "conflict-has-written",
                "cut-at-64",
                "deleted-counted",
                "department-for-all",
                "disabled-out-of-groups",
                "empty-group-deleted",
                "filter-wildcards",
                "old-name-reserved",
                "removes-run-last",
                "rename-like-named",
                "rename-restores-members",
                "reports-deleted",
                "restore-old-copy",
                "same-request-replayed",
                "schemas-single",
                "token-prefix-enough",
            ),
        ),
    ),
)
