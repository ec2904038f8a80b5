"""One obligation on an answer: what is expected, how it is judged, at which level, and what breaks if it is not met."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from scim_conformance.scenario.citations import Citation, Evidence
from scim_conformance.scenario.exchange import Answer


class Level(StrEnum):
    """How hard an obligation is held: the RFC's MUST, what Entra needs where the RFC allows otherwise, or a SHOULD."""

    MUST = "MUST"
    ENTRA = "ENTRA"
    SHOULD = "SHOULD"

    @property
    def rank(self) -> int:
        """0 for the hardest."""
        return list(Level).index(self)


class Unreadable(Exception):
    """A check wants the body and the body is not JSON. The text says what it is instead."""


@dataclass(frozen=True, slots=True)
class View:
    """What a check may look at: the answer and the values taken from earlier answers."""

    answer: Answer
    bindings: Mapping[str, str]

    @property
    def body(self) -> Any:
        """The parsed body.

        Raises:
            Unreadable: there is none, or it is not JSON.
        """
        if self.answer.unreadable is not None:
            raise Unreadable(self.answer.unreadable)
        return self.answer.json


Judge = Callable[[View], str | None]
"""Returns None when the obligation is met, else what was found instead, in a few words."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """An obligation without level and source; `must`, `entra` and `should` make it a Check at the call site."""

    key: str
    expected: str
    judge: Judge
    gate: bool = False
    """When it is not met, the rest of the step says nothing new and is not judged."""
    cause: str | None = None
    """Deviations of the same cause are one thing to fix, wherever they are seen; with a leading dot: within a step."""

    def must(self, source: Citation, *, so: str, fix: str = "") -> "Check":
        """Hold as the RFC's MUST. `so`: what breaks for the customer. `fix`: what the vendor changes."""
        return Check(self, Level.MUST, source, so, fix)

    def entra(self, source: Citation, *, so: str, fix: str = "") -> "Check":
        """Hold because Entra breaks, though the RFC allows otherwise or is silent."""
        return Check(self, Level.ENTRA, source, so, fix)

    def should(self, source: Citation, *, so: str, fix: str = "") -> "Check":
        """Hold as advice: shown, and green unless `--fail-on should`."""
        return Check(self, Level.SHOULD, source, so, fix)


@dataclass(frozen=True, slots=True)
class Check:
    """An obligation at a level, with its source. `vital`: judged in a `given` too, which cannot go on without it."""

    obligation: Obligation
    level: Level
    citation: Citation
    so: str
    fix: str = ""
    is_vital: bool = False
    seen: Evidence | None = None
    since: str = ""
    """The release in which it came to a scenario that was there before; empty: that of the scenario."""

    @property
    def key(self) -> str:
        """The last part of the check's id."""
        return self.obligation.key

    @property
    def evidence(self) -> Evidence:
        """How sure the fact is: the citation's own kind unless the call site said otherwise."""
        return self.seen or self.citation.evidence

    def vital(self) -> "Check":
        """Return the same check, judged also where its step only prepares."""
        return replace(self, is_vital=True)

    def new_in(self, release: str) -> "Check":
        """Return the same check as one that came in this release: advice until the next minor one (see `novelty`)."""
        return replace(self, since=release)

    def known_as(self, evidence: Evidence) -> "Check":
        """Return the same check with another evidence tag: a document may only hint at what we deduce from it."""
        return replace(self, seen=evidence)
