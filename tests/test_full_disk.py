"""A disk that fills up, a report directory that vanishes, and one that two runs want: one sentence, nothing lost."""

import os
import shlex
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from tests.support.cli import COMMAND, Ended, Process, Run, assert_calm, environment, start
from tests.support.foreign import Inhabited, Signal, inhabited
from tests.support.turns import due, rotated

pytestmark = pytest.mark.slow

SOME = ("ENT-CRE-01", "ENT-DIS-01", "ENT-DEL-01", "ENT-GRP-01")
FULL = "File too large"
"""What the system says where a file meets its limit: ENOSPC and EFBIG take the same way through our code."""


@pytest.fixture(scope="module")
def town() -> Iterator[Inhabited]:
    """A target in which others live."""
    with inhabited(users=30, groups=10) as target:
        yield target


def limited(run: Run, kilobytes: float, *arguments: str) -> Ended:
    """Run where no file may become larger than this; the journal is written until then, and cut off in a line."""
    given = (*COMMAND, "run", "--url", run.url, "--report-dir", str(run.reports), *arguments)
    # What is printed goes through a pipe: a file would meet the limit too.
    reading, writing = os.pipe()
    with Path(os.devnull).open("rb") as nothing:
        streams = (nothing.fileno(), writing, writing)
        pid = start(given, run.where, environment(run.environ), streams, largest=int(kilobytes * 1024))
    os.close(writing)
    screen = _printed(reading, pid)
    return Ended(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), screen, "", 0.0, 0.0)


def _printed(reading: int, session: int) -> str:
    """Return what a session prints until its end; one that hangs is killed, and that is a failure."""
    killing = threading.Timer(60, os.killpg, (session, signal.SIGKILL))
    killing.start()
    with os.fdopen(reading, encoding="utf-8") as printed:
        screen = printed.read()
    killing.cancel()
    return screen


LIMITS = [
    (kilobytes, workers)
    for number, kilobytes in enumerate((0.1, 0.3, 0.5, 3, 8))
    for workers in rotated(["", "-n 2"], number % 2)
]
"""Limits of a file, each serially and with workers: a run plays each limit in one of the two ways."""


@pytest.mark.parametrize(("kilobytes", "workers"), due(LIMITS, 2))
def test_nothing_is_created_that_cannot_be_written_down(
    town: Inhabited, tmp_path: Path, kilobytes: float, workers: str
) -> None:
    """The limits lie within the first intent, between it and the id, and in the middle of the run."""
    posts: list[str] = []

    async def counting(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        if request.method == "POST":
            posts.append(request.path)
        return await go(request)

    town.served.app.defects = (counting,)
    run = Run(tmp_path, town.url, town.token)
    ended = limited(run, kilobytes, *workers.split(), *SOME)
    assert_calm(ended)
    assert ended.code in {1, 4, 6}, ended.screen
    assert "cannot be written" in ended.screen.replace("\n", " ")
    assert FULL in ended.screen.replace("\n  ", " ")
    journal = run.reports / "journal.jsonl"
    intents = journal.read_text().count('"intent"') if journal.exists() else 0
    assert len(posts) <= intents
    town.assert_as_before()


def test_reports_that_do_not_fit_are_named(town: Inhabited, tmp_path: Path) -> None:
    town.served.app.defects = ()
    run = Run(tmp_path, town.url, town.token)
    ended = limited(run, 16, "ENT-CRE-01", "ENT-DIS-01")
    assert_calm(ended)
    assert ended.code == 4
    assert f"{run.reports}: result.json" in ended.out
    assert f"cannot be written: {FULL}" in ended.out
    assert not list(run.reports.glob("*.part"))
    town.assert_as_before()


@pytest.mark.parametrize("workers", due([(), ("-n", "2")], 2))
def test_a_report_directory_that_vanishes(town: Inhabited, tmp_path: Path, workers: tuple[str, ...]) -> None:
    strike = Signal(60)
    town.served.app.defects = (strike,)
    run = Run(tmp_path, town.url, town.token)
    process = run.start(*workers, "ENT-CRE", "ENT-GRP")
    assert strike.begun.wait(60)
    for _ in range(3):  # the run may write while this deletes
        shutil.rmtree(run.reports, ignore_errors=True)
    ended = process.ended()
    assert_calm(ended)
    assert "allure-results is incomplete" in ended.err
    assert run.result["leftovers"] == []
    town.assert_as_before()


def test_one_report_directory_serves_one_run(town: Inhabited, tmp_path: Path) -> None:
    go_on = threading.Event()
    begun = threading.Event()

    async def waiting(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        begun.set()
        while not go_on.is_set():
            await _pause()
        return await go(request)

    town.served.app.defects = (waiting,)
    run = Run(tmp_path / "first", town.url, town.token)
    first = run.start("ENT-CRE-01")
    assert begun.wait(60)
    before = sorted((path, path.stat().st_mtime_ns) for path in run.reports.rglob("*"))
    given = (
        f"run --url {town.url} --report-dir {run.reports}",
        f"clean {run.reports}",
        f"demo --report-dir {run.reports} ENT-CON-01",
    )
    for number, line in enumerate(given):
        second = Process((*COMMAND, *shlex.split(line)), tmp_path / str(number), run.environ).ended()
        assert second.code == 4, second.screen
        assert "is using this report directory" in second.err
    assert sorted((path, path.stat().st_mtime_ns) for path in run.reports.rglob("*")) == before
    go_on.set()
    assert first.ended().code == 0
    town.assert_as_before()


async def _pause() -> None:
    import asyncio

    await asyncio.sleep(0.02)


def test_the_lock_of_a_dead_process_blocks_nobody(town: Inhabited, tmp_path: Path) -> None:
    strike = Signal(40)
    town.served.app.defects = (strike,)
    run = Run(tmp_path, town.url, town.token)
    process = run.start(*SOME)
    assert strike.begun.wait(60)
    process.signal(signal.SIGKILL, group=True)
    process.ended()
    assert run.clean().code == 0
    assert run.run("ENT-CRE-01").code == 0
    town.assert_as_before()
