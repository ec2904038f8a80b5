"""How a run's processes end: signals take effect once the session can clean up; workers end with their controller."""

import pytest

from scim_conformance.run import handover
from scim_conformance.system import orphans, signals


def begin(config: pytest.Config) -> None:
    """Have signals interrupt this process, and a worker end with its controller."""
    config.add_cleanup(signals.interrupt())
    handed = handover.received(config)
    if handed is not None and handed.parent is not None:
        orphans.watch(handed.parent)


class Endings:
    """In every process of a run."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Have signals interrupt the session, but not yet: before it has started, pytest would not even end it.

        Workers are started now and inherit blocked signals: their interpreter would print a traceback.
        """
        signals.block()
        begin(session.config)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Unblock signals."""
        signals.unblock()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Clean up: from now on, only a second signal takes effect."""
        signals.bear(1)
        signals.unblock()
