"""The player: what stops a scenario, which scenario is blamed, and what is collected."""

from typing import Any

import pytest

from scim_conformance.scenario.blocking import Blocker
from scim_conformance.scenario.exchange import Exchange, RefusedByHarness, Request, TransportFailure
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.resources import has_id
from scim_conformance.scenario.performance import StepRun
from scim_conformance.scenario.player import Player
from scim_conformance.scenario.situation import Situation
from scim_conformance.scenario.steps import Play, Step
from scim_conformance.scim import paths
from tests.support.player import CREATE, CREATED, PATCH, READ, Target, actuals, must, named


def test_an_id_is_taken_and_used_in_path_and_body() -> None:
    target, bindings = Target([CREATED, (204, b"")]), {"x": "y"}
    performance = target.play(Scenario([CREATE, PATCH]), bindings=bindings)
    noted = {"status of create": "201", "status of patch": "204"}
    assert bindings == {"x": "y", "user": "u/1", **noted}
    assert (target.sent[1].target, target.sent[1].body) == ("/Users/u%2F1", b'{"value":"u/1"}')
    assert target.sent[1].resource == ("User", "u/1")
    assert performance.stopped is None


def test_all_deviations_of_a_scenario_are_collected() -> None:
    read = READ.expecting(must(has_id()), named("Jane"), named("Joe"))
    performance = Target([CREATED, (200, {"displayName": "X"}), (200, {"id": "1"})]).play(
        Scenario([CREATE, read, read])
    )
    wrong = ['it is "X"', 'it is "X"']
    assert actuals(performance) == [[], ["id is null", *wrong], [None, "it is missing", "it is missing"]]


def test_a_gate_that_is_shut_ends_the_step_but_not_a_reading_scenario() -> None:
    read = READ.expecting(must(status(200)), named("Jane"))
    performance = Target([CREATED, (404, {}), (200, {"displayName": "Jane"})]).play(Scenario([CREATE, read, read]))
    assert actuals(performance) == [[], ["status 404"], [None, None]]
    assert performance.stopped is None


def test_a_write_that_fails_ends_the_scenario() -> None:
    target = Target([CREATED, (400, {"detail": "no"})])
    performance = target.play(Scenario([CREATE, PATCH.expecting(must(status(204))), READ]))
    assert actuals(performance) == [[], ['status 400: "no"']]
    assert performance.stopped == "“Change it” failed, so the following steps prove nothing"
    assert (len(target.sent), performance.blocked_by) == (2, None)


def test_a_scenario_may_continue_after_a_write_that_failed() -> None:
    target = Target([CREATED, (400, {}), (200, {})])
    performance = target.play(
        Scenario([CREATE, PATCH.expecting(must(status(204))).but(continue_on_failure=True), READ])
    )
    assert (len(target.sent), performance.stopped) == (3, None)


def test_a_given_that_fails_blocks_and_names_its_request() -> None:
    target = Target([(500, {})])
    performance = target.play(Scenario(given=[CREATE], steps=[READ]))
    assert performance.stopped == "setup failed: “Create the account” returned 500"
    assert performance.blocked_by == Blocker(
        request="POST http://target/Users", status=500, words="", key="status", situation=Situation("POST /Users")
    )
    assert len(target.sent) == 1


RICH = {
    "id": "u1",
    "meta": {"version": 'W/"7"'},
    "emails": [{}, {"type": "Work", "value": "a@b.example"}],
}
PATHS = {"version": "meta.version", "mail": 'emails[type eq "work"].value', "made": "meta.created"}


def test_a_value_at_any_path_is_taken() -> None:
    bindings: dict[str, str] = {}
    taking = CREATE.but(takes={name: PATHS[name] for name in ("version", "mail")})
    performance = Target([(201, RICH)]).play(Scenario([taking]), bindings=bindings)
    assert bindings == {"version": 'W/"7"', "mail": "a@b.example", "status of create": "201"}
    assert performance.stopped is None


@pytest.mark.parametrize(("name", "body"), [("made", RICH), ("version", {"meta": []}), ("mail", {"emails": "a"})])
def test_what_is_not_at_the_path_is_named(name: str, body: dict[str, Any]) -> None:
    taking = CREATE.but(takes={name: PATHS[name]})
    performance = Target([(201, body)]).play(Scenario(given=[taking], steps=[READ]))
    said = f"the response to “Create the account” has no {PATHS[name]}"
    assert performance.stopped == f"setup failed: {said}"
    assert performance.blocked_by is not None
    assert performance.blocked_by.words == f"the response has no {PATHS[name]}"


