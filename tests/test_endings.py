"""However a run ends, nothing of ours stays in the target, and nothing foreign is touched."""

import asyncio
import json
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.run.pool import PLACE
from tests.support.cli import COMMAND, Ended, Process, Run, assert_calm
from tests.support.foreign import Inhabited, Signal, Slow, inhabited
from tests.support.small import small
from tests.support.turns import due, rotated

pytestmark = pytest.mark.slow

WORKERS = [pytest.param((), id="serial"), pytest.param(("-n", "2"), id="two-workers")]
USERS, GROUPS = 300, 200
MORE = 100
"""Requests that a second process may cost: neighbours of its own, which are created, confirmed, looked for and deleted,
and what both create because neither has a spare at that moment."""

Moment = Callable[[], Signal | Slow]


@pytest.fixture(scope="module")
def town() -> Iterator[Inhabited]:
    """A target in which 500 others live. Every test leaves it as it was, or fails."""
    with inhabited(users=USERS, groups=GROUPS) as target:
        yield target


def struck(run: Run, moment: Signal | Slow, number: signal.Signals, *arguments: str) -> Ended:
    """Send a signal at a moment of the run, and wait for its end. Ctrl-C reaches the workers too, as in a terminal."""
    process = run.start(*arguments)
    assert moment.begun.wait(30), "the run never got there"
    time.sleep(0.1)
    process.signal(number, group=number is signal.SIGINT)
    return process.ended()


def assert_interrupted(run: Run, ended: Ended) -> None:
    """Exit code 2, a result that can be read and claims nothing, and a calm screen."""
    assert_calm(ended)
    assert ended.code == 2, ended.screen
    assert run.result["exit_code"] == 2
    assert run.result["verdict"] == "partial"
    assert run.result["leftovers"] == []


