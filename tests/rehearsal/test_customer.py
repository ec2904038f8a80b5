"""`rehearse --tagged --people FILE`: the shape of a customer's directory, with names of the run."""

import csv
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from scim_conformance.commands.main import cli
from scim_conformance.config.settings import SettingsError
from scim_conformance.demo.server import Served, serve
from scim_conformance.entra.profiles.profile import loads
from scim_conformance.entra.source.model import ObjectKind, SourceObject
from scim_conformance.rehearsal.disguise import AS_THEY_ARE, Disguise
from tests.rehearsal.company import DEPARTMENTS, PROFILE, TITLES, Company, company, next_week
from tests.rehearsal.personal import assert_none_outside, personal_values
from tests.rehearsal.test_command import kill_when_begun, run

pytestmark = pytest.mark.slow

IT = loads(PROFILE, "it")
TAG = "sct00000000cafe"
HIRED = "2020-02-29T00:00:00Z"


def rehearse(folder: Path, served: Served, *flags: str, given: Company | None = None) -> int:
    """Run the command for a company, and for the same a week later."""
    first = given or company()
    said = first.write(folder / "in")
    next_week(first).write(folder / "next-week")
    target = ["--url", served.url, "--token", served.token, "--report-dir", str(folder / "report")]
    arguments = ["rehearse", "--tagged", *said, "--then", str(folder / "next-week"), *target, *flags]
    code: int = cli.main(arguments, standalone_mode=False)
    return code


def records(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "report" / "provisioning-log.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(one) for one in lines]


def people(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "report" / "private" / "people.csv").open(encoding="utf-8", newline="") as text:
        return {one["id"]: one for one in csv.DictReader(text)}


def left(served: Served) -> int:
    headers = {"Authorization": f"Bearer {served.token}"}
    with httpx.Client(base_url=served.url, headers=headers) as client:
        return sum(client.get(path).json()["totalResults"] for path in ("/Users", "/Groups"))


def test_each_export_is_a_cycle_and_nothing_of_it_leaves_the_private_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = company()
    with serve(profile=IT) as served:
        assert rehearse(tmp_path, served, "--no-restart", given=given) == 0
        assert left(served) == 0
    later = next_week(given)
    values = personal_values(given) | personal_values(later)
    values |= {str(one["displayName"]) for one in (*given.groups, *later.groups)}
    assert len(values) > 150
    sent_as_they_are = {*TITLES, *DEPARTMENTS}
    screen = capsys.readouterr().out
    assert_none_outside(tmp_path / "report", values - sent_as_they_are, screen, PROFILE)
    assert "1 user matches the account of another user (DuplicateSourceEntries)" not in screen  # it is deleted later
    done = Counter(
        (one["sourceIdentity"]["identityType"], one["provisioningAction"])
        for one in records(tmp_path)
        if one["provisioningStatusInfo"]["status"] == "success"
    )
    # By hand: 24 users are in scope, of whom two share an address; a week later one is new, one moved, one is blocked.
    assert done["User", "create"] == 23 + 1
    assert (done["User", "disable"], done["Group", "create"]) == (1, 2)
    table = people(tmp_path)
    assert Counter(one["account"] for one in table.values()) == {"active": 23, "disabled": 1, "none": 38}
    assert all(one["rehearsed as"].startswith("sct") for one in table.values())


def test_with_no_real_values_nothing_at_all_is_sent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = company()
    with serve(profile=IT) as served:
        assert rehearse(tmp_path, served, "--no-restart", "--no-real-values", given=given) == 0
    values = personal_values(given) | personal_values(next_week(given))
    assert_none_outside(tmp_path / "report", values, capsys.readouterr().out, PROFILE)


def test_a_killed_one_continues_with_the_same_files_only(tmp_path: Path) -> None:
    given = company()
    said = [*given.write(tmp_path / "in"), "--then", str(tmp_path / "next-week"), "--no-restart"]
    next_week(given).write(tmp_path / "next-week")
    report, users = tmp_path / "report", tmp_path / "next-week" / "users.json"
    before = users.read_bytes()
    with serve(profile=IT) as served:
        flags = ["--tagged", *said, "--report-dir", "report"]
        kill_when_begun(served, tmp_path, report / "provisioning-log.jsonl", *flags)
        assert left(served) > 0
        again = ["--resume", "report", "--profile", said[1]]
        users.write_bytes(before + b" ")
        refused = run(served, tmp_path, *again)
        users.write_bytes(before)
        done = run(served, tmp_path, *again)
        assert left(served) == 0
    assert (refused.returncode, "these are different now: customer" in refused.stderr) == (4, True), refused.stderr
    assert (done.returncode, done.stderr) == (0, "")
    assert Counter(one["account"] for one in people(tmp_path).values()) == {"active": 23, "disabled": 1, "none": 38}


def test_nobody_in_scope_sends_nothing(tmp_path: Path) -> None:
    given = company()
    given.assignments.clear()
    with serve(profile=IT) as served:
        assert rehearse(tmp_path, served, given=given) == 5
        assert not served.app.memory.resources


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        (["--people", "0"], "--people 0: use a number from 1 to 100,000, or a file"),
        (["--groups", "groups.json"], "--groups FILE, --assignments, --then and --on-demand go with --people FILE"),
        (["--people", "none.json", "--sync", "all"], "none.json cannot be read"),
        (["--people", "none.json"], "specify the assignments with --assignments, or use --sync all"),
    ],
)
def test_what_does_not_go_together(flags: list[str], why: str) -> None:
    with serve(profile=IT) as served, pytest.raises(SettingsError, match=why):
        cli.main(["rehearse", "--tagged", "--url", served.url, "--token", served.token, *flags], standalone_mode=False)


