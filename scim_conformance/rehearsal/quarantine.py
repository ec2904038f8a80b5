"""Whether a job is in quarantine: what put it there, since when, and when its next cycle begins.

Source: Microsoft, "Application provisioning in quarantine status", and Graph, "synchronizationQuarantine".
"""

from dataclasses import dataclass
from datetime import datetime

from scim_conformance.entra.engine import patience
from scim_conformance.entra.engine.cycle import Cycle, CycleKind
from scim_conformance.entra.engine.model import Problem
from scim_conformance.rehearsal.store import Done, Store, failures

EXCEPTION, DELETES = "EncounteredQuarantineException", "TooManyDeletes"

_HELD, _PRUNED = "quarantine", "pruned"


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Why a job is in quarantine, since when, after how many cycles, and when the next one begins."""

    reason: str
    began: datetime
    cycles: int
    next: datetime

    @property
    def is_over(self) -> bool:
        """Whether the job is disabled, because the quarantine lasted four weeks."""
        return self.next - self.began > patience.GIVEN_UP


def held(store: Store) -> Quarantine | None:
    """Return the quarantine of the job, or None."""
    found = store.value(_HELD)
    if found is None:
        return None
    began, following = (datetime.fromisoformat(found[name]) for name in ("began", "next"))
    return Quarantine(found["reason"], began, found["cycles"], following)


def was_pruned(store: Store) -> bool:
    """Return whether the initial cycle had so many errors that Entra drops them, and pauses the job at its end."""
    return bool(store.value(_PRUNED, False))


def settle(store: Store, done: Done, stopped: Problem | None, *, held_back: bool) -> Quarantine | None:
    """Put the job into quarantine after a cycle, leave it there, or take it out; return what it is in."""
    before, at = held(store), done.cycle.at
    reason = EXCEPTION if stopped else DELETES if held_back else _threshold(store, done)
    if reason is not None and done.cycle.kind is CycleKind.INITIAL and reason not in {EXCEPTION, DELETES}:
        store.keep(_PRUNED, value=True)
        reason = None
    if reason is None:
        store.keep(_HELD, None)
        return None
    cycles = 1 if before is None else before.cycles + 1
    began = at if before is None else before.began
    found = Quarantine(reason, began, cycles, at + patience.interval(cycles))
    written = {"reason": reason, "began": began.isoformat(), "cycles": cycles, "next": found.next.isoformat()}
    store.keep(_HELD, written)
    return found


def _threshold(store: Store, done: Done) -> str | None:
    """Return the threshold that was passed: the objects that wait for a retry, and the successes of the cycle."""
    waiting = [phase for _, phase, *_ in store.waiting()]
    objects = sum(phase in {"users", "groups"} for phase in waiting)
    successes = failures(done.tally).successes
    return patience.quarantined(patience.Tally(objects, len(waiting) - objects, successes))


def next_begin(store: Store, before: Cycle) -> datetime:
    """Return when the next cycle begins."""
    found = held(store)
    return before.at + patience.INTERVAL if found is None else found.next
