"""Standards as columns: a state follows from what a run shows, and a verdict where enough was checked."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest

from scim_conformance import __version__
from scim_conformance.catalogue import scenarios
from scim_conformance.catalogue.columns import model
from scim_conformance.catalogue.columns.model import Column
from scim_conformance.catalogue.standards.page import judging
from scim_conformance.catalogue.standards.rows import by_id
from scim_conformance.reporting.columns import OPPOSITE, Columns
from scim_conformance.reporting.pieces import State
from scim_conformance.scenario.checks import Level
from scim_conformance.verdict.decision import decide
from scim_conformance.verdict.exit_codes import exit_code
from scim_conformance.verdict.extent import Extent
from scim_conformance.verdict.results import CheckResult, Recorded, ScenarioResult, Source, Verdict
from scim_conformance.verdict.run_result import RunResult

BASE = "https://host/v2"
TEMPLATES = {one.id: one for one in scenarios.shipped_templates()}
BY_NAME = {one.id: one for one in model.columns()}


def check(identifier: str, verdict: Verdict = Verdict.CONFORMANT, level: Level = Level.MUST) -> CheckResult:
    source = Source("RFC 7644", "https://www.rfc-editor.org/rfc/rfc7644")
    return CheckResult(
        id=identifier, level=level, citation=source, evidence="rfc", verdict=verdict, expected="this", actual="that",
        so="", exchange=0,
    )  # fmt: skip


def exchange(method: str = "GET", path: str = "/Users/7", body: str = "{}") -> Recorded:
    return Recorded(
        step="s", why="", by="harness", given=False, method=method, url=BASE + path, request_headers=[],
        request_body=None, status=200, response_headers=[], response_body=body, seconds=0.0, started=0.0,
    )  # fmt: skip


def case(identifier: str, *checks: CheckResult, **more: Any) -> ScenarioResult:
    template = identifier.partition("/")[0]
    known = TEMPLATES.get(template)
    failed = [one for one in checks if one.verdict is Verdict.DEVIATION]
    fields: dict[str, Any] = {
        "id": identifier, "template": template, "title": "", "moment": "update",
        "validator": bool(known and known.validator), "dialect": None,
        "suite": known.suite if known else "entra", "checks": list(checks), "exchanges": [exchange()],
        "verdict": Verdict.DEVIATION if failed else Verdict.CONFORMANT, "bindings": {"user": "7"},
        "level": min((one.level for one in failed), key=lambda one: one.rank, default=None),
    }  # fmt: skip
    return ScenarioResult(**fields | more)


def run(*results: ScenarioResult, **more: Any) -> RunResult:
    fields: dict[str, Any] = dict.fromkeys(
        ("run_id", "profile", "facts_as_of", "disclaimer", "started", "sentence"), ""
    )
    fields |= {name: {} for name in ("verdict_by_moment", "requests", "counts")}
    fields |= {name: [] for name in ("fix_first", "leftovers", "warnings")}
    known = {
        "schema_version": "2", "verdict": "yes", "verdict_by_dialect": {}, "exit_code": 0, "target": BASE, "removed": 0,
        "suite_version": __version__, "catalogue_sha256": "", "seconds": 0.0, "fail_on": "must",
        "dialects": ["legacy", "compliant"], "scenarios": list(results),
    }  # fmt: skip
    return RunResult(**fields | known | more)


FINE: Mapping[str, Level] = {}


def played(row: str, failing: Mapping[str, Level] = FINE) -> list[ScenarioResult]:
    """Return results in which the checks of a row pass, except those whose key is given, with their level."""
    wanted: dict[str, list[str]] = {}
    for one in judging()[row]:
        scenario, _, key = one.id.partition("#")
        wanted.setdefault(scenario.partition("/")[0], []).append(key)
    return [
        case(scenario, *(_check(f"{scenario}#{key}", failing) for key in keys)) for scenario, keys in wanted.items()
    ]


def _check(identifier: str, failing: Mapping[str, Level]) -> CheckResult:
    level = failing.get(identifier.partition("#")[2])
    return check(identifier) if level is None else check(identifier, Verdict.DEVIATION, level)


PUT = "7644-3.5.1-i"
"""A MUST row of one scenario, with three checks."""


def state(results: Sequence[ScenarioResult], row: str, column: str, **more: Any) -> tuple[str, str]:
    found = Columns(run(*results, **more)).of(BY_NAME[column]).cells[row]
    return found.word, found.why


def test_a_row_passes_only_if_all_of_its_checks_do() -> None:
    assert state(played(PUT), PUT, "rfc") == ("passed", "")
    assert state(played(PUT, {"put.status": Level.MUST}), PUT, "rfc")[0] == "failed"
    assert state(played(PUT, {"put.status": Level.SHOULD}), PUT, "rfc")[0] == "failed (advice)"
    assert state(played(PUT, {"put.status": Level.SHOULD, "put.same": Level.MUST}), PUT, "rfc")[0] == "failed"


def test_a_waived_deviation_is_a_failure() -> None:
    waived = msgspec.structs.replace(check("RFC-PUT-01#put.status", Verdict.WAIVED), waiver="later (Ada)")
    found = Columns(run(case("RFC-PUT-01", waived))).of(BY_NAME["rfc"]).cells[PUT]
    assert found.word == "failed"
    assert found.evidence[0].why == "expected this; actual that; waived: later (Ada)"


def test_advice_on_a_row_that_is_advice_fails_it() -> None:
    assert state(played("7644-3.5.2-a", {"patch.status": Level.SHOULD}), "7644-3.5.2-a", "rfc")[0] == "failed"


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ([], "RFC-PUT-01 was not run"),
        ([case("RFC-PUT-01", check("RFC-PUT-01#put.same"), verdict=Verdict.DEVIATION)], "RFC-PUT-01 failed before"),
        ([case("RFC-PUT-01", verdict=Verdict.INCONCLUSIVE, reason="no user")], "RFC-PUT-01 is inconclusive: no user"),
        ([case("RFC-PUT-01", verdict=Verdict.NOT_APPLICABLE, reason="no users", exchanges=[])], "RFC-PUT-01: no users"),
    ],
)
def test_what_was_not_run_is_not_tested(results: list[ScenarioResult], said: str) -> None:
    word, why = state(results, PUT, "rfc")
    assert word == "not tested"
    assert why.startswith(said)


def test_only_a_response_makes_a_row_not_applicable() -> None:
    told = case("RFC-PUT-01", verdict=Verdict.NOT_APPLICABLE, reason="the target does not offer it")
    assert state([told], PUT, "rfc") == ("not applicable", "RFC-PUT-01: the target does not offer it")


def test_for_entra_the_profile_decides_what_applies() -> None:
    left_out = case("ENT-DSC-01", verdict=Verdict.NOT_APPLICABLE, reason="no discovery", exchanges=[], covers=["M8"])
    assert state([left_out], "M8", "entra-legacy")[0] == "not applicable"
    assert state([left_out], "M8", "entra-gallery")[0] == "not tested"


def test_a_row_without_a_check_says_so() -> None:
    unjudged = next(row for row in by_id().values() if row.id not in judging() and row.document == "RFC 7644")
    assert state([], unjudged.id, "rfc") == ("not tested", unjudged.why or "no check judges it yet")


def test_evidence_is_the_check_with_its_request() -> None:
    found = Columns(run(*played(PUT))).of(BY_NAME["rfc"]).cells[PUT].evidence
    assert ("RFC-PUT-01#put.status", "GET /Users/{user} → 200") in [(one.check, one.request) for one in found]


def test_what_passes_for_one_standard_breaks_the_one_that_contradicts_it() -> None:
    row = "INT-6.5.1.1-a"
    accepted = Columns(run(*played("7644-3.5.2.1-b"))).of(BY_NAME["interop"]).cells[row]
    assert (accepted.state, accepted.evidence[0].why) == (State.FAILED, OPPOSITE)
    kept = "read.value.name.familyName"
    assert state(played("7644-3.5.2.3-e"), "INT-6.5.2.1-b", "interop")[0] == "failed"
    assert state(played("7644-3.5.2.3-e", {kept: Level.MUST}), "INT-6.5.2.1-b", "interop")[0] == "not tested"


@pytest.mark.parametrize(
    ("status", "body", "word"),
    [
        (400, '{"scimType": "invalidSyntax"}', "passed"),
        (400, '{"scimType": "noTarget"}', "failed"),
        (500, "oops", "failed"),
        (429, "{}", "not tested"),
    ],
)
def test_a_refusal_passes_where_it_is_asked_for(status: int, body: str, word: str) -> None:
    shown = msgspec.structs.replace(exchange("PATCH", body=body), status=status)
    refused = [
        case(name, check(f"{name}#patch.status", Verdict.DEVIATION), exchanges=[shown])
        for name in ("RFC-PAT-20", "RFC-PAT-31")
    ]
    assert state(refused, "INT-6.5.1.1-a", "interop")[0] == word
    assert state(refused[:1], "INT-6.5.1.1-a", "interop")[0] == ("failed" if word == "failed" else "not tested")


def test_a_row_of_a_profile_is_judged_by_the_row_that_it_repeats() -> None:
    assert state(played("7644-3.6-d"), "IPS-5.2-b", "ipsie-al1")[0] == "passed"
    advice = played("7644-3.6-d", {"create-again.status": Level.SHOULD})
    assert by_id()["IPS-5.2-b"].level == "MUST"
    assert state(advice, "IPS-5.2-b", "ipsie-al1")[0] == "failed"


def test_failing_more_than_a_row_asks_for_says_nothing_about_it() -> None:
    assert state(played("7644-3.3-o"), "IPS-6.2.2-a", "ipsie-al2")[0] == "passed"
    word, why = state(played("7644-3.3-o", {"read.values": Level.MUST}), "IPS-6.2.2-a", "ipsie-al2")
    assert word == "not tested"
    assert why == "RFC-GRP-02#read.values failed, which asks for more than this requirement"


def test_the_rfc_row_of_a_profile_fails_with_any_must_row() -> None:
    assert state(played(PUT, {"put.status": Level.MUST}), "IPS-4.2-b", "ipsie-al1")[0] == "failed"
    assert state(played(PUT), "IPS-4.2-b", "ipsie-al1")[0] == "not tested"


# Verdicts.


def column(name: str, *results: ScenarioResult, named: Sequence[Column] = (), **more: Any) -> tuple[str, str]:
    found = Columns(run(*results, **more), named).of(BY_NAME[name])
    return found.verdict, found.why


def covering(table: str, **more: Any) -> list[ScenarioResult]:
    """Return results in which everything that covers a table of the register of requirements passes."""
    rows = {row.id for one in model.columns() if table in one.tables for row in model.requirements_of(one)}
    known = [one for one in TEMPLATES.values() if rows & set(one.covers)]
    return [case(one.id, check(f"{one.id}#s.c"), covers=list(one.covers), **more) for one in known]


def test_without_enough_rows_there_is_no_verdict() -> None:
    verdict, why = column("rfc", *played(PUT))
    assert verdict == "no verdict"
    assert re.fullmatch(
        r"1 of the \d+ MUST requirements that apply were checked \(0 %; a verdict needs 80 %\), and 0 failed", why
    )


def test_with_enough_rows_the_rows_make_the_verdict() -> None:
    fine = covering("validator")
    assert column("validator", *fine)[0] == "yes"
    failing = case("ENT-VAL-02", check("ENT-VAL-02#s.c", Verdict.DEVIATION), covers=["U6"])
    assert column("validator", *(one for one in fine if one.id != "ENT-VAL-02"), failing)[0] == "no"
    advice = case("ENT-VAL-02", check("ENT-VAL-02#s.c", Verdict.DEVIATION, Level.SHOULD), covers=["U6"])
    assert column("validator", *(one for one in fine if one.id != "ENT-VAL-02"), advice)[0] == "yes"


def test_the_entra_suite_alone_makes_the_verdict_on_entra() -> None:
    broken = played(PUT, {"put.status": Level.MUST})
    whole = [*covering("bugs"), *broken]
    said = {"legacy": "yes", "compliant": "no"}
    assert column("entra-legacy", *whole, verdict_by_dialect=said) == ("yes", "the verdict of the entra suite")
    assert column("entra-compliant", *whole, verdict_by_dialect=said)[0] == "no"
    assert column("entra-legacy", *whole)[0] == "no verdict"


def test_what_only_the_validator_sends_is_advice_for_entra() -> None:
    failing = case("ENT-DEL-03", check("ENT-DEL-03#s.c", Verdict.DEVIATION), covers=["P3", "P4", "B108"])
    assert state([failing], "B108", "entra-legacy")[0] == "failed (advice)"
    assert state([failing], "P4", "validator")[0] == "failed"


def test_a_dialect_that_was_not_run_is_not_tested() -> None:
    fine = covering("bugs")
    assert state(fine, "B11", "entra-compliant", dialects=["legacy"]) == (
        "not tested",
        "the compliant dialect was not run",
    )


def configured(body: str) -> ScenarioResult:
    return case("RFC-DSC-01", exchanges=[exchange(path="/ServiceProviderConfig", body=body)])


def test_a_profile_that_is_not_claimed_is_judged_only_if_it_is_named() -> None:
    assert column("interop", configured('{"patch": {}}'))[0] == "not claimed"
    assert column("interop")[0] == "not claimed"
    assert column("interop", configured('{"interopProfileConformant": true}'))[0] == "no verdict"
    assert column("interop", configured("{}"), named=[BY_NAME["interop"]])[0] == "no verdict"


def test_a_false_claim_is_a_failure_of_its_own() -> None:
    claimed = configured('{"interopProfileConformant": true}')
    accepted = played("7644-3.5.2.1-b")
    assert state([claimed, *accepted], "INT-4-a", "interop")[0] == "failed"
    assert state([configured("{}"), *accepted], "INT-4-a", "interop")[0] == "not applicable"
    assert state(accepted, "INT-4-a", "interop")[0] == "not tested"


def test_a_must_of_another_suite_changes_the_exit_code_and_not_the_verdict() -> None:
    """The Entra verdict is made by the entra suite alone: a run of all suites exits with 1 all the same."""
    fine = case("ENT-UPD-01/legacy", check("ENT-UPD-01/legacy#s.c"), dialect="legacy")
    extent = Extent(required=1, ran=1, not_run=[], excluded=[], without=[], lacking=[], mappings=0, not_tested=[])
    for suite in ("rfc", "security", "service", "own"):
        broken = case("RFC-PUT-01", check("RFC-PUT-01#s.c", Verdict.DEVIATION), suite=suite)
        assert decide([fine, broken], ["legacy"], extent).verdict == "yes"
        assert exit_code([fine, broken], "must", interrupted=False, early=False) == 1
        advice = case("RFC-PUT-01", check("RFC-PUT-01#s.c", Verdict.DEVIATION, Level.SHOULD), suite=suite)
        assert exit_code([fine, advice], "must", interrupted=False, early=False) == 0
        assert exit_code([fine, advice], "should", interrupted=False, early=False) == 1
