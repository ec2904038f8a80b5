"""Odd input is one sentence and an exit code of its own, never an internal error."""

import json
import shutil
from pathlib import Path

import pytest

from scim_conformance.commands import earlier
from scim_conformance.config.settings import Settings
from tests.support import reported
from tests.support.cli import assert_calm, cli
from tests.support.reported import here


@pytest.fixture(scope="module")
def good() -> Path:
    return reported.recorded("ENT-DIS-01", "--defect", "op-case")


UNREADABLE = {
    "": "result.json is empty: run again",
    '{"schema_version": "2"': "result.json is not complete JSON",
    "[]": "result.json is not the result of a run",
    '{"schema_version": "9"}': "result.json has the schema version '9'",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"): "result.json is not complete JSON",
}
READING = ("report", "conformance", "certify", "export", "compare")


@pytest.mark.parametrize("command", READING)
def test_a_result_that_cannot_be_read(tmp_path: Path, good: Path, command: str) -> None:
    for text, said in UNREADABLE.items():
        (tmp_path / "result.json").write_text(text, encoding="latin-1")
        ended = here(command, tmp_path, *([good] if command == "compare" else []))
        assert (ended.code, ended.out, ended.err.count("\n")) == (4, "", 1)
        assert f"scim-conformance: {tmp_path}/{said}" in ended.err


CHANGES: dict[str, dict[str, object]] = {
    "no scenarios": {"scenarios": []},
    "no profile": {"profile_definition": {}},
    "no date": {"started": "yesterday"},
    "no URL": {"target": "::no url"},
    "leftovers without names": {"leftovers": [{}]},
    "odd settings": {"settings": {"suite": "x", "own": 5}},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_result_with_odd_content(tmp_path: Path, good: Path, change: str) -> None:
    folder = tmp_path / "wört ü 日本"
    folder.mkdir()
    held = json.loads((good / "result.json").read_bytes()) | CHANGES[change]
    (folder / "result.json").write_text(json.dumps(held), encoding="utf-8")
    codes = {name: here(name, folder).code for name in ("report", "conformance", "certify", "export")}
    assert set(codes.values()) <= {0, 1, 4, 5}, codes
    assert codes["report"] == 0
    assert here("compare", good, folder).code in {0, 1}


def test_waivers_that_cannot_be_read_stop_every_command_before_it_sends(tmp_path: Path) -> None:
    for command in ("run", "rehearse --tagged"):
        ended = cli(
            tmp_path, *command.split(), "--url", "http://127.0.0.1:1/v2", "--waivers", "none.toml", "--token", "x"
        )
        assert_calm(ended)
        assert (ended.code, ended.out) == (4, "")
        assert "scim-conformance: the waivers none.toml cannot be read: No such file or directory" in ended.err
    ended = cli(tmp_path, "demo", "--waivers", "none.toml", "ENT-CON-01")
    assert (ended.code, ended.out) == (4, "")


def test_a_report_directory_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = cli(tmp_path, "demo", "--report-dir", "file", "ENT-CON-01")
    assert ended.code == 4
    assert f"the report directory {tmp_path}/file cannot be written: File exists" in ended.err


def test_a_journal_that_is_a_folder_or_no_journal_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("reports/a/journal.jsonl").mkdir(parents=True)
    assert "reports/ contains no journal.jsonl" in here("clean", "last").err
    Path("reports/b").mkdir()
    Path("reports/b/journal.jsonl").write_bytes(b"\xff\xfe\n{}\n")
    assert [*earlier.in_journals(Settings(url="http://127.0.0.1:1/v2", report_dir="reports/none"))] == []


def test_what_is_no_selection_is_said(tmp_path: Path) -> None:
    (tmp_path / "own.txt").touch()
    said = {
        ("run", "--dry-run", "ENT-XXX-99"): (5, "no scenario has the id ENT-XXX-99"),
        ("run", "--dry-run", "ENT-CON-01", "-k", "x"): (4, "--dry-run selects by ids: omit -k and -x"),
        ("explain", ""): (5, "explain knows no"),
        ("list", "--own", tmp_path / "own.txt"): (4, "is not a Python file"),
    }
    for arguments, (code, sentence) in said.items():
        ended = here(*arguments)
        assert (ended.code, sentence in " ".join(ended.err.split())) == (code, True), ended


def test_a_file_that_is_a_folder_cannot_be_written(tmp_path: Path, good: Path) -> None:
    shutil.copy(good / "result.json", tmp_path)
    for name in ("report.html", "CONFORMANCE.md"):
        (tmp_path / name).mkdir()
    for command in ("report", "conformance"):
        ended = here(command, tmp_path)
        assert (ended.code, ended.err.endswith(" cannot be written: Is a directory\n")) == (4, True)
    assert here("export", tmp_path, "--out", tmp_path).code == 4
    assert here("export", tmp_path, "--out", "/dev/full").code == 4
