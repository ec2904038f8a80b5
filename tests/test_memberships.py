"""A target may hide who is in a group: the run asks in other ways, and says what it could not verify.

Each variant has its nearest wrong server, which stays red in the way in which memberships are seen.
"""

import json
import shutil
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scim_conformance.demo.choices import DEFECTS
from scim_conformance.run.rejudge import CONFIRMED, judged_again
from scim_conformance.verdict.run_result import RunResult
from tests.support import reported
from tests.support.defects import Ended, play_all
from tests.support.reported import demo, here, result
from tests.support.small import TEXTS, small
from tests.support.turns import due

pytestmark = pytest.mark.slow

SEEN = {
    "members-asked": "attributes=members",
    "members-queried": "id and members",
    "members-queried-by-value": "members.value",
    "members-in-groups": "groups",
    "members-by-reference": "read",
}
"""Variants in which memberships can be seen, and how."""

WRONG = {
    "hidden-and-refused": "hidden",
    "asked-never-leave": "attributes=members",
    "queried-never-leave": "id and members",
    "groups-never-leave": "groups",
    "members-shown-once": "read",
    "left-in-groups": "read",
    "left-in-query": "read",
    "exclusion-400": "read",
}
"""The nearest wrong servers, and how memberships are seen there."""

PLAYED = due(sorted(WRONG), 3)

JOINED = ("ENT-GRP-05", "ENT-GRP-06", "ENT-GRP-07", "ENT-GRP-11", "ENT-GRP-12", "ENT-GRP-14")
SENTENCE = "Works with Entra: yes, memberships not verified"


def ways(found: dict[str, Any]) -> set[str]:
    return {one["way"] for one in found["memberships"].values()}


def again(found: dict[str, Any]) -> list[str]:
    """Judge a run again; return what is not as its own answers say."""
    judged = judged_again(msgspec.convert(found, RunResult))
    assert set(judged.not_again) <= {CONFIRMED}
    return judged.wrong


@pytest.mark.parametrize("name", due(sorted(SEEN), 2))
def test_memberships_are_seen_in_the_way_in_which_a_target_shows_them(name: str, tmp_path: Path) -> None:
    found = result(demo(tmp_path / "report", "--variant", name, *JOINED))
    assert ways(found) == {SEEN[name]}
    assert {one["verdict"] for one in found["scenarios"]} == {"conformant"}
    assert {check["verdict"] for one in found["scenarios"] for check in one["checks"]} == {"conformant"}
    assert again(found) == []


def test_a_part_of_the_members_is_asked_for_the_others(tmp_path: Path) -> None:
    found = result(demo(tmp_path / "report", "--variant", "members-in-part", "ENT-GRP-13"))
    assert found["exit_code"] == 0
    deviating = {check["id"] for check in found["scenarios"][0]["checks"] if check["verdict"] == "deviation"}
    assert deviating == {"ENT-GRP-13#read-members.all"}
    steps = [one["step"] for one in found["scenarios"][0]["exchanges"] if not one["given"]]
    assert steps[2:] == ["read-members", "remove-51", "read-51", "remove-1", "read-1"]
    assert again(found) == []


def test_a_member_that_is_lost_stays_lost_where_the_others_leave(tmp_path: Path) -> None:
    found = result(demo(tmp_path / "report", "--defect", "hundred-members", "ENT-GRP-13"))
    deviating = [check["id"] for check in found["scenarios"][0]["checks"] if check["verdict"] == "deviation"]
    assert deviating == ["ENT-GRP-13#read-members.members", "ENT-GRP-13#read-members.all"]
    assert again(found) == []


def test_the_gallery_asks_for_members_in_lists(tmp_path: Path) -> None:
    flags = ("--profile", "gallery-2026", "ENT-GRP-04", "ENT-GRP-05")
    found = result(demo(tmp_path / "report", "--variant", "members-never", *flags))
    assert found["exit_code"] == 1
    hard = [check for one in found["scenarios"] for check in one["checks"] if check["verdict"] == "deviation"]
    assert [(check["id"], check["level"]) for check in hard if check["level"] != "SHOULD"] == [
        ("ENT-GRP-04#list.members", "ENTRA")
    ]


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    ids = {name: (str(DEFECTS[name].named).partition("#")[0], *JOINED) for name in PLAYED}
    return play_all(tmp_path_factory.mktemp("wrong"), ids)


@pytest.mark.parametrize("name", PLAYED)
def test_the_nearest_wrong_server_stays_red(name: str, wrong: dict[str, Ended]) -> None:
    run = wrong[name]
    assert run.code == 1, run.output
    assert ways(run.result) == {WRONG[name]}
    assert DEFECTS[name].named in run.red_checks()
    assert again(run.result) == []


def never() -> Path:
    """Return a whole run against a target that hides members, and says so in /Schemas."""
    return reported.recorded(*small(groups=True), "--variant", "members-never")


