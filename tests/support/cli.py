"""The real command line in a process of its own and a new session: signals reach it and its workers, not the tests."""

import atexit
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from scim_conformance.system.signals import ENDING
from tests.support import warm
from tests.support.becoming import restrict

COMMAND = (sys.executable, "-m", "scim_conformance")
PYTEST = (sys.executable, "-m", "pytest", "-p", "no:hypothesispytest")
"""Without the plugin that imports the whole of Hypothesis when a session ends: it takes a second."""
MODULES = (COMMAND[2:3], PYTEST[2:3])
"""What can be started warm."""
ROOT = Path(__file__).resolve().parent.parent.parent
SUITES = ROOT / "suites"


@dataclass(frozen=True)
class Ended:
    """A process that has ended. `megabytes` is the most memory that it held."""

    code: int
    out: str
    err: str
    seconds: float
    megabytes: float

    @property
    def screen(self) -> str:
        """Everything that was printed."""
        return self.out + self.err


@dataclass
class Process:
    """A process under way, writing into files, so that nothing it prints can block it."""

    arguments: tuple[str, ...]
    where: Path
    environ: dict[str, str] = field(default_factory=dict)
    cold: bool = False
    """Start a new interpreter, for what a fork of one that has imported the command line cannot show."""
    path: Path | None = None
    """A folder to import from, for plugins of the test."""
    pid: int = field(init=False)
    """The process, which is also its group and its session."""
    _begun: float = field(init=False)
    _peak: float = 0.0

    def __post_init__(self) -> None:
        self.where.mkdir(parents=True, exist_ok=True)
        self._out, self._err = self.where / "stdout.txt", self.where / "stderr.txt"
        with Path(os.devnull).open("rb") as nothing, self._out.open("wb") as out, self._err.open("wb") as err:
            streams = (nothing.fileno(), out.fileno(), err.fileno())
            known = environment(some_token(self.arguments) | self.environ)
            self.pid = start(self.arguments, self.where, known, streams, cold=self.cold, path=self.path)
        self._begun = time.monotonic()

    @property
    def so_far(self) -> str:
        """What it has printed on standard output so far."""
        return self._out.read_text(encoding="utf-8", errors="replace")

    def signal(self, number: signal.Signals, *, group: bool) -> None:
        """Send a signal to the process alone, or to its workers too, as Ctrl-C in a terminal does."""
        if group:
            os.killpg(self.pid, number)
        else:
            os.kill(self.pid, number)

    def ended(self, within: float = 60.0) -> Ended:
        """Wait for the end; a process that hangs is killed, and that is a failure."""
        status = self._waited(time.monotonic() + within)
        seconds = time.monotonic() - self._begun
        code = os.waitstatus_to_exitcode(status)
        out, err = (path.read_text(encoding="utf-8", errors="replace") for path in (self._out, self._err))
        return Ended(code, out, err, seconds, self._peak)

    def _waited(self, until: float) -> int:
        while time.monotonic() < until:
            self._peak = max(self._peak, _high_water(self.pid))
            found, status = os.waitpid(self.pid, os.WNOHANG)
            if found:
                return status
            time.sleep(0.01)
        # Every process of the group says where it stands before it dies: PYTHONFAULTHANDLER is set.
        os.killpg(self.pid, signal.SIGABRT)
        time.sleep(1.0)
        os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        said = self._out.read_text()[-2000:] + self._err.read_text()[-6000:]
        raise AssertionError(f"{' '.join(self.arguments)} hangs; it printed: {said}")


def start(
    arguments: Sequence[str],
    where: Path,
    environ: Mapping[str, str],
    streams: Sequence[int],
    *,
    cold: bool = False,
    terminal: bool = False,
    path: Path | None = None,
    largest: int | None = None,
) -> int:
    """Start a process in a session of its own and return its id, which the caller waits for.

    `terminal`: the streams are its own terminal; `path`: a folder to import from; `largest`: bytes of a file at most.
    """
    program, module, given = arguments[:2], arguments[2:3], arguments[3:]
    if (*program,) == COMMAND[:2] and (*module,) in MODULES and not cold and warm.fits(environ):
        request = {"module": module[0], "arguments": given, "where": str(where), "environ": {**environ}}
        own = {"terminal": terminal, "path": [str(path)] if path else [], "largest": largest}
        return warm.start(request | own, streams)
    folders = [str(path or ""), environ.get("PYTHONPATH", "")]
    found = {**environ} if path is None else {**environ, "PYTHONPATH": os.pathsep.join(filter(None, folders))}
    found |= {} if largest is None else {"PYTHONDONTWRITEBYTECODE": "1"}
    with _attentive():
        process = subprocess.Popen(
            arguments,
            stdin=streams[0],
            stdout=streams[1],
            stderr=streams[2],
            cwd=where,
            env=found,
            start_new_session=True,
            preexec_fn=partial(restrict, terminal=terminal, largest=largest),  # noqa: PLW1509 - calls of the kernel
        )
    process.returncode = 0  # not that of Popen to find out
    return process.pid


