"""A run in a pytest session: prepares it, and registers its plugins with the session."""

import os
from datetime import UTC, datetime

import pytest

from scim_conformance.config.configuration import Configuration
from scim_conformance.config.settings import SettingsError
from scim_conformance.entra.expressions.values import ExpressionError
from scim_conformance.entra.profiles.profile import ProfileError
from scim_conformance.entra.world import unmatchable, untagged
from scim_conformance.reporting.allure import results as allure_results
from scim_conformance.reporting.progress import Watch
from scim_conformance.run import endings, estimate, handover, held_back, keeping, lock
from scim_conformance.run.conclusion import Conclusion
from scim_conformance.run.controller import Controller
from scim_conformance.run.gathered import Gathered
from scim_conformance.run.process import Process
from scim_conformance.run.reuse import ALONE
from scim_conformance.run.runner import Runner
from scim_conformance.run.screen import Screen
from scim_conformance.run.standing_reports import Emission
from scim_conformance.run.state import RUN, Run
from scim_conformance.run.wanted import RequestedRun
from scim_conformance.system import streams
from scim_conformance.system.visible import visible
from scim_conformance.verdict import waivers

NO_TARGET = (
    "no target: set --scim-url URL, SCIM_CONFORMANCE_URL, or url in scim-conformance.toml; a fixture scim_target in "
    "your conftest.py works too, for scenarios in the same folder and without -n"
)

PLUGIN = "scim-conformance-"
"""The prefix of our plugins' names."""


def start(config: pytest.Config, *, late: bool = False) -> None:
    """Prepare the run. `late`: other plugins are already configured.

    Raises:
        pytest.UsageError: a setting, the profile or the waivers are invalid.
    """
    try:
        wanted = handover.wanted(config)
        _check(wanted.configuration)
        run = config.stash[RUN] = _ready(config, wanted)
        _take_part(config, run, late=late)
    except (SettingsError, ProfileError, waivers.WaiverError) as error:
        raise pytest.UsageError(visible(str(error))) from None
    except ExpressionError as error:
        raise pytest.UsageError(visible(f"the profile is invalid: {error}")) from None
    except OSError as error:
        place = "" if error.filename is None else f" {os.fsdecode(error.filename)}"
        said = f"the report directory{place} cannot be written: {error.strerror or error}"
        raise pytest.UsageError(visible(said)) from None


def _check(configuration: Configuration) -> None:
    """Refuse a target that the run may not write to, and a profile whose resources could not be recognized as ours."""
    settings = configuration.settings
    if settings.url is None:
        raise SettingsError(NO_TARGET)
    if not settings.is_loopback and not settings.yes:
        raise SettingsError(
            f"{settings.base} is not on this machine, and the run writes to it: confirm with --scim-yes"
        )
    configuration.check_access()
    for said in (unmatchable(configuration.profile), untagged(configuration.profile)):
        if said is not None:
            raise ProfileError(said)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _ready(config: pytest.Config, wanted: RequestedRun) -> Run:
    configuration = wanted.configuration
    settings, profile = configuration.settings, configuration.played
    tag, report_dir = handover.agreed(config, settings)
    held = waivers.load(settings.waivers, settings.base, datetime.now(UTC).date())
    access, further = configuration.access, configuration.further
    if not _is_worker(config) and not config.option.collectonly:
        config.add_cleanup(keeping.discard(config, report_dir))
        config.add_cleanup(lock.take(report_dir).close)
    handed = handover.received(config)
    writer = config.workerinput["workerid"] if _is_worker(config) else ALONE  # type: ignore[attr-defined]
    time_left = None if handed is None else handed.time_left
    jobs = 1 if _is_worker(config) or getattr(config.option, "numprocesses", None) else settings.jobs
    runner = Runner(settings, profile, tag, report_dir, access, further, writer, time_left=time_left, jobs=jobs)
    return Run(
        settings,
        profile,
        held,
        tag,
        report_dir,
        runner,
        wanted.ids,
        wanted.quiet,
        configuration.origin,
        wanted.with_verdict,
        wanted.verbosity,
    )


def _take_part(config: pytest.Config, run: Run, *, late: bool) -> None:
    config.pluginmanager.register(Process(run), PLUGIN + "process")
    config.pluginmanager.register(endings.Endings(), PLUGIN + "endings")
    if config.option.collectonly:
        return
    if late:  # the session has started
        endings.begin(config)
    if not run.quiet and not _is_worker(config):
        config.add_cleanup(streams.forgive())
        config.pluginmanager.register(estimate.Announcement(config, run.settings, run.profile))
    held_back.join(config, run.waivers)
    allure_results.enable(config, run.report_dir, empty=not _is_worker(config))
    if not _is_worker(config):
        _control(config, run)


def _control(config: pytest.Config, run: Run) -> None:
    """Have this process collect what the others send, and end the run."""
    gathered = Gathered()
    together = bool(getattr(config.option, "numprocesses", None))
    shown = run.quiet and run.verbosity >= 0
    progress = Watch(shown=shown, is_verbose=run.verbosity > 0, together=together, fail_on=run.settings.fail_on)
    run.runner.patience.tell = progress.waiting
    conclusion = Conclusion(config, run, gathered, progress)
    plugins = {
        "controller": Controller(config, run, gathered, progress),
        "conclusion": conclusion,
        "emission": Emission(config, run, gathered),
        "screen": Screen(config, run, gathered, conclusion),
    }
    for name, plugin in plugins.items():
        config.pluginmanager.register(plugin, PLUGIN + name)
