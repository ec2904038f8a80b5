"""Whole runs against the embedded target, for the tests of what is done with their results."""

import contextlib
import io
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.cli import main
from tests.support.cli import COMMAND


@dataclass(frozen=True)
class Said:
    """A command that has ended: exit code and what it printed."""

    code: int
    out: str
    err: str


def say(*arguments: str | Path, where: Path | None = None, environ: dict[str, str] | None = None) -> Said:
    """Run the command line to its end."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("SCIM_", "PYTEST_"))}
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=where,
        env=kept | {"NO_COLOR": "1", "COLUMNS": "200"} | (environ or {}),
        capture_output=True,
        timeout=120,
        check=False,
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


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
