"""Lets every test import `tests.support`, whichever way pytest was started, and gives its processes a shared folder."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


SLOW = "slow"


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder for recorded runs before there are workers, and remove it after them."""
    from tests.support import SHARED, turns
    from tests.support.turns import ALL, ROWS

    if config.option.keyword or any("::" in one or one.endswith(".py") for one in config.args):
        os.environ.setdefault(ROWS, ALL)  # what is asked for by name is played whether or not it is its turn

    config.addinivalue_line("markers", f"{SLOW}: played in a quarter of the runs, with others each time")
    if not hasattr(config, "workerinput"):
        turns.due((), 1)  # before there are workers, who do as this one
        os.environ[SHARED] = tempfile.mkdtemp(prefix="scim-recorded-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(SHARED), ignore_errors=True))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the slow tests whose turn it is not."""
    from tests.support.turns import is_due

    later = {one.nodeid for one in items if one.get_closest_marker(SLOW) and not is_due(one.nodeid)}
    if later:
        config.hook.pytest_deselected(items=[one for one in items if one.nodeid in later])
        items[:] = [one for one in items if one.nodeid not in later]