def test_a_later_export_has_the_same_files(tmp_path: Path) -> None:
    with serve(profile=IT) as served:
        said = company().write(tmp_path / "in")
        shutil.copytree(tmp_path / "in", tmp_path / "then")
        (tmp_path / "then" / "members.json").unlink()
        flags = ["--url", served.url, "--token", served.token, "--then", str(tmp_path / "then")]
        with pytest.raises(SettingsError, match=r"members\.json is missing: each --then folder has the same files"):
            cli.main(["rehearse", "--tagged", *said, *flags], standalone_mode=False)


@pytest.fixture
def disguise() -> Disguise:
    return Disguise(IT, TAG, b"a key")


def dressed(disguise: Disguise, **attributes: Any) -> dict[str, Any]:
    usual = {"objectId": "1", "userPrincipalName": "Ada.Ames@real.example"}
    one = SourceObject("1", ObjectKind.USER, {**usual, **attributes})
    return dict(disguise.dressed(one).attributes)


def test_names_carry_the_tag_and_other_values_keep_their_form(disguise: Disguise) -> None:
    found = dressed(disguise, givenName="Žofie Å", city="東京", postalCode="0150 AB-7", employeeHireDate=HIRED)
    assert found["userPrincipalName"].startswith(TAG)
    assert found["userPrincipalName"].endswith("@example.com")
    assert found["objectId"].replace("-", "").startswith(TAG[3:])
    for name, real in (("givenName", "Žofie Å"), ("city", "東京"), ("postalCode", "0150 AB-7")):
        assert found[name] != real
        assert len(found[name]) == len(real)
    assert found["postalCode"][4] + found["postalCode"][7] == " -"
    assert found["givenName"][0].isupper()
    assert not found["givenName"][0].isascii()
    assert found["employeeHireDate"][:5] + found["employeeHireDate"][10:] == "2020-T00:00:00Z"


def test_the_same_value_is_the_same_and_another_is_another(disguise: Disguise) -> None:
    one = dressed(disguise, mail="Ada.Ames@real.example", displayName="Ada", department="Sales", mobile="+47 22 33")
    other = dressed(disguise, mail="ada.ames@real.example", displayName="Ade", department=None, mobile="+47 22 34")
    assert one["mail"] == one["userPrincipalName"], "equal addresses stay equal"
    assert one["mail"].lower() == other["mail"].lower(), "letter case is all that differs"
    assert one["displayName"] != other["displayName"]
    assert (one["department"], other["department"]) == ("Sales", None)
    assert one["mobile"] != other["mobile"]
    assert " 555 01" in one["mobile"], "a number that is reserved for fiction"
    assert dressed(Disguise(IT, TAG, b"another key"), displayName="Ada")["displayName"] != one["displayName"]


def test_what_is_sent_as_it_is(disguise: Disguise) -> None:
    given = dict.fromkeys(AS_THEY_ARE, "Head of Everything")
    assert {key: value for key, value in dressed(disguise, **given).items() if key in AS_THEY_ARE} == given
    hidden = dressed(Disguise(IT, TAG, b"a key", real_values=False), **given)
    assert "Head of Everything" not in hidden.values()
