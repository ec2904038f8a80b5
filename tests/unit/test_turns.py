"""Rows in turns: each comes up, every run plays some, and all are played where that is asked for."""

import pytest

from tests.support import turns
from tests.support.turns import ALL, ROWS, due, rotated


def played(monkeypatch: pytest.MonkeyPatch, turn: int, rows: list[str], ring: int, shift: int = 0) -> list[str]:
    monkeypatch.setattr(turns, "_turn", lambda: turn)
    return due(rows, ring, shift=shift)


def test_each_row_comes_up_and_every_run_plays_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ROWS, raising=False)
    found = [played(monkeypatch, turn, list("abcdefg"), 3) for turn in range(739_990, 739_993)]
    assert sorted("".join(map("".join, found))) == list("abcdefg")
    assert min(map(len, found)) >= 2


def test_a_shift_plays_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ROWS, raising=False)
    assert played(monkeypatch, 4, ["serial", "parallel"], 2) == ["serial"]
    assert played(monkeypatch, 4, ["serial", "parallel"], 2, shift=1) == ["parallel"]


def test_all_are_played_where_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ROWS, ALL)
    assert played(monkeypatch, 4, list("abc"), 3) == list("abc")


def test_of_rows_of_two_kinds_each_turn_plays_every_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ROWS, raising=False)
    rows = [big + small for place, big in enumerate("ABC") for small in rotated(list("abc"), place)]
    for turn in range(3):
        found = played(monkeypatch, turn, rows, 3)
        assert {one[0] for one in found} == {"A", "B", "C"}
        assert {one[1] for one in found} == {"a", "b", "c"}
