"""One obligation on a response: what is expected, how it is judged, at which level, and what breaks if it fails."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from scim_conformance.scenario.citations import Citation, Evidence
from scim_conformance.scenario.exchange import Answer
from scim_conformance.scenario.fixes import usual


class Level(StrEnum):
    """The level of an obligation: the RFC's MUST, what Entra needs although the RFC allows otherwise, or a SHOULD."""

    MUST = "MUST"
    ENTRA = "ENTRA"
    SHOULD = "SHOULD"

    @property
    def rank(self) -> int:
        """0 for the highest."""
        return list(Level).index(self)


RFC_ONLY = "the RFC's MUST; Entra works without it"
"""The label of advice that the RFC requires."""

_UNSURE = {
    Evidence.INFERRED: "inferred: no source states that Entra needs it",
    Evidence.UNCONFIRMED: "unconfirmed: its only source could not be read again",
}


def label_of(evidence: Evidence) -> str:
    """Return the note on the level of a check with such evidence; empty: none."""
    return _UNSURE.get(evidence, "")


def leveled(level: str, label: str) -> str:
    """Return a level as reports show it, with its label if it has one: `SHOULD (the RFC's MUST; …)`."""
    return f"{level} ({label})" if label else level


class Unreadable(Exception):
    """A check needs the body, and the body is not JSON. The text says what it is instead."""


@dataclass(frozen=True, slots=True)
class View:
    """What a check may use: the response, the values stored from earlier responses, and the URL of the request as it
    is recorded."""

    answer: Answer
    bindings: Mapping[str, str]
    url: str = ""

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
"""Returns None if the obligation is met, otherwise a short description of what was found instead."""


@dataclass(frozen=True, slots=True)
class Owed:
    """The users who must and must not be in a group, by the names under which their ids are stored.

    `exactly`: no users except `members` are in it. `shown`: whether a response shows any members of the group at all.
    """

    shown: Callable[[View], bool]
    members: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    exactly: bool = False


@dataclass(frozen=True, slots=True)
class Unseen:
    """Why a membership is not judged by a response that shows no members of the group.

    `reason`: empty if other steps judge it. `applies`: without it, nothing can be said, so the result is inconclusive;
    otherwise, the target may hide it, so the check is not applicable.
    """

    reason: str = ""
    applies: bool = False


@dataclass(frozen=True, slots=True)
class Unsent(Unseen):
    """Why a value is not judged that no request sent. `because`: the scenario, or standing check, that shows why."""

    because: str = ""


@dataclass(frozen=True, slots=True)
class Obligation:
    """An obligation without level and source; `must`, `entra` and `should` make it a Check at the call site."""

    key: str
    expected: str
    judge: Judge
    gate: bool = False
    """If it fails, the rest of the step adds nothing new and is not judged."""
    cause: str | None = None
    """Deviations with the same cause are one thing to fix, wherever they appear; with a leading dot: within a step."""
    attribute: str = ""
    """The path of the attribute whose value it compares; empty if it compares none."""
    in_parts: bool = False
    """It asks for something that a read may show in several parts (see `steps.Play.in_part`)."""
    owed: Owed | None = None
    """What it requires of memberships, which a target may show in several ways, or not at all (see
    `entra.visibility`)."""

    def must(self, source: Citation, *, so: str, fix: str = "") -> "Check":
        """Make it the RFC's MUST. `so`: what breaks for the customer. `fix`: what the vendor changes."""
        return Check(self, Level.MUST, source, so, fix)

    def entra(self, source: Citation, *, so: str, fix: str = "") -> "Check":
        """Make it ENTRA: Entra breaks, although the RFC allows otherwise or says nothing."""
        return Check(self, Level.ENTRA, source, so, fix)

    def should(self, source: Citation, *, so: str, fix: str = "") -> "Check":
        """Make it advice: shown, and green unless `--fail-on should`."""
        return Check(self, Level.SHOULD, source, so, fix)

    def entra_where(self, said: str, *, applies: bool, source: Citation, so: str, fix: str = "") -> "Check":
        """Make it ENTRA if something `applies`, otherwise advice; the label says what, after "where"."""
        level = Level.ENTRA if applies else Level.SHOULD
        return Check(self, level, source, so, fix, labelled=f"ENTRA where {said}, otherwise advice")

    def rfc_only(self, source: Citation, *, so: str, fix: str = "") -> "Check":
        """Make it advice with the label of the RFC's MUST: Entra works without it, so it never changes the verdict."""
        return Check(self, Level.SHOULD, source, so, fix, labelled=RFC_ONLY)


@dataclass(frozen=True, slots=True)
class Check:
    """An obligation at a level, with its source. `vital`: also judged in a `given`, which cannot continue without
    it."""

    obligation: Obligation
    level: Level
    citation: Citation
    so: str
    fix: str = ""
    """What the vendor changes; empty when it is made: what is usual for this kind of check."""
    is_vital: bool = False
    seen: Evidence | None = None
    since: str = ""
    """The release in which it was added to an existing scenario; empty: that of the scenario."""
    labelled: str = ""
    """The note on the level, if the evidence does not provide it (see `label`)."""
    raised: str = ""
    """The release in which its level rose from advice; empty: it never did."""
    unseen: Unseen | None = None
    """The outcome if the response shows no memberships; None: it is judged anyway."""

    def __post_init__(self) -> None:
        if not self.fix:
            object.__setattr__(self, "fix", usual(self.obligation.key, self.obligation.expected))

    @property
    def key(self) -> str:
        """The last part of the check's id."""
        return self.obligation.key

    @property
    def evidence(self) -> Evidence:
        """How reliable the fact is: the citation's own kind, unless the call site overrides it."""
        return self.seen or self.citation.evidence

    @property
    def label(self) -> str:
        """The note on the level, such as who requires it; empty: the level says everything."""
        return self.labelled or label_of(self.evidence)

    def vital(self) -> "Check":
        """Return the same check, judged even if its step only prepares."""
        return replace(self, is_vital=True)

    def new_in(self, release: str) -> "Check":
        """Return the same check that came in this release: advice until the next minor one (see `grace_period`)."""
        return replace(self, since=release)

    def raised_in(self, release: str) -> "Check":
        """Return the same check as one that was advice before this release: it stays advice until the next minor
        one."""
        return replace(self, raised=release)

    def known_as(self, evidence: Evidence) -> "Check":
        """Return the same check with another kind of evidence: a document may only hint at what we deduce from it."""
        return replace(self, seen=evidence)
