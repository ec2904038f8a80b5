"""A target that refuses attributes in creations: it is found out which, once, and everything else is judged without."""

import json
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
import pytest
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Around, Go, Target
from scim_conformance.demo.choices import DEFECTS
from scim_conformance.demo.faults.create.attributes import SIX
from scim_conformance.demo.server import serve
from scim_conformance.demo.shapes import created, refusal
from scim_conformance.entra.refusing import MOST_REQUESTS
from scim_conformance.run.rejudge import CONFIRMED, judged_again
from scim_conformance.verdict import recheck
from scim_conformance.verdict.run_result import RunResult
from tests.support.cli import Run, assert_calm
from tests.support.reported import ended, recorded, result

pytestmark = pytest.mark.slow

USERS, GROUPS = "STD-CRE-01#any.answer", "STD-CRE-02#any.answer"
DEPARTMENT = SIX[-1]

REFUSED: dict[str, tuple[str, tuple[str, ...]]] = {
    "title-400": (USERS, ("title",)),
    "six-attributes-400": (USERS, SIX),
    "title-500": (USERS, ("title",)),
    "title-with-department-400": (USERS, (DEPARTMENT,)),
    "group-created-without-external-id": (GROUPS, ("externalId",)),
}
SOME = ("ENT-CON-01", "ENT-CRE-01", "ENT-UPD-01", "ENT-UPD-14", "ENT-DIS-01", "ENT-GRP-01", "ENT-GRP-05")
WHOLE = ("title-400", "six-attributes-400")
"""The defects with which everything is played: one attribute that the target names, and six that it does not."""


@cache
def played(name: str) -> dict[str, Any]:
    return result(recorded("--defect", name, *(() if name in WHOLE else SOME)))


def wrong(found: dict[str, Any]) -> list[str]:
    run = msgspec.convert(found, RunResult)
    again = judged_again(run)
    assert set(again.not_again) <= {CONFIRMED}
    return [*again.wrong, *recheck.problems(run)]


def scenario(found: dict[str, Any], identifier: str) -> dict[str, Any]:
    return next(one for one in found["scenarios"] if one["id"] == identifier)


