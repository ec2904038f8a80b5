"""How long a run may take in total (`--max-time`), and how long its clean-up may take.

After this time, no more scenarios start. Those that are running may continue for `GRACE` seconds; then nothing more is
sent, and pending responses are not waited for. The clean-up has its own limit, because it must happen in any case.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

GRACE = 30.0
"""Seconds for which a scenario that has started may continue."""

CLEAN_UP = 300.0
"""Seconds for which each process may clean up, and for which the clean-up of the run may then take."""


@dataclass
class Limit:
    """The time limit of a run in one process. `seconds`: what remains when this process starts; `whole`: in total."""

    seconds: float
    whole: float
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
    begun: float = field(init=False)

    def __post_init__(self) -> None:
        self.begun = self.clock()

    @property
    def left(self) -> float:
        """Seconds that remain; negative when the time is over."""
        return self.begun + self.seconds - self.clock()

    @property
    def is_over(self) -> bool:
        """Return whether no more scenarios may start."""
        return self.left <= 0

    @property
    def reason(self) -> str:
        """Why it ended, as a sentence."""
        return f"the run reached its time limit (--max-time {self.whole:g} seconds)"

    def sleep(self, seconds: float) -> None:
        """Sleep, but not beyond the end."""
        self.pause(max(0.0, min(seconds, self.left)))

    def within(self, seconds: float) -> float:
        """Return how much of a time remains for what has started."""
        return max(0.0, min(seconds, self.left + GRACE))
