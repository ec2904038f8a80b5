"""The outcome: results of checks, steps and scenarios. Plain data that is sent as JSON between processes."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Literal

import msgspec

from scim_conformance.scenario.blocking import Blocker
from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.situation import Situation
from scim_conformance.scenario.standing import REFUSED
from scim_conformance.scim import strictjson


class Verdict(StrEnum):
    """The five verdicts on a scenario or a check."""

    CONFORMANT = "conformant"
    DEVIATION = "deviation"
    WAIVED = "waived"
    NOT_APPLICABLE = "not applicable"
    INCONCLUSIVE = "inconclusive"


class Source(msgspec.Struct, frozen=True):
    """A citation as it appears in result.json."""

    title: str
    url: str


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """One judged check. `exchange` is the number of the request within the scenario, from 0."""

    id: str
    level: Level
    citation: Source
    evidence: str
    verdict: Verdict
    expected: str
    so: str
    fix: str = ""
    actual: str | None = None
    exchange: int | None = None
    cause: str = ""
    after: list[str] = []
    """The checks that explain it if they deviate too, where its author names them (see `verdict.tracing`)."""
    explained_by: str = ""
    """The check that explains the deviation; empty if none does."""
    situation: Situation = Situation()
    """What it judges, if it deviates."""
    changed: bool = False
    """A PATCH before it changed the attribute whose value it compares."""
    plainest: bool = False
    """Its scenario is the plainest of its kind, and it deviates."""
    waiver: str | None = None
    """Why it is waived, by whom and until when; None if it is not."""
    until: str = ""
    """The last day of the waiver, as YYYY-MM-DD."""
    becomes: Level | None = None
    """Its level from the next minor release on, where it is new in this one and so advice (see `grace_period`)."""
    since: str = ""
    """The release in which it was added."""
    raised: str = ""
    """The release in which its level rose from advice; empty: it never did."""
    label: str = ""
    """A note on the level, such as that Entra works without it; empty: none."""
    unseen: str = ""
    """Why it was not judged if the target does not show what it needs: not applicable, or inconclusive."""
    either: bool = False
    """It was judged in one dialect and counts for both: it does not depend on how a request is written."""
    attribute: str = ""
    """The path of the attribute whose value it compared; empty if it compared none."""


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """A request and response as evidence: redacted, bodies truncated to `BODY_LIMIT` characters."""

    step: str
    why: str
    by: str
    given: bool
    method: str
    url: str
    request_headers: list[tuple[str, str]]
    request_body: str | None
    status: int | None
    response_headers: list[tuple[str, str]]
    response_body: str | None
    seconds: float
    started: float
    polls: int = 0
    """How many earlier responses to the same read did not yet pass the check; they are not kept."""
    failure: str | None = None
    problem: str | None = None
    """Why the body could not be read completely (too large, broken compression), otherwise None."""
    leaks: list[str] = []
    """Names of the secrets that the response contained before they were replaced."""

    @property
    def outcome(self) -> str:
        """The status as it is shown; without HTTP, the word for what was found, such as `refused` after a handshake."""
        if self.status is not None or self.failure is not None:
            return "no response" if self.status is None else str(self.status)
        try:
            found = strictjson.loads((self.response_body or "").encode())
        except strictjson.NotJson:
            return "no response"
        return next(iter(found), "no response") if isinstance(found, dict) else "no response"


class Visibility(msgspec.Struct, frozen=True, kw_only=True):
    """How a process of a run saw group members (see `entra.visibility`)."""

    way: str = "read"
    why: str = ""
    """Why memberships cannot be seen, if they cannot."""
    exchanges: list[Recorded] = []
    """The requests that found out."""


READABLE = Visibility()
"""A read of the group shows its members."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Which attributes a target refuses in creations, as a process of a run found out (see `entra.refusing`)."""

    kind: Literal["user", "group"]
    said: str
    """The response to the creation with every attribute, as checks show it: status and detail."""
    attributes: list[str] = []
    """The target paths with which a creation was refused, and without which it was accepted."""
    together: list[str] = []
    """Those of them that are accepted alone, and refused only together with others."""
    left_out: list[str] = []
    """The target paths without which users or groups are prepared; empty: nothing that was tried is accepted."""
    refused: int = 0
    """The number of the request among `exchanges` that shows the refusal."""
    accepted: int | None = None
    """The number of the request that was accepted, with everything that is not left out; None: none was."""
    spent: int = 0
    """Requests that it took, including the reads that confirm new ids."""
    most: int = 0
    """Requests that it was allowed to take."""
    found_by: str = ""
    """The process that found it out, and has the requests."""
    exchanges: list[Recorded] = []
    """The creation with every attribute, and those that were tried."""


