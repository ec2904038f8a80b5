"""What a pytest session must run, and the keys under which it stores that. Loaded with the plugin, so kept light."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # start-up: a session without scenarios needs none of it
    from scim_conformance.config.configuration import Configuration
    from scim_conformance.entra.dialects import Dialect
    from scim_conformance.entra.profiles.profile import Profile

HANDED = "scim_conformance"
"""The key of `workerinput` under which a worker finds what its controller sent it."""


@dataclass
class RequestedRun:
    """What to run. `ids`: scenarios, or prefixes of ids; none: all."""

    configuration: "Configuration"
    ids: list[str] = field(default_factory=list)
    quiet: bool = False
    """Whether our own lines are on the screen, instead of pytest's."""
    with_verdict: bool = True
    """Whether the verdict is printed at the end."""
    verbosity: int = 0
    """1: a line for each scenario; -1: only the last line, with the verdict."""


WANTED: pytest.StashKey[RequestedRun] = pytest.StashKey()
EXPECTED: "pytest.StashKey[tuple[Profile, tuple[Dialect, ...]]]" = pytest.StashKey()
"""What scenarios were collected for before a run started; absent without scenarios."""
