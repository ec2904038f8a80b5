"""What is new in a release is advice until the next minor one; versions are handed in."""

from typing import Any

import msgspec
import pytest

from scim_conformance.scenario import folding, novelty
from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.results import CheckResult, ScenarioResult, Source, Verdict


@pytest.mark.parametrize(
    ("since", "version", "new"),
    [
        ("0.1.0", "0.1.0", False),
        ("0.1.0", "0.2.0", False),
        ("0.1.3", "0.1.4", True),
        ("0.1.3", "0.2.0", False),
        ("0.2.0", "0.2.0", True),
        ("0.2.0", "0.2.9", True),
        ("0.2.0", "0.3.0", False),
        ("0.9.0", "0.10.0", False),
        ("0.10.0", "0.10.1", True),
        ("0.9.0", "1.0.0", False),
        ("1.0.0", "1.0.0", True),
    ],
)
def test_new_until_the_next_minor_release(since: str, version: str, new: bool) -> None:
    assert novelty.is_new(since, version) is new


def result(*levels: Level, verdict: Verdict = Verdict.DEVIATION, since: str = "0.2.0") -> ScenarioResult:
    known: dict[str, Any] = {
        "since": since,
        "expected": "this",
        "so": "x",
        "evidence": "rfc",
        "citation": Source("RFC", "u"),
    }
    found = [CheckResult(id=f"A#s.{n}", verdict=verdict, level=level, **known) for n, level in enumerate(levels)]
    more: dict[str, Any] = {"template": "A", "suite": "entra", "title": "t", "moment": "update", "dialect": None}
    return ScenarioResult(id="A", validator=False, verdict=verdict, level=levels[0], checks=found, **more)


def test_a_new_scenario_is_advice_and_does_not_fail_the_run() -> None:
    old = result(Level.MUST, Level.ENTRA, Level.SHOULD)
    new = novelty.softened(old, "0.2.1")
    assert folding.exit_code([old], "must", interrupted=False) == 1
    assert folding.exit_code([new], "must", interrupted=False) == 0
    assert folding.exit_code([new], "should", interrupted=False) == 1
    assert (new.verdict, new.level) == (Verdict.DEVIATION, Level.SHOULD)
    assert [check.becomes for check in new.checks] == [Level.MUST, Level.ENTRA, None]


def test_with_the_next_minor_release_it_counts() -> None:
    old = result(Level.MUST)
    assert novelty.softened(old, "0.3.0") is old
    first = result(Level.MUST, since="0.1.0")
    assert novelty.softened(first, "0.1.0") is first


def test_a_new_check_of_an_old_scenario_is_advice_and_the_others_count() -> None:
    old, new = result(Level.MUST, since="0.1.0"), result(Level.ENTRA)
    mixed = msgspec.structs.replace(old, checks=[*old.checks, *new.checks])
    found = novelty.softened(mixed, "0.2.1")
    assert [(check.level, check.becomes) for check in found.checks] == [
        (Level.MUST, None),
        (Level.SHOULD, Level.ENTRA),
    ]
    assert found.level is Level.MUST


def test_the_sentence_names_what_will_count() -> None:
    new = novelty.softened(result(*[Level.MUST] * 7), "0.2.1")
    (said,) = novelty.notes([new], "0.2.1")
    assert "advice until 0.3 and then of the level in brackets: A#s.0 (MUST), A#s.1 (MUST)" in said
    assert said.endswith("A#s.4 (MUST) and 2 more")


def test_nothing_is_said_of_what_is_met_or_old() -> None:
    met = novelty.softened(result(Level.MUST, verdict=Verdict.CONFORMANT), "0.2.1")
    assert [*novelty.notes([met, result(Level.MUST)], "0.2.1")] == []
