"""The time after which a wire sends nothing, whatever is still to be sent."""

import time
from dataclasses import dataclass


@dataclass
class CutOff:
    """`at` is on the monotonic clock, in seconds; `sentence` gives the reason."""

    at: float = float("inf")
    sentence: str = ""

    def after(self, seconds: float, sentence: str) -> None:
        """Set the time, in seconds from now."""
        self.at, self.sentence = time.monotonic() + seconds, sentence

    @property
    def left(self) -> float:
        """Seconds that remain; none after the time."""
        return max(0.0, self.at - time.monotonic())

    @property
    def is_over(self) -> bool:
        """Return whether nothing is sent any more."""
        return self.left == 0
