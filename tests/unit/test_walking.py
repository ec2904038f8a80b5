"""The list of all users, page by page: where the walk ends, and what it says."""

from typing import Any

import pytest

from scim_conformance.entra import sources as ms
from scim_conformance.entra.walking import MOST_PAGES, walk
from scim_conformance.scenario.checks import Check, Obligation
from scim_conformance.scenario.model import Scenario
from tests.support.player import Target, actuals

BINDINGS = {"ada": "1", "joe": "3"}


def judged(obligation: Obligation, fix: str) -> Check:
    return obligation.should(ms.DISCOVERY, so="accounts are missed", fix=fix)


def page(total: int, *ids: object) -> tuple[int, dict[str, Any]]:
    return 200, {"totalResults": total, "Resources": [{"id": str(one)} for one in ids]}


def walked(*answers: tuple[int, dict[str, Any]]) -> tuple[str | None, list[str]]:
    """Return what the check of the whole list says, and the queries that were sent."""
    target = Target([*answers])
    performance = target.play(Scenario([walk(["ada", "joe"], judged)]), bindings=dict(BINDINGS))
    return actuals(performance)[0][-1], [one.target.partition("?")[2].partition("&")[0] for one in target.sent]


def test_a_page_that_has_everybody_is_the_only_one() -> None:
    assert walked(page(3, 1, 2, 3)) == (None, ["startIndex=1"])


def test_the_next_page_begins_where_the_last_one_ended() -> None:
    assert walked(page(3, 1, 2), page(3, 3)) == (None, ["startIndex=1", "startIndex=3"])


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([page(2, 1, 2)], "{joe} missing among 2 accounts"),
        ([page(3, 1, 2), page(3)], "2 accounts, and totalResults is 3"),
        ([page(4, 1, 2), page(4, 2, 3)], "1 of 2 accounts from 3 were listed before"),
        ([page(2, 1, 1)], "1 of 2 accounts from 1 were listed before"),
        ([page(0)], "{ada}, {joe} missing among 0 accounts"),
    ],
)
def test_what_is_wrong_with_a_list_is_said(answers: list[tuple[int, dict[str, Any]]], said: str) -> None:
    assert walked(*answers)[0] == said


def test_a_list_that_changes_meanwhile_is_not_judged() -> None:
    assert walked(page(3, 1, 2), page(4, 5, 6))[0] is None


def test_after_the_last_page_that_is_asked_for_nothing_is_said() -> None:
    said, queries = walked(*(page(1000, f"x{number}") for number in range(MOST_PAGES)))
    assert (said, len(queries)) == (None, MOST_PAGES)


def test_a_target_that_repeats_its_first_page_is_not_asked_further() -> None:
    said, queries = walked(page(9, 1, 2), page(9, 1, 2))
    assert said is not None
    assert len(queries) == 2
