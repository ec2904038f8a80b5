"""`make contract`: a change is noticed by what follows from it, and only there; what is checked in is what follows."""

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from scim_conformance.catalogue import scenarios
from scim_conformance.demo.choices import DEFECTS
from scim_conformance.entra.requests import create_user, read_back
from scim_conformance.entra.world import World
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.model import Moment, Scenario, Template, scenario
from scim_conformance.scenario.obligations.answers import status
from tests.contract import figures, fingerprints, missing, stale
from tests.proof import behind, document

FAULT = '''
{constant}

def helper(scope):
    """{docstring}"""
    return {helper}

async def fault(scope):  # {comment}
    {odd} = helper(scope)
    return LIMIT, {odd}
'''
PLAIN = {"constant": "LIMIT = 5", "docstring": "Words.", "helper": "scope", "comment": "why", "odd": "found"}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., str]:
    """Return the fingerprint of a fault that is written so, in a module of its own."""

    def fingerprint(**changes: str) -> str:
        # What is read of a module is kept by its name, so that no two tests may share one.
        path = tmp_path / f"{tmp_path.name}_{len(list(tmp_path.iterdir()))}.py"
        path.write_text(FAULT.format(**{**PLAIN, **changes}))
        module = ModuleType(path.stem)
        module.__file__ = str(path)
        monkeypatch.setitem(sys.modules, path.stem, module)
        exec(compile(path.read_text(), path, "exec"), vars(module))
        return fingerprints.of_code(module.fault, (path.stem,))

    return fingerprint


@pytest.mark.parametrize("change", [{"docstring": "Other words."}, {"comment": "why not"}])
def test_words_about_code_change_nothing(change: dict[str, str], written: Callable[..., str]) -> None:
    assert written(**change) == written()


@pytest.mark.parametrize("change", [{"helper": "None"}, {"constant": "LIMIT = 6"}, {"odd": "other"}])
def test_a_change_of_code_is_seen_also_where_it_is_used(change: dict[str, str], written: Callable[..., str]) -> None:
    assert written(**change) != written()


def made(so: str, code: int, title: str) -> Template:
    @scenario("ENT-UPD-98", "Made up", moment=Moment.UPDATE)
    def made_up(world: World) -> Scenario:
        """Made up."""
        person = world.person().with_(jobTitle=title)
        asked = status(code).must(rfc7644("3.4.1"), so=so)
        return Scenario(given=[create_user(world, person)], steps=[read_back("user", asked)])

    found = vars(made_up)["__scim_template__"]
    assert isinstance(found, Template)
    return found


def test_a_scenario_is_known_by_what_it_sends_and_asks_and_not_by_its_words() -> None:
    def of(*how: str | int, words: bool = False) -> str:
        return fingerprints.of_scenario(made(*how), "entra-default", words=words)  # type: ignore[arg-type]

    plain = of("it breaks", 200, "Clerk")
    assert of("it breaks badly", 200, "Clerk") == plain
    assert of("it breaks", 204, "Clerk") != plain
    assert of("it breaks", 200, "Baker") != plain
    assert of("it breaks badly", 200, "Clerk", words=True) != of("it breaks", 200, "Clerk", words=True)


def test_a_fingerprint_is_the_same_each_time_and_another_for_each_scenario() -> None:
    shipped = [one for one in scenarios.shipped_templates() if one.id.startswith("ENT-UPD")]
    once = [fingerprints.of_scenario(one, "entra-default") for one in shipped]
    assert [fingerprints.of_scenario(one, "entra-default") for one in shipped] == once
    assert len(set(once)) == len(once)


def test_a_row_is_behind_when_its_defect_or_its_scenario_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    now = stale.ingredients("proof")
    told = stale._fault(DEFECTS["op-case"])
    assert stale._fault(replace(DEFECTS["op-case"], symptom="Something else")) != told
    monkeypatch.setattr(stale, "_made", lambda: {"proof": {**now, "op-case": "another", "gone": "x"}})
    assert stale.stale("proof") == ["op-case"]


@pytest.mark.parametrize("kind", stale.KINDS)
def test_what_is_generated_is_up_to_date(kind: stale.Kind) -> None:
    assert stale.stale(kind) == [], stale.COMMAND


def test_the_page_of_the_proof_says_how_many_rows_are_behind() -> None:
    assert behind.line() in document.PAGE.read_text(encoding="utf-8").splitlines(), stale.COMMAND


def test_nothing_is_missing_that_only_an_author_can_add() -> None:
    assert missing.problems() == []


def test_pages_carry_the_figures_of_today() -> None:
    assert figures.outdated() == [], stale.COMMAND


BY_HAND = [figures.ROOT / name for name in ("README.md", "CONTRIBUTING.md", "docs/reports.md", *figures.PAGES)]
COUNTS = re.compile(r"(?<![\w,./-])(\d[\d,]{2,}) (?:scenarios|checks|requirements|defects|variants)\b")
"""Large numbers of what each release has more of: a run of today would contradict one that was written by hand."""


def test_no_page_counts_by_hand_what_grows() -> None:
    assert COUNTS.findall("about 1,640 checks of 179 scenarios") == ["1,640", "179"]
    for page in BY_HAND:
        text = page.read_text(encoding="utf-8")
        generated = set(re.findall(figures.REQUIRED, text)) | {"1,000"}
        assert set(COUNTS.findall(text)) <= generated, page
