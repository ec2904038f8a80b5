"""The good and the bad answers that `explain` shows: one pair for each scenario, from runs that were played."""

import json
import re

import pytest

from scim_conformance.catalogue import examples, scenarios
from scim_conformance.commands import explanation
from scim_conformance.demo.choices import DEFECTS
from scim_conformance.scenario.standing import BY_THE_RUN, STANDING
from scim_conformance.verdict.results import Verdict
from tests.contract import stale
from tests.proof.standards import performed
from tests.support.red import SHOWN_RED

EVERY = {one.id for one in scenarios.shipped_templates()} | {one.key for one in STANDING if one not in BY_THE_RUN}
"""What the run finds out is shown by no single answer."""

NAMES = EVERY - stale.UNOFFERED


def test_each_scenario_and_each_standing_check_has_a_pair() -> None:
    assert sorted(NAMES - set(examples.load())) == [], stale.COMMAND
    assert sorted(set(examples.load()) - NAMES) == [], stale.COMMAND


def test_what_has_no_pair_is_a_scenario_that_does_not_apply_to_the_honest_target() -> None:
    assert stale.UNOFFERED <= EVERY
    played = performed([], stale.UNOFFERED)
    assert {one.id: one.verdict for one in played} == dict.fromkeys(stale.UNOFFERED, Verdict.NOT_APPLICABLE)


@pytest.mark.parametrize("name", sorted(examples.load()))
def test_a_pair_is_that_of_the_defect_by_which_the_scenario_was_seen_red(name: str) -> None:
    pair = examples.load()[name]
    assert pair.symptom == DEFECTS[SHOWN_RED[name]].symptom, stale.COMMAND
    assert pair.check.startswith(name)
    assert pair.found
    good, bad = ((one.status, one.body, one.media, one.headers) for one in (pair.good, pair.bad))
    assert good != bad


def test_nothing_of_the_machine_stands_in_the_file() -> None:
    text = examples.FILE.read_text(encoding="utf-8")
    assert "127.0.0.1" not in text
    assert re.findall(r"Bearer (?!Token\b|realm=)[^\s\"]+", text) == []


def test_explain_shows_the_pair(capsys: pytest.CaptureFixture[str]) -> None:
    assert explanation.explain("entra-default", "ENT-DEL-01") == 0
    said = capsys.readouterr().out
    pair = examples.load()["ENT-DEL-01"]
    assert f"A correct response to {pair.good.request}" in said
    assert pair.symptom in said


def test_a_body_is_cut_to_a_readable_length() -> None:
    assert examples.shown(json.dumps({"a": "x" * 2000})).endswith("(2009 characters)")
    assert examples.shown("<html>") == "<html>"
    assert examples.shown(None) == ""
