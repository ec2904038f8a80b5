"""A run within a pytest session: starts it, gathers the results of all workers, cleans up, has reports written."""

import os
import secrets
import signal
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec
import pytest

from scim_conformance import credentials, planning
from scim_conformance.entra import profile as profiles
from scim_conformance.entra.world import unmatchable
from scim_conformance.reporting import allure, annotations, files, terminal
from scim_conformance.reporting.progress import Watch
from scim_conformance.reporting.run import RunResult, conclude
from scim_conformance.running import Runner, make_wire
from scim_conformance.scenario import waivers as waiving
from scim_conformance.scenario.results import ScenarioResult
from scim_conformance.settings import Settings, SettingsError, resolve
from scim_conformance.target.cleanup import Outcome, clean, left_as_it_is
from scim_conformance.target.journal import NAME

FLAGS = [
    "url", "token_file", "profile", "dialect", "suite", "report_dir", "waivers", "fail_on", "timeout", "settle",
    "rate", "seed", "ca_file", "proxy", "yes", "client_id", "token_url", "scope", "client_secret_file",
    "client_assertion_file",
]  # fmt: skip


@dataclass
class Run:
    """One run in one process. `selectors` are the ids that were asked for; empty: all."""

    settings: Settings
    profile: profiles.Profile
    waivers: waiving.Waivers
    tag: str
    report_dir: Path
    runner: Runner
    selectors: list[str]
    quiet: bool
    started: float = field(default_factory=time.time)


RUN: pytest.StashKey[Run] = pytest.StashKey()
LAST: pytest.StashKey[RunResult] = pytest.StashKey()


def start(config: pytest.Config) -> None:
    """Make the run ready.

    Raises:
        pytest.UsageError: a setting, the profile or the waivers cannot be used.
    """
    given = {name: getattr(config.option, f"scim_{name}", None) for name in FLAGS}
    file = config.option.scim_config
    try:
        _begin(config, resolve(given, os.environ, file))
    except (SettingsError, profiles.ProfileError, waiving.WaiverError) as error:
        raise pytest.UsageError(str(error)) from None
    except OSError as error:
        raise pytest.UsageError(f"the report directory cannot be written: {error}") from None


def _begin(config: pytest.Config, settings: Settings) -> None:
    if settings.url is None:
        raise SettingsError("no target: give --scim-url URL, SCIM_CONFORMANCE_URL, or url in the configuration")
    is_worker = hasattr(config, "workerinput")
    if not settings.is_loopback and not settings.yes:
        raise SettingsError(f"{settings.base} is not on this machine, and the run writes to it: say so with --scim-yes")
    tag, report_dir = _agreed(config, settings)
    profile = profiles.load(settings.profile)
    nobody = unmatchable(profile)
    if nobody is not None:
        raise profiles.ProfileError(nobody)
    held = waiving.load(settings.waivers, settings.base, datetime.now(UTC).date())
    access = credentials.access(settings, profile)
    profile = msgspec.structs.replace(profile, credentials=credentials.in_use(settings, profile))
    name = config.workerinput["workerid"] if is_worker else "main"  # type: ignore[attr-defined]
    runner = Runner(settings, profile, tag, report_dir, access, name)
    run = Run(settings, profile, held, tag, report_dir, runner, config.option.scim_id or [], config.option.scim_quiet)
    config.stash[RUN] = run
    config.pluginmanager.register(Collection(run), "scim-conformance-collection")
    _stop_on_sigterm()
    if is_worker:
        allure.anonymous(config)
    if not is_worker and not config.option.collectonly:
        allure.enable(config, report_dir)
        config.pluginmanager.register(Controller(config, run), "scim-conformance-controller")


def _agreed(config: pytest.Config, settings: Settings) -> tuple[str, Path]:
    """Return tag and report directory; workers are handed those of the controller (see `pytest_configure_node`)."""
    handed = getattr(config, "workerinput", {}).get(HANDED)
    if handed is not None:
        for name, value in handed.items():
            setattr(config.option, name, value)
    if not getattr(config.option, "scim_tag", None):
        config.option.scim_tag = "sct" + secrets.token_hex(3)
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        directory = settings.report_dir or f"reports/{stamp}-{config.option.scim_tag[3:]}"
        config.option.scim_report_dir = str(Path(directory).resolve())
    return config.option.scim_tag, Path(config.option.scim_report_dir)


def _stop_on_sigterm() -> None:
    """Let SIGTERM interrupt pytest as Ctrl-C does: by default it would run no clean-up at all."""
    if threading.current_thread() is not threading.main_thread():
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        del number, frame
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


class Collection:
    """Orders and selects the scenarios, in the controller and in every worker alike."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Put the scenarios into the journey's order and leave out what was not asked for."""
        from scim_conformance.collecting import order_and_select

        order_and_select(config, items, self.run)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Tidy up in the process that made it: it knows what is whose, and needs no look-up."""
        output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
        spent = self.run.runner.finish()
        if output is not None:
            output[SPENT] = spent
            output[WAITED] = self.run.runner.patience.waited


SPENT, WAITED = "scim_conformance_requests", "scim_conformance_waited"
"""The requests of a worker's tidying up, and for how long it waited, on their way to the controller."""


HANDED = "scim_conformance"
"""Under this name the controller's decisions travel to its workers: xdist sends them the arguments, not the options."""


