"""What stays first under "fix first", however much another cause explains: what makes all accounts wrong, or none."""

from collections.abc import Sequence

from scim_conformance.scenario import standing
from scim_conformance.verdict import causes
from scim_conformance.verdict.causes import Fix
from scim_conformance.verdict.results import ScenarioResult

FIRST = (standing.STRANGER.key, *(check.key for check in standing.REFUSED.values()))
"""Standing checks, the most urgent first: another account is changed; no user, or no group, is created."""


def fix_first(results: Sequence[ScenarioResult]) -> list[Fix]:
    """Return the causes of all deviations, the most urgent first (see `causes.fix_first`)."""
    return sorted(causes.fix_first(results), key=_place)


def _place(fix: Fix) -> int:
    key = fix.check.partition("#")[0]
    return FIRST.index(key) if key in FIRST else len(FIRST)
