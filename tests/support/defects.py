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

from scim_conformance.demo.defects import DEFECTS

HONEST = "honest"

IMPORTED = (
    "allure_pytest.plugin",
    "faker",
    "scim_conformance.cli",
    "scim_conformance.controlling",
    "scim_conformance.demo.defects",
    "scim_conformance.demo.server",
    "scim_conformance.plugin",
    "scim_conformance.running",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.h11_impl",
    "xdist.plugin",
)
"""What each process of the command line would import: imported once, it takes a third of the time."""

Job = tuple[str, str, tuple[str, ...]]
"""A defect or the honest target, the directory, and the scenarios: none stands for all."""


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
    from scim_conformance.cli import main

    name, directory, ids = job
    os.chdir(directory)
    for key in [key for key in os.environ if key.startswith("SCIM_CONFORMANCE_")]:
        del os.environ[key]
    flags = [] if name == HONEST else ["--defect", name]
    said = io.StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(said):
            main(["demo", "--report-dir", name, *flags, *(DEFECTS[name].flags if name in DEFECTS else ()), *ids])
    except SystemExit as ended:
        return int(ended.code or 0), said.getvalue()
    raise AssertionError("the command line always says how it ended")


def play_all(directory: Path, wanted: Mapping[str, tuple[str, ...]]) -> dict[str, Ended]:
    """Play the suites against the honest target or defects, each with its scenarios, and return how each run ended."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(IMPORTED))
    jobs = [(name, str(directory), ids) for name, ids in wanted.items()]
    with context.Pool(2, maxtasksperchild=1) as pool:
        ended = pool.map(_play, jobs, chunksize=1)
    return {name: _ended(directory / name, *one) for name, one in zip(wanted, ended, strict=True)}


def _ended(directory: Path, code: int, output: str) -> Ended:
    return Ended(code, json.loads((directory / "result.json").read_text(encoding="utf-8")), output)
