"""What the last release did not have is new, whether or not its author says so."""

import dataclasses
import re
from pathlib import Path

import pytest

from scim_conformance import __version__
from scim_conformance.catalogue import scenarios
from scim_conformance.catalogue.checks import check_templates
from scim_conformance.entra.world import World
from scim_conformance.scenario import released
from scim_conformance.scenario.checks import Check, Level, Obligation
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.model import Case, Moment, Scenario, Template, scenario
from scim_conformance.scenario.performance import Judged, Performance, StepRun
from scim_conformance.scenario.released import (
    FIRST,
    Known,
    Record,
    catalogued,
    of_check,
    of_scenario,
    of_standing,
    record,
)
from scim_conformance.scenario.standing import STANDING
from scim_conformance.scenario.steps import Step
from scim_conformance.verdict import grace_period, judging
from tests.contract.released import recorded

ROOT = Path(__file__).resolve().parents[2]

RECORD = Record(
    release="0.1.0",
    scenarios={"ENT-UPD-98": "0.1.0"},
    checks={
        "ENT-UPD-98#read.stored.{attribute}": Known("0.1.0", ["MUST"]),
        STANDING[0].key: Known("0.1.0", [STANDING[0].level]),
    },
)


@pytest.fixture
def upgraded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Today is 0.2.0, and the last release was 0.1.0."""
    monkeypatch.setattr(released, "record", lambda: RECORD)
    monkeypatch.setattr(released, "__version__", "0.2.0")


def declared(identifier: str, since: str | None = None) -> Template:
    @scenario(identifier, "Something", moment=Moment.UPDATE, since=since)
    def something(world: World) -> Scenario:
        return Scenario(steps=[])

    found = vars(something)["__scim_template__"]
    assert isinstance(found, Template)
    return found


def check(key: str, since: str = "") -> Check:
    asked = Obligation(key, "it is there", lambda _: "it is not").must(rfc7644("3.3"), so="nothing works")
    return asked.new_in(since) if since else asked


OLD, NEW, OWN = declared("ENT-UPD-98"), declared("ENT-UPD-99"), declared("ACM-UPD-99")


@pytest.mark.usefixtures("upgraded")
@pytest.mark.parametrize(
    ("template", "wanted"), [(OLD, "0.1.0"), (NEW, "0.2.0"), (OWN, FIRST), (declared("ENT-UPD-99", "0.1.4"), "0.1.4")]
)
def test_a_scenario_came_in_when_the_record_or_its_author_says_so_else_now(template: Template, wanted: str) -> None:
    assert of_scenario(template) == wanted


@pytest.mark.usefixtures("upgraded")
@pytest.mark.parametrize(
    ("template", "key", "since", "wanted"),
    [
        (OLD, "stored.emails.work.value", "", "0.1.0"),
        (OLD, "status", "", "0.2.0"),
        (OLD, "status", "0.1.3", "0.1.3"),
        (NEW, "stored.title", "", "0.2.0"),
        (OWN, "status", "", FIRST),
    ],
)
def test_a_check_came_in_with_its_scenario_or_after_it(template: Template, key: str, since: str, wanted: str) -> None:
    assert of_check(template, "read", check(key, since)) == wanted


@pytest.mark.usefixtures("upgraded")
def test_a_check_of_every_answer_that_the_record_lacks_is_new() -> None:
    assert of_standing(STANDING[0]) == "0.1.0"
    assert of_standing(STANDING[1]) == "0.2.0"
    assert of_standing(dataclasses.replace(STANDING[1], since="0.1.5")) == "0.1.5"


@pytest.mark.usefixtures("upgraded")
def test_the_check_of_a_new_scenario_is_advice_until_the_next_minor_release() -> None:
    """As on upgrade day: the package is 0.2.0, the scenario came in after 0.1.0, and its author said nothing."""
    levels = {}
    for template in (OLD, NEW, OWN):
        step = Step("read", "GET", "/Users/1", "Read it")
        played = StepRun(step, given=False, judged=[Judged(check("stored.title"), "it is not")])
        result = judging.result(Case(template), Performance(steps=[played]), "node", 0.1)
        (found,) = grace_period.softened(result, "0.2.0").checks
        levels[template.id] = (found.level, found.becomes)
    soft = (Level.SHOULD, Level.MUST)
    assert levels == {OLD.id: (Level.MUST, None), NEW.id: soft, OWN.id: (Level.MUST, None)}


def test_every_shipped_scenario_was_there_in_the_first_release() -> None:
    """Until there is a second one."""
    assert __version__ == FIRST
    assert {of_scenario(one) for one in scenarios.shipped_templates()} == {FIRST}


def test_ids_are_those_of_the_catalogue() -> None:
    assert catalogued("ENT-UPD-04", "alone-emails.work.value", "stored.emails.work.value") == (
        "ENT-UPD-04#alone-{attribute}.stored.{attribute}"
    )
    assert catalogued("SRV-LOA-01", "load-17", "served") == "SRV-LOA-01#load-{number}.served"


RELEASED = re.compile(r"^## (\d+\.\d+\.\d+)(?! \(unreleased\))", re.MULTILINE)


def test_the_record_is_that_of_the_last_release() -> None:
    """It is written when a release is made (CONTRIBUTING.md), before the version rises."""
    told = RELEASED.findall((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert record().release == (told[0] if told else None), "run `make released` on the release's commit"
    assert record().release != __version__, "raise `__version__` and pyproject.toml's version: this one is out"


def test_a_check_that_became_harder_says_when() -> None:
    now, said = recorded(), raised()
    harder = [
        f'{name}: add .raised_in("{__version__}") to the check'
        for name, then in record().checks.items()
        if name in now.checks and _hardest(now.checks[name]) < _hardest(then) and name not in said
    ]
    assert harder == []


def _hardest(one: Known) -> int:
    return min(Level(level).rank for level in one.levels)


def raised() -> set[str]:
    """Return the checks that say that they became harder."""
    return {
        f"{template.id}#{one.id.partition('#')[2]}"
        for template in scenarios.shipped_templates()
        for one in check_templates(template)
        if one.raised
    }


def test_what_is_written_down_at_a_release_is_old_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = recorded()
    monkeypatch.setattr(released, "record", lambda: kept)
    monkeypatch.setattr(released, "__version__", "0.2.0")
    assert {of_scenario(one) for one in scenarios.shipped_templates()} == {FIRST}
    since = {one.since for template in scenarios.shipped_templates() for one in check_templates(template)}
    assert since == {FIRST}
