"""When a failed object is tried again, and when failures or deletions put a job into quarantine.

Source: Microsoft, "Application provisioning in quarantine status" (retries 6, 12 and 24 hours after the first failure,
then every 24 hours; the thresholds, of which it says that they work "roughly" so), "Accidental deletions".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from scim_conformance.entra.engine.model import Problem, Retry

INTERVAL = timedelta(minutes=40)
"""Between the beginnings of two cycles (Microsoft: about 40 minutes)."""

GIVEN_UP = timedelta(days=28)
"""After the first failure, an object is no longer tried, and the job is disabled."""

_DAY = timedelta(hours=24)
_SLOWER = (timedelta(hours=2), timedelta(hours=6), timedelta(hours=12), _DAY)
_EARLY = (timedelta(hours=6), timedelta(hours=12), _DAY)

LEAST_FAILURES, MOST_FAILURES, MOST_IN_ALL, MOST_SHARE = 5_000, 40_000, 60_000, 0.4


@dataclass(frozen=True, slots=True)
class Tally:
    """What counts for quarantine: objects that failed, references that failed, and events that succeeded."""

    failures: int = 0
    references: int = 0
    successes: int = 0


def next_try(problem: Problem, first: datetime, at: datetime, *, soon: bool = False) -> datetime:
    """Return when an object is tried again that failed at `at`, and for the first time at `first`.

    `soon`: the first retry is in the next cycle, as one of Microsoft's pages says.
    """
    if problem.retry is Retry.NEXT_CYCLE or (soon and at == first):
        return at + INTERVAL
    early = next((one for one in _EARLY if first + one > at), None)
    if early is not None:
        return first + early
    return first + _DAY * ((at - first) // _DAY + 1)


def quarantined(tally: Tally) -> str | None:
    """Return the reason for which so many failures put a job into quarantine, in Graph's words; None: they do not.

    Which reason belongs to 40,000 failures and which to 60,000 is not documented (inferred from their names).
    """
    if tally.failures + tally.references > MOST_IN_ALL:
        return "EncounteredTotalEscrowThreshold"
    if tally.failures < LEAST_FAILURES:
        return None
    if tally.failures > MOST_FAILURES:
        return "EncounteredBaseEscrowThreshold"
    share = tally.failures / (tally.failures + tally.successes)
    return "EncounteredEscrowProportionThreshold" if share > MOST_SHARE else None


def interval(quarantined_cycles: int) -> timedelta:
    """Return the time until the next cycle, after so many cycles in quarantine.

    That cycles become rarer, down to once a day, is documented (Quarantine status); the steps between are inferred.
    """
    if not quarantined_cycles:
        return INTERVAL
    return _SLOWER[min(quarantined_cycles, len(_SLOWER)) - 1]


def too_many_deletions(removals: int, threshold: int | None) -> bool:
    """Return whether a cycle disables and deletes more than the administrator allows; None: any number."""
    return threshold is not None and removals > threshold