def test_a_path_that_is_none_is_found_where_it_is_written() -> None:
    with pytest.raises(paths.PathError, match="is not an attribute path"):
        CREATE.but(takes={"user": "emails[0]"})


def test_a_given_without_an_id_blocks() -> None:
    bodies: list[Any] = [{}, {"id": ""}, {"id": None}, {"id": True}, [], b"no json"]
    for body in bodies:
        performance = Target([(201, body)]).play(Scenario(given=[CREATE], steps=[READ]))
        assert performance.stopped == "setup failed: the response to “Create the account” has no id"
        assert performance.blocked_by is not None
        assert (performance.blocked_by.key, performance.blocked_by.status) == ("id", 201)
        assert performance.blocked_by.words == "the response has no id"


def test_a_number_is_taken_as_an_id() -> None:
    target = Target([(201, {"id": 7}), (200, {})])
    target.play(Scenario(given=[CREATE], steps=[READ]))
    assert target.sent[1].target == "/Users/7"


def test_a_given_is_judged_only_by_its_vital_checks() -> None:
    easy = CREATE.expecting(must(status(200)), named("Jane"))
    assert actuals(Target([CREATED]).play(Scenario(given=[easy], steps=[]))) == [[]]
    hard = CREATE.expecting(named("Jane").vital())
    performance = Target([CREATED]).play(Scenario(given=[hard], steps=[READ]))
    assert performance.stopped is not None
    assert performance.stopped.endswith("but it is missing")


def test_a_status_may_be_fine_in_a_given() -> None:
    gone = Step("delete", "DELETE", "/Users/{user}", "Delete it", play=Play(also_ok=(404,)))
    performance = Target([CREATED, (404, b""), (200, {})]).play(Scenario(given=[CREATE, gone], steps=[READ]))
    assert performance.stopped is None


def test_a_value_that_no_answer_gave_blames_its_request() -> None:
    creating = CREATE.expecting(must(has_id()))
    performance = Target([(201, {})]).play(Scenario([creating, READ]))
    assert actuals(performance) == [["id is null"]]
    assert performance.stopped == "“Read it” needs user, which no response contained"
    assert performance.blocked_by is not None
    assert (performance.blocked_by.key, performance.blocked_by.situation.shape) == ("id", "POST /Users")


def test_a_value_that_was_missing_before_blames_its_owner() -> None:
    target = Target([CREATED])
    performance = target.play(Scenario([READ]), missing={"user": Blocker(scenario="ENT-CRE-01")})
    assert (performance.blocked_by, target.sent, performance.steps) == (Blocker(scenario="ENT-CRE-01"), [], [])


def test_a_transport_failure_stops_with_its_sentence() -> None:
    request = Request("GET", "http://target", (), None)
    failure = TransportFailure("refused", "nothing listens", Exchange(request, None, "nothing listens"))
    performance = Target([CREATED, failure]).play(Scenario([CREATE, READ]))
    assert performance.stopped == "nothing listens"
    assert performance.blocked_by == Blocker(request="GET http://target", words="nothing listens")
    assert performance.steps[-1].exchange is failure.exchange


def test_a_refusal_of_the_harness_stops() -> None:
    performance = Target([CREATED, RefusedByHarness("not ours")]).play(Scenario([CREATE, PATCH]))
    assert performance.stopped == "not ours"
    assert performance.steps[-1].exchange is None


def test_every_answer_is_held_against_the_standing_checks() -> None:
    performance = Target([(201, {"id": 7}), (200, {"id": 8})]).play(Scenario(given=[CREATE], steps=[READ]))
    found = [{one.key: one.actual for one in played.standing} for played in performance.steps]
    assert found[0]["STD-IDS-01"] == "id is 7"
    assert found[1]["STD-IDS-02"] == "the response for id 7 has the id 8"
    assert {found[0]["STD-MED-01"], found[0]["STD-JSN-01"]} == {None}


class Watcher:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def step_began(self, step: Step, *, given: bool) -> None:
        self.told.append(f"{step.key} began{' as given' if given else ''}")

    def step_ended(self, played: StepRun) -> None:
        self.told.append(f"{played.step.key} ended{'' if played.exchange else ' unsent'}")


def test_an_observer_is_told_of_each_step_also_when_it_fails() -> None:
    target, watcher = Target([CREATED, RefusedByHarness("no")]), Watcher()
    Player(target.send, observer=watcher).play(Scenario(given=[CREATE], steps=[READ]), {})
    assert watcher.told == ["create began as given", "create ended", "read began", "read ended unsent"]
