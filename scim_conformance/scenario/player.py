"""Plays a scenario: sends its steps in order, judges the answers, collects every deviation. Sending is handed in."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from scim_conformance.scenario import standing as standing_checks
from scim_conformance.scenario.checks import Check, Level, Unreadable, View
from scim_conformance.scenario.exchange import Answer, Exchange, Outgoing, RefusedByHarness, TransportFailure
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.steps import MissingValue, Step, prepare, simultaneous
from scim_conformance.scim.paths import member

FIRST_PAUSE = 0.1
"""Seconds before a read is repeated; doubled each time, until the settling time is over."""


THROTTLED = (
    "the target throttles (status 429), so this cannot be judged: run again with --rate 25, as much as Entra needs"
)
"""Microsoft's tutorial asks for at least 25 requests a second for each tenant; a run may send more."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A check with what was found instead; None when it is met."""

    check: Check
    actual: str | None


@dataclass
class Played:
    """One step as it went."""

    step: Step
    given: bool
    exchange: Exchange | None = None
    judged: list[Judged] = field(default_factory=list)
    late: float = 0.0
    """Seconds after which the read was what its checks want, when it was not at once."""
    standing: list[standing_checks.Finding] = field(default_factory=list)


@dataclass
class Performance:
    """A scenario as it went. `stopped` says why it did not reach its end."""

    steps: list[Played] = field(default_factory=list)
    stopped: str | None = None
    blocked_by: str | None = None
    applies: bool = True
    """False where the target chose, as it may, not to have what the scenario is about."""


class Observer(Protocol):
    """Told of each step as it begins and ends, so that reports carry true times."""

    def step_began(self, step: Step, *, given: bool) -> None:
        """A step is about to be sent."""

    def step_ended(self, played: Played) -> None:
        """A step was sent and judged, or could not be sent."""


class Silent:
    """An observer that does nothing."""

    def step_began(self, step: Step, *, given: bool) -> None:
        """Do nothing."""

    def step_ended(self, played: Played) -> None:
        """Do nothing."""


class _Stop(Exception):
    def __init__(self, reason: str, blocked_by: str | None = None, *, applies: bool = True) -> None:
        super().__init__(reason)
        self.reason, self.blocked_by, self.applies = reason, blocked_by, applies


class _Refused(_Stop):
    """A write that was to be judged did not succeed."""


