"""Memberships in every way in which a target may show them: what is right is met, and any wrong one is found."""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.looking import NEIGHBOURS, look
from scim_conformance.entra.membership import add, exactly, remove
from scim_conformance.entra.profiles.profile import load
from scim_conformance.entra.requests import delete, read_members
from scim_conformance.entra.visibility import Way, as_seen
from scim_conformance.scenario.citations import rfc7643
from scim_conformance.scenario.exchange import Answer, Exchange, Outgoing, Request
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.obligations.members import has_member, not_a_member
from scim_conformance.scenario.performance import Judged, Performance
from scim_conformance.scenario.player import Player
from scim_conformance.verdict.results import READABLE, Visibility

PEOPLE = ("first", "second", "third", "fourth")
GROUP = "g"
IDS = {name: f"id/{name}" for name in (*PEOPLE, "neighbour", "neighbour_b")} | {
    "group": GROUP,
    "neighbour_group": GROUP,
}
SEEING = [Way.READ, Way.ASKED, Way.BOTH, Way.BY_VALUE, Way.GROUPS]
SO = "it breaks"


@dataclass
class Target:
    """Shows who is in its only group in one way; `members` are ids. `schema`: when /Schemas says they are returned."""

    way: Way
    members: list[str]
    schema: str = "default"

    def send(self, outgoing: Outgoing) -> Exchange:
        code, body = self._answer(outgoing.method, unquote_plus(outgoing.target), outgoing.body)
        request = Request(outgoing.method, f"http://target{outgoing.target}", (), None)
        return Exchange(request, Answer(code, (), b"" if body is None else json.dumps(body).encode(), 0.01))

    def play(self, scenario: Scenario, patient: bool = False) -> Performance:
        del patient
        return Player(self.send).play(scenario, dict(IDS))

    def _answer(self, method: str, target: str, body: bytes | None) -> tuple[int, Any]:
        if method != "GET":
            return 204, None
        if target.startswith("/Schemas"):
            members = {"name": "members", "returned": self.schema}
            return 200, {"id": "urn:ietf:params:scim:schemas:core:2.0:Group", "attributes": [members]}
        if target.startswith("/Users/"):
            return 200, self._user(target.removeprefix("/Users/"))
        return (200, self._group(target)) if "filter=" not in target else self._found(target)

    def _user(self, identifier: str) -> Any:
        shown = self.way is Way.GROUPS and identifier in self.members
        return {"id": identifier, "groups": [{"value": GROUP}] if shown else []}

    def _group(self, target: str) -> Any:
        shown = self.way is Way.READ or (self.way is Way.ASKED and "?attributes=members" in target)
        return {"id": GROUP, "members": [{"value": one} for one in self.members] if shown else []}

    def _found(self, target: str) -> tuple[int, Any]:
        by_value = re.search(r'filter=members\.value eq "([^"]*)"', target)
        both = re.search(rf'filter=id eq "{GROUP}" and members eq "([^"]*)"', target)
        asked = {Way.BOTH: both, Way.BY_VALUE: by_value}.get(self.way)
        if asked is None:
            return 400, None
        found = [{"id": GROUP}] if asked[1] in self.members else []
        return 200, {"totalResults": len(found), "Resources": found}


def judged(target: Target, scenario: Scenario, seen: Visibility) -> list[Judged]:
    performance = target.play(as_seen(scenario, seen))
    assert performance.stopped is None
    return [one for played in performance.steps for one in played.judged]


def joined(*names: str) -> Scenario:
    """Put everybody into the group, take out whom these names do not name, and read it."""
    out = [name for name in PEOPLE if name not in names]
    leave = [remove(Dialect.COMPLIANT, *out)] if out else []
    return Scenario([*leave, read_members("group", exactly(*names))], [add(Dialect.COMPLIANT, *PEOPLE)])


MEMBERS = st.sets(st.sampled_from(PEOPLE))


@given(MEMBERS, MEMBERS, st.sampled_from(SEEING))
def test_what_a_target_shows_in_any_way_must_be_as_it_is_owed(owed: set[str], kept: set[str], way: Way) -> None:
    target = Target(way, [IDS[name] for name in kept])
    found = judged(target, joined(*sorted(owed)), Visibility(way=way))
    assert any(one.actual is not None for one in found) == (owed != kept)
    assert not any(one.unseen for one in found)


@given(MEMBERS, st.sampled_from([Way.HIDDEN, Way.UNSEEN]))
def test_what_nothing_shows_is_not_judged(owed: set[str], way: Way) -> None:
    found = judged(Target(way, []), joined(*sorted(owed)), Visibility(way=way, why="nobody knows"))
    assert [one.actual for one in found if one.actual] == []
    unseen = [one.unseen for one in found if one.unseen]
    assert [(one.reason, one.applies) for one in unseen] == [("nobody knows", way is Way.UNSEEN)]


@given(MEMBERS, MEMBERS, st.sampled_from([one for one in Way if one is not Way.READ]))
def test_what_a_read_shows_all_the_same_is_judged(owed: set[str], kept: set[str], way: Way) -> None:
    target = Target(Way.READ, [IDS[name] for name in kept])
    read = as_seen(joined(*sorted(owed)), Visibility(way=way, why="hidden"))
    steps = [step for step in read.steps if step.key in {"remove", "read-members"}]
    performance = target.play(Scenario(steps, read.given))
    wrong = [one for played in performance.steps for one in played.judged if one.actual is not None]
    assert bool(wrong) == (bool(kept) and owed != kept)


@pytest.mark.parametrize("way", SEEING)
def test_the_way_of_a_target_is_found(way: Way) -> None:
    seen = look(Target(way, [IDS["neighbour"]]).play, load("entra-default"), IDS)
    assert (seen.way, seen.why) == (way, "")
    assert len(seen.exchanges) == 1 or way is not Way.READ


@pytest.mark.parametrize(("schema", "way"), [("never", Way.HIDDEN), ("request", Way.HIDDEN), ("default", Way.UNSEEN)])
def test_without_a_way_the_schema_decides(schema: str, way: Way) -> None:
    seen = look(Target(Way.HIDDEN, [], schema).play, load("entra-default"), IDS)
    assert seen.way == way
    assert (f"returned: {schema}" in seen.why) == (way is Way.HIDDEN)


@pytest.mark.parametrize("lacking", NEIGHBOURS)
def test_without_a_neighbour_nothing_is_asked(lacking: str) -> None:
    target = Target(Way.HIDDEN, [])
    assert look(target.play, load("entra-default"), {name: "1" for name in NEIGHBOURS if name != lacking}) is READABLE


def test_a_query_that_finds_the_group_for_everybody_is_not_believed() -> None:
    target = Target(Way.BOTH, [IDS["neighbour"], IDS["neighbour_b"]])
    assert look(target.play, load("entra-default"), IDS).way == Way.UNSEEN


def test_a_user_who_was_deleted_is_not_asked_for_groups() -> None:
    source = rfc7643("4.2")
    checks = has_member("second").must(source, so=SO), not_a_member("first").must(source, so=SO)
    plain = Scenario([delete("Users", "first"), read_members("group", *checks)], [add(Dialect.COMPLIANT, *PEOPLE)])
    asked = [step.path for step in as_seen(plain, Visibility(way=Way.GROUPS)).steps]
    assert asked == ["/Users/{first}", "/Groups/{group}", "/Users/{second}"]
    queried = as_seen(plain, Visibility(way=Way.BOTH)).steps
    assert [step.judges for step in queried[2:]] == ["read-members", "read-members"]
    assert len({step.key for step in queried}) == len(queried)
