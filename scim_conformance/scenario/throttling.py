"""A target that throttles (status 429): how long to wait before a scenario runs again.

Entra itself does not wait (QA-1922038); this is for the harness, which may send more requests per second than Entra.
Three rules say whether it waits:

1. A 429 is neither a deviation nor a pass: it ends the scenario, which says nothing of the target, and the scenario is
   played once more after a wait. The one exception is a step that `bears_load`, where the 429 is what is judged.
2. A wait is as long as the target asks for (`Retry-After`), and no longer than `LONGEST`; all waits of a process
   together last no longer than `IN_ALL`.
3. After `MOST_IN_VAIN` waits in a row that did not help nobody waits again: what follows is inconclusive at once.

They are enough because each bound ends one way to wait without end: a long wait, many waits, and waits without effect.
What is not waited for stays inconclusive: waiting changes what a run costs, never what it says about the target.

What may live here: the decision to wait, and its book-keeping. Who plays again, and with which people, is the runner's.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scim_conformance.scenario.exchange import Answer, Exchange
from scim_conformance.scenario.performance import Performance

USUAL = 2.0
"""Seconds to wait if the target does not say how long."""

LONGEST, IN_ALL = 60.0, 180.0
"""Maximum seconds of one wait, and in total, in one process of a run; a longer Retry-After is not followed."""

MOST_IN_VAIN = 2
"""Waits after which the target still throttled: then the run stops waiting, and the rest is inconclusive."""


def _said(seconds: float) -> None:
    del seconds


@dataclass
class Patience:
    """How long a process has waited. `tell` is called before each wait, with its seconds.

    Threads that wait at the same moment wait once: what counts is how long the process does.
    """

    sleep: Callable[[float], None]
    tell: Callable[[float], None] = _said
    waited: float = 0.0
    times: int = 0
    in_vain: int = 0
    clock: Callable[[], float] = time.monotonic
    _until: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, performance: Performance) -> bool:
        """Wait if the target throttled, as long as it requires; return whether the scenario is worth another try."""
        answer = throttled(performance)
        return answer is not None and self.in_vain < MOST_IN_VAIN and self.waits_for(answer)

    def waits_for(self, answer: Answer) -> bool:
        """Wait as long as a 429 requires; return whether the wait took place and was not too long."""
        seconds = asked_for(answer)
        added = self._added(seconds)
        if added is None:
            return False
        if added:
            self.tell(seconds)
        self.sleep(seconds)
        with self._lock:
            self._until = min(self._until, self.clock())
        return True

    def _added(self, seconds: float) -> float | None:
        """Return how much longer the process waits because of this wait; None: too long."""
        with self._lock:
            now = self.clock()
            added = min(seconds, max(0.0, now + seconds - self._until))
            if seconds > LONGEST or self.waited + added > IN_ALL:
                return None
            self._until = max(self._until, now + seconds)
            self.waited, self.times = self.waited + added, self.times + bool(added)
            return added

    def judge(self, performance: Performance) -> None:
        """Record whether a wait had no effect."""
        self.in_vain = self.in_vain + 1 if throttled(performance) is not None else 0


def throttled(performance: Performance) -> Answer | None:
    """Return the 429 that ended a scenario, or None."""
    answers = [
        played.exchange.answer for played in performance.steps if played.exchange and not played.step.play.bears_load
    ]
    # Among requests that were sent at the same moment, another one may be the last.
    late = [answer for answer in answers if answer is not None and answer.status == 429]
    return late[-1] if performance.stopped and late else None


def patiently(patience: Patience | None, send: Callable[[], Exchange]) -> Exchange:
    """Send a request, and again after a 429, as long as the target asks for; None: never again."""
    exchange = send()
    while patience is not None and exchange.answer is not None and exchange.answer.status == 429:
        if not patience.waits_for(exchange.answer):
            break
        exchange = send()
    return exchange


def asked_for(answer: Answer) -> float:
    """Return the seconds in Retry-After, a number or a date (RFC 9110 section 10.2.3)."""
    said = (answer.header("Retry-After") or "").strip()
    if said.isascii() and said.isdigit():
        return max(1.0, float(said[:9]))
    try:
        when = parsedate_to_datetime(said)
    except ValueError:
        return USUAL
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(1.0, (when - datetime.now(UTC)).total_seconds())
