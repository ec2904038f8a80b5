"""Each obligation: what meets it, and in which words it says what came instead."""

import json
from typing import Any

import pytest

from scim_conformance.scenario.checks import Level, Obligation, Unreadable, View
from scim_conformance.scenario.citations import Evidence, issue, rfc7643
from scim_conformance.scenario.exchange import Answer
from scim_conformance.scenario.obligations import answers, lists, members, resources, values
from scim_conformance.scenario.performance import judge
from scim_conformance.scenario.words import short
from scim_conformance.scim import paths, urns

TAKEN = {"user": "1", "other": "2", "third": "3"}
TITLE, ACTIVE = paths.parse("title"), paths.parse("active")
MANAGER = paths.parse(f"{urns.ENTERPRISE_USER}:manager")


def view(body: Any = None, status: int = 200, **headers: str) -> View:
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return View(Answer(status, fields, content, 0.0), TAKEN)


def listed(*resources: Any, total: Any = None, schemas: Any = (urns.LIST_RESPONSE,)) -> View:
    count = len(resources) if total is None else total
    return view({"schemas": schemas, "totalResults": count, "Resources": list(resources)})


def group(*values: Any) -> View:
    return view({"members": [{"value": value} for value in values]})


MET: list[tuple[Obligation, View]] = [
    (answers.status(200, 204), view(status=204)),
    (answers.status_below(500), view(status=404)),
    (answers.refused(), view(status=401)),
    (answers.not_html(), view({}, Content_Type="application/json")),
    (lists.none_found(), listed()),
    (lists.none_found(), view({"schemas": [urns.LIST_RESPONSE], "totalResults": 0})),
    (lists.found_only("user"), listed({"id": "1"})),
    (lists.at_most("user"), listed()),
    (lists.at_most("user"), listed({"id": "1"})),
    (resources.has_id(), view({"id": "x"})),
    (resources.has_id(), view({"ID": "x"})),
    (resources.is_resource("user"), view({"id": "1"})),
    (values.stored(TITLE, "Boss"), view({"title": "BOSS"})),
    (values.stored(TITLE, "Boss"), listed({"title": "Boss"})),
    (values.reference(MANAGER, "user"), view({urns.ENTERPRISE_USER: {"manager": {"value": "1"}}})),
    (values.letters_kept([(TITLE, "Boss")]), view({"title": "Other"})),
    (values.is_true(ACTIVE), view({"active": True})),
    (values.is_false(ACTIVE), listed({"active": False})),
    (members.members_once(), group("1", "2")),
    (members.members_are("user", "other"), group("2", "1")),
    (members.members_are(), view({})),
    (members.has_member("user"), group("9", "1")),
    (members.no_members(), view({"members": []})),
    (members.no_members(), listed({"id": "1"}, {"id": "2", "members": None})),
    (answers.scim_type("uniqueness"), view({"scimType": "uniqueness"}, 409)),
    (answers.has_header("Location"), view(status=201, location="/Users/1")),
]

