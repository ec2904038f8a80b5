"""Every shipped scenario, for every shipped profile: named once, in characters that every tool takes, and complete."""

import re
from functools import cache

import pytest

from scim_conformance.catalogue import scenarios
from scim_conformance.config.settings import Settings
from scim_conformance.entra import needs
from scim_conformance.entra.profiles.profile import load, shipped_names
from scim_conformance.scenario.model import Case
from scim_conformance.scenario.standing import STANDING
from scim_conformance.scenario.steps import Step


@cache
def cases(profile: str) -> list[Case]:
    return scenarios.cases_of(scenarios.shipped_templates(), load(profile), Settings())


@cache
def played(profile: str) -> dict[str, list[Step]]:
    """The judged steps of each scenario that applies to a profile."""
    known = load(profile)
    needed = [case for case in cases(profile) if all(needs.has(known, need) for need in case.template.needs)]
    return {case.id: list(scenarios.built(case, known).steps) for case in needed}


@pytest.mark.parametrize("profile", shipped_names())
def test_ids_are_unique_and_plain(profile: str) -> None:
    ids = [case.id for case in cases(profile)]
    assert len(set(ids)) == len(ids) > 50
    assert [one for one in ids if re.fullmatch(r"[A-Za-z0-9./_-]+", one) is None] == []


@pytest.mark.parametrize("profile", shipped_names())
def test_step_keys_are_unique_within_a_scenario(profile: str) -> None:
    twice = [name for name, steps in played(profile).items() if len({step.key for step in steps}) < len(steps)]
    assert twice == []
    assert len(played(profile)) > 30


@pytest.mark.parametrize("profile", shipped_names())
def test_check_ids_are_unique_and_plain(profile: str) -> None:
    ids = [
        f"{name}#{step.key}.{check.key}"
        for name, steps in played(profile).items()
        for step in steps
        for check in step.checks
    ]
    assert [one for one in ids if re.fullmatch(r"[A-Za-z0-9./_-]+#[a-z0-9-]+\.[A-Za-z0-9._-]+", one) is None] == []
    assert sorted({one for one in ids if ids.count(one) > 1}) == []


@pytest.mark.parametrize("profile", shipped_names())
def test_every_scenario_judges_something_and_says_what_breaks(profile: str) -> None:
    checks = {name: [check for step in steps for check in step.checks] for name, steps in played(profile).items()}
    assert [name for name, found in checks.items() if not found] == []
    assert [name for name, found in checks.items() if not all(one.so and one.citation.url for one in found)] == []


def test_what_explains_a_symptom_is_a_check_that_exists() -> None:
    steps = [step for found in played("entra-default").values() for step in found]
    named = {check for step in steps for one in step.because for checks in one.causes.values() for check in checks}
    known = {
        f"{name}#{step.key}.{check.key}"
        for name, found in played("entra-default").items()
        for step in found
        for check in step.checks
    }
    known |= {f"{one.key}#any.answer" for one in STANDING}
    assert sorted({*named, *(check for one in STANDING for check in one.after)} - known) == []


def test_a_selector_takes_whole_parts() -> None:
    identifier = "ENT-UPD-04/legacy/emails.work.value"
    taken = [
        "ENT",
        "ENT-UPD",
        "ENT-UPD-04",
        "ENT-UPD-04/",
        "ENT-UPD-04/legacy",
        identifier,
        identifier + "#patch.status",
    ]
    assert [one for one in taken if not scenarios.matches(identifier, one)] == []
    left = ["ENT-UP", "ENT-UPD-0", "ENT-UPD-04/leg", "UPD-04", "ent-upd-04", identifier + "/x"]
    assert [one for one in left if scenarios.matches(identifier, one)] == []
    assert scenarios.selected(identifier, [])
    assert not scenarios.selected(identifier, ["ENT-DIS"])


def test_moments_stand_in_the_order_of_the_journey() -> None:
    orders = [template.moment.order for template in scenarios.shipped_templates()]
    assert orders == sorted(orders)
