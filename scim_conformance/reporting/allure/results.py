"""Where Allure writes, and what becomes of a result that cannot be written."""

from pathlib import Path
from typing import Any

from allure_commons import hookimpl, plugin_manager
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import TestResult
from allure_commons.types import LabelType
from allure_pytest.listener import AllureListener

DIRECTORY = "allure-results"
"""Below the report directory."""


class _Anonymous:
    """Removes the machine's name from every result before it is written: it is private.

    A result that cannot be written, for example on a full disk, is recorded and does not end the run.
    """

    @hookimpl(wrapper=True)
    def report_result(self, result: TestResult) -> Any:
        """Remove the label."""
        result.labels = [label for label in result.labels if label.name != LabelType.HOST]
        return (yield from self._forgiven())

    @hookimpl(wrapper=True)
    def report_container(self) -> Any:
        """Record what cannot be written."""
        return (yield from self._forgiven())

    @hookimpl(wrapper=True)
    def report_attached_file(self) -> Any:
        """Record what cannot be written."""
        return (yield from self._forgiven())

    @hookimpl(wrapper=True)
    def report_attached_data(self) -> Any:
        """Record what cannot be written."""
        return (yield from self._forgiven())

    def _forgiven(self) -> Any:
        try:
            return (yield)
        except OSError as error:
            LOST.append(error.strerror or str(error))
            return []


LOST: list[str] = []
"""Why results of this process could not be written."""


def enable(config: Any, directory: Path, *, late: bool, empty: bool) -> None:
    """Have allure-pytest write into the report directory, unless another directory was set.

    `late`: it is already configured. `empty`: remove earlier results; only one process does this.
    """
    _register(config, _Anonymous())
    ours = not getattr(config.option, "allure_report_dir", str(directory))
    if ours:
        config.option.allure_report_dir = str(directory / DIRECTORY)
    if ours or not empty:
        config.option.clean_alluredir = empty
    if ours and late:
        _listen(config)


def _listen(config: Any) -> None:
    """Do what allure-pytest does when it is configured with a directory."""
    listener = AllureListener(config)
    config.pluginmanager.register(listener, "allure_listener")
    _register(config, listener)
    _register(config, AllureFileLogger(config.option.allure_report_dir, config.option.clean_alluredir))


def _register(config: Any, plugin: object) -> None:
    plugin_manager.register(plugin)
    config.add_cleanup(lambda: plugin_manager.unregister(plugin))
