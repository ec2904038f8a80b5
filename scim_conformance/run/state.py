"""What the plugins of a run share in a pytest session, and the keys under which the session stores it."""

import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scim_conformance.config.configuration import NO_FLAGS, TargetFlags
from scim_conformance.config.settings import Settings
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.run.ahead import Ahead
from scim_conformance.run.early_end import Early
from scim_conformance.run.runner import Runner
from scim_conformance.verdict.run_result import RunResult
from scim_conformance.verdict.waivers import Waivers


@dataclass
class Run:
    """One run in one process. `selectors` are the requested ids; empty: all."""

    settings: Settings
    profile: Profile
    waivers: Waivers
    tag: str
    report_dir: Path
    runner: Runner
    selectors: list[str]
    quiet: bool
    origin: TargetFlags = NO_FLAGS
    with_verdict: bool = True
    """Whether the verdict is printed at the end."""
    verbosity: int = 0
    """1: a line for each scenario; -1: only the last line, with the verdict."""
    is_kept: bool = True
    """Whether the report directory stays: not if nothing was judged, and nobody named the directory."""
    has_finished: bool = False
    """Whether this process has cleaned up already, because a fixture of yours is about to stop the target."""
    started: float = field(default_factory=time.time)
    ahead: Ahead = field(init=False)
    early: Early = field(default_factory=Early)
    """Why it ends before everything ran, if it does: the part that ends it records the reason with `early.say`."""

    @property
    def is_named(self) -> bool:
        """Whether the user named the report directory; `replay` chooses its own."""
        return self.settings.report_dir is not None and self.with_verdict

    def __post_init__(self) -> None:
        self.ahead = Ahead(self.runner)


RUN: pytest.StashKey[Run] = pytest.StashKey()
LAST: pytest.StashKey[RunResult] = pytest.StashKey()
"""The outcome, once the run has ended."""
