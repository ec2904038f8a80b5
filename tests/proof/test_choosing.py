"""CI plays each row that was touched, and each of the others when its turn comes."""

from pathlib import Path

import pytest

from tests.contract import stale
from tests.proof import choosing
from tests.proof.choosing import chosen
from tests.proof.matrix import rows
from tests.proof.playing import STACKED

ROWS = {f"row-{number}": str(number) for number in range(57)}


MANY = 6
"""Rows that are played at most, here."""


def test_within_ten_turns_each_row_comes_up() -> None:
    turns = [chosen(ROWS, ROWS, turn, MANY) for turn in range(1234, 1234 + 10)]
    assert set().union(*turns) == set(ROWS)
    assert {len(one) for one in turns} == {MANY}


def test_what_is_not_as_it_was_played_is_always_played() -> None:
    known = ROWS | {"row-3": "another"}
    del known["row-4"]
    for turn in range(10):
        assert {"row-3", "row-4"} < chosen(ROWS, known, turn, MANY)
        assert len(chosen(ROWS, known, turn, MANY)) == MANY


def test_where_more_has_changed_than_is_played_it_takes_turns() -> None:
    turns = [chosen(ROWS, {}, turn, MANY) for turn in range(1234, 1234 + 10)]
    assert set().union(*turns) == set(ROWS)
    assert {len(one) for one in turns} == {MANY}
    assert chosen({}, {}, 0, MANY) == set()


def test_a_stack_is_played_when_one_of_its_variants_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    stack = next(name for name in rows() if name.startswith("variant ") and STACKED in name)
    one = stack.removeprefix("variant ").split(STACKED)[0]
    before = rows()
    now = stale.ingredients("variants")
    monkeypatch.setattr(stale, "ingredients", lambda kind: {**now, one: "another"} if kind == "variants" else {})
    assert [name for name, made in rows().items() if made != before[name]] == [stack]


def test_what_all_share_is_known_by_its_content(tmp_path: Path) -> None:
    first = choosing.shared()
    assert first == choosing.shared()
    assert len(first) == 16


def test_the_turn_is_another_after_each_commit() -> None:
    assert choosing.turn() > 700_000
