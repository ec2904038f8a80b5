"""What creations are refused for is found out once in a run: the first process that needs it asks, and the others wait.

The processes share it through the report directory, as they share spares. Each of them then prepares its scenarios in
the same way, and all of them together send no more requests than one would.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from scim_conformance.run.pool import PLACE
from scim_conformance.verdict.results import Refusal

LONGEST_WAIT = 120.0
"""Seconds for which a process waits for the one that asks; after that, it prepares its scenarios as usual."""

PAUSE = 0.05


@dataclass
class SharedRefusals:
    """Finds out, or waits for the process that does. `place`: where they share it; None: there is only this process."""

    place: Path | None
    writer: str
    sleep: Callable[[float], None] = time.sleep

    def once(self, kind: str, find: Callable[[], Refusal]) -> Refusal | None:
        """Return what is refused in creations of a kind; None if the process that asks does not say so in time."""
        if self.place is None:
            return find()
        answer = self.place / f"refused.{kind}"
        try:
            self.place.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.place / f"refused.{kind}.asked", os.O_CREAT | os.O_EXCL, 0o600))
        except OSError:
            return self._answered(answer)
        found: Refusal | None = None
        try:
            found = find()
        finally:
            self._say(answer, found)
        return found

    def _say(self, answer: Path, found: Refusal | None) -> None:
        # The requests stay with the process that sent them.
        shared = None if found is None else msgspec.structs.replace(found, exchanges=[])
        with suppress(OSError):  # a full disk: the others go on without it
            made = answer.with_suffix(f".{self.writer}")
            made.write_bytes(msgspec.json.encode(shared))
            made.rename(answer)

    def _answered(self, answer: Path) -> Refusal | None:
        until = time.monotonic() + LONGEST_WAIT
        while time.monotonic() < until and answer.with_suffix(answer.suffix + ".asked").exists():
            with suppress(OSError, msgspec.DecodeError):
                return msgspec.json.decode(answer.read_bytes(), type=Refusal | None)
            self.sleep(PAUSE)
        return None


def shared_by(report_dir: Path, tag: str, writer: str, alone: str) -> SharedRefusals:
    """Return what a process of a run shares with the others; `alone` is the writer of a run in one process."""
    return SharedRefusals(None if writer == alone else report_dir / PLACE / tag, writer)
