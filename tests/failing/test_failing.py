"""Servers that fail as real ones do: the cause is first under "Fix first", and what can be judged is judged."""

import os
import re
from pathlib import Path

import pytest

from tests.failing.everything import KINDS
from tests.failing.playing import faults, play, tables
from tests.support import turns

pytestmark = pytest.mark.slow

RING = 11
SLOW = {"storm-429", "reads-late"}
"""Minutes each: only SCIM_ROWS=all plays them."""
EXPECTED = tables("expected.toml")
NOT_YET: set[str] = set(tables("not_yet.toml")["names"])
ALL = os.environ.get("SCIM_ROWS") == "all"
DUE = turns.due([name for name in KINDS if ALL or name not in SLOW], RING)


def test_the_right_server_is_right(tmp_path: Path) -> None:
    """Otherwise no failing one shows anything: each is this server, with one thing wrong."""
    outcome = play(None, tmp_path)
    assert outcome.result["verdict"] == "yes", outcome.entries
    assert outcome.entries == []
    assert outcome.inconclusive == 0


@pytest.mark.parametrize("name", DUE)
def test_the_cause_is_first(name: str, tmp_path: Path) -> None:
    outcome = play(KINDS[name], tmp_path)
    broken = faults(EXPECTED[name], outcome)
    if name in NOT_YET:
        assert broken, f"{name} is as it is expected now: remove it from tests/failing/not_yet.toml"
    else:
        assert broken == [], "\n".join([EXPECTED[name]["cause"], *outcome.entries])


def test_each_server_says_what_is_expected_of_it() -> None:
    assert KINDS.keys() == EXPECTED.keys()
    assert set(KINDS) >= NOT_YET
    for name, expected in EXPECTED.items():
        assert expected["must"], name
        assert all(re.compile(one) for one in expected["must"])
        assert expected["most_inconclusive"] <= 10 or expected["because"]


@pytest.mark.parametrize("name", KINDS)
def test_each_server_explains_itself(name: str) -> None:
    """What the vendor's code does wrong, and what its developer has to read first."""
    wrong, _, first = (KINDS[name].twist.__doc__ or "").partition(" First: ")
    assert wrong.strip()
    assert first.strip()
