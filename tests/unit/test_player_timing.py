"""The player and time: how a read is repeated until it settles, what is sent at the same moment, and at which pace."""

from typing import Any

import pytest

from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.exchange import Exchange, Request, TransportFailure
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.values import stored
from scim_conformance.scenario.player import Player
from scim_conformance.scenario.steps import Play, Step
from scim_conformance.scim import paths
from tests.support.player import CREATE, CREATED, LATE, READ, RFC, STALE, Target, actuals, must, named

SETTLING = READ.expecting(named("Jane")).but(settles=True)


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