class Occurrence(msgspec.Struct, frozen=True, kw_only=True):
    """A failed standing check: where, and what was found."""

    key: str
    level: Level
    where: str
    actual: str
    exchange: int
    beside: int | None = None
    """The number of another request that it takes to see it, such as one that was accepted; None: one is enough."""


class ScenarioResult(msgspec.Struct, frozen=True, kw_only=True):
    """One scenario's verdict with its evidence."""

    id: str
    template: str
    suite: str
    title: str
    moment: str
    dialect: str | None
    validator: bool
    verdict: Verdict
    level: Level | None = None
    """The highest level among its deviations, None without any."""
    reason: str | None = None
    """Why it is inconclusive, not applicable or waived."""
    blocked_by: Blocker | None = None
    seconds: float = 0.0
    checks: list[CheckResult] = []
    exchanges: list[Recorded] = []
    standing: list[Occurrence] = []
    judged: dict[str, int] = {}
    """How many answers each standing check was applied to."""
    requests: dict[str, int] = {}
    description: str = ""
    nodeid: str = ""
    covers: list[str] = []
    """Rows of the register of requirements that it judges."""
    notices: list[str] = []
    """What the run found out about the target and prints at once, such as that it does not delete."""
    scope: str = ""
    """The scope from which its users were created (see `entra.directory.people`)."""
    process: str = ""
    """The process of the run that ran it: `main`, or a worker of pytest-xdist such as `gw0`."""
    bindings: dict[str, str] = {}
    """The values that its steps used, by name: mostly ids from responses."""
    left_out: list[str] = []
    """What its preparing creations left out because the target refuses it, such as `user title` (see `Refusal`)."""

    @property
    def deviations(self) -> list[CheckResult]:
        """The failed checks that are not waived, in the order in which they were judged."""
        return [check for check in self.checks if check.verdict is Verdict.DEVIATION]

    @property
    def prepared_without(self) -> str:
        """What its preparing creations left out, as a sentence; empty if nothing."""
        if not self.left_out:
            return ""
        return f"To prepare this scenario, {without_words(self.left_out)}."


def without_words(left_out: Iterable[str]) -> str:
    """Return which users and groups were created without what the target refuses, in words."""
    by_kind: dict[str, list[str]] = {}
    for one in left_out:
        kind, _, path = one.partition(" ")
        by_kind.setdefault(kind, []).append(path)
    return " and ".join(_created_without(kind, names) for kind, names in by_kind.items())


def _created_without(kind: str, names: Sequence[str]) -> str:
    key, listed = REFUSED[kind].key, ", ".join(names)
    it = "it" if len(names) == 1 else "them"
    return f"{kind}s were created without {listed}, because a creation that contains {it} is refused ({key})"


UNPLAYED = "it did not run: "
"""How the reason starts if a scenario was requested and the run did not reach it."""


def is_unplayed(result: ScenarioResult) -> bool:
    """Return whether the run ended before it reached a scenario: an inconclusive scenario did run."""
    reason = result.reason or ""
    return result.verdict is Verdict.INCONCLUSIVE and not result.exchanges and reason.startswith(UNPLAYED)


BODY_LIMIT = 262_144
"""Characters of a body that are kept as evidence; the rest is omitted, with a note."""

CUT = "\n… truncated: "
"""The text where a body was truncated; its length follows."""


def hardest(checks: list[CheckResult]) -> Level | None:
    """Return the highest level among the deviations."""
    levels = [check.level for check in checks if check.verdict is Verdict.DEVIATION]
    return min(levels, key=lambda level: level.rank, default=None)
