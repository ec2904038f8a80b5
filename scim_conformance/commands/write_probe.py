"""For `doctor --write`: a test user is created, read, changed and deleted, and what was seen is reported.

A request may break the connection or get no response: the target may have restarted, and the user may exist all the
same. So the probe waits for the target, says how long it was away, and then searches for the user.
"""

import shlex
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from scim_conformance.config.settings import Settings
from scim_conformance.entra import needs
from scim_conformance.entra.dialects import Change
from scim_conformance.entra.directory.wanted import directory_of
from scim_conformance.entra.expectations import active
from scim_conformance.entra.patching import disable
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import create_user, patch_user, read_back
from scim_conformance.entra.world import World
from scim_conformance.reporting.findings import Finding, Severity, ok
from scim_conformance.scenario import tags
from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.exchange import Exchange, Outgoing, Sender, TransportFailure
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.performance import Performance, StepRun
from scim_conformance.scenario.player import Player
from scim_conformance.scenario.steps import Step
from scim_conformance.target import failures, journal
from scim_conformance.target.cleanup import clean
from scim_conformance.target.ledger import Ledger
from scim_conformance.target.removal import CleanUpOutcome
from scim_conformance.target.session import Session
from scim_conformance.target.shapes import shape_of
from scim_conformance.target.wire import TargetWire

REPORTS = Path("reports")
WHAT = "writing"

AWAY = 15.0
"""Seconds for which a target that does not respond after a write is waited for."""

OFTEN = 20
"""Times that it is looked for in quick succession: a process that is started again is back soon."""

SEEN = {
    failures.BROKEN: "the connection broke before a response arrived",
    failures.REFUSED: "the target refused the connection",
}
JUDGED_IN = {"disable": "ENT-DIS-01", "read-changed": "ENT-DIS-01", "patch": "ENT-UPD-01"}
"""The scenarios that show the details, by the key of a step; for the others, it is that of a creation."""


@dataclass
class WriteProbe:
    """Creates a user, reads, changes and deletes it. `directory`: for the journal of what may be there."""

    settings: Settings
    profile: Profile
    wire: TargetWire
    directory: Path
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    is_away: bool = False
    """Whether the target did not respond any more."""
    _unanswered: list[str] = field(default_factory=list)
    """What was seen of each request without a response."""

    def findings(self) -> Iterator[Finding]:
        """Yield what was seen; the last finding stops the rest if the target does not respond any more."""
        tag, path = tags.new(), self.directory / journal.NAME
        book = journal.Journal(path, self.settings.base, tag, "doctor")
        session = Session(self.wire, book, Ledger(tag), settle=self.settings.settling)
        world = World(self.profile, directory_of(self.profile, tag, "doctor", self.settings.seed))
        steps = [*self._steps(world)]
        player = Player(lambda outgoing: self._sent(session, outgoing), settle=self.settings.settling)
        performance = player.play(Scenario(steps), {})
        self._tidy(session)
        yield from self._problems(performance)
        yield from self._left(None if self.is_away else clean(self.wire, path, tag, groups=False))
        if not self._unanswered and not _problem(performance):
            done = "created, changed and deleted" if len(steps) > 2 else "created and deleted"
            yield ok(WHAT, f"a user was {done}")

    def _steps(self, world: World) -> Iterator[Step]:
        yield create_user(world, world.person())
        yield read_back()
        dialect = self.settings.dialects[0]
        if needs.has(self.profile, "changes:active"):
            yield disable(dialect)
            yield read_back("user", active(is_active=False), key="read-changed")
        elif needs.has(self.profile, "changes:displayName"):
            yield patch_user(dialect, [Change("displayName", world.renamed("Changed", "doctor"))])

    def _sent(self, session: Session, outgoing: Outgoing) -> Exchange:
        try:
            return session.send(outgoing)
        except TransportFailure as failure:
            self._note(failure)
            raise

    def _tidy(self, session: Session) -> None:
        """Delete the user; what gets no response is looked up afterwards, when the target is there again."""
        if self.is_away:
            return
        try:
            session.tidy(set())
        except TransportFailure as failure:
            self._note(failure)

    def _note(self, failure: TransportFailure) -> None:
        """Note what was seen instead of a response, and wait for the target."""
        seconds = self._seconds_until_back()
        self.is_away = seconds is None
        self._unanswered.append(f"{self._place(failure)}: {self._seen(failure)}{_afterwards(seconds)}")

    def _place(self, failure: TransportFailure) -> str:
        if failure.exchange is None:
            return "a request"
        sent = failure.exchange.request
        return str(shape_of(Outgoing(sent.method, sent.url.removeprefix(self.settings.base))).place)

    def _seen(self, failure: TransportFailure) -> str:
        if failure.kind == failures.TIMEOUT:
            return f"no response arrived within {self.settings.timeout:g} s"
        return SEEN.get(failure.kind, failure.sentence)

    def _seconds_until_back(self) -> float | None:
        """Return after how many seconds the target responds again, 0 if at once, None if it stays away."""
        begun, looks = self.clock(), 0
        while not self._is_there():
            if self.clock() - begun >= AWAY:
                return None
            self.sleep(0.1 if looks < OFTEN else 0.5)
            looks += 1
        return self.clock() - begun if looks else 0.0

    def _is_there(self) -> bool:
        try:
            answer = self.wire.send(Outgoing("GET", "/Users?startIndex=1&count=1", by=Sender.HARNESS)).answer
        except TransportFailure:
            return False
        return answer is not None and answer.status not in (502, 503, 504)

    def _problems(self, performance: Performance) -> Iterator[Finding]:
        if self._unanswered:
            for said in dict.fromkeys(self._unanswered):
                yield Finding(Severity.FAULT, WHAT, said, "check the target's log")
            return
        problem = _problem(performance)
        if problem:
            key = performance.steps[-1].step.key if performance.steps else ""
            yield Finding(Severity.FAULT, WHAT, problem, f"scim-conformance run {JUDGED_IN.get(key, 'ENT-CRE-01')}")

    def _left(self, outcome: CleanUpOutcome | None) -> Iterator[Finding]:
        """Yield what may be left; if nothing is, the journal is removed."""
        do = f"scim-conformance clean {shlex.quote(str(self.directory))}"
        if outcome is None:
            yield Finding(Severity.FAULT, WHAT, "the test user may be left in the target", do, stops=True)
        elif outcome.leftovers:
            left = outcome.leftovers[0]
            text = f"the test user {'is still' if left['known'] else 'may still be'} there ({left['why']})"
            yield Finding(Severity.FAULT, WHAT, text, do)
        else:
            shutil.rmtree(self.directory, ignore_errors=True)
            with suppress(OSError):
                REPORTS.rmdir()  # only if it is empty: if it was created for this


def _afterwards(seconds: float | None) -> str:
    if seconds is None:
        return f", and the target did not respond again within {AWAY:g} s"
    return f"; the target was back after {seconds:.1f} s" if seconds else "; the target responds to other requests"


def _problem(performance: Performance) -> str | None:
    """Return the first thing that is wrong with a response, with its request, or None."""
    wrong = [
        f"{_request(played)}: {judged.actual}"
        for played in performance.steps
        for judged in played.failing
        if judged.check.level is not Level.SHOULD
    ]
    return next(iter(wrong), performance.stopped)


def _request(played: StepRun) -> str:
    """Return the request of a step, as `POST /Users`, with its status if that is not what is wrong."""
    path = played.step.path.replace("{user}", "{id}")
    status = "" if any(one.check.key == "status" for one in played.failing) else f" returned {played.answer.status}"
    return f"{played.step.method} {path}{status}"
