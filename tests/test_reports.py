"""What a run leaves for people and pipelines: result.json, junit.xml, summary.md, allure-results."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest

from scim_conformance.reporting import files, junit, schema
from scim_conformance.reporting.allure import facts, globals_of_run
from scim_conformance.scim import jsonschemas
from scim_conformance.scim.locations import SCHEMAS
from tests.support.left import Ended, play

pytestmark = pytest.mark.slow

SOME = ["ENT-CON", "ENT-CRE-01", "ENT-CRE-04", "ENT-UPD-02", "ENT-DIS", "ENT-GRP-08"]
WAIVER = '[[waiver]]\ncheck = "ENT-UPD-02/legacy"\nreason = "being fixed"\nowner = "Jane"\nuntil = 2999-12-31\n'
RED = ["--defect", "op-case", "--profile", "users-only", "--waivers", "waivers.toml"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("reports")
    (found / "waivers.toml").write_text(WAIVER, encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def green(folder: Path) -> Ended:
    return play(folder, "green", *SOME)


@pytest.fixture(scope="module")
def workers(folder: Path) -> Ended:
    return play(folder, "workers", *SOME, "--", "-n", "2")


@pytest.fixture(scope="module")
def red(folder: Path) -> Ended:
    return play(folder, "red", *RED, *SOME)


@pytest.fixture(params=["green", "red", "workers"])
def run(request: pytest.FixtureRequest) -> Ended:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Ended)
    return found


def test_the_schema_is_that_of_the_types() -> None:
    assert (SCHEMAS / "result.json").read_text(encoding="utf-8") == schema.text(), schema.__doc__


def test_a_result_is_valid_and_can_be_read_back(run: Ended) -> None:
    assert jsonschemas.problems("result", run.result) == []
    assert files.read(run.where).exit_code == run.code == run.result["exit_code"]


def test_the_schema_refuses_what_is_no_result(green: Ended) -> None:
    wrong = green.result | {"seconds": "long", "scenarios": [{"id": 1}]}
    assert len(jsonschemas.problems("result", wrong)) > 2
    assert jsonschemas.problems("result", {}) != []


def test_the_runs_are_what_the_other_tests_need(green: Ended, red: Ended) -> None:
    assert (green.code, red.code) == (0, 1)
    verdicts = {scenario["verdict"] for scenario in red.scenarios.values()}
    assert verdicts == {"conformant", "deviation", "waived", "inconclusive", "not applicable"}


def test_every_check_points_at_its_exchange(run: Ended) -> None:
    for scenario in run.scenarios.values():
        for check in scenario["checks"]:
            assert check["id"].startswith(scenario["id"] + "#")
            assert check["exchange"] is None or check["exchange"] < len(scenario["exchanges"])


def test_a_blocked_scenario_names_one_that_deviates(red: Ended) -> None:
    blocked = [one for one in red.scenarios.values() if one["blocked_by"]]
    assert blocked
    assert {red.scenarios[one["blocked_by"]["scenario"]]["verdict"] for one in blocked} == {"deviation"}


KINDS = {"deviation": "failure", "inconclusive": "error", "waived": "skipped", "not applicable": "skipped"}


def kind(scenario: dict[str, Any]) -> str | None:
    """What JUnit calls a verdict; advice alone is a pass."""
    return None if scenario["level"] == "SHOULD" else KINDS.get(scenario["verdict"])


def test_junit_has_a_case_for_each_scenario(run: Ended) -> None:
    names = [case.get("name", "") for case in run.junit.findall("testsuite/testcase")]
    assert [name.partition(" ")[0] for name in names] == list(run.scenarios)


def test_junit_tells_failure_error_and_skip_apart(run: Ended) -> None:
    for case, scenario in zip(run.junit.findall("testsuite/testcase"), run.scenarios.values(), strict=True):
        tags = [child.tag for child in case if child.tag != "system-out"]
        assert tags == [tag for tag in [kind(scenario)] if tag], scenario["id"]


def test_junit_counts_what_it_holds(run: Ended) -> None:
    held = Counter(child.tag for case in run.junit.findall("testsuite/testcase") for child in case)
    names = ("failures", "errors", "skipped", "tests")
    counted = {name: sum(int(suite.get(name, "-1")) for suite in run.junit.findall("testsuite")) for name in names}
    wanted = {"failures": held["failure"], "errors": held["error"], "skipped": held["skipped"]}
    assert counted == wanted | {"tests": len(run.scenarios)}


def test_a_failure_in_junit_says_what_to_do(red: Ended) -> None:
    failure = red.junit.find("testsuite/testcase/failure")
    assert failure is not None
    text = failure.text or ""
    assert all(f"{word}: " in text for word in ("Expected", "Actual", "Impact", "Fix", "Source"))
    assert re.search(r"^scim-conformance demo --defect op-case .*ENT-DIS-01/legacy$", text, re.MULTILINE)
    elsewhere = ElementTree.fromstring(junit.document(msgspec.structs.replace(files.read(red.where), demo="")))
    text = elsewhere.findtext("testsuite/testcase/failure") or ""
    assert "# PATCH http://127.0.0.1" in text
    assert "/Users/<id of one of the Users> {" in text
    assert re.search(r"scim-conformance export \S+ --format curl ENT-DIS-01/legacy \| sh", text)
    assert "DIR" not in text


def test_junit_names_its_classes_without_spaces_and_slashes(run: Ended) -> None:
    cases = run.junit.findall("testsuite/testcase")
    assert {case.get("classname", "").partition(".")[0] for case in cases} == {"scim_conformance"}
    assert [name for case in cases if (name := case.get("classname", "")) != re.sub(r"[^\w.]", "", name)] == []


def test_junit_has_the_checks_of_every_response_in_a_suite_of_their_own(run: Ended) -> None:
    scenarios, always = run.junit.findall("testsuite")
    assert (scenarios.get("name"), always.get("name")) == ("scenarios", "checks of every response")
    assert {case.get("name", "")[:4] for case in always} - {"STD-"} == {""}  # the properties have no name
    assert [case for case in scenarios if case.get("name", "").startswith("STD-")] == []


def test_the_summary_begins_with_the_verdict(run: Ended) -> None:
    lines = (run.where / "summary.md").read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"# {run.result['sentence']}"
    first = [line for line in lines if line.startswith("1. **")]
    wanted = [f"1. **{one['level']}** `{one['check']}`" for one in run.result["fix_first"][:1]]
    assert [line.startswith(begin) for line, begin in zip(first, wanted, strict=True)] == [True] * len(wanted)


def labels(result: dict[str, Any]) -> dict[str, str]:
    return {label["name"]: label["value"] for label in result["labels"]}


def played(run: Ended) -> list[dict[str, Any]]:
    """Allure's results of the scenarios that came to their own checks."""
    return [one for one in run.allure if run.scenarios[one["name"].partition(" ")[0]]["checks"]]


