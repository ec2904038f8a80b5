"""Plays scenarios ahead in threads, while pytest takes their results in order.

pytest and Allure are spoken to by the main thread alone. The first scenarios are played there, until the neighbours
exist: what is learned with them serves all. Then the threads begin, each with a lane of its own, and take one scenario
after another. An item waits for the result of its own scenario.

- With `-x` or `--maxfail`, what was played ahead and not yet taken is dropped; it is cleaned up like the rest.
- An item that runs a second time, as with pytest-rerunfailures, is played in the main thread.
- On Ctrl-C, each thread ends its request, not its scenario.
"""

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from statistics import median

from scim_conformance.reporting.allure.cases import Steps
from scim_conformance.run.lane import Lane
from scim_conformance.run.runner import Runner
from scim_conformance.run.threads import LOOK, join, start
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.model import Case
from scim_conformance.system import signals
from scim_conformance.target.pace import Halted
from scim_conformance.verdict.results import ScenarioResult

Due = tuple[Case, str]
"""A case, and the id of its item."""


@dataclass(frozen=True)
class Played:
    """How a case went: its result, its checks as declared, and its steps for Allure."""

    result: ScenarioResult
    declared: Sequence[Check]
    steps: Steps


class Ahead:
    """Plays the cases of a process: in its main thread, or ahead of it where the runner has more than one job."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._due: deque[Due] = deque()
        self._futures: dict[str, Future[Played]] = {}
        self._threads: list[threading.Thread] = []
        self._seconds: list[float] = []

    def begin(self, due: Sequence[Due]) -> None:
        """Record what is to be played, in this order. Nothing is played yet."""
        self._due.extend(due)

    def take(self, case: Case, nodeid: str, steps: Steps) -> Played:
        """Return how a case went; play it now if it was not played ahead. `steps` has what was played of it, even if
        that ends with an error."""
        future = self._futures.pop(nodeid, None)
        if future is not None:
            return self._awaited(future)
        if (case, nodeid) in self._due:
            self._due.remove((case, nodeid))
        played = _play(self._runner.main, case, nodeid, steps)
        self._seconds += [one.seconds for one in played.result.exchanges if one.status is not None]
        if self._runner.jobs > 1 and not self._threads and self._due and self._is_ready:
            self._start()
        return played

    def _awaited(self, future: "Future[Played]") -> Played:
        try:
            return _result(future)
        except KeyboardInterrupt:
            # Now, and not when pytest has written down where this happened: the threads would play on meanwhile.
            self._runner.halted.set()
            raise

    @property
    def _is_ready(self) -> bool:
        """Return whether what serves all cases is known."""
        return self._runner.neighbours.settled is not None

    def _start(self) -> None:
        self._runner.confirm_neighbours()
        self._runner.grounds.crowd.usual = median(self._seconds) if self._seconds else 0.0
        self._futures = {nodeid: Future() for _, nodeid in self._due}
        for number in range(min(self._runner.jobs, len(self._due))):
            lane = self._runner.branch()
            work = _Work(lane, self._due, self._futures, self._runner.halted)
            self._threads.append(start(work.all, f"scim-conformance-{number + 1}"))

    def finish(self) -> int:
        """End the threads, delete what is left of what was created, and return the requests since the last case."""
        self._runner.halted.set()
        try:
            join(self._threads)
        except KeyboardInterrupt:
            self._runner.cut_short = True
            return 0
        self._runner.halted.clear()
        return self._runner.finish()


class _Work:
    """What a thread does."""

    def __init__(
        self, lane: Lane, due: deque[Due], futures: dict[str, Future[Played]], halted: threading.Event
    ) -> None:
        self._lane, self._due, self._halted = lane, due, halted
        self._futures = dict(futures)

    def all(self) -> None:
        """Play one case after another until none is left, or the run ends."""
        while not self._halted.is_set():
            try:
                case, nodeid = self._due.popleft()
            except IndexError:
                return
            self._one(self._futures[nodeid], case, nodeid)

    def _one(self, future: "Future[Played]", case: Case, nodeid: str) -> None:
        try:
            future.set_result(_play(self._lane, case, nodeid, Steps()))
        except Halted:
            return  # no item waits for it any more
        except BaseException as error:  # noqa: BLE001 - raised again where the result is taken
            future.set_exception(error)


def _play(lane: Lane, case: Case, nodeid: str, steps: Steps) -> Played:
    result = lane.perform(case, nodeid, steps)
    return Played(result, lane.declared(case), steps)


def _result(future: "Future[Played]") -> Played:
    """Wait for a result, in a way that lets a signal through."""
    while True:
        signals.check()
        try:
            return future.result(LOOK)
        except TimeoutError:
            if future.done():
                raise
