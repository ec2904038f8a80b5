"""Which requests without an answer are not sent again, and for how long a target is waited for."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from scim_conformance.scenario.exchange import Outgoing, Sender, TransportFailure
from scim_conformance.target import failures
from scim_conformance.target.shapes import Guard, shape_of, share


def patch(*operations: Any, identifier: str = "7", by: Sender = Sender.ENTRA) -> Outgoing:
    body = json.dumps({"schemas": [], "Operations": operations}).encode()
    return Outgoing("PATCH", f"/Users/{identifier}", body=body, by=by, resource=("User", identifier))


def get(query: str) -> Outgoing:
    return Outgoing("GET", f"/Users?{query}")


def delete(by: Sender = Sender.ENTRA) -> Outgoing:
    return Outgoing("DELETE", "/Users/7", by=by, resource=("User", "7"))


ACTIVE = {"op": "Replace", "path": "active", "value": "False"}
NAME = {"op": "Replace", "path": "userName", "value": "x"}


def test_values_and_ids_do_not_make_a_shape() -> None:
    assert shape_of(patch(ACTIVE)) == shape_of(patch({**ACTIVE, "value": "True"}, identifier="8"))
    assert shape_of(get("filter=userName+eq+%22a%22")) == shape_of(get("filter=userName+eq+%22b+and+%5c%22c%22"))
    assert shape_of(get("startIndex=1&count=100")) == shape_of(get("startIndex=101&count=100"))
    members = [{"op": "Remove", "path": f'members[value eq "{one}"]'} for one in (1, 2)]
    assert shape_of(patch(members[0])) == shape_of(patch(members[1])) == shape_of(patch(*members))


def test_attributes_keys_operations_and_headers_do() -> None:
    found = {
        shape_of(one)
        for one in (
            patch(ACTIVE),
            patch({**ACTIVE, "op": "replace"}),
            patch(NAME),
            patch(ACTIVE, NAME),
            patch({"op": "replace", "value": {"active": False}}),
            patch({"op": "replace", "value": {"userName": "x"}}),
            get("filter=userName+eq+%22a%22"),
            get("filter=externalId+eq+%22a%22"),
            get("filter=userName+co+%22a%22"),
            Outgoing("GET", "/Groups?filter=userName+eq+%22a%22"),
            Outgoing("GET", "/Users/7"),
            Outgoing("GET", "/Users/7", (("Accept", "text/html"),)),
            Outgoing("POST", "/Users", body=b'{"userName":"a"}'),
            Outgoing("POST", "/Users", body=b'{"userName":"a","active":true}'),
            Outgoing("POST", "/Users", body=b"{"),
            Outgoing("POST", "/Users", body=b"[]"),
        )
    }
    assert len(found) == 16


@dataclass
class Target:
    """A target as the guard sees it: whether it is there each time it is looked for; a clock that sleeping moves."""

    there: Iterator[bool] = field(default_factory=lambda: iter(()))
    now: float = 0.0
    looks: int = 0

    def is_there(self) -> bool:
        self.looks += 1
        return next(self.there, True)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def guard(self, left: float = 60.0) -> Guard:
        return Guard(left, sleep=self.sleep, clock=lambda: self.now)


def is_down(guard: Guard) -> bool:
    return guard.down is not None


def unanswered(guard: Guard, outgoing: Outgoing, target: Target, kind: str = failures.TIMEOUT) -> TransportFailure:
    guard.refuse(outgoing)
    failure = TransportFailure(kind, "no answer within 2 s")
    guard.failed(outgoing, failure)
    guard.settle(target.is_there)
    return failure


@pytest.mark.parametrize("kind", [failures.TIMEOUT, failures.BROKEN])
def test_what_got_no_answer_twice_is_a_finding_and_not_sent_again(kind: str) -> None:
    target = Target()
    guard = target.guard()
    assert not unanswered(guard, patch(ACTIVE), target, kind).persists
    assert guard.fresh
    second = unanswered(guard, patch(ACTIVE, identifier="8"), target, kind)
    assert second.persists
    assert second.owner == "STD-ANS-01"
    assert not guard.fresh
    with pytest.raises(TransportFailure, match=r"PATCH /Users/\{id\} was not sent: .*no answer within 2 s") as refused:
        guard.refuse(patch(ACTIVE))
    assert refused.value.owner == "STD-ANS-01"
    guard.refuse(delete())
    guard.refuse(get("filter=userName+eq+%22a%22"))
    assert target.looks == 2


def test_a_second_shape_of_the_same_place_is_believed_at_once_and_no_third_is_sent() -> None:
    target = Target()
    guard = target.guard()
    known = patch({"op": "Add", "path": "title", "value": "x"})
    guard.answered(known)
    for _ in range(2):
        unanswered(guard, patch(ACTIVE), target)
    unanswered(guard, patch(NAME), target)
    for one in (NAME, {"op": "Add", "path": "nickName", "value": "x"}):
        with pytest.raises(TransportFailure, match="was not sent"):
            guard.refuse(patch(one))
    guard.refuse(known)


def test_nothing_is_sent_to_a_place_that_hangs_from_some_moment_on() -> None:
    target = Target()
    guard = target.guard()
    shapes = [patch({"op": "Add", "path": f"a{number}", "value": "x"}) for number in range(6)]
    for one in shapes:
        guard.answered(one)
    sent = 0
    for one in shapes * 3:
        try:
            unanswered(guard, one, target)
        except TransportFailure:
            continue
        sent += 1
    assert sent == 4


def test_what_only_the_harness_sent_is_sent_once_more_for_entra() -> None:
    target = Target()
    guard = target.guard()
    for _ in range(2):
        assert not unanswered(guard, delete(Sender.HARNESS), target).persists
    with pytest.raises(TransportFailure) as refused:
        guard.refuse(delete(Sender.HARNESS))
    assert refused.value.owner is None
    assert unanswered(guard, delete(), target).persists
    with pytest.raises(TransportFailure):
        guard.refuse(delete())


def test_once_is_no_finding_where_it_is_answered_then() -> None:
    target = Target()
    guard = target.guard()
    unanswered(guard, patch(ACTIVE), target)
    guard.answered(patch(ACTIVE))
    guard.refuse(patch(ACTIVE))
    assert not is_down(guard)


def test_a_target_that_comes_back_is_waited_for_and_the_request_is_to_blame() -> None:
    target = Target(iter([False] * 5))
    guard = target.guard()
    unanswered(guard, patch(ACTIVE), target, failures.BROKEN)
    assert not is_down(guard)
    assert guard.left == pytest.approx(60 - target.now)
    assert 0 < target.now < 10
    target.there = iter([False] * 5)
    assert unanswered(guard, patch(ACTIVE), target, failures.BROKEN).persists


def test_a_request_to_a_target_that_was_gone_is_not_to_blame() -> None:
    target = Target(iter([False] * 3))
    guard = target.guard()
    for _ in range(3):
        assert not unanswered(guard, patch(ACTIVE), target, failures.REFUSED).persists
    guard.refuse(patch(ACTIVE))


def test_a_target_that_stays_away_is_down_after_a_minute_in_all() -> None:
    target = Target(iter([False] * 20))
    guard = target.guard()
    unanswered(guard, patch(ACTIVE), target)
    first = target.now
    assert not is_down(guard)
    target.there = iter([False] * 1000)
    unanswered(guard, patch(NAME), target)
    assert is_down(guard)
    assert first < target.now < 65
    assert not guard.fresh
    with pytest.raises(TransportFailure, match="no answer within 2 s"):
        guard.refuse(get("filter=userName+eq+%22a%22"))
    guard.again(15.0)
    guard.refuse(delete())
    before, target.there = target.now, iter([False] * 1000)
    unanswered(guard, delete(), target)
    assert is_down(guard)
    assert target.now == before


def test_what_cannot_be_sent_at_all_is_no_word_on_the_target() -> None:
    guard = Target().guard()
    guard.failed(patch(ACTIVE), TransportFailure(failures.URL, "too long"))
    guard.settle(lambda: pytest.fail("it was looked for"))
    assert not guard.fresh


def test_processes_share_the_minute() -> None:
    assert share(1, 30) == 60
    assert 2 * share(2, 30) + 15 == 60
    assert share(1, 2) == 20
    assert share(4, 1) < share(2, 1) < 5