@pytest.fixture(scope="module")
def alone(town: Inhabited, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of everything with a small profile in one process. It ends as it should, and leaves nothing."""
    town.served.app.defects = ()
    run = Run(tmp_path_factory.mktemp("alone"), town.url, town.token)
    assert_left_nothing(town, run, run.run(*small(groups=True)))
    return run


def assert_left_nothing(town: Inhabited, run: Run, ended: Ended) -> None:
    """All is as it was before a run that found nothing."""
    assert ended.code == 0, ended.screen
    assert run.result["leftovers"] == []
    assert len(town.before) == USERS + GROUPS
    town.assert_as_before()


def test_two_processes_leave_nothing_and_find_the_same_with_hardly_more_requests(
    town: Inhabited, alone: Run, tmp_path: Path
) -> None:
    """They share what scenarios leave: the one that plays the large group does not make a hundred users of its own."""
    town.served.app.defects = ()
    together = Run(tmp_path, town.url, town.token)
    assert_left_nothing(town, together, together.run("-n", "2", *small(groups=True)))
    assert not (together.reports / PLACE).exists()
    verdicts = [[(one["id"], one["verdict"]) for one in run.result["scenarios"]] for run in (alone, together)]
    assert verdicts[0] == verdicts[1]
    more = sum(together.result["requests"].values()) - sum(alone.result["requests"].values())
    assert more <= MORE, f"{more} requests more"


MOMENTS: dict[str, Moment] = {"in-the-middle": lambda: Signal(60), "while-a-POST-is-in-flight": lambda: Slow(9)}
STRUCK = [
    (moment, number, workers)
    for place, number in enumerate((signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT))
    for moment, workers in rotated([(moment, workers) for moment in MOMENTS for workers in ("", "-n 2")], place)
]
"""Every signal at every moment, serially and with workers. A run plays four: each signal, moment and number of workers
is among them."""


@pytest.mark.parametrize(("moment", "number", "workers"), due(STRUCK, 4))
def test_a_signal_ends_the_run_cleanly(
    town: Inhabited, tmp_path: Path, moment: str, number: signal.Signals, workers: str
) -> None:
    strike = MOMENTS[moment]()
    town.served.app.defects = (strike,)
    run = Run(tmp_path, town.url, town.token)
    assert_interrupted(run, struck(run, strike, number, *workers.split()))
    time.sleep(strike.seconds if isinstance(strike, Slow) else 0)
    town.assert_as_before()


@pytest.mark.parametrize("workers", WORKERS)
def test_after_kill_9_clean_finishes(town: Inhabited, tmp_path: Path, workers: tuple[str, ...]) -> None:
    strike = Slow(9)
    town.served.app.defects = (strike,)
    run = Run(tmp_path, town.url, town.token)
    process = run.start(*workers)
    assert strike.begun.wait(30)
    process.signal(signal.SIGKILL, group=True)
    assert process.ended().code == -signal.SIGKILL
    cleaned = run.clean()
    assert_calm(cleaned)
    assert cleaned.code == 0, cleaned.screen
    assert not (run.reports / PLACE).exists()
    time.sleep(strike.seconds)
    town.assert_as_before()


def test_clean_a_second_time_finds_nothing(town: Inhabited, tmp_path: Path) -> None:
    strike = Signal(60)
    town.served.app.defects = (strike,)
    run = Run(tmp_path, town.url, town.token)
    process = run.start()
    assert strike.begun.wait(30)
    process.signal(signal.SIGKILL, group=True)
    process.ended()
    assert " removed, nothing is left" in run.clean().out
    town.assert_as_before()
    again = run.clean()
    assert (again.code, "nothing is left" in again.out) == (0, True)


def test_a_second_ctrl_c_stops_the_clean_up_and_says_what_is_left(tmp_path: Path) -> None:
    strike = Slow(5, seconds=0.3, many=99)
    with inhabited(strike, Sluggish()) as target:
        run = Run(tmp_path, target.url, target.token)
        process = run.start()
        assert strike.begun.wait(30)
        # Scenarios delete too: only what comes after the first signal is clean-up.
        target.served.app.notes.pop("deleting", None)
        process.signal(signal.SIGINT, group=True)
        _wait_for_deletes(target)
        process.signal(signal.SIGINT, group=True)
        ended = process.ended()
        assert_calm(ended)
        assert ended.code == 2
        assert f"    scim-conformance clean {run.reports.relative_to(run.where)}\n" in ended.screen
        assert {one["why"] for one in run.result["leftovers"]} == {"the clean-up did not finish: it was interrupted"}
        target.served.app.defects = ()
        assert run.clean().code == 0
        target.assert_as_before()


class Sluggish:
    """A defect: DELETE takes a while."""

    async def __call__(self, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        """Delay it."""
        if request.method == "DELETE":
            target.notes["deleting"] = True
            await asyncio.sleep(0.8)
        return await go(request)


def _wait_for_deletes(target: Inhabited) -> None:
    until = time.monotonic() + 20
    while "deleting" not in target.served.app.notes:
        assert time.monotonic() < until, "no clean-up began"
        time.sleep(0.02)
    time.sleep(0.1)


@pytest.mark.parametrize("kept", ["environment", "flag"])
def test_a_journal_is_not_used_against_another_target(town: Inhabited, tmp_path: Path, kept: str) -> None:
    """The ids of one target may be those of other people in another: an old journal must not reach them."""
    town.served.app.defects = ()
    victim = next(iter(town.before))
    journal = tmp_path / "report" / "journal.jsonl"
    journal.parent.mkdir()
    tag = "sct0123456789ab"
    intent = {"event": "intent", "key": "main-1", "tag": tag, "type": "User", "name": f"{tag}-Ann.Lee", "at": 1.0}
    lines = [
        intent | {"url": "http://127.0.0.1:9/elsewhere"},
        {"event": "created", "key": "main-1", "id": victim},
    ]
    journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
    run = Run(tmp_path, town.url, town.token)
    if kept == "flag":
        ended = run.clean("--url", town.url)
        assert "which does not have this run's tag" in ended.out
    else:
        ended = Process(
            (*COMMAND, "clean", str(run.reports)), tmp_path, run.environ | {"SCIM_CONFORMANCE_URL": town.url}
        ).ended()
        assert "127.0.0.1:9 refuses connections" in ended.out
    assert ended.code == 6
    assert run.run("ENT-CON-01").code == 0
    town.assert_as_before()
