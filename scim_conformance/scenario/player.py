"""Plays a scenario: sends its steps in order, judges the answers, collects every deviation. Sending is handed in.

Three rules say how far a scenario is played:

1. What only prepares (`given`) must succeed. Where it does not, nothing is judged: the scenario is blocked by that
   request, and a scenario that judges such a request names the fault (`verdict.tracing`). So one fault reads as one
   cause, however many scenarios need what it breaks.
2. What is judged (`steps`) is judged to the end: a deviation is collected, and does not stop anything. There is one
   exception. After a write that did not succeed (a gate among its checks is shut), a read would judge a change that was
   never made, so the scenario ends there; `instead` is then played, to name the part of the write at fault.
3. What was not answered is not judged: no answer, a 429, a value that no answer gave, a write that the wire refuses.
   The scenario stops, and says which request blocks it. That no answer came is judged elsewhere (`scenario.standing`).

They are enough because they leave each check exactly one of three fates: it is judged; or a write before it failed,
which is a deviation that has been said; or something blocks it, which is said too. No check can be met without having
been asked, and `verdict.judging` makes the verdict from the `Performance` alone.

What may live here: the order of steps, and what stops it. How one step is sent, how often and how fast is in `asking`;
what an answer must be is in `obligations`. Nothing here knows Entra, a URL or a clock.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from scim_conformance.scenario import standing as standing_checks
from scim_conformance.scenario.asking import Asker, Stop
from scim_conformance.scenario.blocking import STATUS, Blocker, blocker, unanswered
from scim_conformance.scenario.bodies import MissingValue
from scim_conformance.scenario.checks import Check, View
from scim_conformance.scenario.exchange import Exchange, Outgoing, RefusedByHarness, TransportFailure
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.notes import keep, make, note, note_status, take
from scim_conformance.scenario.performance import Judged, Observer, Performance, Silent, StepRun
from scim_conformance.scenario.situation import situation
from scim_conformance.scenario.steps import Step, prepare, simultaneous


class _Refused(Stop):
    """A write under test failed."""


class Player:
    """Plays scenarios against whatever `send` reaches; `send_at_once` sends several requests at the same moment.

    `settle`: the time in seconds for which a read after a write is repeated; `unsettled` collects the keys of advice
    that still failed after all of it, which is not waited for again; `sleep` is a parameter for tests.
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
        self._asker = Asker(send, send_at_once, settle, set() if unsettled is None else unsettled, sleep)
        self._observer: Observer = observer or Silent()

    def play(
        self, scenario: Scenario, bindings: dict[str, str], missing: Mapping[str, Blocker] | None = None
    ) -> Performance:
        """Play a scenario; `bindings` gains what its steps store. `missing`: what blocks the use of a value."""
        course = _Course(self._asker, self._observer, bindings, dict(missing or {}), Performance())
        try:
            course.play(scenario)
        except Stop as stop:
            found = course.performance
            found.stopped, found.blocked_by, found.applies = stop.reason, stop.blocked_by, stop.applies
        return course.performance


