"""The fixture `scim_target`: a conftest.py starts the application under test, and hands over where it listens.

It is resolved once, before the first request of the session. A URL from an option, a variable or the settings file
takes precedence: the fixture is not run then.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
from _pytest.fixtures import TopRequest

from scim_conformance.config.address import TargetAddress
from scim_conformance.config.configuration import Configuration
from scim_conformance.config.settings import SettingsError
from scim_conformance.run import handover

NAME = "scim_target"


class Probe(pytest.Item):
    """An item next to the first scenario that asks for the fixture alone, before pytest sets up anything else."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        found = self.session._fixturemanager.getfixtureinfo(node=self, func=None, cls=None)
        self._fixtureinfo = found
        self.fixturenames: list[str] = []
        self.funcargs: dict[str, object] = {}
        self._request = TopRequest(self, _ispytest=True)  # type: ignore[arg-type]
        self.value: object = None

    def setup(self) -> None:
        """Get the value of the fixture; it ends with the session."""
        self.value = self._request.getfixturevalue(NAME)

    def runtest(self) -> None:
        """There is nothing to run."""


def is_given(items: Iterable[pytest.Item]) -> bool:
    """Return whether every scenario sees a fixture of this name other than the plugin's own, which gives no target."""
    found = [_definitions(item) for item in items if item.get_closest_marker("scim_conformance")]
    return bool(found) and all(len(one) > 1 for one in found)


def _definitions(item: pytest.Item) -> Any:
    return item.session._fixturemanager.getfixturedefs(NAME, item) or ()


def hand_over(session: pytest.Session) -> None:
    """Resolve the fixture, and put the target into what the session runs.

    The session ends with exit code 4 if the fixture fails, or does not return a target that can be used.
    """
    first = next(item for item in session.items if item.get_closest_marker("scim_conformance"))
    try:
        asked = handover.wanted(session.config)
        asked.configuration = _at(asked.configuration, _target(_value(first, session)))
    except SettingsError as error:
        pytest.exit(f"the fixture {NAME}: {error}", pytest.ExitCode.USAGE_ERROR)


def _value(first: pytest.Item, session: pytest.Session) -> object:
    assert first.parent is not None
    probe: Probe = Probe.from_parent(first.parent, name=NAME)
    try:
        session._setupstate.setup(probe)
    except (Exception, pytest.skip.Exception) as error:
        raise SettingsError(f"it ended with {type(error).__name__}: {error}") from error
    session._setupstate.teardown_exact(nextitem=session.items[0])
    return probe.value


def _target(found: object) -> TargetAddress:
    if isinstance(found, TargetAddress):
        return found
    if isinstance(found, str):
        return TargetAddress(found)
    raise SettingsError("it must return a tenant URL, or a TargetAddress of scim_conformance.kit")


def _at(configuration: Configuration, target: TargetAddress) -> Configuration:
    settings = handover.checked(msgspec.structs.replace(configuration.settings, url=target.url))
    secrets = configuration.secrets
    secrets = msgspec.structs.replace(secrets, token=target.secret) if target.secret else secrets
    return Configuration(settings, secrets, configuration.file, configuration.loaded, configuration.origin)
