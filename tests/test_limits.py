"""How long a run may take in all, and what it says before it creates anything in somebody else's system."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.catalogue import scenarios
from scim_conformance.config.settings import Settings
from scim_conformance.demo.app import Go, Target
from scim_conformance.entra.profiles.profile import load
from scim_conformance.run import estimate
from scim_conformance.scenario.exchange import Outgoing, TransportFailure
from scim_conformance.system.time_limit import GRACE, Limit
from scim_conformance.target.wire import TargetWire
from tests.support.cli import Run, assert_calm, cli, pytest_suites
from tests.support.foreign import Inhabited, inhabited
from tests.support.raw import Pieces, Received, listening
from tests.support.turns import due

pytestmark = pytest.mark.slow

ELSEWHERE = "http://127.0.0.2:9/scim"
"""Not loopback for the harness, which knows 127.0.0.1 and localhost; and nothing listens there."""


@pytest.fixture(scope="module")
def town() -> Iterator[Inhabited]:
    """A target in which others live."""
    with inhabited(users=30, groups=10) as target:
        yield target


@pytest.mark.parametrize("workers", due([(), ("-n", "2")], 2))
def test_when_the_time_is_over_no_further_scenario_starts(
    town: Inhabited, tmp_path: Path, workers: tuple[str, ...]
) -> None:
    async def sluggish(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        await asyncio.sleep(0.1)
        return await go(request)

    town.served.app.defects = (sluggish,)
    run = Run(tmp_path, town.url, town.token)
    ended = run.run("--max-time", "2", *workers, within=120)
    assert_calm(ended)
    assert ended.code == 6
    assert run.result["settings"]["max_time"] == 2
    assert run.result["ended_early"] == "the run reached its time limit (--max-time 2 seconds)"
    reasons = Counter(one["reason"] for one in run.result["scenarios"])
    assert reasons["it did not run: the run reached its time limit (--max-time 2 seconds)"] > 50
    assert run.result["leftovers"] == []
    town.assert_as_before()


@pytest.mark.parametrize("said", ["0", "-1", "nan", "1e9"])
def test_a_time_that_is_no_use(tmp_path: Path, said: str) -> None:
    ended = cli(tmp_path, "run", "--url", ELSEWHERE, "--max-time", said)
    assert (ended.code, "--max-time" in ended.err) == (4, True)


def test_a_request_ends_with_the_time_that_it_has() -> None:
    """A target that never answers holds a run for no longer, whatever --timeout says."""

    def silent(request: Received) -> Pieces:
        time.sleep(1.5)
        return []

    with listening(silent) as target:
        wire = TargetWire(target.url, "a-secret-of-the-test", timeout=60)
        wire.cut_off.after(0.5, "it was cut short")
        for _ in range(2):
            with pytest.raises(TransportFailure) as raised:
                wire.send(Outgoing("GET", "/Users"))
            assert raised.value.sentence == "it was cut short"
        wire.close()
        assert len(target.received) == 1


def test_waiting_and_repeated_reads_end_with_the_time() -> None:
    now, slept = [0.0], list[float]()
    limit = Limit(100, 1800, clock=lambda: now[0], pause=slept.append)
    limit.sleep(60)
    now[0] = 80
    limit.sleep(60)
    now[0] = 110
    limit.sleep(60)
    assert slept == [60, 20, 0]
    assert limit.is_over
    assert limit.within(600) == GRACE - 10


def numbers(text: str) -> tuple[int, int]:
    """Return how many users and groups a line announces."""
    found = re.search(r"up to (\d+) users? and (\d+) groups? there", " ".join(text.split()))
    assert found, text
    return int(found[1]), int(found[2])


@pytest.mark.parametrize("workers", due([(), ("-n", "2")], 2, shift=1))
def test_no_more_is_created_than_was_announced(town: Inhabited, tmp_path: Path, workers: tuple[str, ...]) -> None:
    made: Counter[str] = Counter()

    async def counting(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        answer = await go(request)
        if request.method == "POST" and answer.status == 201:
            made[request.path.strip("/").rpartition("/")[2]] += 1
        return answer

    town.served.app.defects = (counting,)
    ids = ("ENT-CRE-01", "ENT-CRE-09", "ENT-GRP-01", "ENT-GRP-05", "ENT-GRP-14") if workers else ("ENT-CRE", "ENT-GRP")
    run = Run(tmp_path, town.url, town.token)
    assert run.run(*workers, *ids).code == 0
    line = cli(tmp_path / "line", "run", "--url", ELSEWHERE, "--yes", *workers, *ids).err
    users, groups = numbers(line)
    assert 0 < made["Users"] <= users
    assert 0 < made["Groups"] <= groups
    assert "New accounts may trigger e-mails or use licenses." in line


def test_the_line_stands_before_a_run_of_pytest_too(tmp_path: Path) -> None:
    given = ("--scim-url", ELSEWHERE, "--scim-yes", "--scim-id", "ENT-CRE-01")
    alone, together = (pytest_suites(tmp_path / name, *given, *more).out for name, more in RUNS.items())
    assert numbers(together) == tuple(number + more for number, more in zip(numbers(alone), (2, 1), strict=True))


RUNS: dict[str, tuple[str, ...]] = {"alone": (), "together": ("-n", "2")}


def test_doctor_says_it_before_it_writes(tmp_path: Path) -> None:
    said = cli(tmp_path, "doctor", "--url", ELSEWHERE, "--write").err
    assert f"{ELSEWHERE} is not on this machine. --write creates a user there" in said
    assert "creates" not in cli(tmp_path, "doctor", "--url", ELSEWHERE).err


def test_a_target_on_this_machine_needs_no_line(tmp_path: Path) -> None:
    assert "is not on this machine" not in cli(tmp_path, "run", "--url", "http://127.0.0.1:9/", "ENT-CRE-01").screen


def test_without_groups_none_are_announced() -> None:
    profile = load("users-only")
    cases = scenarios.cases_of(scenarios.shipped_templates(), profile, Settings())
    found: Any = estimate.most(cases, profile)
    assert found["Group"] == 0
    assert estimate.in_words(found).endswith("users")