class Controller:
    """Gathers results from this process or its workers, and ends the run."""

    def __init__(self, config: pytest.Config, run: Run) -> None:
        self.config, self.run = config, run
        self.results: dict[str, ScenarioResult] = {}
        self.planned: list[str] = []
        self.broken: list[str] = []
        self.foreign_failed = False
        self.spent, self.code, self.waited = 0, 0, 0.0
        together = bool(getattr(config.option, "numprocesses", None))
        self.progress = Watch(shown=run.quiet, together=together)
        run.runner.patience.tell = self.progress.waiting

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Keep xdist's own lines off the screen where ours stand."""
        if self.run.quiet and self.config.pluginmanager.hasplugin("terminaldistreporter"):
            self.config.pluginmanager.unregister(name="terminaldistreporter")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note what is to be played, without xdist."""
        from scim_conformance.collecting import ScenarioItem

        self.planned = self.planned or [item.nodeid for item in session.items if isinstance(item, ScenarioItem)]
        self.progress.begin(len(self.planned))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand tag, report directory and Allure's directory to a worker; only the controller empties the latter."""
        option = self.config.option
        node.workerinput[HANDED] = {
            "scim_tag": self.run.tag,
            "scim_report_dir": str(self.run.report_dir),
            "allure_report_dir": getattr(option, "allure_report_dir", None),
            "clean_alluredir": False,
        }

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        """Note what is to be played, with xdist."""
        del node
        if not self.planned:
            self.planned = [nodeid for nodeid in ids if planning.is_scenario(nodeid)]
            self.progress.begin(len(self.planned))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take in what a worker's tidying up cost, and for how long it waited."""
        output = getattr(node, "workeroutput", {})
        self.spent, self.waited = self.spent + output.get(SPENT, 0), self.waited + output.get(WAITED, 0.0)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a module that could not be loaded: that is our fault, or that of somebody's own scenario."""
        if report.failed:
            self.broken.append(f"{report.nodeid}: {str(report.longrepr).strip().splitlines()[-1]}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in a scenario's result."""
        encoded = getattr(report, "scim_result", None)
        if encoded is not None:
            result = msgspec.json.decode(encoded, type=ScenarioResult)
            self.results[result.nodeid] = result
            self.progress.ended(result)
        elif report.failed:
            self.foreign_failed = self.foreign_failed or not planning.is_scenario(report.nodeid)
            if planning.is_scenario(report.nodeid):
                self.broken.append(f"{report.nodeid}: {str(report.longrepr).strip().splitlines()[-1]}")

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Keep pytest's own letters off the screen where our own lines stand."""
        return ("", "", "") if self.run.quiet and hasattr(report, "when") else None

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Clean up, fold, write the reports, and set the exit code."""
        self.progress.done()
        interrupted = int(exitstatus) == pytest.ExitCode.INTERRUPTED
        # Ctrl-C stops the run, and not the clean-up; pressed a second time it stops that too.
        outcome = self._left("it was interrupted") if interrupted and self.run.runner.cut_short else self._clean()
        interrupted = interrupted or self.run.runner.cut_short
        outcome.requests += self.spent + self.run.runner.spent
        self.run.runner.close()
        result = conclude(self._all_results(), self.run, outcome, interrupted=interrupted)
        result = self._with_waits(result)
        self.config.stash[LAST] = result
        files.write(result, self.run.report_dir)
        allure.write_standing(result, self.run.report_dir)
        session.exitstatus = self.code = self._code(result, int(exitstatus))

    def _with_waits(self, result: RunResult) -> RunResult:
        waited = self.waited + self.run.runner.patience.waited
        if not waited:
            return result
        said = f"the target throttled (status 429), and {waited:.0f} s were waited: --rate N sends fewer in a second"
        return msgspec.structs.replace(result, warnings=[*result.warnings, said])

    def _clean(self) -> Outcome:
        """Remove what the run left behind. An interrupt does not stop it; a second one does."""
        path = self.run.report_dir / NAME
        if not path.is_file():
            return Outcome()
        wire = make_wire(self.run.settings, self.run.runner.access)
        try:
            outcome = clean(wire, path)
        except KeyboardInterrupt:
            return self._left("it was interrupted")
        finally:
            wire.close()
        outcome.requests = sum(wire.counts.values())
        return outcome

    def _left(self, why: str) -> Outcome:
        return left_as_it_is(self.run.report_dir / NAME, self.run.settings.base, f"the clean-up did not finish: {why}")

    def _all_results(self) -> list[ScenarioResult]:
        """Return the results in the order of the plan; what was planned and not played is inconclusive."""
        return [self.results.get(nodeid) or planning.lost(nodeid) for nodeid in self.planned]

    def _code(self, result: RunResult, status: int) -> int:
        if self.broken or status == pytest.ExitCode.INTERNAL_ERROR:
            return 3
        if status == pytest.ExitCode.USAGE_ERROR:
            return 4
        if self.foreign_failed and result.exit_code != 2:
            return 1
        return result.exit_code

    @pytest.hookimpl(trylast=True)
    def pytest_keyboard_interrupt(self) -> None:
        """Say it in a word where our own lines stand: pytest names the line of our code and hints at a traceback."""
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        crash = getattr(getattr(reporter, "_keyboardinterrupt_memo", None), "reprcrash", None)
        if self.run.quiet and crash is not None:
            crash.message = "interrupted"

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self) -> None:
        """Print the verdict."""
        result = self.config.stash.get(LAST, None)
        if result is not None:
            if self.run.selectors and not self.planned:
                asked = ", ".join(self.run.selectors)
                self.broken.append(f"no scenario has the id {asked}; `scim-conformance list` names them all")
            with annotations.guarded():
                terminal.show(result, self.run.report_dir, self.broken, quiet=self.run.quiet)
            annotations.publish(result, self.run.report_dir, self.broken, self.code)