@pytest.mark.parametrize("name", REFUSED)
def test_the_refused_attributes_are_the_first_thing_to_fix(name: str) -> None:
    found, (check, paths) = played(name), REFUSED[name]
    first = found["fix_first"][0]
    assert (first["check"], first["level"]) == (check, "ENTRA")
    assert all(path in first["actual"] for path in paths)
    assert "and works without" in first["actual"]
    assert "the target says" in first["actual"]
    creation = "ENT-CRE-01#create.status" if check == USERS else "ENT-GRP-01#create.status"
    assert creation in first["also"]
    assert [one["check"] for one in found["fix_first"] if "create" in one["check"]] == []
    standing = scenario(found, check.partition("#")[0])
    assert standing["checks"][0]["cause"] == ("refused.users" if check == USERS else "refused.groups")
    statuses = [one["status"] for one in standing["exchanges"]]
    assert (statuses[0] // 100 in {4, 5}, statuses[1]) == (True, 201)


@pytest.mark.parametrize("name", REFUSED)
def test_it_takes_few_requests_and_leaves_nothing(name: str) -> None:
    found = played(name)
    assert found["leftovers"] == []
    refusals = [one for held in found["refused"].values() for one in held]
    assert [set(one["attributes"]) for one in refusals] == [set(REFUSED[name][1])]
    assert [set(one["left_out"]) for one in refusals] == [set(REFUSED[name][1])]
    tried = [one["status"] for one in refusals[0]["exchanges"][1:]]
    accepted = sum(status == 201 for status in tried)
    assert len(tried) + accepted == refusals[0]["spent"] <= MOST_REQUESTS


@pytest.mark.parametrize("name", REFUSED)
def test_judged_again_it_comes_out_the_same(name: str) -> None:
    assert wrong(played(name)) == []


@pytest.mark.parametrize("name", WHOLE)
def test_nearly_everything_else_is_judged(name: str) -> None:
    found = played(name)
    assert found["verdict"] == "no"
    verdicts = [one["verdict"] for one in found["scenarios"]]
    assert verdicts.count("inconclusive") <= len(verdicts) / 10
    assert {f"user {path}" for path in REFUSED[name][1]} <= set(found["not_tested"])


def test_what_needs_the_attribute_is_not_conformant() -> None:
    cleared = [one for one in played("title-400")["scenarios"] if one["template"] == "ENT-UPD-14"]
    assert {one["verdict"] for one in cleared} == {"inconclusive"}
    assert {one["blocked_by"]["scenario"] for one in cleared} == {"STD-CRE-01"}
    matched = scenario(played("six-attributes-400"), "ENT-MAT-05/externalId")
    assert (matched["verdict"], matched["blocked_by"]["scenario"]) == ("inconclusive", "STD-CRE-01")


@pytest.mark.parametrize("name", WHOLE)
def test_no_value_is_compared_that_was_not_sent(name: str) -> None:
    names = {"title", "preferredLanguage", "externalId"} & {*REFUSED[name][1]}
    for one in played(name)["scenarios"]:
        sent = json.dumps([held["request_body"] for held in one["exchanges"]])
        compared = {check["attribute"] for check in one["checks"] if not check["unseen"]}
        assert [path for path in compared & names if path not in sent] == [], one["id"]


def test_every_report_says_what_was_left_out() -> None:
    where = recorded("--defect", "title-400")
    found = played("title-400")
    assert scenario(found, "ENT-DIS-01/legacy")["left_out"] == ["user title"]
    said = "users were created without title, because a creation that contains it is refused (STD-CRE-01)"
    run = msgspec.convert(found, RunResult)
    assert run.prepared_without.endswith(said)
    assert next(one for one in run.scenarios if one.id == "ENT-DIS-01/legacy").prepared_without.endswith(f"{said}.")
    texts = [ended(where).out, *((where / name).read_text("utf-8") for name in ("summary.md", "report.html"))]
    assert ["users were created without title" in " ".join(text.split()) for text in texts] == [True] * 3
    allure = [json.loads(path.read_bytes()) for path in (where / "allure-results").glob("*-result.json")]
    described = [one for one in allure if one["name"].startswith("ENT-DIS-01/legacy")]
    assert ["without title" in one["description"] for one in described] == [True]


def test_a_target_that_refuses_everything_is_asked_once_more() -> None:
    found = result(recorded("--defect", "creation-400", *SOME))
    assert found["fix_first"][0]["check"] == "ENT-CRE-01#create.status"
    assert [one["spent"] for one in found["refused"]["main"]] == [1]
    assert [one["left_out"] for one in found["scenarios"] if one["left_out"]] == []
    assert wrong(found) == []


def test_an_honest_target_is_asked_nothing() -> None:
    found = result(recorded())
    assert found["refused"] == {}
    assert [one["id"] for one in found["scenarios"] if one["left_out"] or one["id"].startswith("STD-CRE")] == []


def test_the_processes_of_a_run_find_out_once_together() -> None:
    found = result(recorded("--defect", "title-500", *SOME, "--", "-n", "2"))
    held = [one for some in found["refused"].values() for one in some]
    assert len(held) == 2
    assert len({one["found_by"] for one in held}) == 1
    assert sorted(bool(one["exchanges"]) for one in held) == [False, True]
    assert held[0]["attributes"] == held[1]["attributes"] == ["title"]
    assert found["fix_first"][0]["check"] == USERS
    assert (found["leftovers"], wrong(found)) == ([], [])


CHANGES: dict[str, dict[str, Any]] = {
    "another attribute": {"attributes": ["displayName"]},
    "more left out": {"left_out": ["title", "displayName"]},
    "other words": {"said": "status 400"},
    "fewer requests": {"spent": 1},
    "another process": {"found_by": "gw7"},
    "no requests": {"exchanges": []},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_of_what_was_found_out_is_found(change: dict[str, Any]) -> None:
    found = played("title-500")
    changed = {**found, "refused": {"main": [found["refused"]["main"][0] | change]}}
    assert any("refused" in text or "STD-CRE" in text for text in wrong(changed))


def test_a_finding_that_is_left_out_is_missed() -> None:
    found = played("title-500")
    kept = [one | {"standing": [], "judged": {}} for one in found["scenarios"] if one["id"] != "STD-CRE-01"]
    assert any("STD-CRE-01" in text for text in wrong({**found, "scenarios": kept}))


def playing(where: Path, *around: Around) -> dict[str, Any]:
    with serve([*around]) as served:
        run = Run(where, served.url, served.token)
        done = run.run("ENT-CRE-01", "ENT-UPD-01", "ENT-UPD-10")
        left = len(served.app.memory.resources)
    assert_calm(done)
    found = result(run.reports)
    assert (left, wrong(found)) == (0, [])
    return found


def test_a_loss_behind_the_refusal_is_seen(tmp_path: Path) -> None:
    found = playing(tmp_path, DEFECTS["title-400"].around, DEFECTS["external-id-lost"].around)
    assert [one["check"] for one in found["fix_first"][:2]] == [USERS, "ENT-CRE-01#read-back.stored.externalId"]


async def no_groups(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if created(request, "Groups"):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Groups cannot be created now")
    return await go(request)


def test_what_is_not_kept_is_learned_without_a_group(tmp_path: Path) -> None:
    found = playing(tmp_path, no_groups, DEFECTS["external-id-lost"].around)
    assert found["not_kept"] == {"main": ["externalId"]}
    deviating = {one["check"] for one in found["fix_first"]}
    assert deviating == {"ENT-CRE-01#read-back.stored.externalId"}


def test_what_is_not_kept_is_learned_from_the_second_user(tmp_path: Path) -> None:
    users: list[str] = []

    async def no_first_user(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        users.extend([created(request)["userName"]] if created(request) else [])
        if len(users) == 1 and created(request):
            return refusal(HTTPStatus.CONFLICT, "Try again", "uniqueness")
        return await go(request)

    found = playing(tmp_path, no_first_user, DEFECTS["external-id-lost"].around)
    assert found["not_kept"] == {"main": ["externalId"]}
    assert found["refused"] == {}
