"""When a run joins a pytest session that was not started for it: when our scenarios are collected there.

Variables such as SCIM_CONFORMANCE_URL may be set for a whole job. By themselves, they have no effect on a session:
without scenarios, nothing is registered or written, and no signal is handled. With scenarios, they count like flags.
Workers collect, and so join by themselves, with the settings that the controller sent them in case they find scenarios;
the controller does not collect, and joins when the first worker has collected.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.config.settings import CONFIG, DEFAULT_FILE, SettingsError, table
from scim_conformance.run import named
from scim_conformance.run.wanted import EXPECTED

# Every pytest session loads this module: what only a run needs is imported there, which keeps other sessions fast.

VARIABLES = [row.variable for row in table("pytest") if row.name in {"url", CONFIG.name}]
"""One of these can name a target. Without both, workers have nothing to agree on."""


class Waiting:
    """Waits for scenarios, which request what they are collected for (`handover.expected`)."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self._failed: list[pytest.CollectReport] = []
        self._has_joined = False
        self._is_deferred = False

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what could not be collected, for a controller that joins later."""
        if report.failed:
            self._failed.append(report)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Sort and select the scenarios as in a requested run.

        Errors in settings are reported after the collection: during it, a module would seem to be at fault.
        """
        if EXPECTED not in config.stash:
            return
        from scim_conformance.run import handover
        from scim_conformance.run.items import order_and_select

        found = handover.to_come(config)
        if found is not None:
            order_and_select(config, items, found.ids, found.configuration.settings)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Join if scenarios remain to run, or if ids were requested that no scenario has."""
        asked = EXPECTED in self.config.stash and bool(self.config.option.scim_id)
        if not asked and not any(item.get_closest_marker("scim_conformance") for item in session.items):
            return
        self._is_deferred = self._waits_for_fixture(session)
        if self._is_deferred:
            return
        self._join("pytest_collection_finish", session=session)

    def _waits_for_fixture(self, session: pytest.Session) -> bool:
        """Return whether the run starts later, when a fixture has started the target; workers cannot share one."""
        from scim_conformance.run import handover, targets

        found = handover.to_come(self.config)
        is_known = found is None or found.configuration.settings.url is not None
        is_alone = not hasattr(self.config, "workerinput") and not self.config.option.collectonly
        return not is_known and is_alone and targets.is_given(session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Let the workers agree on tag and directories, in case they find scenarios."""
        if self._has_joined or not (any(os.environ.get(name) for name in VARIABLES) or Path(DEFAULT_FILE).is_file()):
            return
        from scim_conformance.run import handover

        found = handover.to_come(self.config)
        if found is not None and found.configuration.settings.url is not None:
            with suppress(SettingsError):  # of the profile: a worker that finds scenarios reports it
                handover.hand_over(self.config, node, has_begun=False)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        """Join if a worker has collected scenarios."""
        if any(named.is_scenario(nodeid) for nodeid in ids):
            self._join("pytest_xdist_node_collection_finished", node=node, ids=ids)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Any:
        """Have late reports emitted by a controller that joined within this loop, and so does not wrap it."""
        if self._is_deferred:
            from scim_conformance.run import targets

            targets.hand_over(session)
            self._join("pytest_collection_finish", session=session)
            # It runs before the fixture ends: what was added later ends first.
            conclusion: Any = self.config.pluginmanager.get_plugin("scim-conformance-conclusion")
            session._setupstate.addfinalizer(conclusion.clean_early, session)
        try:
            return (yield)
        finally:
            emission = self.config.pluginmanager.get_plugin("scim-conformance-emission")
            if emission is not None:
                emission.emit(session)

    def _join(self, hook: str, **given: Any) -> None:
        """Start the run, once, and let its plugins catch up on what they missed: the current hook, and failures.

        Raises:
            pytest.UsageError: no target, or an invalid setting. The controller speaks for its workers.
        """
        from scim_conformance.run import session

        if self._has_joined or self.config.option.collectonly:
            return
        manager = self.config.pluginmanager
        before = manager.get_plugins()
        try:
            session.start(self.config, late=True)
        except pytest.UsageError:
            if hasattr(self.config, "workerinput"):
                return
            raise
        self._has_joined = True
        for report in self._failed if not hasattr(self.config, "workerinput") else ():
            manager.subset_hook_caller("pytest_collectreport", before)(report=report)
        manager.subset_hook_caller(hook, before)(**given)
