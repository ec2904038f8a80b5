"""Lets a tester loose on a target, and looks at what it says, sends and leaves behind."""

import multiprocessing
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import RAW_QUERY, Around, Go, Target, body_of
from scim_conformance.demo.choices import VARIANTS
from scim_conformance.demo.server import serve
from tests.comparison.tools import TOOLS, Tool
from tests.proof.playing import Job, around
from tests.support.shapes_of_people import SHAPES
from tests.support.traffic import Sent

MOST_SECONDS, PATIENCE = 600.0, 30.0
"""For a whole run, and for the end after SIGTERM."""


@dataclass(frozen=True)
class Seen:
    """What came of a run: the faults that were named, and what it cost."""

    found: frozenset[str]
    requests: int
    seconds: float
    leftovers: int
    shapes: frozenset[str]
    code: int


@dataclass
class Listener:
    """A variant that is none: it writes down what it is sent."""

    sent: list[Sent] = field(default_factory=list)

    async def __call__(self, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        """Write the request down, and serve it."""
        query = request.header(RAW_QUERY)
        path = f"{request.path}?{unquote_plus(query)}" if query else request.path
        body: Any = body_of(request)
        self.sent.append(Sent("", "", None, request.method, path, body, "entra", given=False))
        return await go(request)

    def shapes(self) -> frozenset[str]:
        """Return which of Entra's request shapes were among them."""
        return frozenset(name for name, shape in SHAPES.items() if any(_is(shape, one) for one in self.sent))


def _is(shape: Any, sent: Sent) -> bool:
    try:
        return bool(shape(sent))
    except (KeyError, TypeError, AttributeError):
        # A body that is not built as Entra's are is not of its shape.
        return False


Task = tuple[str, Job]
"""The name of a tester, and the target as the matrix has it."""


def play_all(tasks: Iterable[Task]) -> list[Seen]:
    """Return what came of each run, two at a time."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.comparison.playing", "uvicorn.protocols.http.h11_impl"])
    pool = context.Pool(2, maxtasksperchild=20)
    try:
        return pool.map(_play, list(tasks), chunksize=1)
    finally:
        pool.close()
        pool.join()


def _play(task: Task) -> Seen:
    tool = next(one for one in TOOLS if one.name == task[0])
    return play(tool, around(task[1]), task[1].ids)


def _dressed(tool: Tool, listener: Listener, faults: Sequence[Around]) -> list[Around]:
    return [listener, *faults, *(VARIANTS[name].around for name in tool.dressing)]


def play(tool: Tool, faults: Sequence[Around] = (), ids: Sequence[str] = ()) -> Seen:
    """Let a tester run to its end against the embedded target."""
    listener = Listener()
    with tempfile.TemporaryDirectory(prefix="comparison-") as place, serve(_dressed(tool, listener, faults)) as served:
        code, output, seconds = run(tool, served.url, served.token, Path(place), ids)
        found = tool.found(output, Path(place)) if code in tool.allowed else {f"it ends with {code}"}
        left = len(served.app.stored())
        return Seen(frozenset(found), len(listener.sent), seconds, left, listener.shapes(), code)


def run(tool: Tool, url: str, token: str, directory: Path, ids: Sequence[str] = ()) -> tuple[int, str, float]:
    """Run a tester against a target; return its exit code (-1: it did not end), its output and the time it took."""
    started, begun = tool.start(url, token, directory, ids), time.monotonic()
    try:
        done = subprocess.run(
            started.line,
            env=dict(started.env),
            cwd=directory,
            timeout=MOST_SECONDS,
            capture_output=True,
            text=True,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return -1, str(late.stdout or ""), time.monotonic() - begun
    return done.returncode, done.stdout + done.stderr, time.monotonic() - begun


def terminated(tool: Tool, after: int) -> tuple[int, int]:
    """Send SIGTERM when so many requests have come; return how many resources were there then, and stay."""
    listener = Listener()
    with tempfile.TemporaryDirectory(prefix="comparison-") as place, serve(_dressed(tool, listener, ())) as served:
        started = tool.start(served.url, served.token, Path(place), ())
        process = subprocess.Popen(
            started.line, env=dict(started.env), cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + MOST_SECONDS
        while len(listener.sent) < after and process.poll() is None and time.monotonic() < until:
            time.sleep(0.002)
        there = len(served.app.stored())
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return there, len(served.app.stored())
