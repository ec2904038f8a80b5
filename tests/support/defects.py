"""Plays the suites against the honest target and against defects of it, each once, two at a time."""

import io
import json
import multiprocessing
import os
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scim_conformance.demo.choices import DEFECTS
from tests.support import reported

HONEST = "honest"

IMPORTED = (
    "allure_pytest.plugin",
    "faker",
    "scim_conformance.commands.main",
    "scim_conformance.run.session",
    "scim_conformance.demo.choices",
    "scim_conformance.demo.server",
    "scim_conformance.run.plugin",
    "scim_conformance.run.runner",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.h11_impl",
    "xdist.plugin",
)
"""What each process of the command line would import: imported once, it takes a third of the time."""

Job = tuple[str, str, tuple[str, ...]]
"""The report's name, the directory, and the arguments of the demo."""


@dataclass(frozen=True)
class Ended:
    """A run of the command line: its exit code and its result.json."""

    code: int
    result: dict[str, Any]
    output: str

    def red_checks(self) -> set[str]:
        """Return the ids of the checks that deviate."""
        checks = [check for one in self.result["scenarios"] for check in one["checks"]]
        return {check["id"] for check in checks if check["verdict"] == "deviation"}

    def deviating(self, *, hard: bool = False) -> set[str]:
        """Return the templates of the scenarios that deviate; `hard`: at MUST or ENTRA."""
        found = [one for one in self.result["scenarios"] if one["verdict"] == "deviation"]
        return {one["template"] for one in found if not hard or one["level"] != "SHOULD"}


def _play(job: Job) -> tuple[int, str]:
    """Run the command line in this process, which does nothing else."""
    from scim_conformance.commands.main import main

    name, directory, arguments = job
    os.chdir(directory)
    for key in [key for key in os.environ if key.startswith("SCIM_CONFORMANCE_")]:
        del os.environ[key]
    said = io.StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(said):
            main(["demo", "--report-dir", name, *arguments])
    except SystemExit as ended:
        return int(ended.code or 0), said.getvalue()
    raise AssertionError("the command line always says how it ended")


def play_all(directory: Path, wanted: Mapping[str, tuple[str, ...]]) -> dict[str, Ended]:
    """Play the suites against the honest target or defects, each with its scenarios, and return how each run ended."""
    return demos(directory, {name: (*_flags(name), *ids) for name, ids in wanted.items()})


def _flags(name: str) -> tuple[str, ...]:
    return () if name == HONEST else ("--defect", name, *(DEFECTS[name].flags if name in DEFECTS else ()))


def whole(name: str, *arguments: str) -> Ended:
    """Return the whole run against the honest target or a defect that is recorded for all tests."""
    directory = reported.recorded(*_flags(name), *arguments)
    said = reported.ended(directory)
    return Ended(said.code, reported.result(directory), said.out + said.err)


def demos(directory: Path, wanted: Mapping[str, tuple[str, ...]]) -> dict[str, Ended]:
    """Play demos, each with its arguments and into the directory of its name, and return how each run ended."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(IMPORTED))
    jobs = [(name, str(directory), arguments) for name, arguments in wanted.items()]
    with context.Pool(2, maxtasksperchild=1) as pool:
        ended = pool.map(_play, jobs, chunksize=1)
    return {name: _ended(directory / name, *one) for name, one in zip(wanted, ended, strict=True)}


def _ended(directory: Path, code: int, output: str) -> Ended:
    return Ended(code, json.loads((directory / "result.json").read_text(encoding="utf-8")), output)