@contextmanager
def _attentive() -> Iterator[None]:
    """Let a child receive every signal, whatever the launcher of these tests has this process ignore."""
    ignored = [number for number in ENDING if signal.getsignal(number) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    try:
        yield
    finally:
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)


def members(session: int) -> list[str]:
    """Return the command lines of the living processes of a session."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            state = (place / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, ValueError):
            continue
        if int(state[3]) == session and state[0] != "Z":
            found.append(command)
    return found


def assert_nobody_is_left(session: int, within: float = 2.0) -> None:
    """No process of a session lives any more, after this many seconds at the latest."""
    until = time.monotonic() + within
    while members(session) and time.monotonic() < until:
        time.sleep(0.02)
    assert members(session) == []


def _high_water(pid: int) -> float:
    """Return the most memory that a process has had, in MB. What wait4 says begins at its parent's at the fork."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except (OSError, ValueError):
        return 0.0
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


OTHER_ACCESS = ("--token", "--client", "--config", "--profile", "--scim-profile", "--scim-client", "--scim-token")


def some_token(arguments: Sequence[str]) -> dict[str, str]:
    """Return a token for a run whose test is about something else: without one, no run starts.

    A test about a run without a token sets the variable to an empty text.
    """
    plays = arguments[: len(COMMAND) + 1][-1] in {"run", "replay"} or arguments[: len(PYTEST)] == PYTEST
    other = any(one.startswith(OTHER_ACCESS) for one in arguments)
    return {"SCIM_CONFORMANCE_TOKEN": "no-target-of-this-test-checks-it"} if plays and not other else {}


def environment(extra: dict[str, str]) -> dict[str, str]:
    """Return the environment of a command: nothing of ours in it, and no colours."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SCIM_CONFORMANCE_", "PYTEST_", "GITHUB_"))
    }
    own = {"PYTEST_DEBUG_TEMPROOT": _temporary()}
    return kept | {"NO_COLOR": "1", "COLUMNS": "200", "PYTHONFAULTHANDLER": "1"} | own | extra


@cache
def _temporary() -> str:
    """Return where a pytest of a command keeps its folders: elsewhere it would remove what others have left there."""
    where = tempfile.mkdtemp(prefix="scim-tests-")
    atexit.register(shutil.rmtree, where, ignore_errors=True)
    return where


@dataclass
class Run:
    """A run of ours: its report directory and the processes started for it."""

    where: Path
    url: str
    token: str | None = None

    @property
    def reports(self) -> Path:
        """The report directory."""
        return self.where / "report"

    @property
    def environ(self) -> dict[str, str]:
        """The environment that hands the token over."""
        return {} if self.token is None else {"SCIM_CONFORMANCE_TOKEN": self.token}

    def start(self, *arguments: str) -> Process:
        """Start `run` with these arguments."""
        given = ("run", "--url", self.url, "--report-dir", str(self.reports), *arguments)
        return Process((*COMMAND, *given), self.where, self.environ)

    def run(self, *arguments: str, within: float = 60.0) -> Ended:
        """Play to the end."""
        return self.start(*arguments).ended(within)

    def clean(self, *arguments: str) -> Ended:
        """Run `clean` on the report directory."""
        return Process((*COMMAND, "clean", str(self.reports), *arguments), self.where / "clean", self.environ).ended()

    @property
    def result(self) -> dict[str, Any]:
        """result.json."""
        found: dict[str, Any] = json.loads((self.reports / "result.json").read_bytes())
        return found


def cli(
    where: Path, *arguments: str, environ: dict[str, str] | None = None, within: float = 60.0, cold: bool = False
) -> Ended:
    """Run the command line to its end."""
    return Process((*COMMAND, *arguments), where, environ or {}, cold).ended(within)


def pytest_suites(where: Path, *arguments: str, environ: dict[str, str] | None = None) -> Ended:
    """Run pytest on the shipped suites, as people do who live in pytest."""
    return Process((*PYTEST, str(SUITES), f"--rootdir={ROOT}", *arguments), where, environ or {}).ended()


def assert_calm(ended: Ended) -> None:
    """No traceback, no internal error, and nothing that would steer a terminal."""
    assert "Traceback" not in ended.screen, ended.screen[-3000:]
    assert "INTERNALERROR" not in ended.screen, ended.screen[-3000:]
    assert "KeyboardInterrupt" not in ended.screen, ended.screen[-3000:]
    assert ended.code != 3, ended.screen[-3000:]
    assert "\x1b" not in ended.screen
    assert "\x9b" not in ended.screen
