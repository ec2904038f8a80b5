"""Targets that hang or hang up on a kind of request: a handful of timeouts, a finding, and nothing left unsaid."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Around, BrokenResponse, Go, Target
from scim_conformance.demo.server import serve
from tests.support.cli import Run, assert_calm
from tests.support.raw import Accounts, Pieces, Received, listening

pytestmark = pytest.mark.slow

TIMEOUT = 0.5
CHECK = "STD-ANS-01#any.answer"


@dataclass
class Hanging:
    """A target that does not answer one method, until it is let go."""

    method: str
    is_over: bool = False

    async def __call__(self, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        """Serve, or hang."""
        while request.method == self.method and not self.is_over:
            await asyncio.sleep(0.05)
        return await go(request)


async def broken_patch(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method != "PATCH":
        return await go(request)
    return BrokenResponse(HTTPStatus.OK, None, {"Content-Type": "application/scim+json", "Content-Length": "99"}, b"{")


FAULTS: dict[str, tuple[Around, str, int]] = {
    "delete-hangs": (Hanging("DELETE"), "DELETE /Users/{id}", 4),
    "post-hangs": (Hanging("POST"), "POST /Users", 4),
    "patch-breaks-off": (broken_patch, "PATCH /Users/{id}", 0),
}
"""What the target does, which request of Entra's it is, and how many timeouts that may cost."""


@pytest.mark.parametrize(("around", "request_", "most"), FAULTS.values(), ids=FAULTS)
def test_what_is_not_answered_twice_is_a_finding(tmp_path: Path, around: Around, request_: str, most: int) -> None:
    with serve([around]) as served:
        run = Run(tmp_path, served.url, served.token)
        ended = run.run("--timeout", str(TIMEOUT), "--suite", "entra", "ENT-CRE", "ENT-DIS", "ENT-DEL", within=120)
        there = len(served.app.memory.resources)
        if isinstance(around, Hanging):
            around.is_over = True
    assert_calm(ended)
    assert ended.code == 1, ended.screen
    result = run.result
    assert result["fix_first"][0]["check"] == CHECK
    assert f"{request_} got no response twice" in result["fix_first"][0]["actual"]
    assert len(result["fix_first"][0]["blocks"]) > 2
    timeouts = [one for one in _failures(result) if "did not respond" in one["failure"]]
    assert len(timeouts) <= most
    assert len(result["leftovers"]) >= there
    _assert_blocked_by_it(result)


def _failures(result: dict[str, Any]) -> list[dict[str, Any]]:
    # The examples of a standing check are exchanges of scenarios.
    scenarios = [one for one in result["scenarios"] if one["moment"] != "every answer"]
    return [exchange for one in scenarios for exchange in one["exchanges"] if exchange["failure"] is not None]


def _assert_blocked_by_it(result: dict[str, Any]) -> None:
    unsent = [one for one in result["scenarios"] if "was not sent" in (one["reason"] or "")]
    assert unsent
    for one in unsent:
        assert one["verdict"] == "inconclusive"
        assert one["blocked_by"]["scenario"] == "STD-ANS-01"
        assert one["blocked_by"]["request"].startswith(("DELETE", "POST", "PATCH"))


class Once(Accounts):
    """An honest target that hangs up on one POST: the first one after those of the neighbours."""

    def __init__(self) -> None:
        super().__init__()
        self.posts = 0

    def answer(self, request: Received) -> Pieces:
        self.posts += request.method == "POST"
        if request.method == "POST" and self.posts == 4:
            return _nothing()
        return self(request)


def _nothing() -> Iterator[bytes]:
    yield b""


def test_what_is_answered_the_second_time_is_judged_and_the_first_try_is_recorded(tmp_path: Path) -> None:
    target = Once()
    with listening(target.answer) as served:
        run = Run(tmp_path, served.url, "a-secret-of-the-test")
        ended = run.run("--timeout", "2", "ENT-CRE-01")
    assert_calm(ended)
    scenarios = [one for one in run.result["scenarios"] if one["id"].startswith("ENT-CRE-01")]
    first = [one["exchanges"][0] for one in scenarios if one["exchanges"][0]["step"] == "first-try"]
    assert [(one["method"], one["status"]) for one in first] == [("POST", None)]
    assert "closed the connection" in first[0]["failure"]
    assert {one["verdict"] for one in scenarios} <= {"conformant", "deviation"}
    assert all(one["check"] != CHECK for one in run.result["fix_first"])
    assert target.held == {}


def test_a_target_that_goes_away_is_down_after_some_timeouts(tmp_path: Path) -> None:
    accounts = Accounts()
    with listening(lambda request: accounts(request) if request.number < 12 else _nothing()) as served:
        run = Run(tmp_path, served.url, "a-secret-of-the-test")
        ended = run.run("--timeout", str(TIMEOUT), "ENT-CRE", "ENT-DIS", "ENT-DEL")
    assert_calm(ended)
    assert ended.code == 6, ended.screen
    assert ended.seconds < 45
    assert run.result["verdict"] != "yes"
    assert len(run.result["leftovers"]) >= len(accounts.held)
