"""Plays attacks, each in a process of its own, two at a time: `run`, what a second client sees, `clean`, and again."""

import contextlib
import io
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.server import Served, serve
from scim_conformance.demo.tokens import TokenEndpoint
from tests.hostile import second
from tests.hostile.attacking import COUNTING, Attack
from tests.hostile.everything import ATTACKS
from tests.hostile.population import population
from tests.hostile.world import World
from tests.support.defects import IMPORTED

if TYPE_CHECKING:
    from scim_conformance.demo.app import Around

SECRET = "a-secret-of-the-hostile-test"


class Renewing(TokenEndpoint):
    """Gives tokens that are said to end in a second, so that one is asked for all the time; each is good for long."""

    def answer(self, request: ScimRequest) -> ScimResponse:
        """Answer a token request."""
        response = super().answer(request)
        if response.body and "expires_in" in response.body:
            response.body["expires_in"] = 1
        return response


@dataclass(frozen=True)
class Job:
    """Which attack to play, and where: a report directory appears below it."""

    name: str
    where: Path
    arguments: tuple[str, ...]
    users: int = 400
    groups: int = 100
    cleans: int = 1
    key: str = ""
    """Under which key its outcome is returned, where that is not the attack's name."""

    @property
    def attack(self) -> Attack:
        """The attack itself: a name travels to another process, a function does not."""
        return ATTACKS[self.name]


@dataclass(frozen=True)
class Said:
    """A command that has ended."""

    code: int
    text: str
    damage: list[str]
    left: dict[str, str]
    """What a second client found of ours afterwards, where that is the question."""


@dataclass(frozen=True)
class Outcome:
    """What came of an attack."""

    run: Said
    cleans: list[Said]
    result: dict[str, Any]
    wrongs: list[str]
    """Requests that would have changed a stranger."""
    mutations: int
    seconds: float


def play(job: Job) -> Outcome:
    """Play one attack in this process, which does nothing else."""
    begun = time.monotonic()
    job.where.mkdir(parents=True, exist_ok=True)
    os.chdir(job.where)
    world = World(population(job.users, job.groups))
    arounds: list[Around] = [world.watch, partial(job.attack.act, world), world.serve]
    with serve(arounds, tokens=Renewing("hostile-client", SECRET)) as served:
        world.intimate = job.attack.intimate
        ended = _run(served, job)
        assert _result(job.where), f"no result.json: exit {ended[0]}: {ended[1][-800:]}"
        played = _said(world, served, job, ended)
        result = _result(job.where)
        world.phase = "clean"
        cleans = [_said(world, served, job, _clean(served, job)) for _ in range(job.cleans)]
    return Outcome(played, cleans, result, world.wrongs, world.mutations, time.monotonic() - begun)


def _run(served: Served, job: Job) -> tuple[int, str]:
    given = ("run", "--url", served.url, "--report-dir", str(job.where / "report"), *_access(served, job))
    return command(served, *given, *job.arguments)


def _clean(served: Served, job: Job) -> tuple[int, str]:
    return command(served, "clean", str(job.where / "report"), *_access(served, job))


def _access(served: Served, job: Job) -> Sequence[str]:
    return ("--client-id", "hostile-client", "--token-url", served.token_url) if job.attack.oauth else ()


def command(served: Served, *arguments: str) -> tuple[int, str]:
    """Run the command line in this process; return its exit code and what it printed."""
    from scim_conformance.commands.main import main

    for key in [key for key in os.environ if key.startswith(("SCIM_CONFORMANCE_", "PYTEST_"))]:
        del os.environ[key]
    name, secret = ("CLIENT_SECRET", SECRET) if "--client-id" in arguments else ("TOKEN", served.token)
    os.environ |= {"NO_COLOR": "1", "COLUMNS": "200", f"SCIM_CONFORMANCE_{name}": secret}
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    code: Any = None
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            main(list(arguments))
        except SystemExit as ended:
            code = ended.code
    return int(code or 0), printed.buffer.getvalue().decode()


def _said(world: World, served: Served, job: Job, ended: tuple[int, str]) -> Said:
    left: dict[str, str] = {}
    if job.attack.tells in COUNTING:
        phase, world.phase = world.phase, "second client"
        left = second.found(served.url, served.token, _result(job.where)["run_id"], job.where / "report")
        world.phase = phase
    return Said(*ended, world.damage(), left)


def _result(where: Path) -> dict[str, Any]:
    path = where / "report" / "result.json"
    found: dict[str, Any] = json.loads(path.read_bytes()) if path.is_file() else {}
    return found


def play_all(jobs: Iterable[Job], playing: Callable[[Job], Any] = play) -> dict[str, Any]:
    """Play attacks, two at a time, and return what came of each by its name."""
    return dict(each(list(jobs), playing))


def each(jobs: list[Job], playing: Callable[[Job], Any] = play) -> Iterator[tuple[str, Any]]:
    """Play attacks, two at a time, and yield the name of each and what came of it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*IMPORTED, "tests.hostile.playing"])
    with context.Pool(2, maxtasksperchild=1) as pool:
        yield from zip((job.key or job.name for job in jobs), pool.imap(partial(_safely, playing), jobs), strict=True)


def _safely(playing: Callable[[Job], Any], job: Job) -> Any:
    """Play an attack; a failure of the attack itself names it."""
    try:
        return playing(job)
    except Exception as error:  # reaches the test as it is
        raise AssertionError(f"{job.name}: {type(error).__name__}: {error}") from error
