"""How fast a run sends, in all of its threads together, and that it sends nothing more."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


class Halted(SystemExit):
    """The run ends: a thread that plays sends nothing more, and ends without a word."""


@dataclass
class Pace:
    """`rate`: requests per second; None: as fast as the target answers."""

    rate: float | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _next: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, requests: int, most: float) -> None:
        """Wait until the next request may be sent, at most so many seconds; several at once count as several."""
        if self.rate:
            self.sleep(min(self._turn(requests / self.rate), most))

    def _turn(self, takes: float) -> float:
        """Return the seconds until the turn of the one that asks, which takes so many."""
        with self._lock:
            now = self.clock()
            begin = max(self._next, now)
            self._next = begin + takes
            return begin - now
