"""A check of every response, and what it found in one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scim_conformance.scenario.checks import Level, label_of
from scim_conformance.scenario.citations import Citation
from scim_conformance.scenario.exchange import Answer, Outgoing


@dataclass(frozen=True, slots=True)
class StandingFinding:
    """A standing check applied once: its key, and what was found instead (None if it passed)."""

    key: str
    actual: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A standing check. `judge` yields nothing if it does not apply, None if it passes, otherwise what was found."""

    key: str
    title: str
    expected: str
    level: Level
    citation: Citation
    so: str
    fix: str
    judge: Callable[[Outgoing, Answer], Iterator[str | None]]
    covers: tuple[str, ...] = ()
    """Rows of the register of requirements (see `requirements`)."""
    since: str | None = None
    """The release in which it was added, if it is not the one that `released.of_standing` finds."""
    labelled: str = ""
    after: tuple[str, ...] = ()
    """The checks that explain it if they deviate too."""
    cause: str = ""
    """The cause of a deviation, if it is not its own (see `verdict.causes`)."""

    @property
    def label(self) -> str:
        """The note on the level (see `checks.Check.label`)."""
        return self.labelled or label_of(self.citation.evidence)
