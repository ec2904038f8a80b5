"""Lets every test import `tests.support`, whichever way pytest was started, and gives its processes a shared folder."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder for recorded runs before there are workers, and remove it after them."""
    from tests.support import SHARED, turns
    from tests.support.turns import ALL, ROWS

    if config.option.keyword or any("::" in one for one in config.args):
        os.environ.setdefault(ROWS, ALL)  # what is asked for by name is played whether or not it is its turn

    if not hasattr(config, "workerinput"):
        turns.due((), 1)  # before there are workers, who do as this one
        os.environ[SHARED] = tempfile.mkdtemp(prefix="scim-recorded-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(SHARED), ignore_errors=True))
