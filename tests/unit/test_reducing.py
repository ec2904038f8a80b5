"""Scenarios that are prepared without what a target refuses: only what was sent is compared."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.entra.dialects import DIALECTS, Change, Dialect
from scim_conformance.entra.expectations import holds, holds_after
from scim_conformance.entra.profiles.profile import load
from scim_conformance.entra.reducing import as_accepted, without
from scim_conformance.entra.requests import create_user, match_user, patch_user, prepare_group, read_back
from scim_conformance.entra.world import Origin, World
from scim_conformance.run.refusals import SharedRefusals
from scim_conformance.scenario import tags
from scim_conformance.scenario.checks import Unsent
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.obligations.kept import unchanged
from scim_conformance.scenario.obligations.values import absent
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import paths, urns
from scim_conformance.verdict.results import Refusal

PROFILE = load("entra-default")
EMPLOYEE, DEPARTMENT = (f"{urns.ENTERPRISE_USER}:{name}" for name in ("employeeNumber", "department"))
TITLE = Refusal(kind="user", said="status 400", attributes=["title"], left_out=["title"])


def a_world() -> World:
    return Origin(PROFILE, tags.EXAMPLE, 0, DIALECTS).world("reducing")


def keys(step: Step) -> set[str]:
    return {check.key for check in step.checks}


def open_checks(scenario: Scenario) -> list[str]:
    return [check.key for step in scenario.steps for check in step.checks if check.unseen is not None]


REMOVED: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "simple": ("Title", {"title": "x", "a": 1}, {"a": 1}),
    "part": ("name.givenName", {"name": {"givenName": "A", "familyName": "B"}}, {"name": {"familyName": "B"}}),
    "last-part": ("name.givenName", {"name": {"givenName": "A"}}, {}),
    "element": (
        'emails[type eq "work"].value',
        {"emails": [{"type": "work", "value": "a", "primary": True}, {"type": "home", "value": "b"}]},
        {"emails": [{"type": "home", "value": "b"}]},
    ),
    "last-element": ('emails[type eq "work"].value', {"emails": [{"type": "work", "value": "a"}]}, {}),
    "part-of-element": (
        'addresses[type eq "work"].country',
        {"addresses": [{"type": "work", "country": "US", "locality": "Oslo"}]},
        {"addresses": [{"type": "work", "locality": "Oslo"}]},
    ),
    "extension": (
        EMPLOYEE,
        {urns.ENTERPRISE_USER: {"employeeNumber": "1", "department": "x"}},
        {urns.ENTERPRISE_USER: {"department": "x"}},
    ),
    "last-of-extension": (EMPLOYEE, {urns.ENTERPRISE_USER: {"employeeNumber": "1"}}, {}),
    "not-there": ("title", {"emails": "text"}, {"emails": "text"}),
    "another-shape": ('emails[type eq "work"].value', {"emails": "text"}, {"emails": "text"}),
}


@pytest.mark.parametrize(("path", "body", "left"), REMOVED.values(), ids=REMOVED)
def test_an_attribute_is_removed_with_what_then_says_nothing(
    path: str, body: dict[str, Any], left: dict[str, Any]
) -> None:
    paths.remove(body, paths.parse(path))
    assert body == left


def test_a_creation_without_attributes_does_not_name_the_extension() -> None:
    world = a_world()
    step = create_user(world, world.person())
    assert without(step, [EMPLOYEE]).body["schemas"] == [urns.USER, urns.ENTERPRISE_USER]
    bare = without(step, [EMPLOYEE, DEPARTMENT, "externalId"])
    assert bare.body["schemas"] == [urns.USER]
    assert bare.creates is not None
    assert bare.creates.external_id is None
    assert step.creates is not None
    assert step.creates.external_id is not None


def test_only_what_prepares_is_created_without() -> None:
    world = a_world()
    first, other = world.person(), world.person()
    scenario = Scenario(
        given=[create_user(world, first)], steps=[create_user(world, other, "other", key="create-other")]
    )
    found = as_accepted(scenario, [TITLE])
    assert "title" not in found.given[0].body
    assert "title" in found.steps[0].body
    assert found.steps[0].causes("status")[0] == "STD-CRE-01#any.answer"
    assert found.left_out == ("user title",)


def test_without_refusals_nothing_changes() -> None:
    world = a_world()
    scenario = Scenario(given=[create_user(world, world.person())], steps=[])
    assert as_accepted(scenario, []) is scenario
    assert as_accepted(scenario, [Refusal(kind="user", said="status 400")]) is scenario


def test_what_no_request_sent_is_not_compared() -> None:
    world = a_world()
    person = world.person()
    scenario = Scenario(given=[create_user(world, person)], steps=[read_back("user", *holds(world, person))])
    found = as_accepted(scenario, [TITLE])
    assert keys(scenario.steps[0]) - keys(found.steps[0]) == {"stored.title"}
    assert open_checks(found) == []


def test_what_a_change_sent_is_compared_from_then_on() -> None:
    world = a_world()
    person, change = world.person(), Change("title", "Boss")
    before = read_back("user", *holds(world, person), key="before")
    after = read_back("user", *holds_after(world, person, change), key="after")
    steps = [before, patch_user(Dialect.LEGACY, [change]), after]
    found = as_accepted(Scenario(given=[create_user(world, person)], steps=steps), [TITLE])
    assert ["stored.title" in keys(step) for step in found.steps] == [False, False, True]


def test_a_change_of_another_user_shows_nothing_of_this_one() -> None:
    world = a_world()
    person, other, change = world.person(), world.person(), Change("title", "Boss")
    given = [create_user(world, person), create_user(world, other, "other", key="create-other")]
    steps = [
        patch_user(Dialect.LEGACY, [change], "other"),
        read_back("other", *holds_after(world, other, change), key="read-other"),
        read_back("user", *holds(world, person)),
    ]
    found = as_accepted(Scenario(given=given, steps=steps), [TITLE])
    assert ["stored.title" in keys(step) for step in found.steps] == [False, True, False]


TITLE_PATH = paths.parse("title")
RFC = rfc7644("3")


@pytest.mark.parametrize("obligation", [absent(TITLE_PATH), unchanged(TITLE_PATH)], ids=["absent", "unchanged"])
def test_if_nothing_else_shows_it_the_scenario_is_left_open(obligation: Any) -> None:
    world = a_world()
    read = read_back("user", obligation.must(RFC, so="it breaks"))
    found = as_accepted(Scenario(given=[create_user(world, world.person())], steps=[read]), [TITLE])
    assert open_checks(found) == [obligation.key]
    unseen = found.steps[0].checks[-1].unseen
    assert isinstance(unseen, Unsent)
    assert (unseen.applies, unseen.because) == (True, "STD-CRE-01")
    assert "title" in unseen.reason


def test_a_query_by_a_value_that_was_not_sent_finds_nobody() -> None:
    world = a_world()
    person, row = world.person(), PROFILE.user.find("externalId")
    match = match_user(world, person, rule=row)
    refusal = Refusal(kind="user", said="status 400", attributes=["externalId"], left_out=["externalId"])
    found = as_accepted(Scenario(given=[create_user(world, person)], steps=[match]), [refusal])
    assert open_checks(found) == ["one"]
    assert open_checks(as_accepted(Scenario(given=[create_user(world, person)], steps=[match]), [TITLE])) == []


def test_what_follows_a_refused_creation_is_judged_without_the_attribute() -> None:
    world = a_world()
    person = world.person()
    steps = [create_user(world, person), read_back("user", *holds(world, person, every=True))]
    found = as_accepted(Scenario(steps), [TITLE])
    assert [step.key for step in found.instead] == ["create-without", "read-back-without"]
    made, read = found.instead
    assert ("title" in made.body, list(made.checks), made.takes) == (False, [], {"user": "id"})
    assert read.judges == "read-back"
    assert keys(steps[1]) - keys(read) == {"stored.title"}
    assert found.left_out == ("user title",)


def test_groups_lack_only_what_groups_lack() -> None:
    world = a_world()
    given = [create_user(world, world.person()), prepare_group(world, world.team())]
    refusal = Refusal(kind="group", said="status 400", attributes=["externalId"], left_out=["externalId"])
    found = as_accepted(Scenario(given=given, steps=[]), [refusal])
    assert ["externalId" in step.body for step in found.given] == [True, False]
    assert found.left_out == ("group externalId",)


def test_processes_find_out_once(tmp_path: Path) -> None:
    def never() -> Refusal:
        raise AssertionError("another process finds it out")

    found: list[Refusal | None] = []
    asked = threading.Event()

    def pause(seconds: float) -> None:
        asked.set()
        time.sleep(seconds)

    other = SharedRefusals(tmp_path / "shared", "gw1", pause)
    waits = threading.Thread(target=lambda: found.append(other.once("user", never)))

    def find() -> Refusal:
        waits.start()
        assert asked.wait(5)
        assert found == []
        return TITLE

    assert SharedRefusals(tmp_path / "shared", "gw0").once("user", find) == TITLE
    waits.join(5)
    assert found == [TITLE]


def test_a_process_that_breaks_off_keeps_no_other_waiting(tmp_path: Path) -> None:
    def breaks() -> Refusal:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        SharedRefusals(tmp_path / "shared", "gw0").once("user", breaks)
    assert SharedRefusals(tmp_path / "shared", "gw1").once("user", breaks) is None


def test_without_a_directory_a_process_goes_on_without_it(tmp_path: Path) -> None:
    (tmp_path / "shared").write_text("a file", encoding="utf-8")
    assert SharedRefusals(tmp_path / "shared", "gw0").once("user", lambda: TITLE) is None
    assert SharedRefusals(None, "main").once("user", lambda: TITLE) == TITLE
