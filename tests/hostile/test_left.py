"""Targets that delete nothing, say so or not, or make more than was asked for: the number named is the number left.

SCIM_HOSTILE=all plays every one of them; without it, a fifth of a list, in turns.
"""

import os

import pytest

from tests.hostile.attacking import COUNTING
from tests.hostile.everything import ATTACKS
from tests.hostile.judging import faults
from tests.hostile.playing import Job, Outcome, play_all
from tests.support.turns import due

ALL = os.environ.get("SCIM_HOSTILE") == "all"
LEAVING = [name for name, one in ATTACKS.items() if one.tells in COUNTING]
QUICK = [
    "delete-405",
    "delete-no-route",
    "delete-ignored",
    "delete-404-until-clean",
    "delete-hides-from-lists",
    "delete-comes-back",
    "delete-comes-back-by-creation",
    "clean-cannot-look",
    "ids-change-after-each-write",
    "ids-are-reused",
    "ids-are-reused-undeletable",
    "makes-personal-groups",
    "makes-second-accounts-undeletable",
    "makes-another-name",
    "makes-it-and-says-500",
    "makes-it-without-an-id",
    "sweep-refused",
    "sweep-answers-everybody",
    "sweep-refused-start-ignored",
]
PLAYED = LEAVING if ALL else due(QUICK, 5)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    where = tmp_path_factory.mktemp("left")
    return play_all(Job(name, where / name, ATTACKS[name].ids) for name in PLAYED)


@pytest.mark.parametrize("name", PLAYED)
def test_what_is_left_is_counted(played: dict[str, Outcome], name: str) -> None:
    assert faults(ATTACKS[name], played[name]) == []
