"""The end of a rehearsal: what now, the result last, one number of requests; and `replay` knows that it is no run."""

import json
import re
import shlex
from pathlib import Path

import pytest

from scim_conformance.commands.main import cli
from scim_conformance.commands.replay import find
from scim_conformance.config.settings import NothingSelected, SettingsError
from scim_conformance.demo.choices import chosen
from scim_conformance.demo.server import serve
from scim_conformance.entra.profiles.profile import load

FLAGS = ["--tagged", "--people", "3", "--groups", "1", "--cycles", "2", "--no-restart"]


def rehearse(folder: Path, *defects: str) -> int:
    """Play a rehearsal in the current folder."""
    faults = [one.around for one in chosen(defects, ())] if defects else []
    with serve(faults, profile=load("entra-default")) as served:
        to = ["--url", served.url, "--token", served.token, "--report-dir", str(folder / "report")]
        code: int = cli.main(["rehearse", *FLAGS, *to], standalone_mode=False)
    return code


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_last_line_is_the_result(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rehearse(folder) == 0
    lines = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"Rehearsal: ends as sent: yes\. \d+ passed, \d+ not applicable", lines[-1])
    assert "  report/" in lines
    assert lines[lines.index("  What now") + 1] == "    scim-conformance preview --graph-query"


def test_screen_and_summary_say_the_same_number_of_requests(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rehearse(folder)
    [screen] = re.findall(r"^  ([\d,]+) requests", capsys.readouterr().out, re.MULTILINE)
    [summary] = re.findall(r"([\d,]+) requests,", (folder / "report" / "summary.md").read_text(encoding="utf-8"))
    assert screen == summary


def test_what_now_can_be_pasted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rehearse(folder, "filter-ignored") == 1
    said = capsys.readouterr().out
    commands = [shlex.split(one) for one in re.findall(r"^    (scim-conformance .+)$", said, re.MULTILINE)]
    explain, again = commands
    assert explain[1] == "explain"
    assert cli.main(explain[1:], standalone_mode=False) == 0
    assert again[1:10] == ["rehearse", *FLAGS]
    assert "--token" not in again
    assert "--report-dir" not in again


def test_what_stops_a_cycle_is_said_in_the_words_of_the_target(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve(profile=load("entra-default")) as served:
        to = ["--url", served.url.replace("/v2", "/nothing"), "--token", served.token, "--report-dir", "report"]
        cli.main(["rehearse", *FLAGS, *to], standalone_mode=False)
    said = capsys.readouterr().out
    assert "No resource type found at 'nothing'\n" in said
    assert "'Response' property" not in said
    assert "1 object" not in said


def test_the_summary_promises_no_command_that_is_not_there(folder: Path) -> None:
    rehearse(folder, "filter-ignored")
    text = (folder / "report" / "summary.md").read_text(encoding="utf-8")
    assert "## Fix first" in text
    assert "the command creates it again" not in text


def test_replay_knows_that_a_rehearsal_is_no_run(folder: Path) -> None:
    rehearse(folder)
    report = folder / "reports" / "one"
    report.mkdir(parents=True)
    (folder / "report" / "result.json").rename(report / "result.json")
    assert json.loads((report / "result.json").read_bytes())["scenarios"]
    with pytest.raises(SettingsError, match="the newest run in reports/ is a rehearsal: `scim-conformance rehearse"):
        find("last", None)
    with pytest.raises(SettingsError, match="is the report of a rehearsal: `scim-conformance rehearse"):
        find("last", str(report))
    with pytest.raises(NothingSelected, match="REH-ACC-01 is a check of a rehearsal"):
        find("REH-ACC-01", None)


def test_the_reports_say_what_was_played_and_in_which_dialect(folder: Path) -> None:
    rehearse(folder)
    result = json.loads((folder / "report" / "result.json").read_bytes())
    assert result["dialects"] == ["legacy"]
    assert [one.partition(":")[0] for one in result["played"][:2]] == ["cycle 1, initial", "cycle 2, incremental"]
    for name in ("summary.md", "report.html"):
        text = (folder / "report" / name).read_text(encoding="utf-8")
        assert re.search(r"cycle 1, initial: \d created, 1 group created", text)
    page = (folder / "report" / "report.html").read_text(encoding="utf-8")
    assert "One rehearsal in the legacy dialect." in page
    assert "not run" not in page, "a rehearsal has no rows of the suites"
