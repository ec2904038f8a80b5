"""Sends one step, as often as it takes, and judges its answer; steps of the same moment are sent ahead, together."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scim_conformance.scenario import standing as standing_checks
from scim_conformance.scenario.blocking import Blocker, blocker
from scim_conformance.scenario.bodies import MissingValue
from scim_conformance.scenario.checks import Level, View
from scim_conformance.scenario.exchange import Answer, Exchange, Outgoing, RefusedByHarness, TransportFailure
from scim_conformance.scenario.performance import StepRun, judge
from scim_conformance.scenario.steps import Step, prepare

FIRST_PAUSE = 0.1
"""Seconds before a read is repeated; doubled each time, until the settling time is over."""

THROTTLED = (
    "the target throttles (status 429), so this is inconclusive: run again with --rate 25, which is as much "
    "as Entra needs"
)
"""Microsoft's tutorial requires at least 25 requests per second for each tenant; a run may send more."""


class Stop(Exception):
    """The scenario cannot go on. `blocked_by`: the request to blame; `applies`: False where nothing is wrong."""

    def __init__(self, reason: str, blocked_by: Blocker | None = None, *, applies: bool = True) -> None:
        super().__init__(reason)
        self.reason, self.blocked_by, self.applies = reason, blocked_by, applies


@dataclass
class Asker:
    """Asks whatever `send` reaches. `settle`, `unsettled` and `sleep`: see `player.Player`."""

    send: Callable[[Outgoing], Exchange]
    send_at_once: Callable[[Sequence[Outgoing]], Sequence[Exchange | TransportFailure]] | None
    settle: float
    unsettled: set[str]
    sleep: Callable[[float], None]
    _began: float = 0.0
    _ahead: dict[str, Exchange | TransportFailure] = field(default_factory=dict)
    """The outcome of steps that were sent and are not yet judged, by their keys."""

    def begin(self, group: Sequence[Step], bindings: Mapping[str, str]) -> None:
        """Begin a moment: keep its pace, and send its steps together where there are several."""
        self._keep_pace(group[0])
        self._ahead = {}
        if len(group) == 1:
            return
        try:
            ready = [prepare(step, bindings) for step in group]
            sent = self.send_at_once(ready) if self.send_at_once else [self.send(one) for one in ready]
        except (MissingValue, RefusedByHarness):
            return  # when they are sent one by one, each reports its own error
        self._ahead = dict(zip((step.key for step in group), sent, strict=True))

    def _keep_pace(self, step: Step) -> None:
        pause = self._began + step.play.pace - time.monotonic()
        if step.play.pace and pause > 0:
            self.sleep(pause)
        self._began = time.monotonic()

    def ask(self, played: StepRun, outgoing: Outgoing, bindings: Mapping[str, str]) -> None:
        """Send a step and judge the answer, again and again where it is a read that may settle.

        Raises:
            Stop: the target throttles.
            TransportFailure: no answer came.
            RefusedByHarness: it was not sent, since it would write to what this run did not create.
        """
        waited, pause, polls = 0.0, FIRST_PAUSE, 0
        self._once(played, outgoing, bindings)
        while played.step.play.settles and waited < self.settle and self._may_settle(played):
            pause = min(pause, self.settle - waited)
            self.sleep(pause)
            waited, pause = waited + pause, pause * 2
            polls += 1
            self._once(played, outgoing, bindings, polls)
        if not played.failing:
            played.late = waited
        elif waited:
            self.unsettled |= {one.check.key for one in played.failing if one.check.level is Level.SHOULD}

    def _may_settle(self, played: StepRun) -> bool:
        """Tell whether something is not as it should be that time may change: a habit of the target's it will not."""
        failing = [one.check for one in played.failing]
        return any(check.level is not Level.SHOULD or check.key not in self.unsettled for check in failing)

    def _once(self, played: StepRun, outgoing: Outgoing, bindings: Mapping[str, str], polls: int = 0) -> None:
        played.judged = []  # a finding on an earlier response to the same read does not apply to this one
        played.exchange = replace(self._sent(played.step, outgoing), polls=polls)
        answer = played.answer
        if answer.status == 429 and not played.step.play.bears_load:
            raise Stop(THROTTLED + _retry_after(answer), blocker(played.exchange))
        checks = [check for check in played.step.checks if check.is_vital] if played.given else played.step.checks
        played.judged = judge(checks, View(answer, bindings, played.exchange.request.url))
        played.standing += standing_checks.judge(outgoing, answer)

    def _sent(self, step: Step, outgoing: Outgoing) -> Exchange:
        ahead = self._ahead.pop(step.key, None)
        if isinstance(ahead, TransportFailure):
            raise ahead
        return ahead or self.send(outgoing)


def _retry_after(answer: Answer) -> str:
    seconds = answer.header("Retry-After")
    return f" (it asks to wait for {seconds[:20]} s)" if seconds else ""
