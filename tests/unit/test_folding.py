"""From results to one verdict: the table of verdicts and exit codes, and causes before symptoms."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from scim_conformance.scenario.blocking import Blocker
from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.model import Moment
from scim_conformance.verdict import accepted, causes, exit_codes, overall, standing_results
from scim_conformance.verdict.decision import Decision, decide
from scim_conformance.verdict.extent import Extent
from scim_conformance.verdict.results import CheckResult, Occurrence, ScenarioResult, Source, Verdict
from scim_conformance.verdict.tracing import traced

BOTH = ["legacy", "compliant"]
SOURCE = Source("RFC", "https://rfc")


def check(identifier: str, level: Level = Level.MUST, *after: str, cause: str = "") -> CheckResult:
    return CheckResult(
        id=identifier,
        level=level,
        citation=SOURCE,
        evidence="rfc",
        verdict=Verdict.DEVIATION,
        expected="this",
        actual="that",
        so="it breaks",
        cause=cause or identifier,
        after=list(after),
    )


def result(identifier: str, verdict: Verdict = Verdict.CONFORMANT, **more: Any) -> ScenarioResult:
    checks: list[CheckResult] = more.pop("checks", [])
    level = min((one.level for one in checks), key=lambda one: one.rank, default=None)
    known = {"template": identifier, "suite": "entra", "title": identifier, "moment": "update", "dialect": None}
    fields: dict[str, Any] = {**known, "validator": False, "level": level, "checks": checks, **more}
    return ScenarioResult(id=identifier, verdict=verdict, **fields)


def deviating(identifier: str, level: Level = Level.MUST, **more: Any) -> ScenarioResult:
    return result(identifier, Verdict.DEVIATION, checks=[check(f"{identifier}#s.c", level)], **more)


def fix_first(results: Sequence[ScenarioResult]) -> list[causes.Fix]:
    return causes.fix_first(traced(results))


FINE = result("A")
MUST, ENTRA, SHOULD = deviating("B"), deviating("C", Level.ENTRA), deviating("D", Level.SHOULD)
LEGACY, COMPLIANT = deviating("E", dialect="legacy"), deviating("F", dialect="compliant")


def either(identifier: str, *after: str) -> ScenarioResult:
    found = msgspec.structs.replace(check(f"{identifier}#s.c", Level.MUST, *after), either=True)
    return result(identifier, Verdict.DEVIATION, checks=[found], dialect="legacy")


EITHER = either("L")
"""Seen in the legacy dialect, and not for how it is written."""
FOLLOWING = either("N", "E#s.c")
"""It follows from what only shows in the legacy dialect."""
OPEN, WAIVED = result("G", Verdict.INCONCLUSIVE), result("H", Verdict.WAIVED)
LEFT_OUT = result("I", Verdict.NOT_APPLICABLE)
VALIDATOR, FOREIGN = deviating("J", validator=True), deviating("RFC-AAA-01", suite="rfc")
ALWAYS = result("STD-X", moment=Moment.ALWAYS.value)
BAD_ALWAYS = deviating("STD-Y", moment=Moment.ALWAYS.value)

TABLE = {
    "all is well": ([FINE, LEFT_OUT, WAIVED], "yes", 0),
    "a MUST": ([FINE, MUST], "no", 1),
    "an ENTRA": ([FINE, ENTRA], "no", 1),
    "advice alone": ([FINE, SHOULD], "yes", 0),
    "legacy alone fails": ([FINE, LEGACY], "compliant-only", 1),
    "compliant alone fails": ([FINE, COMPLIANT], "legacy-only", 1),
    "one dialect shows what is wrong in either": ([FINE, EITHER], "no", 1),
    "one dialect fails, and what follows from it": ([FINE, LEGACY, FOLLOWING], "compliant-only", 1),
    "one dialect fails, and something in either": ([FINE, LEGACY, FOLLOWING, EITHER], "no", 1),
    "each dialect fails": ([LEGACY, COMPLIANT], "no", 1),
    "could not be judged": ([FINE, OPEN], "inconclusive", 6),
    "wrong, and more could not be judged": ([MUST, OPEN], "no", 1),
    "one dialect fails, the other is open": (
        [LEGACY, result("K", Verdict.INCONCLUSIVE, dialect="compliant")],
        "no",
        1,
    ),
    "only the validator minds": ([FINE, VALIDATOR], "yes", 1),
    "another suite fails": ([FINE, FOREIGN], "yes", 1),
    "only another suite ran": ([FOREIGN], "not-run", 1),
    "only standing checks": ([ALWAYS], "not-run", 5),
    "nothing ran": ([], "not-run", 5),
    "a standing check fails": ([FINE, BAD_ALWAYS], "no", 1),
}


@pytest.mark.parametrize("case", TABLE)
def test_the_verdict_and_the_exit_code(case: str) -> None:
    results, verdict, code = TABLE[case]
    results = traced(results)
    dialects = overall.by_dialect(results, BOTH)
    assert overall.overall(dialects, results, Extent()) == verdict
    assert exit_codes.exit_code(results, "must", interrupted=False, early=False) == code


def test_what_did_not_run_leaves_no_verdict() -> None:
    some = Extent(required=2, ran=1, not_run=["X"])
    for results in ([FINE], [MUST], [OPEN]):
        assert overall.overall(overall.by_dialect(results, BOTH), results, some) == "partial"
        assert decide(results, BOTH, some) == Decision(verdict="partial")
    assert overall.overall({}, [], some) == "not-run"


def test_there_is_no_yes_without_what_every_target_has_to_do() -> None:
    lame = Extent(required=1, ran=1, lacking=["disable / restore"])
    found = {
        name: decide(results, BOTH, lame).verdict for name, results in (("fine", [FINE]), ("legacy", [FINE, LEGACY]))
    }
    assert found == {"fine": "partial", "legacy": "partial"}
    assert decide([MUST], BOTH, lame).verdict == "no"
    assert decide([OPEN], BOTH, lame).verdict == "inconclusive"


def test_an_early_end_is_inconclusive_unless_something_deviates() -> None:
    for results, code in (([], 6), ([FINE], 6), ([MUST], 1), ([SHOULD], 6)):
        assert exit_codes.exit_code(results, "must", interrupted=False, early=True) == code


def test_one_dialect_that_was_asked_for_is_judged_alone() -> None:
    dialects = overall.by_dialect([FINE, LEGACY], ["compliant"])
    assert dialects == {"compliant": "yes"}
    assert overall.overall(dialects, [FINE, LEGACY], Extent()) == "yes"


def test_advice_fails_where_it_is_asked_to() -> None:
    assert exit_codes.exit_code([FINE, SHOULD], "should", interrupted=False, early=False) == 1
    assert exit_codes.is_failing(SHOULD, "should")
    assert not exit_codes.is_failing(SHOULD, "must")


def test_an_interrupt_goes_before_everything() -> None:
    for results in ([], [FINE], [MUST], [OPEN]):
        assert exit_codes.exit_code(results, "must", interrupted=True, early=True) == 2


def test_moments_stand_in_the_order_of_the_journey() -> None:
    results = [
        result("1", moment="groups"),
        deviating("2", moment="test connection"),
        result("3", Verdict.NOT_APPLICABLE, moment="match"),
        result("4", Verdict.INCONCLUSIVE, moment="create"),
    ]
    assert list(overall.by_moment(results).items()) == [
        ("test connection", "no"),
        ("match", "not applicable"),
        ("create", "inconclusive"),
        ("groups", "yes"),
    ]


def test_counts_of_scenarios_and_checks() -> None:
    found = exit_codes.counts([FINE, MUST, SHOULD, OPEN, LEFT_OUT, WAIVED])
    wanted = {"conformant": 1, "deviation": 2, "waived": 1, "not_applicable": 1, "inconclusive": 1}
    assert found == wanted | {"MUST": 1, "ENTRA": 0, "SHOULD": 1}


def _order(*results: ScenarioResult) -> list[str]:
    return [fix.check for fix in fix_first(results)]


def test_a_symptom_follows_its_cause_through_others() -> None:
    cause = result("A", Verdict.DEVIATION, checks=[check("A#s.c")])
    middle = result("B", Verdict.DEVIATION, checks=[check("B#s.c", Level.MUST, "X#s.c", "A#s.c")])
    end = result("C", Verdict.DEVIATION, checks=[check("C#s.c", Level.MUST, "B#s.c")])
    fix = fix_first([end, middle, cause])[0]
    assert (fix.check, fix.also) == ("A#s.c", ["C#s.c", "B#s.c"])


def test_checks_that_explain_each_other_end() -> None:
    one = result("A", Verdict.DEVIATION, checks=[check("A#s.c", Level.MUST, "B#s.c")])
    two = result("B", Verdict.DEVIATION, checks=[check("B#s.c", Level.MUST, "A#s.c")])
    own = result("C", Verdict.DEVIATION, checks=[check("C#s.c", Level.MUST, "C#s.c")])
    assert {check for fix in fix_first([one, two, own]) for check in [fix.check, *fix.also]} == {
        "A#s.c",
        "B#s.c",
        "C#s.c",
    }


def test_the_same_cause_is_one_thing_to_fix_shown_where_it_is_hardest_and_earliest() -> None:
    advice = result("A", Verdict.DEVIATION, checks=[check("A#s.c", Level.SHOULD, cause="x")], moment="match")
    late = result("B", Verdict.DEVIATION, checks=[check("B#s.c", cause="x")], moment="delete")
    early = result("C", Verdict.DEVIATION, checks=[check("C#s.c", cause="x")], moment="create")
    fixes = fix_first([advice, late, early])
    assert [(fix.check, fix.also) for fix in fixes] == [("C#s.c", ["A#s.c", "B#s.c"])]


def test_what_explains_most_comes_first_and_advice_last() -> None:
    blocked = [result(str(number), Verdict.INCONCLUSIVE, blocked_by=Blocker(scenario="B")) for number in range(3)]
    standing = deviating("STD", moment=Moment.ALWAYS.value)
    early, blocking = deviating("A", moment="match"), deviating("B", moment="delete")
    assert _order(SHOULD, standing, early, blocking, *blocked) == ["B#s.c", "A#s.c", "STD#s.c", "D#s.c"]
    assert fix_first([blocking, *blocked])[0].blocks == ["0", "1", "2"]


def test_only_the_first_deviation_of_a_scenario_blocks() -> None:
    both = result("B", Verdict.DEVIATION, checks=[check("B#1.c"), check("B#2.c")])
    fixes = fix_first([both, result("C", Verdict.INCONCLUSIVE, blocked_by=Blocker(scenario="B"))])
    assert {fix.check: fix.blocks for fix in fixes} == {"B#1.c": ["C"], "B#2.c": []}


def test_a_waived_check_is_nothing_to_fix() -> None:
    waived = msgspec.structs.replace(check("A#s.c"), verdict=Verdict.WAIVED)
    assert fix_first([result("A", Verdict.WAIVED, checks=[waived])]) == []


def test_what_only_a_waived_scenario_blocks_is_waived() -> None:
    blocked = result("C", Verdict.INCONCLUSIVE, blocked_by=Blocker(scenario="H"))
    other = result("D", Verdict.INCONCLUSIVE, blocked_by=Blocker(scenario="B"))
    found = accepted.follow_waivers([WAIVED, MUST, blocked, other])
    assert [one.verdict for one in found] == [
        Verdict.WAIVED, Verdict.DEVIATION, Verdict.WAIVED, Verdict.INCONCLUSIVE
    ]  # fmt: skip
    assert found[2].reason == "blocked by H, which is waived"


def _seen(key: str, where: str, actual: str = "id is 7") -> Occurrence:
    return Occurrence(key=key, level=Level.MUST, where=where, actual=actual, exchange=0)


def test_standing_checks_are_folded_with_their_occurrences() -> None:
    seen = [_seen("STD-IDS-01", f"A#{number}") for number in range(5)]
    results = [result("A", judged={"STD-IDS-01": 7, "STD-JSN-01": 2}, standing=seen), result("B")]
    folded = {one.id: one for one in standing_results.standing_results(results)}
    assert set(folded) == {"STD-IDS-01", "STD-JSN-01"}
    assert folded["STD-JSN-01"].verdict is Verdict.CONFORMANT
    bad = folded["STD-IDS-01"]
    assert (bad.verdict, bad.level, bad.moment) == (Verdict.DEVIATION, Level.MUST, "every answer")
    assert bad.checks[0].actual == "5 of 7 responses; id is 7 (A#0); id is 7 (A#1); id is 7 (A#2)"


def test_a_lag_is_folded_though_no_answer_is_judged_for_it() -> None:
    late = [_seen("STD-LAG-01", "A#read", "visible only after 0.3 s")]
    folded = standing_results.standing_results([result("A", standing=late)])
    assert [(one.id, one.level) for one in folded] == [("STD-LAG-01", Level.SHOULD)]


def test_what_was_served_without_the_right_to_it_explains_what_else_was() -> None:
    read = msgspec.structs.replace(check("A#s.c"), actual="status 200: the request was accepted")
    write = msgspec.structs.replace(check("B#s.c", Level.MUST, "A#s.c"), actual="status 204: the request was accepted")
    other = msgspec.structs.replace(check("C#s.c", Level.MUST, "A#s.c"), actual="status 204")
    results = [result(one.id[0], Verdict.DEVIATION, checks=[one]) for one in (read, write, other)]
    assert [(fix.check, fix.also) for fix in fix_first(results)] == [("A#s.c", ["B#s.c"]), ("C#s.c", [])]
