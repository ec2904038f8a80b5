"""What is new in a release is advice until the next minor one; versions are handed in."""

from typing import Any

import msgspec
import pytest

from scim_conformance.scenario.checks import Level
from scim_conformance.verdict import exit_codes, grace_period
from scim_conformance.verdict.results import CheckResult, ScenarioResult, Source, Verdict


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
    assert grace_period.is_new(since, version) is new


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
    new = grace_period.softened(old, "0.2.1")
    assert exit_codes.exit_code([old], "must", interrupted=False, early=False) == 1
    assert exit_codes.exit_code([new], "must", interrupted=False, early=False) == 0
    assert exit_codes.exit_code([new], "should", interrupted=False, early=False) == 1
    assert (new.verdict, new.level) == (Verdict.DEVIATION, Level.SHOULD)
    assert [check.becomes for check in new.checks] == [Level.MUST, Level.ENTRA, None]


def test_with_the_next_minor_release_it_counts() -> None:
    old = result(Level.MUST)
    assert grace_period.softened(old, "0.3.0") is old
    first = result(Level.MUST, since="0.1.0")
    assert grace_period.softened(first, "0.1.0") is first


def test_a_new_check_of_an_old_scenario_is_advice_and_the_others_count() -> None:
    old, new = result(Level.MUST, since="0.1.0"), result(Level.ENTRA)
    mixed = msgspec.structs.replace(old, checks=[*old.checks, *new.checks])
    found = grace_period.softened(mixed, "0.2.1")
    assert [(check.level, check.becomes) for check in found.checks] == [
        (Level.MUST, None),
        (Level.SHOULD, Level.ENTRA),
    ]
    assert found.level is Level.MUST


def test_a_check_whose_level_rose_is_advice_until_the_next_minor_release() -> None:
    old = result(Level.ENTRA, since="0.1.0")
    raised = msgspec.structs.replace(old, checks=[msgspec.structs.replace(one, raised="0.2.0") for one in old.checks])
    found = grace_period.softened(raised, "0.2.1")
    assert [(check.level, check.becomes) for check in found.checks] == [(Level.SHOULD, Level.ENTRA)]
    assert exit_codes.exit_code([found], "must", interrupted=False, early=False) == 0
    assert grace_period.softened(raised, "0.3.0") is raised


def test_a_level_that_rises_before_the_first_release_counts_at_once() -> None:
    old = result(Level.ENTRA, since="0.1.0")
    raised = msgspec.structs.replace(old, checks=[msgspec.structs.replace(one, raised="0.1.0") for one in old.checks])
    assert grace_period.softened(raised, "0.1.0") is raised


def test_the_sentence_names_what_will_count() -> None:
    new = grace_period.softened(result(*[Level.MUST] * 7), "0.2.1")
    (said,) = grace_period.notes([new], "0.2.1")
    assert "advice until 0.3, then at the level in brackets: A#s.0 (MUST), A#s.1 (MUST)" in said
    assert said.endswith("A#s.4 (MUST) and 2 more")


def test_nothing_is_said_of_what_is_met_or_old() -> None:
    met = grace_period.softened(result(Level.MUST, verdict=Verdict.CONFORMANT), "0.2.1")
    assert [*grace_period.notes([met, result(Level.MUST)], "0.2.1")] == []
