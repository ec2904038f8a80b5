"""Where Allure writes, and what becomes of a result that cannot be written."""

import json
import os
import uuid
from pathlib import Path
from typing import Any

from allure_commons import hookimpl, plugin_manager
from allure_commons.logger import INDENT, AllureFileLogger
from allure_commons.model2 import TestResult, TestResultContainer
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
        """Remove the label, and let a scenario that was played ahead end when it did."""
        result.stop = ENDED.pop(result.uuid, result.stop)
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


ENDED: dict[str, int] = {}
"""When tests ended that were played before pytest came to them, in milliseconds since 1970, by Allure's id."""

LOST: list[str] = []
"""Why results of this process could not be written."""


class _ResultWriter(AllureFileLogger):
    """Writes the same files as Allure's own writer, each at once: a run has about 1,600 checks as steps."""

    def __init__(self, directory: Path, *, clean: bool) -> None:
        super().__init__(str(directory), clean)
        self._place = directory

    @hookimpl
    def report_result(self, result: TestResult) -> None:
        """Write the result of a test."""
        self._write(result.file_pattern, result)

    @hookimpl
    def report_container(self, container: TestResultContainer) -> None:
        """Write what belongs to several tests."""
        self._write(container.file_pattern, container)

    def _write(self, pattern: str, item: object) -> None:
        name = pattern.format(prefix=uuid.uuid4())
        indent = INDENT if os.environ.get("ALLURE_INDENT_OUTPUT") else None
        text = json.dumps(_plain(item), indent=indent, ensure_ascii=False)
        unfinished = self._place / f"{name}.tmp"
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(self._place / name)


def _plain(item: Any) -> Any:
    """Return an object of Allure's model as JSON values, without what is empty."""
    if item is None or isinstance(item, str):
        return item
    if isinstance(item, list):
        return [_plain(one) for one in item]
    if not hasattr(item, "__attrs_attrs__"):
        return item
    return {name: _plain(value) for name, value in vars(item).items() if value or value is False}


def place(config: Any, directory: Path) -> Path:
    """Return where the results of a run are: the directory that was set, otherwise the one below the report
    directory."""
    return Path(getattr(config.option, "allure_report_dir", None) or directory / DIRECTORY)


def enable(config: Any, directory: Path, *, empty: bool) -> None:
    """Have Allure's results written into the report directory, unless another directory was set.

    `empty`: remove earlier results; only one process does this.
    """
    _register(config, _Anonymous())
    ours = not getattr(config.option, "allure_report_dir", str(directory))
    if ours:
        # Not through the option: allure-pytest would write, and takes three times as long.
        _listen(config, directory / DIRECTORY, clean=empty and not config.option.collectonly)
    elif not empty:
        config.option.clean_alluredir = empty


def _listen(config: Any, directory: Path, *, clean: bool) -> None:
    """Do what allure-pytest does when it is configured with a directory."""
    listener = AllureListener(config)
    config.pluginmanager.register(listener, "allure_listener")
    _register(config, listener)
    _register(config, _ResultWriter(directory, clean=clean))


def _register(config: Any, plugin: object) -> None:
    plugin_manager.register(plugin)
    config.add_cleanup(lambda: plugin_manager.unregister(plugin))
