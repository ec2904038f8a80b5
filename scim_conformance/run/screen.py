"""What a run shows: its own lines instead of pytest's, if our command line started it; and the verdict."""

from pathlib import Path
from typing import Any

import click
import pytest

from scim_conformance.catalogue import near
from scim_conformance.config.checks import shown
from scim_conformance.reporting import annotations, next_steps, terminal
from scim_conformance.run.conclusion import Conclusion
from scim_conformance.run.gathered import Gathered
from scim_conformance.run.state import LAST, Run
from scim_conformance.system import streams
from scim_conformance.system.visible import visible
from scim_conformance.target import journal, journal_reading


class Screen:
    """In the controller."""

    def __init__(self, config: pytest.Config, run: Run, gathered: Gathered, conclusion: Conclusion) -> None:
        self.config, self.run, self.gathered, self.conclusion = config, run, gathered, conclusion

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Keep xdist's own lines off the screen if ours are shown, and pytest's on why the session ended."""
        if self.run.quiet:
            _without_exclamations(self.config.pluginmanager.get_plugin("terminalreporter"))
        reporter = self.config.pluginmanager.get_plugin("terminaldistreporter") if self.run.quiet else None
        if reporter is not None:
            self.config.pluginmanager.unregister(name="terminaldistreporter")
            reporter.ensure_show_status = lambda: None  # xdist calls it even if nothing is a terminal

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Keep pytest's own letters off the screen if our own lines are shown."""
        return ("", "", "") if self.run.quiet and hasattr(report, "when") else None

    @pytest.hookimpl(trylast=True)
    def pytest_keyboard_interrupt(self) -> None:
        """Print it in a sentence if our own lines are shown: pytest names our line of code and suggests a traceback."""
        if self.run.quiet and not self.run.runner.cut_short:
            self.conclusion.progress.interrupted(_interrupted(self.run.report_dir))
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if self.run.quiet and reporter is not None:
            reporter._report_keyboardinterrupt = lambda: None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self) -> Any:
        """Print the verdict after all other output.

        Not in `pytest_terminal_summary`: before pytest 9.2, that hook is not called with `--no-summary`.
        """
        result = yield
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.flush()  # its stream may differ from the one on which the verdict is printed
        self._tell()
        return result

    def _tell(self) -> None:
        """Print the verdict, and publish it in a GitHub Actions job."""
        result, unplayed = self.config.stash.get(LAST, None), self.run.early.unplayed
        if result is not None:
            unplayed += self._unselected()
            if self.run.with_verdict:
                with streams.forgiven():
                    shown = terminal.ScreenSize(quiet=self.run.quiet, brief=self.run.verbosity < 0)
                    kept = self.run.report_dir if self.run.is_kept else None
                    terminal.show(result, kept, unplayed, self.run.origin, shown)
            annotations.publish(result, self.run.report_dir, unplayed, self.conclusion.code)
        for said in self.conclusion.unwritten:
            click.echo(f"scim-conformance: {visible(said)}", err=True)

    def _unselected(self) -> list[str]:
        """Return why no scenario ran, if nothing was selected."""
        expression = getattr(self.config.option, "keyword", "")
        if self.gathered.planned or not (self.run.selectors or expression):
            return []
        if self.run.quiet and expression:
            return [f"no scenario has an id or a title that matches -k {shown(expression)}"]
        return [near.sentence(self.run.selectors[0], [])] if self.run.selectors else []


def _interrupted(directory: Path) -> str:
    """Return what happens now, and what a second signal does."""
    try:
        book = journal_reading.read(directory / journal.NAME)
    except journal_reading.JournalError:
        return "Interrupted"
    left = len([*journal_reading.unfinished(book.entries)])
    if not left:
        return "Interrupted: nothing is left to remove"
    what = "1 user or group" if left == 1 else f"{left} users and groups"
    return (
        f"Interrupted: removing {what} (again: leave them, then `scim-conformance clean {next_steps.word(directory)}`)"
    )


def _without_exclamations(reporter: Any) -> None:
    """Keep pytest's lines of exclamation marks off the screen: the last line says why the session ended."""
    write = getattr(reporter, "write_sep", None)
    if write is not None:
        reporter.write_sep = lambda sep, *title, **how: None if sep == "!" else write(sep, *title, **how)