class Player:
    """Plays scenarios against whatever `send` reaches; `send_at_once` sends several requests at the same moment.

    `settle` is the time in seconds for which a read after a write is repeated; `unsettled` gathers the keys of advice
    that was not met after all of it, for which nobody waits again; `sleep` is handed in for tests.
    """

    def __init__(
        self,
        send: Callable[[Outgoing], Exchange],
        *,
        send_at_once: Callable[[Sequence[Outgoing]], Sequence[Exchange | TransportFailure]] | None = None,
        settle: float = 0.0,
        unsettled: set[str] | None = None,
        observer: Observer | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._send, self._settle, self._sleep = send, settle, sleep
        self._observer: Observer = observer or Silent()
        self._send_at_once = send_at_once or (lambda ones: [self._send(one) for one in ones])
        self._unsettled = set() if unsettled is None else unsettled
        self._began = 0.0
        self._ahead: dict[str, Exchange | TransportFailure] = {}
        """What came of steps that were sent and are not yet judged, by their keys."""

    def play(
        self, scenario: Scenario, bindings: dict[str, str], missing: Mapping[str, str] | None = None
    ) -> Performance:
        """Play a scenario; `bindings` gains what its steps take. `missing` tells who owns a value that is not there."""
        performance = Performance()
        owners: dict[str, str] = dict(missing or {})
        try:
            for group in simultaneous(scenario.given):
                self._each(group, bindings, lambda step: self._prepare_with(step, bindings, owners, performance))
            self._judge_all(scenario, bindings, owners, performance)
        except _Stop as stop:
            performance.stopped, performance.blocked_by = stop.reason, stop.blocked_by
            performance.applies = stop.applies
        return performance

    def _judge_all(
        self, scenario: Scenario, bindings: dict[str, str], owners: dict[str, str], performance: Performance
    ) -> None:
        try:
            for group in simultaneous(scenario.steps):
                self._each(group, bindings, lambda step: self._judge_with(step, bindings, owners, performance))
        except _Refused:
            # What was refused as a whole is sent in parts: the verdict then names the part.
            for step in scenario.instead:
                self._judge_with(step, bindings, owners, performance)
            raise

    def _each(self, group: Sequence[Step], bindings: Mapping[str, str], play: Callable[[Step], None]) -> None:
        """Play the steps of one moment: what was sent with a step that fails is judged all the same."""
        stops: list[_Stop] = []
        self._keep_pace(group[0])
        self._send_ahead(group, bindings)
        for step in group:
            try:
                play(step)
            except _Stop as stop:
                stops.append(stop)
        if stops:
            raise stops[0]

    def _keep_pace(self, step: Step) -> None:
        pause = self._began + step.every - time.monotonic()
        if step.every and pause > 0:
            self._sleep(pause)
        self._began = time.monotonic()

    def _send_ahead(self, group: Sequence[Step], bindings: Mapping[str, str]) -> None:
        self._ahead = {}
        if len(group) == 1:
            return
        try:
            ready = [prepare(step, bindings) for step in group]
            sent = self._send_at_once(ready)
        except (MissingValue, RefusedByHarness):
            return  # sent one by one, each says for itself what is wrong
        self._ahead = dict(zip((step.key for step in group), sent, strict=True))

    def _prepare_with(
        self, step: Step, bindings: dict[str, str], owners: dict[str, str], performance: Performance
    ) -> None:
        played = self._exchange(step, bindings, owners, performance, given=True)
        answer = _answer(played)
        failed = next((judged for judged in played.judged if judged.actual is not None), None)
        if not answer.ok and answer.status not in step.fine:
            raise _Stop(f"it could not be prepared: {step.why} was answered with {answer.status}", step.owner)
        if failed is not None and step.optional:
            raise _Stop(f"the target does not keep it: {failed.check.obligation.expected}", applies=False)
        if failed is not None:
            wanted = failed.check.obligation.expected
            raise _Stop(f"it could not be prepared: {step.why}: wanted: {wanted}; but {failed.actual}", step.owner)
        if not _take(step, answer, bindings):
            raise _Stop(f"it could not be prepared: the answer to “{step.why}” has no id", step.owner)

    def _judge_with(
        self, step: Step, bindings: dict[str, str], owners: dict[str, str], performance: Performance
    ) -> None:
        played = self._exchange(step, bindings, owners, performance, given=False)
        taken = _take(step, _answer(played), bindings)
        if not taken and step.owner is not None:
            owners.update(dict.fromkeys(step.takes, step.owner))
        shut = any(judged.check.obligation.gate and judged.actual is not None for judged in played.judged)
        if shut and step.method != "GET" and not step.go_on:
            raise _Refused(f"“{step.why}” did not succeed, so what follows it says nothing")

    def _exchange(
        self, step: Step, bindings: dict[str, str], owners: dict[str, str], performance: Performance, *, given: bool
    ) -> Played:
        try:
            outgoing = prepare(step, bindings)
        except MissingValue as missing:
            raise _Stop(f"“{step.why}” needs {missing.name}, which no answer gave", owners.get(missing.name)) from None
        played = Played(step, given)
        performance.steps.append(played)
        self._observer.step_began(step, given=given)
        try:
            self._settled(played, outgoing, bindings)
        except TransportFailure as failure:
            played.exchange = failure.exchange
            raise _Stop(failure.sentence) from None
        except RefusedByHarness as refusal:
            raise _Stop(str(refusal)) from None
        finally:
            self._observer.step_ended(played)
        return played

    def _settled(self, played: Played, outgoing: Outgoing, bindings: Mapping[str, str]) -> None:
        waited, pause = 0.0, FIRST_PAUSE
        self._once(played, outgoing, bindings)
        while played.step.settles and waited < self._settle and self._may_settle(played):
            pause = min(pause, self._settle - waited)
            self._sleep(pause)
            waited, pause = waited + pause, pause * 2
            self._once(played, outgoing, bindings)
            played.late = waited
        if _failing(played):
            played.late = 0.0
            failing = [one.check for one in played.judged if one.actual is not None]
            self._unsettled |= {check.key for check in failing if waited and check.level is Level.SHOULD}

    def _may_settle(self, played: Played) -> bool:
        """Tell whether something is not as it should be that time may mend: a habit of the target's it will not."""
        failing = [one.check for one in played.judged if one.actual is not None]
        return any(check.level is not Level.SHOULD or check.key not in self._unsettled for check in failing)

    def _once(self, played: Played, outgoing: Outgoing, bindings: Mapping[str, str]) -> None:
        played.exchange = self._sent(played.step, outgoing)
        answer = _answer(played)
        if answer.status == 429 and not played.step.bears_load:
            raise _Stop(THROTTLED + _retry_after(answer))
        view = View(answer, bindings)
        checks = [check for check in played.step.checks if check.is_vital] if played.given else played.step.checks
        played.judged = judge(checks, view)
        played.standing += standing_checks.judge(outgoing, answer)

    def _sent(self, step: Step, outgoing: Outgoing) -> Exchange:
        ahead = self._ahead.pop(step.key, None)
        if isinstance(ahead, TransportFailure):
            raise ahead
        return ahead or self._send(outgoing)


def judge(checks: Sequence[Check], view: View) -> list[Judged]:
    """Judge an answer. After a gate that is shut, or a body that cannot be read, nothing more is said."""
    found: list[Judged] = []
    for check in checks:
        try:
            actual = check.obligation.judge(view)
        except Unreadable as unreadable:
            missing = str(unreadable) == "no body"
            return [*found, Judged(check, "there is no body" if missing else f"the body is {unreadable}")]
        found.append(Judged(check, actual))
        if actual is not None and check.obligation.gate:
            break
    return found


def _retry_after(answer: Answer) -> str:
    seconds = answer.header("Retry-After")
    return f" (it asks to wait for {seconds[:20]} s)" if seconds else ""


def _failing(played: Played) -> bool:
    return any(judged.actual is not None for judged in played.judged)


def _answer(played: Played) -> Answer:
    assert played.exchange is not None
    assert played.exchange.answer is not None
    return played.exchange.answer


def _take(step: Step, answer: Answer, bindings: dict[str, str]) -> bool:
    for name, attribute in step.takes.items():
        value = member(answer.json, attribute)
        if not isinstance(value, str | int) or isinstance(value, bool) or value == "":
            return False
        bindings[name] = str(value)
    return True
