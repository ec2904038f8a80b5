"""Runs beside others: two at once, three thousand other people, a killed run. SCIM_HOSTILE=all: whole runs."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.catalogue.limits import most_requests
from scim_conformance.demo.server import Served, serve
from tests.hostile import second
from tests.hostile.population import population
from tests.hostile.world import World
from tests.support.cli import Ended, Run, assert_calm
from tests.support.foreign import Signal
from tests.support.small import small

pytestmark = pytest.mark.slow

ALL = os.environ.get("SCIM_HOSTILE") == "all"
SOME = () if ALL else ("ENT-MAT", "ENT-CRE-01", "ENT-CRE-09", "ENT-UPD-03", "ENT-DEL-01", "ENT-GRP-01", "ENT-LST")
WORKERS = [(), ("-n", "2")] if ALL else [()]
LONG = 240.0


@dataclass(frozen=True)
class Inhabited:
    """A served target with other people in it."""

    world: World
    served: Served

    def run(self, where: Path) -> Run:
        """Return a run against it."""
        return Run(where, self.served.url, self.served.token)

    def ours(self, run: Run, run_id: str) -> dict[str, str]:
        """Return what a second client finds of a run."""
        return second.found(self.served.url, self.served.token, run_id, run.reports)

    def assert_untouched(self) -> None:
        """Nobody was written to."""
        assert self.world.wrongs == []
        assert self.world.damage() == []


@contextmanager
def inhabited(users: int = 400, groups: int = 100, *more: Any) -> Iterator[Inhabited]:
    """Serve an honest target with other people in it."""
    world = World(population(users, groups))
    with serve([*more, world.watch, world.serve]) as served:
        yield Inhabited(world, served)


def assert_honest(run: Run, ended: Ended) -> None:
    """Everything was judged and met, and nothing was left."""
    assert_calm(ended)
    assert ended.code == 0, ended.screen
    result = run.result
    assert result["counts"]["deviation"] == result["counts"]["inconclusive"] == 0, ended.screen
    assert result["fix_first"] == []
    assert result["leftovers"] == []


@pytest.mark.parametrize("workers", WORKERS, ids="".join)
def test_a_whole_run_among_five_hundred_others(tmp_path: Path, workers: tuple[str, ...]) -> None:
    with inhabited() as target:
        run = target.run(tmp_path)
        ended = run.run(*workers, *(() if ALL else small(groups=True)), within=LONG)
        assert_honest(run, ended)
        assert run.result["verdict"] == "yes"
        # What looks for leftovers at the end is counted apart: one read for each id of the journal.
        assert sum(many for by, many in run.result["requests"].items() if by != "sweep") <= most_requests()
        target.assert_untouched()
        assert target.served.app.stored() == []
        cleaned = run.clean()
        assert cleaned.code == 0, cleaned.screen
        target.assert_untouched()


def test_three_thousand_others_change_nothing(tmp_path: Path) -> None:
    with inhabited(2600, 400) as target:
        run = target.run(tmp_path)
        assert_honest(run, run.run(*SOME, within=LONG))
        target.assert_untouched()
        assert target.served.app.stored() == []


def test_two_runs_at_once_do_not_see_each_other(tmp_path: Path) -> None:
    with inhabited(40, 10) as target:
        runs = [target.run(tmp_path / name) for name in ("one", "two")]
        started = [run.start(*SOME) for run in runs]
        ended = [one.ended(LONG) for one in started]
        for run, one in zip(runs, ended, strict=True):
            assert_honest(run, one)
        target.assert_untouched()
        assert target.served.app.stored() == []


def test_a_killed_run_is_cleaned_after_another_in_the_same_directory(tmp_path: Path) -> None:
    """The journal of a killed run is not overlooked, though a later one wrote beside it."""
    strike = Signal(25)
    with inhabited(40, 10, strike) as target:
        run = target.run(tmp_path)
        process = run.start("ENT-CRE", "ENT-UPD-01")
        assert strike.begun.wait(30)
        process.signal(signal.SIGKILL, group=True)
        process.ended()
        left = len(target.served.app.stored())
        assert left > 0
        again = run.run("ENT-CRE-01", within=LONG)
        assert_calm(again)
        cleaned = run.clean()
        assert_calm(cleaned)
        assert target.served.app.stored() == [], cleaned.screen
        assert cleaned.code == 0, cleaned.screen
        target.assert_untouched()


def test_a_second_run_in_the_same_directory_is_refused_while_the_first_goes_on(tmp_path: Path) -> None:
    strike = Signal(15)
    with inhabited(40, 10, strike) as target:
        first, second_run = target.run(tmp_path), Run(tmp_path / "two", target.served.url, target.served.token)
        process = first.start("ENT-CRE", "ENT-UPD", "ENT-GRP")
        assert strike.begun.wait(30)
        arguments = ("run", "--url", target.served.url, "--report-dir", str(first.reports), "ENT-CRE-01")
        refused = _command(second_run, *arguments)
        kept = process.ended(LONG)
        assert refused.code == 4, refused.screen
        assert_honest(first, kept)
        target.assert_untouched()
        assert target.served.app.stored() == []


def _command(run: Run, *arguments: str) -> Ended:
    from tests.support.cli import cli

    return cli(run.where, *arguments, environ=run.environ)
