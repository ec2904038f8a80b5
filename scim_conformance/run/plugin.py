"""The pytest entry point. Without one of its options, or a scenario, it does nothing, wherever it is installed."""

import inspect
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scim_conformance.config.options import PYTEST
from scim_conformance.config.settings import table
from scim_conformance.run import waiting, wanted
from scim_conformance.scenario.model import Template
from scim_conformance.scim.locations import SUITES
from scim_conformance.verdict.results import ScenarioResult

PYARGS = "scim_conformance.suites"
"""The shipped suites, as `pytest --pyargs` names them."""

# Every pytest session loads this module: what only a run needs is imported there, which keeps other sessions fast.


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare an option for each setting, prefixed with `--scim-`."""
    group = parser.getgroup("scim-conformance", "SCIM conformance: what Entra's provisioning service sends")
    for row in table(PYTEST):
        how: dict[str, Any] = {"action": "append"} if row.many else {}
        how = {"action": "store_true", "default": None} if row.kind is bool else how
        group.addoption(row.pytest_flag, dest=row.pytest_name, help=row.help(PYTEST), **how)
    help_text = "Scenario to run, or a prefix of its id; may be given more than once."
    group.addoption("--scim-id", dest="scim_id", action="append", help=help_text)


@pytest.fixture(scope="session")
def scim_target() -> None:
    """The target of your own scenarios: override it in conftest.py, and return a tenant URL or a TargetAddress."""


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start a requested run before other plugins read their options; otherwise wait for scenarios."""
    if config.option.pyargs:
        config.args = [_place(one) for one in config.args]
    config.addinivalue_line("markers", "scim_conformance: a scenario of scim-conformance")
    if _is_asked_for(config):
        from scim_conformance.run import session

        session.start(config)
    else:
        config.pluginmanager.register(waiting.Waiting(config), "scim-conformance-waiting")


def _place(argument: str) -> str:
    """Return where the shipped suites are, for `--pyargs scim_conformance.suites`, a folder or a module of them: the
    same for a wheel and a checkout."""
    if argument != PYARGS and not argument.startswith(PYARGS + "."):
        return argument
    place = SUITES.joinpath(*argument.removeprefix(PYARGS).strip(".").split("."))
    return str(place if place.is_dir() else place.with_suffix(".py"))


def _is_asked_for(config: pytest.Config) -> bool:
    if wanted.HANDED in getattr(config, "workerinput", {}):
        from scim_conformance.run import handover

        handed = handover.received(config)
        return handed is not None and handed.has_begun
    # Not the environment: it may be set for a whole job, and the session may belong to another project.
    return wanted.WANTED in config.stash or bool(config.option.scim_url or config.option.scim_config)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a module of the shipped suites by what it declares."""
    if not module_path.is_relative_to(SUITES):
        return None
    from scim_conformance.run import suite_files

    return suite_files.collected(module_path, parent)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: pytest.Collector, name: str, obj: object) -> list[pytest.Item] | None:
    """Collect a decorated scenario as one item for each dialect and row."""
    del name
    if not inspect.isfunction(obj):
        return None
    template = getattr(obj, "__scim_template__", None)
    if not isinstance(template, Template):
        return None
    if obj.__module__ != getattr(getattr(collector, "obj", None), "__name__", None):
        return []
    from scim_conformance.run import items

    return items.items(collector, template)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Attach the result to the report, so that it reaches the controller from any worker."""
    outcome = yield
    report = outcome.get_result()
    is_skipped = report.when == "setup" and report.skipped
    if is_skipped and not getattr(item, "is_shipped", True):
        item.skipped(report)  # type: ignore[attr-defined]
    result = getattr(item, "scim_result", None)
    if isinstance(result, ScenarioResult) and (report.when == "call" or is_skipped):
        report.scim_result = msgspec.json.encode(result).decode()