@dataclass
class _Course:
    """One scenario on its way. `owners`: what blocks the use of a value that no answer gave."""

    asker: Asker
    observer: Observer
    bindings: dict[str, str]
    owners: dict[str, Blocker]
    performance: Performance

    def play(self, scenario: Scenario) -> None:
        for group in simultaneous(scenario.given):
            self._each(group, self._prepare)
        try:
            for group in simultaneous(scenario.steps):
                self._each(group, self._judge)
        except _Refused:
            # A request that was refused as a whole is sent in parts: the verdict then names the part.
            for step in scenario.instead:
                self._judge(step)
            raise

    def _each(self, group: Sequence[Step], play: Callable[[Step], None]) -> None:
        """Play the steps of one moment: whatever was sent together with a failing step is still judged."""
        stops: list[Stop] = []
        self.asker.begin(group, self.bindings)
        for step in group:
            try:
                play(step)
            except Stop as stop:
                stops.append(stop)
        if stops:
            raise stops[0]

    def _prepare(self, step: Step) -> None:
        played = self._asked(step, given=True)
        if not played.answer.ok and played.answer.status not in step.play.also_ok:
            said = f"setup failed: “{step.why}” returned {played.answer.status}"
            raise Stop(said, self._blocked(played, STATUS))
        if played.failing:
            raise self._unmet(played, played.failing[0])
        note(step.notes, played.answer, self.bindings)
        keep(step.keeps, played.answer, self.bindings)
        make(step.makes, played.answer, self.bindings)
        lacking = [*take(step.takes, played.answer, self.bindings).values()]
        if lacking:
            said = f"setup failed: the response to “{step.why}” has no {lacking[0]}"
            raise Stop(said, self._lacking(played, lacking[0]))

    def _judge(self, step: Step) -> None:
        played = self._asked(step, given=False)
        self._ask_in_parts(played)
        note_status(step.key, played.answer, self.bindings)
        keep(step.keeps, played.answer, self.bindings)
        make(step.makes, played.answer, self.bindings)
        lacking = take(step.takes, played.answer, self.bindings)
        self.owners |= {name: self._lacking(played, attribute) for name, attribute in lacking.items()}
        shut = any(one.check.obligation.gate for one in played.failing)
        if shut and step.method != "GET" and not step.play.continue_on_failure:
            raise _Refused(f"“{step.why}” failed, so the following steps prove nothing")

    def _ask_in_parts(self, played: StepRun) -> None:
        """Find out whether a read that does not show everything shows only some of what is there."""
        asked = [one.actual is not None and _asks_for_all(one.check) for one in played.judged]
        if played.step.play.in_part is None or not any(asked):
            return
        begun = len(self.performance.steps)
        for step in played.step.play.in_part(View(played.answer, self.bindings)):
            self._judge(step)
        parts = self.performance.steps[begun:]
        judged = [one for part in parts for one in part.judged]
        lacking = next((one.actual for one in judged if one.actual is not None), None)
        if judged and (lacking is None or any(one.check.obligation.in_parts for one in played.judged)):
            pairs = zip(played.judged, asked, strict=True)
            played.judged = [replace(one, actual=lacking) if is_asked else one for one, is_asked in pairs]
        for part in parts:
            part.judged = []  # it is reported once, for the whole

    def _asked(self, step: Step, *, given: bool) -> StepRun:
        try:
            outgoing = prepare(step, self.bindings)
        except MissingValue as missing:
            said = f"“{step.why}” needs {missing.name}, which no response contained"
            raise Stop(said, self.owners.get(missing.name)) from None
        played = StepRun(step, given)
        self.performance.steps.append(played)
        self.observer.step_began(step, given=given)
        try:
            self._send(played, outgoing)
        finally:
            self.observer.step_ended(played)
        return played

    def _send(self, played: StepRun, outgoing: Outgoing) -> None:
        try:
            self.asker.ask(played, outgoing, self.bindings)
        except TransportFailure as failure:
            played.exchange = failure.exchange
            if failure.persists:
                played.standing.append(standing_checks.unanswered(outgoing, failure.sentence))
            raise Stop(failure.sentence, unanswered(outgoing, failure)) from None
        except RefusedByHarness as refusal:
            raise Stop(str(refusal), unanswered(outgoing, refusal)) from None

    def _unmet(self, played: StepRun, failed: Judged) -> Stop:
        step, wanted = played.step, failed.check.obligation.expected
        if step.play.optional:
            return Stop(f"{step.play.lacking}: {wanted}", applies=False)
        said = f"setup failed: “{step.why}”: expected {wanted}; but {failed.actual}"
        return Stop(said, self._blocked(played, failed.check.key, failed.actual))

    def _lacking(self, played: StepRun, attribute: str) -> Blocker:
        return self._blocked(played, attribute, f"the response has no {attribute}")

    def _blocked(self, played: StepRun, key: str, words: str | None = None) -> Blocker:
        """Return what blocks a scenario: a response that lacks what a check with this key asks for."""
        earlier = [one.step for one in self.performance.steps if one is not played]
        return blocker(played.exchange, key=key, situation=situation(played.step, earlier), words=words)


def _asks_for_all(check: Check) -> bool:
    owed = check.obligation.owed
    return check.obligation.in_parts or (owed is not None and owed.exactly)