def test_allure_has_a_result_for_each_scenario(run: Ended) -> None:
    assert sorted(one["name"].partition(" ")[0] for one in run.allure) == sorted(run.scenarios)


def test_allure_labels_and_links_each_result(run: Ended) -> None:
    for result in run.allure:
        found, scenario = labels(result), run.scenarios[result["name"].partition(" ")[0]]
        assert re.fullmatch(rf"\d\d {scenario['moment']}", found["epic"])
        assert found["severity"] in {"blocker", "critical", "normal", "minor"}
        assert found["verdict"] == scenario["verdict"]
        assert found["feature"]
        assert scenario["moment"] == "every answer" or found["story"] == (scenario["dialect"] or "any dialect")
    assert all(link["url"].startswith("https://") for result in played(run) for link in result["links"])


STATUS = {"conformant": "passed", "waived": "skipped", "not applicable": "skipped", "inconclusive": "broken"}


def test_allure_has_dialect_and_profile_as_parameters_and_environment(run: Ended) -> None:
    for result in run.allure:
        scenario = run.scenarios[result["name"].partition(" ")[0]]
        shown = {one["name"]: one["value"] for one in result["parameters"]}
        assert shown == {"dialect": scenario["dialect"] or "any", "profile": run.result["profile"]}
        assert all(one["excluded"] for one in result["parameters"]), "they would start another history"
    configuration = json.loads((run.where / "allurerc.json").read_text(encoding="utf-8"))
    assert configuration["environment"] == run.result["profile"]


def test_allure_shows_what_belongs_to_no_test(run: Ended) -> None:
    (path,) = (run.where / "allure-results").glob("*-globals.json")
    found = json.loads(path.read_text(encoding="utf-8"))
    attached = {one["name"]: run.where / "allure-results" / one["source"] for one in found["attachments"]}
    assert attached["summary.md"].read_bytes() == (run.where / "summary.md").read_bytes()
    assert json.loads(attached["settings.json"].read_bytes()) == run.result["settings"]
    assert [one["message"] for one in found["errors"]] == run.result["warnings"]


