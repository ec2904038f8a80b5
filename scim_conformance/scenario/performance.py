"""A scenario as it went: each step with its answer, and what was found instead of what its checks ask for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from scim_conformance.scenario.blocking import Blocker
from scim_conformance.scenario.checks import Check, Unreadable, Unseen, View
from scim_conformance.scenario.exchange import Answer, Exchange
from scim_conformance.scenario.standing_check import StandingFinding
from scim_conformance.scenario.steps import Step


@dataclass(frozen=True, slots=True)
class Judged:
    """A check with what was found instead; None if it passed."""

    check: Check
    actual: str | None
    unseen: Unseen | None = None
    """Why it was not judged; None: it was."""


@dataclass
class StepRun:
    """One step as it went."""

    step: Step
    given: bool
    exchange: Exchange | None = None
    judged: list[Judged] = field(default_factory=list)
    late: float = 0.0
    """Seconds after which the read passed its checks, if it did not pass at once."""
    standing: list[StandingFinding] = field(default_factory=list)

    @property
    def answer(self) -> Answer:
        """The answer, where one came: a step without one stops the scenario."""
        assert self.exchange is not None
        assert self.exchange.answer is not None
        return self.exchange.answer

    @property
    def failing(self) -> list[Judged]:
        """The checks that are not met."""
        return [one for one in self.judged if one.actual is not None]


@dataclass
class Performance:
    """A scenario as it went. `stopped` says why it did not reach its end."""

    steps: list[StepRun] = field(default_factory=list)
    stopped: str | None = None
    blocked_by: Blocker | None = None
    applies: bool = True
    """False if the target chose, as it may, not to support what the scenario is about."""


class Observer(Protocol):
    """Notified of each step as it begins and ends, so that reports contain correct times."""

    def step_began(self, step: Step, *, given: bool) -> None:
        """A step is about to be sent."""

    def step_ended(self, played: StepRun) -> None:
        """A step was sent and judged, or could not be sent."""


class Silent:
    """An observer that does nothing."""

    def step_began(self, step: Step, *, given: bool) -> None:
        """Do nothing."""

    def step_ended(self, played: StepRun) -> None:
        """Do nothing."""


def judge(checks: Sequence[Check], view: View) -> list[Judged]:
    """Judge a response. After a failed gate, or an unreadable body, nothing more is reported."""
    found: list[Judged] = []
    for check in checks:
        try:
            if _is_unseen(check, view):
                found += [Judged(check, None, check.unseen)] if check.unseen and check.unseen.reason else []
                continue
            actual = check.obligation.judge(view)
        except Unreadable as unreadable:
            missing = str(unreadable) == "no body"
            return [*found, Judged(check, "there is no body" if missing else f"the body is {unreadable}")]
        found.append(Judged(check, actual))
        if actual is not None and check.obligation.gate:
            break
    return found


def _is_unseen(check: Check, view: View) -> bool:
    owed = check.obligation.owed
    return check.unseen is not None and owed is not None and not owed.shown(view)
