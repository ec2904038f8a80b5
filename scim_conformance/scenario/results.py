"""What came out: results of checks, steps and scenarios. Plain data that travels as JSON between processes."""

from enum import StrEnum

import msgspec

from scim_conformance.scenario.checks import Level


class Verdict(StrEnum):
    """The five verdicts on a scenario or a check."""

    CONFORMANT = "conformant"
    DEVIATION = "deviation"
    WAIVED = "waived"
    NOT_APPLICABLE = "not applicable"
    INCONCLUSIVE = "inconclusive"


class Source(msgspec.Struct, frozen=True):
    """A citation as it stands in result.json."""

    title: str
    url: str


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """One check judged. `exchange` is the number of the exchange within the scenario, from 0."""

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
    waiver: str | None = None
    becomes: Level | None = None
    """Its level from the next minor release on, where it is new in this one and so advice (see `novelty`)."""
    since: str = ""
    """The release in which it came."""
    either: bool = False
    """It was judged in one dialect and stands for both: what it asks does not lie in how a request is written."""


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """An exchange as evidence: redacted, bodies cut to `BODY_LIMIT` characters."""

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
    failure: str | None = None


class Occurrence(msgspec.Struct, frozen=True, kw_only=True):
    """A standing check that was not met: where, and what was found."""

    key: str
    level: Level
    where: str
    actual: str
    exchange: int


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
    """The hardest level among its deviations, None without any."""
    reason: str | None = None
    """Why it is inconclusive, not applicable or waived."""
    blocked_by: str | None = None
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

    @property
    def deviations(self) -> list[CheckResult]:
        """The checks that were not met and are not waived, in the order in which they were judged."""
        return [check for check in self.checks if check.verdict is Verdict.DEVIATION]


BODY_LIMIT = 65_536
"""Characters of a body that are kept as evidence; the rest is cut and said so."""

CUT = "\n… cut here: "
"""What stands where a body was cut; after it, how long it was."""


def hardest(checks: list[CheckResult]) -> Level | None:
    """Return the hardest level among the deviations."""
    levels = [check.level for check in checks if check.verdict is Verdict.DEVIATION]
    return min(levels, key=lambda level: level.rank, default=None)
