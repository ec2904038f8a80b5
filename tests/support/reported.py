"""Whole runs against the embedded target, for the tests of what is done with their results."""

import contextlib
import fcntl
import hashlib
import io
import json
import os
import shutil
import signal
import tempfile
import time
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.commands.main import main
from tests.support import SHARED
from tests.support.cli import COMMAND, start


@dataclass(frozen=True)
class Said:
    """A command that has ended: exit code and what it printed."""

    code: int
    out: str
    err: str


def say(*arguments: str | Path, where: Path | None = None, environ: dict[str, str] | None = None) -> Said:
    """Run the command line to its end."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("SCIM_", "PYTEST_"))}
    with tempfile.TemporaryDirectory(prefix="scim-said-") as streams:
        out, err = (Path(streams) / name for name in ("out", "err"))
        with Path(os.devnull).open("rb") as nothing, out.open("wb") as to, err.open("wb") as of:
            pid = start(
                (*COMMAND, *map(str, arguments)),
                where or Path.cwd(),
                kept | {"NO_COLOR": "1", "COLUMNS": "200"} | (environ or {}),
                (nothing.fileno(), to.fileno(), of.fileno()),
            )
        code = _waited(pid, time.monotonic() + 120)
        return Said(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))


def _waited(pid: int, until: float) -> int:
    while time.monotonic() < until:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise AssertionError("the command line hangs")


def here(*arguments: str | Path) -> Said:
    """Run the command line in this process, for what needs no process of its own: it saves the start-up."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main([str(one) for one in arguments])
    return Said(int(ended.value.code or 0), *(one.buffer.getvalue().decode() for one in (out, err)))


def demo(directory: Path, *arguments: str) -> Path:
    """Play against the embedded target and return the report directory."""
    ended = say("demo", "--report-dir", directory, *arguments)
    assert (directory / "result.json").is_file(), ended.out + ended.err
    return directory


def result(directory: Path) -> dict[str, Any]:
    """Return what stands in result.json."""
    found: dict[str, Any] = json.loads((directory / "result.json").read_bytes())
    return found


@cache
def recorded(*arguments: str) -> Path:
    """Play against the embedded target once in a session of the tests, and return the report directory.

    Whichever process asks first plays; the others wait for it. Nobody changes what is there: take a copy with `copied`.
    """
    where = Path(os.environ[SHARED]) / hashlib.sha256(json.dumps(arguments).encode()).hexdigest()[:16]
    with where.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not where.is_dir():
            ended = say("demo", "--report-dir", where.with_suffix(".new") / "report", *arguments)
            assert (where.with_suffix(".new") / "report" / "result.json").is_file(), ended.out + ended.err
            (where.with_suffix(".new") / "ended.json").write_text(json.dumps(asdict(ended)), encoding="utf-8")
            where.with_suffix(".new").rename(where)
    return where / "report"


def ended(directory: Path) -> Said:
    """Return how a recorded run ended."""
    return Said(**json.loads((directory.parent / "ended.json").read_bytes()))


def copied(directory: Path, target: Path) -> Path:
    """Return a copy of a recorded run, for a test that writes into it."""
    return Path(shutil.copytree(directory, target))
