"""What a certificate answers, and what `explain` finds by words: each scenario answers a question, each id exists."""

import pytest

from scim_conformance.catalogue import near, portal, scenarios
from scim_conformance.catalogue.handlers import handlers, of_scenario
from scim_conformance.catalogue.questions import questions
from scim_conformance.scenario.standing import STANDING

WIDEST = 76
"""Columns of a line of code, on a terminal of 80."""

TEMPLATES = scenarios.shipped_templates()
IDS = [one.id for one in TEMPLATES]
STANDING_IDS = [one.key for one in STANDING]


def test_every_scenario_of_the_entra_suite_answers_one_question() -> None:
    asked = [*(one.id for one in TEMPLATES if one.suite == "entra"), *STANDING_IDS]
    counted = {name: [one.asks for one in questions() if one.is_about(name)] for name in asked}
    assert {name: found for name, found in counted.items() if len(found) != 1} == {}


@pytest.mark.parametrize("wanted", [one for question in questions() for one in question.by])
def test_a_question_names_scenarios_that_exist(wanted: str) -> None:
    assert any(scenarios.matches(one, wanted) for one in [*IDS, *STANDING_IDS])


def test_a_question_can_be_answered_with_yes() -> None:
    assert [one.asks for one in questions() if not one.asks.endswith("?")] == []


def test_there_is_code_for_the_fifteen_most_common_causes() -> None:
    assert len(handlers()) >= 15
    known = [*IDS, *STANDING_IDS]
    named = [wanted.partition("/")[0] for one in handlers() for wanted in one.wanted]
    assert [one for one in named if one not in known] == []
    found = of_scenario("ENT-GRP-06/legacy")
    assert found is not None
    assert "members" in found.code


def test_a_handlers_code_can_be_read_as_python() -> None:
    """Not run: names such as `users` are the reader's. A `return` needs a function around it."""
    for one in handlers():
        body = "\n".join(f"    {line}" for line in one.code.strip().splitlines())
        assert [line for line in one.code.splitlines() if len(line) > WIDEST] == [], one.title
        compile(f"def handler():\n{body}\n    pass\n", one.title, "exec")


def test_the_portals_codes_lead_to_scenarios() -> None:
    (found,) = portal.about("EntryConflict")
    assert "ENT-CRE-02" in found.scenarios
    assert "409" in found.meaning
    assert portal.about("the manager is missing")[0].scenarios.startswith("ENT-MGR-01")
    assert portal.about("") == []


@pytest.mark.parametrize(
    ("wanted", "first"), [("ENT-DSI-01", "ENT-DIS-01"), ("ent-cre-01", "ENT-CRE-01"), ("ENT-GPR", "ENT-GRP")]
)
def test_an_unknown_id_suggests_similar_ones(wanted: str, first: str) -> None:
    assert first in near.near(wanted, IDS)


def test_nothing_is_suggested_where_nothing_is_similar() -> None:
    assert near.sentence("frobnicate", IDS) == (
        "no scenario has the id frobnicate; `scim-conformance list` shows all ids"
    )
