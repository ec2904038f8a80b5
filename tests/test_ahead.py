"""Scenarios played ahead in threads find what they find one after another, and leave nothing, however they end."""

import asyncio
import json
import signal
import sys
import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.server import serve
from tests.support import alike
from tests.support.cli import Ended, Process, assert_calm, pytest_suites

pytestmark = pytest.mark.slow

TAG = "sct0123456789ab"
PROGRAM = f"""
import sys
from scim_conformance.scenario import tags
tags.new = lambda: {TAG!r}
from scim_conformance.commands.main import main
main(sys.argv[1:])
"""
"""The command line with a tag that is always the same, so that the generated users are."""

DELAY = 0.005
"""Seconds that the target takes: long enough for the threads to overtake each other."""


HELD = 25
"""Requests after which a target may hold the next ones: until then, the main thread plays alone."""


class Town:
    """A target that takes its time.

    `enough`: it answers nothing more until so many requests wait at the same moment, which sets `many`.
    """

    def __init__(self, enough: int = 0) -> None:
        self.now, self.requests = 0, 0
        self.many, self.enough = threading.Event(), enough

    async def slowly(self, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        """Answer after a while."""
        self.now, self.requests = self.now + 1, self.requests + 1
        if self.now >= self.enough:
            self.many.set()
        while self.requests > HELD and not self.many.is_set():
            await asyncio.sleep(DELAY)
        await asyncio.sleep(DELAY)
        try:
            return await go(request)
        finally:
            self.now -= 1


def play(where: Path, town: Town, *arguments: str) -> Ended:
    """Play against a new target; nothing may be left in it."""
    where.mkdir()
    with serve([town.slowly]) as target:
        given = ("run", "--url", target.url, "--report-dir", str(where / "report"), *arguments)
        environ = {"SCIM_CONFORMANCE_TOKEN": target.token}
        ended = Process((sys.executable, "-c", PROGRAM, *given), where, environ).ended(300)
        assert target.app.stored() == []
    assert_calm(ended)
    return ended


def overlap(report: Path) -> bool:
    """Return whether scenarios were played at the same moment: one began before another had ended."""
    found = json.loads((report / "result.json").read_text(encoding="utf-8"))["scenarios"]
    sent = [[one["started"] for one in scenario["exchanges"]] for scenario in found if scenario["id"][:3] == "ENT"]
    spans = sorted((min(times), max(times)) for times in sent if times)
    return any(begin < end for (_, end), (begin, _) in pairwise(spans))


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The report of a serial run, and its requests."""
    where, town = tmp_path_factory.mktemp("ahead") / "serial", Town()
    assert play(where, town).code == 0
    return where / "report", town.requests


@pytest.mark.parametrize("jobs", ["4", "12", "16"])
def test_threads_find_and_report_the_same(serial: tuple[Path, int], tmp_path: Path, jobs: str) -> None:
    before, requests = serial
    town = Town()
    ended = play(tmp_path / "ahead", town, "-n", jobs)
    assert ended.code == 0, ended.screen
    after = tmp_path / "ahead" / "report"
    assert overlap(after)
    assert not overlap(before)
    assert town.requests <= requests * 1.05 + 16
    for found in (alike.results, alike.allure):
        one, other = (found(place, reuse=False) for place in (before, after))
        assert list(alike.differences(one, other)) == []
    assert alike.junit(before) == alike.junit(after)
    assert list(alike.differences(alike.summary(before), alike.summary(after))) == []


def test_an_interrupt_ends_requests_and_not_scenarios(tmp_path: Path) -> None:
    """Of 16 threads, 8 have sent a request; a machine that is busy looks like a slow target, which gets fewer."""
    town = Town(enough=8)
    with serve([town.slowly]) as target:
        given = ("run", "--url", target.url, "--report-dir", str(tmp_path / "report"), "-n", "16")
        process = Process((sys.executable, "-c", PROGRAM, *given), tmp_path, {"SCIM_CONFORMANCE_TOKEN": target.token})
        assert town.many.wait(120)
        process.signal(signal.SIGINT, group=False)
        ended = process.ended(300)
        assert target.app.stored() == [], ended.screen
    assert_calm(ended)
    assert ended.code == 2, ended.screen


def test_a_session_of_pytest_plays_ahead_too(tmp_path: Path) -> None:
    town = Town()
    with serve([town.slowly]) as target:
        options = (f"--scim-url={target.url}", "--scim-jobs=8", "--scim-id=ENT-DIS", "--scim-id=ENT-UPD-01", "-x")
        given = (*options, f"--scim-report-dir={tmp_path / 'report'}")
        ended = pytest_suites(tmp_path, *given, environ={"SCIM_CONFORMANCE_TOKEN": target.token})
        assert target.app.stored() == []
    assert ended.code == 0, ended.screen
    assert overlap(tmp_path / "report")


@pytest.mark.parametrize("jobs", ["0", "65", "many"])
def test_a_number_that_makes_no_sense_is_refused(tmp_path: Path, jobs: str) -> None:
    command: Any = (sys.executable, "-c", PROGRAM, "run", "--url", "http://127.0.0.1:9/v2", "-n", jobs)
    ended = Process(command, tmp_path, {}).ended()
    assert_calm(ended)
    assert ended.code == 4
    assert "jobs" in ended.screen
