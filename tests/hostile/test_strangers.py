"""Forty and more ways to answer with somebody else's identity: no stranger is written to, and the run says so.

SCIM_HOSTILE=all plays every one of them; without it, a fifth of a list with one of each sort, in turns.
"""

import os

import pytest

from tests.hostile.attacking import COUNTING
from tests.hostile.everything import ATTACKS
from tests.hostile.judging import faults
from tests.hostile.playing import Job, Outcome, play_all
from tests.support.turns import due

pytestmark = pytest.mark.slow

ALL = os.environ.get("SCIM_HOSTILE") == "all"
STRANGERS = [name for name, one in ATTACKS.items() if one.tells not in COUNTING]
QUICK = [
    "post-id-of-stranger",
    "post-whole-stranger",
    "post-200-stranger",
    "post-upsert",
    "post-upsert-group",
    "post-empty-location-stranger",
    "post-makes-ours-tells-stranger",
    "post-id-with-dots",
    "post-id-is-collection",
    "post-numeric-id",
    "post-user-gets-group-id",
    "post-two-ids",
    "post-group-id-of-stranger",
    "post-group-of-our-people",
    "get-shows-stranger-under-our-id",
    "get-first-ours-then-stranger",
    "get-500",
    "get-echoes-our-name",
    "get-echoes-who-was-seen",
    "get-tag-in-other-attributes",
    "get-stranger-renamed-to-our-tag",
    "get-careless-ids",
    "echo-date-without-zone",
    "echo-name-in-capitals",
    "match-stranger-first",
    "match-stranger-when-absent",
    "match-our-name-id-of-stranger",
    "match-after-500",
    "sweep-namesakes-of-years-ago",
    "sweep-echoes-in-lists",
    "list-ids-of-strangers",
    "patch-answers-id-of-stranger",
    "patch-hands-id-over",
    "delete-hands-id-over",
    "before-clean-ids-change-hands",
    "members-strangers-in-our-group",
    "manager-is-stranger",
    "token-renewed-then-stranger",
]
PARALLEL = ["post-id-of-stranger", "get-echoes-our-name", "delete-hands-id-over"]
"""These are played by two processes, too."""

SERIAL = STRANGERS if ALL else due(QUICK, 5)
TWICE = STRANGERS if ALL else due(PARALLEL, 3)


def _parallel(name: str) -> str:
    return f"{name} -n 2"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    where = tmp_path_factory.mktemp("strangers")
    serial = [Job(name, where / name, ATTACKS[name].ids) for name in SERIAL]
    parallel = [Job(name, where / f"{name}-n2", (*ATTACKS[name].ids, "-n", "2"), key=_parallel(name)) for name in TWICE]
    return play_all([*serial, *parallel])


@pytest.mark.parametrize("name", SERIAL)
def test_no_stranger_is_touched(played: dict[str, Outcome], name: str) -> None:
    assert faults(ATTACKS[name], played[name]) == []


@pytest.mark.parametrize("name", TWICE)
def test_no_stranger_is_touched_by_two_processes(played: dict[str, Outcome], name: str) -> None:
    assert faults(ATTACKS[name], played[_parallel(name)]) == []


def test_each_sort_of_answer_is_attacked() -> None:
    """Forty ways and more; the short list names attacks that there are."""
    assert len(STRANGERS) >= 40
    assert set(QUICK) | set(PARALLEL) <= set(STRANGERS)
    sorts = {name.partition("-")[0] for name in QUICK}
    assert sorts == {name.partition("-")[0] for name in STRANGERS} - {"crowd", "member"}
