"""The real command line in a process of its own and a new session: signals reach it and its workers, not the tests."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

COMMAND = (sys.executable, "-m", "scim_conformance.cli")
PYTEST = (sys.executable, "-m", "pytest")
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
    _begun: float = field(default_factory=time.monotonic)
    _peak: float = 0.0

    def __post_init__(self) -> None:
        self.where.mkdir(parents=True, exist_ok=True)
        self._out, self._err = self.where / "stdout.txt", self.where / "stderr.txt"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self._popen = subprocess.Popen(
                self.arguments,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=self.where,
                env=environment(self.environ),
                start_new_session=True,
            )

    def signal(self, number: signal.Signals, *, group: bool) -> None:
        """Send a signal to the process alone, or to its workers too, as Ctrl-C in a terminal does."""
        if group:
            os.killpg(self._popen.pid, number)
        else:
            os.kill(self._popen.pid, number)

    def ended(self, within: float = 60.0) -> Ended:
        """Wait for the end; a process that hangs is killed, and that is a failure."""
        status = self._waited(time.monotonic() + within)
        seconds = time.monotonic() - self._begun
        code = self._popen.returncode = os.waitstatus_to_exitcode(status)
        out, err = (path.read_text(encoding="utf-8", errors="replace") for path in (self._out, self._err))
        return Ended(code, out, err, seconds, self._peak)

    def _waited(self, until: float) -> int:
        while time.monotonic() < until:
            self._peak = max(self._peak, _high_water(self._popen.pid))
            found, status = os.waitpid(self._popen.pid, os.WNOHANG)
            if found:
                return status
            time.sleep(0.01)
        # Every process of the group says where it stands before it dies: PYTHONFAULTHANDLER is set.
        os.killpg(self._popen.pid, signal.SIGABRT)
        time.sleep(1.0)
        os.killpg(self._popen.pid, signal.SIGKILL)
        _, status = os.waitpid(self._popen.pid, 0)
        self._popen.returncode = os.waitstatus_to_exitcode(status)
        said = self._out.read_text()[-2000:] + self._err.read_text()[-6000:]
        raise AssertionError(f"{' '.join(self.arguments)} hangs; it printed: {said}")


def _high_water(pid: int) -> float:
    """Return the most memory that a process has had, in MB. What wait4 says begins at its parent's at the fork."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except (OSError, ValueError):
        return 0.0
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def environment(extra: dict[str, str]) -> dict[str, str]:
    """Return the environment of a command: nothing of ours in it, and no colours."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SCIM_CONFORMANCE_", "PYTEST_", "GITHUB_"))
    }
    return kept | {"NO_COLOR": "1", "COLUMNS": "200", "PYTHONFAULTHANDLER": "1"} | extra


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


def cli(where: Path, *arguments: str, environ: dict[str, str] | None = None, within: float = 60.0) -> Ended:
    """Run the command line to its end."""
    return Process((*COMMAND, *arguments), where, environ or {}).ended(within)


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
