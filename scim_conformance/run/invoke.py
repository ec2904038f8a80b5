"""Has pytest run the suites in this process: passes in what to run, and returns the outcome."""

import argparse
import gc
import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scim_conformance.config.configuration import Configuration
from scim_conformance.config.options import PYTEST, rows
from scim_conformance.config.settings import Secrets, Settings, table
from scim_conformance.run.state import LAST, RUN
from scim_conformance.run.wanted import WANTED, RequestedRun
from scim_conformance.scim.locations import PYTEST_INI, ROOT, SUITES
from scim_conformance.system import garbage
from scim_conformance.verdict.run_result import RunResult


@dataclass
class RunOutcome:
    """A run that has ended: its exit code, and, if it got that far, its result and report directory."""

    code: int = 3
    result: RunResult | None = None
    directory: Path | None = None
    """None: nothing was judged, and no directory was asked for."""
    unplayed: list[str] = field(default_factory=list)
    """What could not run, one line each."""


class _Courier:
    """A plugin that puts what to run into pytest's session, and takes the result out before the session is gone."""

    def __init__(self, wanted: RequestedRun) -> None:
        self.wanted, self.played = wanted, RunOutcome()

    @pytest.hookimpl(wrapper=True)
    def pytest_cmdline_parse(self) -> Generator[None, pytest.Config, pytest.Config]:
        """Pass it on as soon as there is a session configuration, before any plugin reads it.

        Raises:
            pytest.UsageError: what was resolved already is given once more.
        """
        config = yield
        for row in table(PYTEST):
            if getattr(config.option, row.pytest_name, None) is not None:
                said = f"{row.pytest_flag} is an option of a pytest session: use {row.flag} before --"
                raise pytest.UsageError(said)
        config.stash[WANTED] = self.wanted
        return config

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Keep result and report directory."""
        run = config.stash.get(RUN, None)
        self.played.result = config.stash.get(LAST, None)
        self.played.directory = None if run is None or not run.is_kept else run.report_dir
        self.played.unplayed = [] if run is None else run.early.unplayed
        gc.freeze()  # pytest looks for garbage five times when it ends: the results are none


@dataclass(frozen=True)
class Printing:
    """What a run prints. `with_verdict`: the verdict at its end; `verbosity`: see `RequestedRun`."""

    with_verdict: bool = True
    verbosity: int = 0


USUAL = Printing()


def processes(extra: Sequence[str]) -> int:
    """Return how many processes pytest's arguments ask for: `-n 2`, `-n2` or `--numprocesses=2`; 1: only this one."""
    options = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    options.add_argument("-n", "--numprocesses", default="1")
    asked = str(options.parse_known_args(list(extra))[0].numprocesses)
    return max(1, int(asked)) if asked.isdigit() else os.cpu_count() or 1


def play(
    configuration: Configuration,
    ids: Sequence[str],
    extra: Sequence[str] = (),
    shown: Printing = USUAL,
) -> RunOutcome:
    """Run pytest on the suites in this process, with only our own pytest configuration and plugins."""
    arguments = ["-c", str(PYTEST_INI), f"--rootdir={ROOT}", "-p", "no:cacheprovider", "--disable-plugin-autoload"]
    arguments += ["-p", "allure_pytest.plugin", "-p", "scim_conformance.run.plugin", "-p", "xdist.plugin"]
    arguments += ["-qq", "--no-header", "--no-summary"]
    together = processes(extra) > 1
    # One scenario at a time: scenarios assigned in advance may leave the other process idle at the end.
    arguments += ["--maxschedchunk=1"] if together else []
    courier = _Courier(
        RequestedRun(configuration, list(ids), quiet=True, with_verdict=shown.with_verdict, verbosity=shown.verbosity)
    )
    with garbage.little(), _environment(_for_workers(configuration) if together else {}):
        code = pytest.main([*arguments, *extra, *_folders(configuration.settings, ids)], plugins=[courier])
    courier.played.code = int(code)
    return courier.played


def _folders(settings: Settings, ids: Sequence[str]) -> list[str]:
    """Return the folders of the suites that are requested. An id selects scenarios of any suite."""
    if ids or "all" in settings.suite:
        return [str(SUITES)]
    return [str(SUITES / one) for one in dict.fromkeys(settings.suite)]


def _for_workers(configuration: Configuration) -> dict[str, str | None]:
    """Return the variables in which workers find the secrets: xdist has no other way except arguments."""
    secrets = {row.variable: getattr(configuration.secrets, row.name) for row in rows(Secrets)}
    settings = [row for row in rows(Settings) if row.option.secret]
    return secrets | {row.variable: getattr(configuration.settings, row.name) for row in settings}


@contextmanager
def _environment(changes: dict[str, str | None]) -> Iterator[None]:
    """Change the environment while pytest runs; None removes a variable.

    PYTEST_ADDOPTS is removed: it is meant for the user's own pytest, and pytest has no option to ignore it.
    """
    changes = {**changes, "PYTEST_ADDOPTS": None}
    before = {name: os.environ.get(name) for name in changes}
    _set(changes)
    try:
        yield
    finally:
        _set(before)


def _set(variables: dict[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
