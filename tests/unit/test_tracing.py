"""Which deviation explains which: what the rule says, and that following it always ends."""

from collections.abc import Sequence

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from scim_conformance.scenario.blocking import Blocker
from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.situation import Situation
from scim_conformance.verdict.causes import fix_first
from scim_conformance.verdict.results import CheckResult, ScenarioResult, Source, Verdict
from scim_conformance.verdict.tracing import traced

CHANGE, READ = "PATCH /Users/{id}", "GET /Users/{id}"
REFUSED = 'status 400: "no"'


def deviation(
    scenario: str, shape: str = CHANGE, *parts: str, key: str = "status", actual: str = REFUSED, **more: object
) -> ScenarioResult:
    """Return a scenario with one deviation."""
    check = CheckResult(
        id=f"{scenario}#step.{key}", level=Level.ENTRA, citation=Source("", ""), evidence="", so="", expected="",
        verdict=Verdict.DEVIATION, actual=actual, cause=scenario, situation=Situation(shape, parts),
    )  # fmt: skip
    return scenario_with(scenario, msgspec.structs.replace(check, **more))


def scenario_with(scenario: str, *checks: CheckResult, **more: object) -> ScenarioResult:
    """Return a scenario with these checks."""
    found = ScenarioResult(
        id=scenario, template=scenario, suite="entra", title="", moment="update", dialect=None, validator=False,
        verdict=Verdict.DEVIATION, level=Level.ENTRA, checks=list(checks),
    )  # fmt: skip
    return msgspec.structs.replace(found, **more)


def explained(*results: ScenarioResult) -> list[str]:
    """Return what explains the first deviation of each scenario, by scenario."""
    return [one.checks[0].explained_by.partition("#")[0] for one in traced(results)]


TITLE, BOTH = ("Users Set title",), ("Users Set active", "Users Set title")


def test_what_is_contained_explains_what_contains_it() -> None:
    assert explained(deviation("A", CHANGE, *TITLE), deviation("B", CHANGE, *BOTH)) == ["", "A"]


def test_what_is_not_contained_explains_nothing() -> None:
    assert explained(deviation("A", CHANGE, "Users Set active"), deviation("B", CHANGE, *TITLE)) == ["", ""]


def test_the_plainest_explains_what_only_resembles_it() -> None:
    plainest = deviation("B", CHANGE, "Users Set active", plainest=True)
    assert explained(deviation("A", CHANGE, *TITLE), plainest) == ["B", ""]


def test_a_dialect_explains_only_itself() -> None:
    plainest = deviation("A", CHANGE, "Users Set title", plainest=True)
    assert explained(plainest, deviation("B", CHANGE, "Users set title")) == ["", ""]


def test_another_key_request_or_status_is_another_fault() -> None:
    others = (
        deviation("B", CHANGE, *TITLE, key="id"),
        deviation("C", READ, *TITLE),
        deviation("D", CHANGE, *TITLE, actual='status 500: "no"'),
    )
    assert explained(deviation("A", CHANGE, *TITLE, plainest=True), *others) == [""] * 4


def test_a_refusal_in_other_words_is_another_fault() -> None:
    plainest = deviation("A", CHANGE, *TITLE, actual="status 400: \"Unknown attribute 'title'\"", plainest=True)
    alike = deviation("B", CHANGE, *BOTH, actual="status 400: \"Unknown attribute 'nickName'\"")
    other = deviation("C", CHANGE, *BOTH, actual='status 400: "Operation add is not supported"')
    silent = deviation("D", CHANGE, *BOTH, actual="status 400")
    assert explained(plainest, alike, other, silent) == ["", "A", "", ""]
    assert explained(deviation("A", CHANGE, *TITLE, actual="status 400"), silent) == ["", "A"]


def test_what_asks_for_another_letter_case_explains_only_what_asks_for_it() -> None:
    query, recased = ("Users ?userName",), ("Users ?userName", "Users ~letter-case")
    assert explained(deviation("A", READ, *recased), deviation("B", READ, *query)) == ["B", ""]


def test_a_check_of_one_attribute_asks_for_what_changes_it() -> None:
    whole = deviation("A", READ, *BOTH, key="stored.title", actual="it is missing", attribute="title")
    alone = deviation("B", READ, *TITLE, key="stored.title", actual="it is missing", attribute="title")
    assert explained(whole, alone) == ["", "A"]


def test_what_is_judged_on_every_response_explains_nothing() -> None:
    assert explained(deviation("STD-A", "", key="answer"), deviation("STD-B", "", key="answer")) == ["", ""]


def test_what_its_author_names_comes_first() -> None:
    named = deviation("C", READ, key="one", actual="totalResults 0")
    assert explained(
        deviation("A", CHANGE, *TITLE, actual="it is missing"),
        deviation("B", CHANGE, *TITLE, actual="it is missing", after=["X#step.status", "C#step.one"]),
        named,
    ) == ["", "C", ""]


def blocked(scenario: str, key: str, shape: str, status: int, *parts: str) -> ScenarioResult:
    """Return a scenario that a request blocks."""
    by = Blocker(request=f"{shape} it", status=status, key=key, situation=Situation(shape, parts))
    return scenario_with(scenario, verdict=Verdict.INCONCLUSIVE, level=None, blocked_by=by)


def test_what_blocks_a_scenario_is_traced_like_a_deviation() -> None:
    refused, waits = deviation("A", "POST /Users"), blocked("B", "status", "POST /Users", 400)
    by = traced([refused, waits])[1].blocked_by
    assert by is not None
    assert (by.scenario, by.check) == ("A", "A#step.status")
    assert fix_first(traced([refused, waits]))[0].blocks == ["B"]


def test_what_nothing_explains_names_no_scenario() -> None:
    by = traced([deviation("A", "POST /Users"), blocked("B", "status", "POST /Users", 500)])[1].blocked_by
    assert by is not None
    assert (by.scenario, by.check) == (None, "")


PARTS = st.sets(st.sampled_from(["Users Set a", "Users set a", "Users Set b", "Users DELETE"]))
DEVIATIONS = st.builds(
    lambda parts, plainest, actual, after: (sorted(parts), plainest, actual, after),
    PARTS,
    st.booleans(),
    st.sampled_from(["status 400", "status 500", "it is missing"]),
    st.lists(st.integers(0, 7), max_size=2),
)


@given(st.lists(DEVIATIONS, max_size=8))
def test_every_deviation_is_below_one_thing_to_fix(drawn: Sequence[tuple[list[str], bool, str, list[int]]]) -> None:
    results = [
        deviation(
            f"S{number}",
            CHANGE,
            *parts,
            plainest=plainest,
            actual=actual,
            after=[f"S{one}#step.status" for one in after],
        )
        for number, (parts, plainest, actual, after) in enumerate(drawn)
    ]
    fixes = fix_first(traced(results))
    shown = [check for fix in fixes for check in (fix.check, *fix.also)]
    assert sorted(shown) == sorted(one.checks[0].id for one in results)
    assert traced(traced(results)) == traced(results)
