"""CI plays each row that was touched, and each of the others when its turn comes."""

from pathlib import Path

from scim_conformance.demo.choices import DEFECTS
from tests.proof import choosing
from tests.proof.choosing import TENTH, chosen

ROWS = {f"row-{number}": str(number) for number in range(57)}


def test_within_ten_turns_each_row_comes_up() -> None:
    turns = [chosen(ROWS, ROWS, turn, TENTH) for turn in range(1234, 1234 + TENTH)]
    assert set().union(*turns) == set(ROWS)
    assert {len(one) for one in turns} == {5, 6}


def test_what_is_not_as_it_was_played_is_always_played() -> None:
    known = ROWS | {"row-3": "another"}
    del known["row-4"]
    for turn in range(TENTH):
        assert {"row-3", "row-4"} <= chosen(ROWS, known, turn, TENTH)


def test_where_nothing_is_known_everything_is_played() -> None:
    assert chosen(ROWS, {}, 0, TENTH) == set(ROWS)


def test_the_hash_of_a_row_is_of_its_fault_and_its_scenarios() -> None:
    around = [DEFECTS["op-case"].around]
    alone, with_scenario = choosing.row(around), choosing.row(around, ["ENT-UPD-01"])
    assert alone != with_scenario
    assert with_scenario == choosing.row(around, ["ENT-UPD-01"])
    assert with_scenario != choosing.row(around, ["ENT-DIS-01"])
    assert choosing.row([DEFECTS["delete-405"].around]) != alone


def test_what_all_share_is_known_by_its_content(tmp_path: Path) -> None:
    first = choosing.shared()
    assert first == choosing.shared()
    assert len(first) == 16


def test_the_turn_is_another_after_each_commit() -> None:
    assert choosing.turn() > 700_000