@pytest.mark.parametrize(
    ("profile", "shown"),
    [("entra-default", "entra-default"), ("a/b\\c", "a-b-c"), ("x" * 80, "x" * 64), ("..", "profile")],
)
def test_allure_accepts_the_name_of_every_profile(red: Ended, profile: str, shown: str) -> None:
    result = msgspec.structs.replace(files.read(red.where), profile=profile)
    assert facts.environment(result) == shown


def test_allure_shows_a_run_that_ended_early_and_what_it_left(red: Ended) -> None:
    left = [{"type": "User", "name": "x", "id": "1", "why": "it is still there"}]
    run = files.read(red.where)
    ended = msgspec.structs.replace(run, ended_early="the time was over", leftovers=left, warnings=[])
    assert globals_of_run.errors(ended) == [
        "Not everything ran: the time was over",
        "1 user or group of this run may be left in the target",
    ]


def test_allure_shows_each_verdict_as_its_status(run: Ended) -> None:
    for result in run.allure:
        scenario = run.scenarios[result["name"].partition(" ")[0]]
        failed = "passed" if scenario["level"] == "SHOULD" else "failed"
        assert result["status"] == STATUS.get(scenario["verdict"], failed), result["name"]


def test_allure_has_a_step_for_each_request_with_checks_and_evidence(run: Ended) -> None:
    for result in [one for one in played(run) if not one["name"].startswith("STD-")]:
        scenario = run.scenarios[result["name"].partition(" ")[0]]
        assert len(result["steps"]) == len(scenario["exchanges"])
        judged = [step for step in result["steps"] if not step["name"].startswith("prepare:")]
        assert sum(len(step.get("steps", [])) for step in judged) == len(scenario["checks"])
        attached = [next(one for one in step["attachments"] if one["name"] == "exchange") for step in result["steps"]]
        assert all((run.where / "allure-results" / one["source"]).stat().st_size for one in attached)


def test_allure_marks_the_step_that_failed(red: Ended) -> None:
    result = next(one for one in red.allure if one["name"].startswith("ENT-DIS-01/legacy "))
    step = result["steps"][-1]
    assert (step["status"], step["steps"][0]["status"]) == ("failed", "failed")
    assert "status 400" in step["steps"][0]["statusDetails"]["message"]


def identities(run: Ended) -> list[tuple[str, str, str]]:
    return sorted((one["fullName"], one["historyId"], one["testCaseId"]) for one in run.allure)


def test_allure_knows_a_scenario_again_from_workers(green: Ended, workers: Ended) -> None:
    assert identities(green) == identities(workers)
    assert len({history for _, history, _ in identities(green)}) == len(green.allure)
    assert {one["nodeid"] for one in green.scenarios.values()} == {one["nodeid"] for one in workers.scenarios.values()}


def test_allure_names_hold_no_brackets(run: Ended) -> None:
    assert [one["name"] for one in run.allure if set("[]") & set(one["name"] + one["fullName"])] == []


def test_workers_find_what_one_process_finds(green: Ended, workers: Ended) -> None:
    def verdicts(run: Ended) -> dict[str, tuple[str, list[str]]]:
        return {key: (one["verdict"], [check["id"] for check in one["checks"]]) for key, one in run.scenarios.items()}

    assert verdicts(green) == verdicts(workers)


def test_two_runs_do_not_accumulate(folder: Path) -> None:
    play(folder, "twice", "ENT-CON", "ENT-MAT")
    again = play(folder, "twice", "ENT-CON-01")
    assert {one["name"].partition(" ")[0] for one in again.allure} == set(again.scenarios)
    assert "ENT-MAT-01" not in again.scenarios


def test_workers_write_one_journal_under_one_tag(folder: Path) -> None:
    where = folder / "elsewhere"
    where.mkdir()
    play(where, "", "ENT-CRE-01", "ENT-CRE-02", "--", "-n", "2")
    assert len(list(where.glob("reports/demo/*"))) == 1
    journal = next(where.glob("reports/demo/*/journal.jsonl"))
    tag = json.loads((journal.parent / "result.json").read_text(encoding="utf-8"))["run_id"]
    made = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    assert [one["name"] for one in made if one["event"] == "intent" and tag not in one["name"]] == []
