"""The rehearsal is played where it is asked for by its folder, and is no part of `scim-conformance run`."""

from collections.abc import Generator
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the tests of this folder out, unless an argument of pytest names it."""
    named = [Path(one.partition("::")[0]).resolve() for one in config.args]
    return None if any(one == HERE or HERE in one.parents for one in named) else True


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None]:
    """End with the exit code of these tests: the run around them has no scenario that it could judge."""
    yield
    if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and session.testscollected:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED if session.testsfailed else pytest.ExitCode.OK
