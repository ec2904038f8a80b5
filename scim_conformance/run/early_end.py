"""What was requested but did not run, and why. A selection does not count: it is what was requested."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scim_conformance.run import named

UNKNOWN = "the run ended early"
"""If nothing else is known."""

PHASES = ("setup", "call", "teardown")
"""The phase in which a test that failed ran; the report for a lost worker has none of these."""


@dataclass
class Early:
    """What is known about a run's end, collected while it runs.

    `said`: the first reason that was given with `say`; the next three are reasons as sentences: a lost worker, a module
    that cannot be imported, a scenario that ended with an error. `stopped`: why pytest stopped by itself; None: it did
    not, or it was interrupted.
    """

    said: str = ""
    lost: str = ""
    unloaded: str = ""
    raised: str = ""
    stopped: str | None = None
    unplayed: list[str] = field(default_factory=list)
    """What could not run, and what pytest reports about it, one line each."""
    is_ours: bool = False
    """Whether it is an internal error of this program: exit 3."""

    def say(self, why: str) -> None:
        """Record why the run is about to end. The first reason is kept, and counts if something did not run."""
        self.said = self.said or why

    def died(self, node: str, error: object) -> None:
        """Record a worker that ended with an error."""
        self.lost = f"the worker {node} was lost" if error else self.lost

    def not_loaded(self, report: pytest.CollectReport) -> None:
        """Record a module that cannot be imported."""
        module = report.nodeid or _module(str(report.longrepr))
        self.unplayed.append(f"{module}: {_last_line(report)}")
        self.unloaded = f"{module} cannot be imported"

    def failed(self, report: pytest.TestReport) -> None:
        """Record a scenario without a result. An error in a shipped one is internal, unless its worker was lost."""
        self.unplayed.append(f"{report.nodeid}: {_last_line(report)}")
        self.is_ours = self.is_ours or (report.when in PHASES and not named.is_own(report.nodeid))
        self.raised = f"{named.identifier(report.nodeid)} ended with an error"

    def ended(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Record how pytest's loop ended: as by Ctrl-C, or by itself, as with -x and workers."""
        text, kind = str(excinfo.value), type(excinfo.value)
        # Both pytest and xdist derive the exceptions that end a session from KeyboardInterrupt.
        by_itself = issubclass(kind, KeyboardInterrupt) and kind is not KeyboardInterrupt
        if by_itself and not text.endswith("keyboard-interrupt"):
            self.stopped = text

    def was_interrupted(self, exitstatus: int) -> bool:
        """Return whether the run was interrupted: pytest has the same exit status when it ends by itself."""
        return exitstatus == pytest.ExitCode.INTERRUPTED and self.stopped is None

    def why(
        self, planned: Sequence[str], played: Collection[str], session: pytest.Session, *, interrupted: bool
    ) -> str:
        """Return why not everything ran; empty if it did."""
        if not (self.unloaded or self.lost) and all(nodeid in played for nodeid in planned):
            return ""
        if interrupted:
            return "the run was interrupted"
        stopped = self.stopped or session.shouldfail
        counted = re.sub(r"\b1 failures$", "1 failure", str(stopped or ""))
        by_pytest = f"the run ended early: {counted}" if counted else ""
        return self.said or self.lost or self.unloaded or self.raised or by_pytest or UNKNOWN


def _last_line(report: pytest.CollectReport | pytest.TestReport) -> str:
    return str(report.longrepr).strip().splitlines()[-1].removeprefix("E  ").strip()


def _module(text: str) -> str:
    """Return the name of the file with a collection error: outside the rootdir, it has no node id."""
    found = re.search(r"'([^'\n]+\.py)'", text)
    return Path(found[1]).name if found else "a module"
