"""The player: what stops a scenario, who is blamed, what is collected, and how a read is repeated."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from scim_conformance.scenario.blocking import Blocker
from scim_conformance.scenario.checks import Check, Obligation
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.exchange import Answer, Exchange, Outgoing, RefusedByHarness, Request, TransportFailure
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.resources import has_id
from scim_conformance.scenario.obligations.values import stored
from scim_conformance.scenario.performance import Performance, StepRun
from scim_conformance.scenario.player import Player
from scim_conformance.scenario.steps import Play, Step, Var
from scim_conformance.scim import paths

RFC = rfc7644("3")


def must(obligation: Obligation) -> Check:
    return obligation.must(RFC, so="it breaks")


def named(value: str) -> Check:
    return must(stored(paths.parse("displayName"), value))


@dataclass
class Target:
    """Answers in turn with (status, body); the last answer is repeated. An exception is raised instead."""

    answers: list[Any]
    sent: list[Outgoing] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def send(self, outgoing: Outgoing) -> Exchange:
        self.sent.append(outgoing)
        found = self.answers[min(len(self.sent), len(self.answers)) - 1]
        if isinstance(found, Exception):
            raise found
        code, body = found
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = Request(outgoing.method, f"http://target{outgoing.target}", (), None)
        return Exchange(request, Answer(code, (("Content-Type", "application/scim+json"),), content, 0.01))

    def play(self, scenario: Scenario, settle: float = 0.0, **more: Any) -> Performance:
        player = Player(self.send, settle=settle, sleep=self.slept.append)
        return player.play(scenario, more.pop("bindings", {}), **more)


def actuals(performance: Performance) -> list[list[str | None]]:
    return [[judged.actual for judged in played.judged] for played in performance.steps]


CREATE = Step("create", "POST", "/Users", "Create the account", body={}, takes={"user": "id"}, owner="ENT-CRE-01")
READ = Step("read", "GET", "/Users/{user}", "Read it")
PATCH = Step("patch", "PATCH", "/Users/{user}", "Change it", body={"value": Var("user")})
CREATED = (201, {"id": "u/1"})


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


def test_a_given_that_fails_blocks_and_names_the_owner() -> None:
    target = Target([(500, {})])
    performance = target.play(Scenario(given=[CREATE], steps=[READ]))
    assert performance.stopped == "setup failed: “Create the account” returned 500"
    assert performance.blocked_by == Blocker(
        scenario="ENT-CRE-01", request="POST http://target/Users", status=500, words="{}"
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
        assert (performance.blocked_by.scenario, performance.blocked_by.status) == ("ENT-CRE-01", 201)
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


def test_a_value_that_no_answer_gave_blames_its_owner() -> None:
    creating = CREATE.expecting(must(has_id()))
    performance = Target([(201, {})]).play(Scenario([creating, READ]))
    assert actuals(performance) == [["id is null"]]
    assert performance.stopped == "“Read it” needs user, which no response contained"
    assert performance.blocked_by is not None
    assert performance.blocked_by.scenario == "ENT-CRE-01"


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


SETTLING = READ.expecting(named("Jane")).but(settles=True)
LATE, STALE = (200, {"displayName": "Jane"}), (200, {"displayName": "old"})


def test_a_read_is_repeated_until_it_is_right() -> None:
    target = Target([CREATED, STALE, STALE, LATE])
    performance = target.play(Scenario([CREATE, SETTLING]), settle=5.0)
    assert target.slept == [0.1, 0.2]
    assert actuals(performance)[1] == [None]
    assert round(performance.steps[1].late, 3) == 0.3


def test_a_read_is_given_up_when_the_settling_time_is_over() -> None:
    target = Target([CREATED, STALE])
    performance = target.play(Scenario([CREATE, SETTLING]), settle=1.0)
    assert target.slept == pytest.approx([0.1, 0.2, 0.4, 0.3])
    assert actuals(performance)[1] == ['it is "old"']
    assert performance.steps[1].late == 0.0


def test_nothing_is_repeated_without_settling_time_or_for_other_steps() -> None:
    for step, settle in ((SETTLING, 0.0), (SETTLING.but(settles=False), 5.0)):
        target = Target([CREATED, STALE])
        target.play(Scenario([CREATE, step]), settle=settle)
        assert (len(target.sent), target.slept) == (2, [])


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


def advised(value: str) -> Check:
    return stored(paths.parse("displayName"), value).should(RFC, so="it breaks")


def test_advice_that_never_settles_is_waited_for_once() -> None:
    once = READ.expecting(advised("Jane")).but(settles=True)
    target = Target([CREATED, STALE])
    target.play(Scenario([CREATE, once, once.but(key="again")]), settle=1.0)
    assert target.slept == pytest.approx([0.1, 0.2, 0.4, 0.3])


def test_what_must_settle_is_waited_for_each_time() -> None:
    target = Target([CREATED, STALE])
    target.play(Scenario([CREATE, SETTLING, SETTLING.but(key="again")]), settle=1.0)
    assert target.slept == pytest.approx([0.1, 0.2, 0.4, 0.3] * 2)


BOTH = [READ.but(key="one").expecting(named("Jane")), READ.but(key="other", with_previous=True)]


def test_steps_of_one_moment_are_sent_together_and_judged_in_their_order() -> None:
    target, groups = Target([CREATED, STALE, LATE]), []

    def at_once(ones: Any) -> list[Exchange]:
        groups.append([one.target for one in ones])
        return [target.send(one) for one in ones]

    player = Player(target.send, send_at_once=at_once)
    performance = player.play(Scenario([CREATE, *BOTH]), {})
    assert groups == [["/Users/u%2F1", "/Users/u%2F1"]]
    assert actuals(performance)[1:] == [['it is "old"'], []]


def test_of_one_moment_each_answer_is_kept_also_where_the_first_did_not_come() -> None:
    request = Request("GET", "http://target", (), None)
    failure = TransportFailure("reset", "no answer", Exchange(request, None, "no answer"))
    target = Target([CREATED, LATE])
    player = Player(target.send, send_at_once=lambda ones: [failure, *(target.send(one) for one in ones[1:])])
    performance = player.play(Scenario([CREATE, *BOTH]), {})
    assert performance.stopped == "no answer"
    assert [played.exchange.answer is not None for played in performance.steps if played.exchange] == [
        True,
        False,
        True,
    ]


def test_a_pace_is_kept_and_a_load_is_judged() -> None:
    target = Target([(429, b"")])
    step = Step("load-1", "GET", "/Users", "Ask", play=Play(pace=0.2, bears_load=True)).expecting(must(status(200)))
    performance = target.play(Scenario([step, step.but(key="load-2")]))
    assert performance.stopped is None
    assert actuals(performance) == [["status 429"], ["status 429"]]
    assert len(target.slept) == 1
    assert 0.1 < target.slept[0] <= 0.2
