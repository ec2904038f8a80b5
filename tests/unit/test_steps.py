"""Steps made ready for the wire, scenarios and their ids, and the evidence that is kept."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_conformance.scenario.blocking import Blocker
from scim_conformance.scenario.bodies import Fill, MissingValue, Names, Var, resolve
from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.exchange import Answer, Exchange, Request, Sender
from scim_conformance.scenario.model import Case, Moment, Scenario, Template, cases, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.resources import has_id
from scim_conformance.scenario.performance import Judged, Performance, StepRun
from scim_conformance.scenario.steps import Because, Play, Step, prepare
from scim_conformance.system.visible import visible
from scim_conformance.verdict.judging import not_played, result
from scim_conformance.verdict.results import BODY_LIMIT, Verdict

GET = Step("read", "GET", "/Users/{user}", "Read it")


def test_a_value_is_quoted_for_the_place_where_it_stands() -> None:
    step = Step(
        "x", "PATCH", "/Users/{user}", "w", query="filter={user}&a=b", body=[Fill('id eq "{user}"'), Var("user")]
    )
    found = prepare(step, {"user": 'a"/ ü'})
    assert found.target == "/Users/a%22%2F%20%C3%BC?filter=a%5c%22%2f+%c3%bc&a=b"
    assert found.body == '["id eq \\"a\\\\\\"/ ü\\"","a\\"/ ü"]'.encode()


def test_a_step_without_a_body_sends_none() -> None:
    assert prepare(GET, {"user": "1"}).body is None


def test_a_missing_value_is_named() -> None:
    for step in (GET, GET.but(path="/Users", query="a={user}"), GET.but(path="/Users", body={"a": [Var("user")]})):
        with pytest.raises(MissingValue) as caught:
            prepare(step, {})
        assert caught.value.name == "user"


@pytest.mark.parametrize(
    ("path", "resource"),
    [
        ("/Users/{user}", ("User", "1")),
        ("Groups/{user}", ("Group", "1")),
        ("/Users", None),
        ("/Users/{user}/x", ("User", "1")),
        ("/Schemas/{user}", None),
    ],
)
def test_the_resource_that_a_path_names(path: str, resource: tuple[str, str] | None) -> None:
    assert prepare(GET.but(path=path), {"user": "1"}).resource == resource


def test_names_stand_for_themselves_when_nothing_is_sent() -> None:
    assert resolve({"a": Var("user"), "b": Fill("x {group}")}, Names()) == {"a": "{user}", "b": "x {group}"}


def test_a_step_is_never_changed_in_place() -> None:
    check = has_id().must(rfc7644("3"), so="x")
    changed = GET.expecting(check).but(key="other", by=Sender.HARNESS)
    assert (changed.checks, changed.key, changed.by) == ((check,), "other", Sender.HARNESS)
    assert (GET.checks, GET.key, GET.by) == ((), "read", Sender.ENTRA)


def test_but_reaches_how_a_step_is_played_and_every_check_of_it() -> None:
    checks = tuple(has_id().must(rfc7644("3"), so="x") for _ in range(2))
    changed = GET.but(checks=checks, settles=True, also_ok=(404,), level=Level.SHOULD, fix="do it")
    assert changed.play == Play(settles=True, also_ok=(404,))
    assert [(one.level, one.fix, one.so) for one in changed.checks] == [(Level.SHOULD, "do it", "x")] * 2
    assert changed.but(key="other").play == changed.play
    assert GET.play == Play()


def test_a_field_that_no_step_has_is_refused() -> None:
    with pytest.raises(TypeError, match="go_on"):
        GET.but(go_on=True)


OK, ID = (one.must(rfc7644("3.4.1"), so="it breaks") for one in (status(200), has_id()))


def test_the_checks_of_a_step_are_added_replaced_or_removed() -> None:
    step, gone = GET.expecting(OK, ID), status(404).must(rfc7644("3.6"), so="it breaks")
    assert step.expecting_only(gone).checks == (gone,)
    assert step.expecting_instead(gone).checks == (gone, ID)
    assert step.unjudged().checks == ()
    assert [one.level for one in step.as_advice().checks] == [Level.SHOULD, Level.SHOULD]


def test_explanations_that_are_added_count_before_or_after_the_others() -> None:
    step = GET.explained_by(Because("It is so.", {"status": ["A"], "id": ["B"]}))
    other = Because("It is also so.", {"id": ["C", "B"]})
    assert (step.causes("status"), step.causes("id"), step.causes("same")) == (["A"], ["B"], [])
    assert step.explained_by(other).causes("id") == ["C", "B"]
    assert step.otherwise(other).causes("id") == ["B", "C"]


def test_a_step_that_may_be_refused_does_not_stop_the_scenario() -> None:
    assert GET.may_be_refused().play.continue_on_failure


def template(**more: Any) -> Template:
    @scenario("ENT-UPD-01", "A title", moment=Moment.UPDATE, **more)
    def build(*arguments: Any) -> Scenario:
        """What happens."""
        return Scenario([GET.but(why=repr(arguments))])

    found: Template = build.__scim_template__  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("identifier", ["ENT-UPD-1", "ent-upd-01", "ENT-UPD-01/x", "ENT-UPD-001", ""])
def test_an_id_has_a_form(identifier: str) -> None:
    with pytest.raises(ValueError, match="ENT-DIS-01"):
        scenario(identifier, "t", moment=Moment.UPDATE)


def test_a_template_becomes_a_case_for_each_dialect_and_row() -> None:
    rows = lambda profile: [("one", 1), ("two.x", profile)]  # noqa: E731
    found = cases(template(dialects=True, rows=rows), "P", ["legacy", "compliant"])
    assert [case.id for case in found] == [
        "ENT-UPD-01/legacy/one", "ENT-UPD-01/legacy/two.x", "ENT-UPD-01/compliant/one", "ENT-UPD-01/compliant/two.x"
    ]  # fmt: skip
    assert found[1].build("W").steps[0].why == "('W', 'legacy', 'P')"
    assert found[1].title == "A title: two.x"


def test_a_plain_template_is_one_case() -> None:
    found = cases(template(), "P", ["legacy", "compliant"])
    assert [(case.id, case.build("W").steps[0].why) for case in found] == [("ENT-UPD-01", "('W',)")]
    assert (found[0].template.suite, found[0].template.description) == ("entra", "What happens.")


@pytest.mark.parametrize("name", ["a/b", "", "a[0]", "a b", "é"])
def test_a_rows_name_fits_an_id(name: str) -> None:
    with pytest.raises(ValueError, match="letters, digits"):
        cases(template(rows=lambda _: [(name, 1)]), "P", [None])


@given(st.text(max_size=60))
def test_what_a_target_writes_cannot_steer_a_terminal(text: str) -> None:
    shown = visible(text)
    assert not any(char in shown for char in "\x1b\x00\r\x7f\x9b\u202e\u2066")


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=60))
def test_ordinary_text_is_shown_as_it_is(text: str) -> None:
    assert visible(text + "\t\n") == text + "\t\n"


def played(actual: str | None, body: bytes = b"{}") -> StepRun:
    check = has_id().must(rfc7644("3"), so="it breaks")
    request = Request("GET", "http://t/Users/1", (("Host", "t"),), None)
    exchange = Exchange(request, Answer(200, (("X", "\x1b[31m"),), body, 0.25), by=Sender.HARNESS, started=1.0)
    return StepRun(
        GET.explained_by(Because("It is so.", {"id": ["A#b.c"]})),
        given=False,
        exchange=exchange,
        judged=[Judged(check, actual)],
    )


def test_a_performance_becomes_a_result() -> None:
    found = result(Case(template()), Performance([played("id is \x1b7")]), "node", 0.5)
    check = found.checks[0]
    assert (found.verdict, found.level, found.nodeid, found.seconds) == (Verdict.DEVIATION, "MUST", "node", 0.5)
    assert (check.id, check.actual, check.exchange) == ("ENT-UPD-01#read.id", "id is \\u001b7", 0)
    assert (check.after, check.cause) == (["A#b.c"], "ENT-UPD-01#read.id")
    assert (found.exchanges[0].by, found.exchanges[0].response_headers) == ("harness", [("X", "\\u001b[31m")])


def test_the_verdict_of_a_performance() -> None:
    fine, stopped = (
        played(None),
        Performance([played(None)], stopped="why", blocked_by=Blocker(scenario="ENT-CRE-01", words="a\x1bb")),
    )
    assert result(Case(template()), Performance([fine]), "n", 0).verdict is Verdict.CONFORMANT
    found = result(Case(template()), stopped, "n", 0)
    assert (found.verdict, found.reason, found.blocked_by) == (
        Verdict.INCONCLUSIVE,
        "why",
        Blocker(scenario="ENT-CRE-01", words="a\\u001bb"),
    )
    both = result(Case(template()), Performance([played("x")], stopped="why", blocked_by=Blocker(scenario="B")), "n", 0)
    assert (both.verdict, both.blocked_by) == (Verdict.DEVIATION, None)


def test_a_large_body_is_cut_and_said_so() -> None:
    found = result(Case(template()), Performance([played(None, b"x" * (BODY_LIMIT + 5))]), "n", 0)
    kept = found.exchanges[0].response_body or ""
    assert kept.endswith(f"… truncated: {BODY_LIMIT + 5} characters in total")
    assert len(kept) < BODY_LIMIT + 100


def test_what_was_not_played_says_why() -> None:
    found = not_played(Case(template()), "n", Verdict.NOT_APPLICABLE, "no groups\x00")
    assert (found.verdict, found.reason, found.checks) == (Verdict.NOT_APPLICABLE, "no groups\\u0000", [])
