"""How many scenarios are played at the same moment, and which of them alone.

Some would see the others: a list shows what they create and delete, a load shares the target with them, and of two
requests at the same moment a third one changes which comes first. They are recognized by their requests, so that none
of them has to say so.

The number falls by half when the target throttles, and by one when it takes three times as long as it did for a
scenario that was played alone; it rises again by one after some that went well.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

from scim_conformance.scenario.exchange import Endpoint
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.steps import Step

SLOWER, AT_LEAST = 3.0, 0.05
"""A target is overloaded when its responses take so many times as long as usual, and so many seconds longer."""

WELL = 4
"""Scenarios in a row that went well, after which one more is played at the same moment."""

THROTTLED = 429


def needs_quiet(scenario: Scenario) -> bool:
    """Return whether other scenarios would change the result of this one."""
    return any(_needs_quiet(step) for step in (*scenario.given, *scenario.steps, *scenario.instead))


def _needs_quiet(step: Step) -> bool:
    play = step.play
    timed = play.bears_load or play.with_previous or play.pace > 0
    return timed or step.endpoint is Endpoint.TOKEN or _lists(step)


def _lists(step: Step) -> bool:
    """Return whether a step may see resources of other scenarios: it asks for no particular one."""
    of_all = step.path.strip("/") in {"Users", "Groups", ""} and step.method == "GET"
    return of_all and "+eq+" not in (step.query or "").replace("%20", "+").lower()


@dataclass
class Crowd:
    """Lets threads play. `most`: scenarios at the same moment; `usual`: seconds of a response when one plays alone."""

    most: int
    usual: float = 0.0
    _limit: int = 0
    _inside: int = 0
    _waiting: int = 0
    """Those that wait to play alone: no other scenario begins before them."""
    _is_alone: bool = False
    _well: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self._limit = self.most

    @property
    def limit(self) -> int:
        """How many scenarios may be played at the same moment, as far as is known of the target."""
        return self._limit

    @contextmanager
    def playing(self, *, alone: bool) -> Iterator[None]:
        """Wait until a scenario may be played, and let others play when it has ended."""
        with self._changed:
            self._waiting += alone
            self._changed.wait_for(lambda: self._may_begin(alone=alone))
            self._waiting -= alone
            self._inside, self._is_alone = self._inside + 1, alone
        try:
            yield
        finally:
            with self._changed:
                self._inside, self._is_alone = self._inside - 1, False
                self._changed.notify_all()

    def _may_begin(self, *, alone: bool) -> bool:
        if alone:
            return self._inside == 0
        return not self._is_alone and not self._waiting and self._inside < self._limit

    def heard(self, statuses: Sequence[int | None], seconds: Sequence[float]) -> None:
        """Learn from the responses to a scenario how many the target can take."""
        with self._changed:
            if THROTTLED in statuses:
                self._fall_to(self._limit // 2)
            elif seconds and self.usual and median(seconds) > max(SLOWER * self.usual, self.usual + AT_LEAST):
                self._fall_to(self._limit - 1)
            else:
                self._went_well()

    def _fall_to(self, limit: int) -> None:
        self._limit, self._well = max(1, limit), 0

    def _went_well(self) -> None:
        self._well += 1
        if self._well >= WELL and self._limit < self.most:
            self._limit, self._well = self._limit + 1, 0
            self._changed.notify_all()