UNMET: list[tuple[Obligation, View, str]] = [
    (answers.status(200), view({"detail": "no\nway"}, 400), 'status 400: "no way"'),
    (answers.status(200), view(status=302, Location="/login"), "status 302 to /login"),
    (answers.status_below(500), view({}, 500), "status 500"),
    (answers.refused(), view({}), "status 200: the request was accepted"),
    (answers.not_html(), view(b"<p>", Content_Type="Text/HTML; charset=x"), "an HTML page"),
    (answers.not_html(), view(status=302, Location="/login"), "status 302 to /login"),
    (lists.none_found(), view([]), "no ListResponse: []"),
    (lists.none_found(), view({"TotalResults": 0}), 'no ListResponse: {"TotalResults": 0}'),
    (lists.none_found(), listed({"id": "1"}), "totalResults 1 with 1 Resources"),
    (lists.none_found(), listed(total="0"), 'totalResults "0" with 0 Resources'),
    (lists.found_only("user"), listed(), "totalResults 0 with 0 Resources"),
    (lists.found_only("user"), listed({"id": "2"}), 'another resource, id "2"'),
    (lists.at_most("user"), listed({"id": "2"}), 'another resource, id "2"'),
    (lists.at_most("user"), listed({"id": "1"}, {"id": "2"}), "totalResults 2 with 2 Resources"),
    (resources.has_id(), view([]), "id is null"),
    (resources.is_resource("user"), view({"id": "2"}), 'id is "2"'),
    (values.stored(TITLE, "Boss"), view({}), "it is missing"),
    (values.stored(TITLE, "Boss", exact=True), view({"title": "BOSS"}), 'it is "BOSS"'),
    (values.stored(TITLE, "1"), view({"title": 1}), "it is 1"),
    (values.reference(MANAGER, "user"), view({urns.ENTERPRISE_USER: {"manager": "1"}}), 'it is "1"'),
    (values.reference(MANAGER, "user"), view({}), "it is missing"),
    (values.letters_kept([(TITLE, "Boss")]), view({"title": "boss"}), 'changed: title "boss"'),
    (values.is_true(ACTIVE), view({"active": "True"}), 'it is "True"'),
    (values.is_true(ACTIVE), view({"active": 1}), "it is 1"),
    (values.is_false(ACTIVE), view({"active": True}), "it is true"),
    (values.is_false(ACTIVE), view({}), "it is missing"),
    (members.members_are("user", "other"), group("1"), "1 members: 1 missing"),
    (members.members_are("user"), group("1", "9"), "2 members: 1 unexpected"),
    (members.members_are("user"), group("9"), "1 members: 1 missing, 1 unexpected"),
    (members.members_once(), group("1", "1"), "1 of 2 entries are duplicates"),
    (members.has_member("user"), group("9"), "it is missing among 1 members"),
    (members.no_members(), group("1", "2"), "2 members are returned"),
    (members.no_members(), listed({}, {"members": [{"value": "1"}]}), "1 members are returned"),
    (answers.scim_type("uniqueness"), view({"scimType": "Uniqueness"}, 409), 'it is "Uniqueness"'),
    (answers.scim_type("uniqueness"), view([], 409), "it is missing"),
    (answers.has_header("Location"), view(status=201), "it is missing"),
]


@pytest.mark.parametrize(("obligation", "seen"), MET)
def test_an_obligation_is_met(obligation: Obligation, seen: View) -> None:
    assert obligation.judge(seen) is None


@pytest.mark.parametrize(("obligation", "seen", "actual"), UNMET)
def test_an_obligation_says_what_came_instead(obligation: Obligation, seen: View, actual: str) -> None:
    assert obligation.judge(seen) == actual


def test_every_obligation_is_tried_both_ways() -> None:
    keys = {one.key for one, _ in MET}
    assert keys == {one.key for one, *_ in UNMET}


NEEDS_A_BODY = [one for one, _ in MET if one.key not in {"status", "refused", "not-html", "location"}]


@pytest.mark.parametrize("obligation", NEEDS_A_BODY)
def test_a_body_that_cannot_be_read_is_said_so(obligation: Obligation) -> None:
    with pytest.raises(Unreadable, match="an HTML page"):
        obligation.judge(view(b"<html>"))


def test_after_an_unreadable_body_nothing_more_is_said() -> None:
    checks = [one.must(rfc7643("3"), so="x") for one in (answers.status(200), resources.has_id(), resources.has_id())]
    assert [judged.actual for judged in judge(checks, view(b"{"))][1:] == [
        "the body is not JSON (Expecting property name enclosed in double quotes at character 1)"
    ]
    assert [judged.actual for judged in judge(checks, view())] == [None, "there is no body"]


def test_level_and_evidence_are_given_where_it_is_asked() -> None:
    obligation, source = resources.has_id(), issue("a/b#7")
    levels = [make(source, so="x").level for make in (obligation.must, obligation.entra, obligation.should)]
    assert levels == [Level.MUST, Level.ENTRA, Level.SHOULD]
    assert [level.rank for level in levels] == [0, 1, 2]
    assert obligation.must(source, so="x").evidence is Evidence.OBSERVED
    assert obligation.must(source, so="x").known_as(Evidence.INFERRED).evidence is Evidence.INFERRED
    assert source.url == "https://github.com/a/b/issues/7"


def test_long_values_are_cut() -> None:
    assert len(short("x" * 500)) == 120
    assert short({"é": 1}) == '{"é": 1}'
