"""Has pytest run the suites in this process, and keeps what came out for the command that asked for it."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.controlling import LAST, RUN
from scim_conformance.places import PYTEST_INI, ROOT, SUITES
from scim_conformance.reporting.run import RunResult


@dataclass
class Played:
    """A run that has ended: its exit code, and its result and report directory where it came that far."""

    code: int = 3
    result: RunResult | None = None
    directory: Path | None = None


class _Keeper:
    """A plugin that takes the result out of pytest's session before that is gone."""

    def __init__(self) -> None:
        self.played = Played()

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Keep result and report directory."""
        run = config.stash.get(RUN, None)
        self.played.result = config.stash.get(LAST, None)
        self.played.directory = None if run is None else run.report_dir


def play(flags: Mapping[str, Any], ids: Sequence[str], workers: int | None, extra: Sequence[str] = ()) -> Played:
    """Run pytest on the suites in this process, with our own configuration and plugins alone."""
    os.environ.pop("PYTEST_ADDOPTS", None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    arguments = ["-c", str(PYTEST_INI), f"--rootdir={ROOT}", "-p", "no:cacheprovider", "-p", "allure_pytest.plugin"]
    arguments += ["-p", "scim_conformance.plugin", "-p", "xdist.plugin", "-qq", "--no-header", "--no-summary"]
    arguments += ["--scim-quiet", *_as_options(flags), *(f"--scim-id={one}" for one in ids)]
    # One scenario at a time: what is handed out in advance may leave the other process idle at the end.
    arguments += ["-n", str(workers), "--maxschedchunk=1"] if workers and workers > 1 else []
    keeper = _Keeper()
    code = pytest.main([*arguments, *extra, str(SUITES)], plugins=[keeper])
    keeper.played.code = int(code)
    return keeper.played


def _as_options(flags: Mapping[str, Any]) -> list[str]:
    found = []
    for name, value in flags.items():
        option = "--scim-" + name.replace("_", "-")
        if value is True:
            found.append(option)
        elif isinstance(value, tuple | list):
            found += [f"{option}={one}" for one in value]
        elif value not in (None, False):
            found.append(f"{option}={value}")
    return found
