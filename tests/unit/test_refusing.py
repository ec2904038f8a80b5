"""What is refused in a creation is found out in 40 requests at most, and nothing is said that was not tried."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scim_conformance.entra.dialects import DIALECTS
from scim_conformance.entra.profiles.profile import load
from scim_conformance.entra.refusing import FOR_GROUPS, META, MOST_REQUESTS, Kind, find_out, is_refused, usual
from scim_conformance.entra.world import Origin
from scim_conformance.scenario import tags
from scim_conformance.scenario.exchange import Answer, Exchange, Outgoing, Request, TransportFailure
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.performance import Performance
from scim_conformance.scenario.player import Player
from scim_conformance.scim import paths
from scim_conformance.verdict.refused import in_words
from scim_conformance.verdict.results import Refusal

PROFILE = load("entra-default")
ORIGIN = Origin(PROFILE, tags.EXAMPLE, 0, DIALECTS)
OPTIONAL = [
    *(row.target for row in PROFILE.user.mapping if not row.match and not row.is_reference),
    META,
]
MOST = MOST_REQUESTS - FOR_GROUPS

Answers = Callable[[dict[str, Any]], tuple[int, str] | None]
"""Returns the status and the words with which a body is refused; None: it is accepted."""


def held(body: dict[str, Any], names: Sequence[str]) -> list[str]:
    """Return which of these attributes a body has."""
    return [name for name in names if paths.read(body, paths.parse(name)) is not None]


@dataclass
class Target:
    """Refuses what `answers` says, and counts."""

    answers: Answers
    bodies: list[dict[str, Any]] = field(default_factory=list)
    accepted: list[dict[str, Any]] = field(default_factory=list)

    def play(self, scenario: Scenario) -> Performance:
        return Player(self.send).play(scenario, {})

    def send(self, outgoing: Outgoing) -> Exchange:
        body = json.loads(outgoing.body or b"{}")
        self.bodies.append(body)
        refused = self.answers(body)
        if refused is None:
            self.accepted.append(body)
        code, said = (201, {"id": str(len(self.bodies))}) if refused is None else (refused[0], {"detail": refused[1]})
        request = Request("POST", f"http://target{outgoing.target}", (), (outgoing.body or b"").decode())
        return Exchange(request, Answer(code, (), json.dumps(said).encode(), 0.01))


def found(answers: Answers, kind: Kind = "user", most: int = MOST) -> tuple[Refusal, Target]:
    """Find out what a target refuses, which refuses the usual creation."""
    target = Target(answers)
    first = target.play(Scenario([], [usual(ORIGIN.world("neighbours"), kind)]))
    assert is_refused(first)
    before = len(target.bodies)
    refusal = find_out(target.play, ORIGIN.world("tries"), kind, first.steps[-1], most)
    assert refusal.spent == len(target.bodies) - before + len(target.accepted) <= most
    return refusal, target


def refusing(names: Sequence[str], status: int = 400, *, named: bool = False) -> Answers:
    """Return a target that refuses each of these attributes, and names the first it meets or none."""

    def answers(body: dict[str, Any]) -> tuple[int, str] | None:
        found = held(body, names)
        return (status, f"Unknown field '{found[0]}'" if named else "The request is invalid") if found else None

    return answers


@settings(max_examples=150, deadline=None)
@given(
    names=st.sets(st.sampled_from(OPTIONAL), min_size=1),
    status=st.sampled_from([400, 422, 500, 503]),
    named=st.booleans(),
)
def test_any_set_of_refused_attributes_takes_few_requests(names: set[str], status: int, named: bool) -> None:
    refusal, target = found(refusing(sorted(names), status, named=named))
    assert set(refusal.attributes) <= names <= set(refusal.left_out)
    assert refusal.accepted is not None
    assert refusal.together == []
    if len(names) <= 6:
        assert set(refusal.attributes) == set(refusal.left_out) == names
    users = [body["userName"] for body in target.bodies]
    assert len(users) == len(set(users))
    assert all(tags.carries(tags.EXAMPLE, name) for name in users)


@settings(max_examples=60, deadline=None)
@given(
    pairs=st.lists(st.tuples(st.sampled_from(OPTIONAL), st.sampled_from(OPTIONAL)), min_size=1, max_size=3),
    status=st.sampled_from([400, 500]),
)
def test_what_is_refused_only_together_is_said_so(pairs: list[tuple[str, str]], status: int) -> None:
    def answers(body: dict[str, Any]) -> tuple[int, str] | None:
        together = any(len(held(body, [*pair])) == 2 for pair in pairs)
        return (status, "not together") if together else None

    refusal, target = found(answers)
    assert refusal.accepted is not None
    last = [body for body in target.accepted if not held(body, refusal.left_out)]
    assert last != []
    alone = {one for one, other in pairs if one == other}
    if refusal.spent <= MOST - 2:
        assert set(refusal.together) == set(refusal.attributes) - alone


@given(names=st.sets(st.sampled_from(OPTIONAL), min_size=1), most=st.integers(0, 12))
@settings(max_examples=60, deadline=None)
def test_with_few_requests_less_is_said_and_nothing_wrong(names: set[str], most: int) -> None:
    refusal, _ = found(refusing(sorted(names)), most=most)
    assert set(refusal.attributes) <= names
    assert refusal.accepted is None or names <= set(refusal.left_out)


@pytest.mark.parametrize("status", [400, 500])
def test_a_target_that_refuses_everything_is_not_asked_for_long(status: int) -> None:
    refusal, _ = found(lambda _: (status, "No"))
    assert (refusal.left_out, refusal.attributes, refusal.accepted) == ([], [], None)
    assert refusal.spent <= 2


def test_what_a_body_must_contain_is_added_if_the_target_names_it() -> None:
    def answers(body: dict[str, Any]) -> tuple[int, str] | None:
        if not held(body, ["emails"]):
            return 400, "emails is required"
        return (400, "No") if held(body, ["title"]) else None

    refusal, _ = found(answers)
    assert refusal.attributes == refusal.left_out == ["title"]


def test_what_a_body_must_contain_may_stay_unknown() -> None:
    def answers(body: dict[str, Any]) -> tuple[int, str] | None:
        if not held(body, ["displayName"]):
            return 400, "Something is required"
        return (400, "No") if held(body, ["title"]) else None

    refusal, _ = found(answers)
    assert refusal.attributes == refusal.left_out == ["title"]


def test_words_are_not_believed() -> None:
    def answers(body: dict[str, Any]) -> tuple[int, str] | None:
        return (400, "displayName is too long") if held(body, ["title"]) else None

    refusal, _ = found(answers)
    assert refusal.attributes == refusal.left_out == ["title"]


def test_an_accident_is_no_refusal() -> None:
    calls: list[int] = []

    def answers(_: dict[str, Any]) -> tuple[int, str] | None:
        calls.append(1)
        return (500, "Oops") if len(calls) == 1 else None

    refusal, _ = found(answers)
    assert (refusal.attributes, refusal.left_out, refusal.spent) == ([], [], 2)


def test_a_second_accident_is_no_refusal_either() -> None:
    calls: list[int] = []

    def answers(body: dict[str, Any]) -> tuple[int, str] | None:
        calls.append(1)
        return (500, "Oops") if held(body, ["title"]) or len(calls) == 5 else None

    refusal, _ = found(answers)
    assert refusal.attributes == ["title"]


@pytest.mark.parametrize("status", [302, 401, 403, 409, 429])
def test_it_ends_with_a_response_that_says_nothing(status: int) -> None:
    calls: list[int] = []

    def answers(_: dict[str, Any]) -> tuple[int, str] | None:
        calls.append(1)
        return (400, "No") if len(calls) == 1 else (status, "Wait")

    refusal, _ = found(answers)
    assert (refusal.accepted, refusal.left_out, refusal.spent) == (None, [], 1)


def test_it_ends_without_a_response() -> None:
    target = Target(refusing(["title"]))
    first = target.play(Scenario([], [usual(ORIGIN.world("neighbours"), "user")]))

    def silent(outgoing: Outgoing) -> Exchange:
        del outgoing
        raise TransportFailure("timeout", "no response")

    refusal = find_out(
        lambda scenario: Player(silent).play(scenario, {}), ORIGIN.world("tries"), "user", first.steps[-1], MOST
    )
    assert (refusal.attributes, refusal.left_out) == ([], [])


@pytest.mark.parametrize("status", [200, 201, 401, 403, 409, 429])
def test_other_responses_are_not_about_the_body(status: int) -> None:
    target = Target(lambda _: (status, "No"))
    assert not is_refused(target.play(Scenario([], [usual(ORIGIN.world("neighbours"), "user")])))


@pytest.mark.parametrize("named", [True, False])
def test_groups(named: bool) -> None:
    refusal, target = found(refusing(["externalId"], named=named), "group", FOR_GROUPS)
    assert refusal.attributes == refusal.left_out == ["externalId"]
    assert all(tags.carries(tags.EXAMPLE, body["displayName"]) for body in target.bodies)


def test_an_extension_without_attributes_is_not_named() -> None:
    def answers(body: dict[str, Any]) -> tuple[int, str] | None:
        return (400, "No") if any("enterprise" in urn for urn in body["schemas"]) else None

    refusal, target = found(answers)
    assert refusal.attributes == refusal.left_out == [one for one in OPTIONAL if "enterprise" in one]
    assert target.accepted[-1]["schemas"] == ["urn:ietf:params:scim:schemas:core:2.0:User"]


def test_the_sentence_begins_with_the_status_and_ends_with_the_targets_words() -> None:
    one, _ = found(refusing(["title"], named=True))
    assert in_words(one) == (
        "status 400: POST /Users is refused if it contains title, and works without it; "
        "the target says \"Unknown field 'title'\""
    )
    two, _ = found(refusing(["title", "externalId"]))
    assert "if it contains title or externalId, and works without them;" in in_words(two)
    few, _ = found(refusing(["title"]), most=4)
    assert "is refused if it contains all of active, displayName," in in_words(few)
