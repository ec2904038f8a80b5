"""A target that throttles (status 429): how long to wait before a scenario is played again.

Entra itself waits for nobody (QA-1922038); this is for the harness, which may send more in a second than Entra does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scim_conformance.scenario.exchange import Answer
from scim_conformance.scenario.player import Performance

USUAL = 2.0
"""Seconds to wait where the target does not say how long."""

LONGEST, IN_ALL = 60.0, 180.0
"""Seconds that are waited at once, and in all, in one process of a run; who asks for more is not waited for."""

MOST_IN_VAIN = 2
"""Waits after which the target still throttled: then no more is waited, and the rest is inconclusive."""


def _said(seconds: float) -> None:
    del seconds


@dataclass
class Patience:
    """What has been waited in a process. `tell` is called before each wait, with its seconds."""

    sleep: Callable[[float], None]
    tell: Callable[[float], None] = _said
    waited: float = 0.0
    times: int = 0
    in_vain: int = 0

    def wait(self, performance: Performance) -> bool:
        """Wait if the target throttled, and as long as it asks; tell whether the scenario is worth another try."""
        answer = throttled(performance)
        return answer is not None and self.in_vain < MOST_IN_VAIN and self.waits_for(answer)

    def waits_for(self, answer: Answer) -> bool:
        """Wait as long as an answer 429 asks for; tell whether that was done, and was not too long."""
        seconds = asked_for(answer)
        if seconds > LONGEST or self.waited + seconds > IN_ALL:
            return False
        self.tell(seconds)
        self.waited, self.times = self.waited + seconds, self.times + 1
        self.sleep(seconds)
        return True

    def judge(self, performance: Performance) -> None:
        """Note whether a wait was in vain."""
        self.in_vain = self.in_vain + 1 if throttled(performance) is not None else 0


def throttled(performance: Performance) -> Answer | None:
    """Return the answer 429 that ended a scenario, or None."""
    answers = [played.exchange.answer for played in performance.steps if played.exchange and not played.step.bears_load]
    # Of those that were sent at the same moment another may be the last.
    late = [answer for answer in answers if answer is not None and answer.status == 429]
    return late[-1] if performance.stopped and late else None


def asked_for(answer: Answer) -> float:
    """Return the seconds that Retry-After names, as a number or as a date (RFC 9110 section 10.2.3)."""
    said = (answer.header("Retry-After") or "").strip()
    if said.isascii() and said.isdigit():
        return max(1.0, float(said[:9]))
    try:
        when = parsedate_to_datetime(said)
    except ValueError:
        return USUAL
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(1.0, (when - datetime.now(UTC)).total_seconds())