def test_a_target_that_says_that_it_hides_members_is_not_held_to_show_them() -> None:
    found = result(never())
    assert (found["exit_code"], found["verdict"], found["sentence"]) == (0, "yes", SENTENCE)
    assert ways(found) == {"hidden"}
    assert found["verdict_by_moment"]["members"] == "not applicable"
    assert found["verdict_by_moment"]["groups"] == "yes"
    assert {"ENT-GRP-05/legacy", "ENT-GRP-06/compliant"} <= {*found["unverified"]}
    assert found["without"] == []


def test_what_else_a_scenario_asks_is_judged_all_the_same() -> None:
    found = {one["id"]: one for one in result(never())["scenarios"]}
    renamed = {check["id"].partition("#")[2]: check["verdict"] for check in found["ENT-GRP-08/legacy"]["checks"]}
    assert found["ENT-GRP-08/legacy"]["verdict"] == "conformant"
    assert renamed["rename.status"] == renamed["read-members.stored.displayName"] == "conformant"
    assert renamed["read-members.members"] == "not applicable"
    added = found["ENT-GRP-05/legacy"]
    assert (added["verdict"], added["checks"][0]["verdict"]) == ("not applicable", "conformant")
    assert added["reason"] == "/Schemas declares members as returned: never, and no read shows them"


def test_every_report_says_that_memberships_were_not_verified(tmp_path: Path) -> None:
    where = never()
    for name in ("report.html", "summary.md", "junit.xml", "result.json"):
        assert "memberships not verified" in (where / name).read_text(encoding="utf-8"), name
    environment = [*(where / "allure-results").glob("environment.properties")]
    assert "memberships not verified" in environment[0].read_text(encoding="utf-8")
    certified = here("certify", "--draft", where, "--out", tmp_path / "certificate.zip")
    assert certified.code == 0, certified.out + certified.err
    with zipfile.ZipFile(tmp_path / "certificate.zip") as archive:
        assert SENTENCE in archive.read("certificate.html").decode()
        assert json.loads(archive.read("manifest.json"))["sentence"] == SENTENCE
    verified = here("verify", tmp_path / "certificate.zip")
    assert (verified.code, SENTENCE in verified.out) == (0, True), verified.out


@cache
def hidden_profile(where: Path) -> Path:
    """Return a profile that says that the target hides memberships."""
    text = TEXTS["small-groups"]
    profile = where / "hiding.toml"
    profile.write_text(f'members = "hidden"\n{text}', encoding="utf-8")
    return profile


def test_the_profile_can_say_that_a_target_hides_members(tmp_path: Path) -> None:
    flags = ("--profile", str(hidden_profile(tmp_path)))
    found = result(demo(tmp_path / "report", "--variant", "members-unsaid", *flags))
    assert (found["exit_code"], found["sentence"]) == (0, SENTENCE)
    reasons = {one["reason"] for one in found["scenarios"] if one["moment"] == "members"}
    assert reasons == {"the profile small-groups states that the target hides memberships"}
    assert again(found) == []


def test_members_that_nothing_shows_are_inconclusive_with_the_line_to_add() -> None:
    found = result(reported.recorded(*small(groups=True), "--variant", "members-unsaid"))
    assert (found["exit_code"], found["verdict"]) == (6, "inconclusive")
    assert 'add members = "hidden" at the top of the profile' in found["sentence"]
    assert found["counts"]["MUST"] == found["counts"]["ENTRA"] == 0
    assert again(found) == []


def test_a_profile_that_calls_memberships_hidden_does_not_hide_them(tmp_path: Path) -> None:
    flags = ("--profile", str(hidden_profile(tmp_path)))
    found = result(demo(tmp_path / "report", "--defect", "group-emptied", *flags, *JOINED))
    assert found["exit_code"] == 1
    assert ways(found) == {"read"}
    assert [one for one in found["warnings"] if "it shows them" in one] == found["warnings"]


def test_a_way_that_is_not_what_the_answers_show_is_named(tmp_path: Path) -> None:
    shutil.copy(never() / "result.json", tmp_path)
    found = result(tmp_path)
    found["memberships"]["main"]["way"] = "unseen"
    assert any(said.startswith("memberships: main saw them by 'unseen'") for said in again(found))
    del found["memberships"]["main"]
    assert "memberships: main is missing" in again(found)


def test_each_worker_finds_out_for_itself(tmp_path: Path) -> None:
    found = result(demo(tmp_path / "report", "--variant", "members-in-groups", *JOINED, "--", "-n", "2"))
    assert len(found["memberships"]) == 2
    assert ways(found) == {"groups"}
    assert again(found) == []


def test_the_profile_is_shown_with_it(tmp_path: Path) -> None:
    assert "  members: hidden" in here("profile", "show", hidden_profile(tmp_path)).out.splitlines()
    wrong_value = tmp_path / "wrong.toml"
    wrong_value.write_text(hidden_profile(tmp_path).read_text("utf-8").replace('"hidden"', '"never"', 1), "utf-8")
    said = here("profile", "show", wrong_value)
    assert (said.code, "use one of hidden" in said.err) == (4, True), said.err
