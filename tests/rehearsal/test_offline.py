"""`preview --offline`: who is in scope and why, on the screen, in the files, and where personal data is."""

import json
import os
import re
import stat
from pathlib import Path

import pytest

from scim_conformance.commands.main import cli
from scim_conformance.config.settings import SettingsError
from tests.rehearsal.company import PROFILE, Company, company
from tests.rehearsal.personal import assert_none_outside, personal_values

SCREENS = Path(__file__).parent / "screens"


def preview(folder: Path, *flags: str, given: Company | None = None) -> tuple[int, Path]:
    """Run the command; return its exit code and the report directory."""
    report = folder / "report"
    said = (given or company()).write(folder / "in")
    arguments = ["preview", "--offline", *said, "--report-dir", str(report), *flags]
    return cli.main(arguments, standalone_mode=False), report


def test_who_is_in_scope_and_why(tmp_path: Path) -> None:
    code, report = preview(tmp_path)
    found = json.loads((report / "preview.json").read_bytes())
    assert code == 0
    assert found["users_by_reason"] == expected(company())
    assert found["assigned"] == {"directly": 2, "through_groups": 22, "groups": 2}
    assert (found["users"], found["groups_in_scope"]) == (61, 2)
    assert found["shared_matching_values"] == {'emails[type eq "work"].value': 1}


def expected(given: Company) -> dict[str, int]:
    """Count the users by reason, from the rules, without the product's code."""
    secured = {one["id"] for one in given.groups if one["securityEnabled"]}
    assigned = {one["principalId"] for one in given.assignments}
    reached = assigned | {user for group in assigned & secured for user in given.members[group]}
    found: dict[str, int] = {"deleted in Entra": len(given.deleted)}
    for one in given.users:
        reason = (
            "blocked in Entra"
            if not one["accountEnabled"]
            else "not assigned"
            if one["id"] not in reached
            else "filtered out"
            if one["country"] is None
            else "in scope"
        )
        found[reason] = found.get(reason, 0) + 1
    return found


@pytest.mark.parametrize("width", [80, 120])
def test_the_screen(
    tmp_path: Path, width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scim_conformance.commands.preview.width", lambda: width)
    preview(tmp_path)
    text = capsys.readouterr().out
    normal = text.replace(str(tmp_path), "<folder>")
    file = SCREENS / f"offline-{width}.txt"
    if os.environ.get("SCREENS") == "write":
        file.write_text(normal, encoding="utf-8")
    assert normal == file.read_text(encoding="utf-8"), normal
    assert all(len(line) <= width for line in normal.splitlines() if "<folder>" not in line)


def test_personal_data_is_only_in_the_private_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = company()
    _, report = preview(tmp_path, given=given)
    values = personal_values(given)
    assert len(values) > 150
    assert_none_outside(report, values, capsys.readouterr().out, PROFILE)
    private = report / "private"
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in private.iterdir()} == {0o600}
    table = (private / "people.csv").read_text(encoding="utf-8")
    assert all(one["userPrincipalName"].partition("#EXT#")[0][:5] in table for one in given.users)


def test_no_user_in_scope_is_exit_code_5(tmp_path: Path) -> None:
    given = company()
    given.assignments.clear()
    code, _ = preview(tmp_path, given=given)
    assert code == 5


def test_sync_all_needs_no_assignments(tmp_path: Path) -> None:
    code, report = preview(tmp_path, "--sync", "all")
    found = json.loads((report / "preview.json").read_bytes())
    assert code == 0
    assert "not assigned" not in found["users_by_reason"]


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        (["preview", "--offline"], "no users: specify an export with --people"),
        (
            ["preview", "--offline", "--people", "x.json"],
            "specify the assignments with --assignments, or use --sync all",
        ),
        (["preview", "--offline", "--sync", "all", "--people", "none.json"], "none.json cannot be read"),
        (["preview", "--offline", "--sync", "all", "--people", "a.json", "--then", "b"], "use it without --offline"),
    ],
)
def test_what_is_missing(flags: list[str], why: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(why)):
        cli.main(flags, standalone_mode=False)


def test_the_query_for_graph_asks_for_what_the_profile_maps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    company().write(tmp_path)
    cli.main(["preview", "--graph-query", "--profile", str(tmp_path / "my-app.toml")], standalone_mode=False)
    text = capsys.readouterr().out
    users = re.search(r"/users\?\$select=(\S+?)&\$expand=manager\(\$select=id\)", text)
    assert users is not None
    wanted = "id userPrincipalName accountEnabled mail displayName jobTitle city faxNumber department country"
    assert users[1].split(",") == wanted.split()
