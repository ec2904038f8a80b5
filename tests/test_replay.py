"""`replay` and `run --last-failed`: the same scenarios again, and what has become of them."""

import json
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.demo.choices import DEFECTS
from scim_conformance.demo.server import Served, serve
from tests.support.cli import COMMAND, Ended, Process, assert_calm, cli
from tests.support.raw import closed_port

pytestmark = pytest.mark.slow

SOME = ["ENT-CON-01", "ENT-DIS-01", "ENT-UPD-02"]


@pytest.fixture(scope="module")
def target() -> Iterator[Served]:
    with serve() as served:
        yield served


def become(target: Served, *names: str) -> None:
    """Give the running target these defects and no others: what a vendor's next build does."""
    target.app.defects = tuple(DEFECTS[name].around for name in names)


def at(target: Served, where: Path, *arguments: str) -> Ended:
    ended = cli(where, *arguments, environ={"SCIM_CONFORMANCE_TOKEN": target.token})
    assert_calm(ended)
    return ended


@pytest.fixture
def failed(target: Served, tmp_path: Path) -> Path:
    """A folder with the reports of a run in which some failed."""
    become(target, "op-case")
    first = at(target, tmp_path, "run", "--url", target.url, "--seed", "7", "--dialect", "legacy", *SOME)
    assert first.code == 1
    return tmp_path


def headline(ended: Ended) -> str:
    """The line that says what has become of the scenarios; with the time, it is the last one too."""
    first, last = [line for line in ended.out.splitlines() if " still failing, " in line]
    assert ended.out.splitlines()[-1] == last
    assert re.fullmatch(re.escape(first) + r" in \d+\.\d s", last)
    return first


def listed(ended: Ended, word: str) -> set[str]:
    """The scenarios that are named under a word."""
    blocks = [one for one in ended.out.split("\n\n") if re.match(rf"\n*  {word}(\n|  )", one)]
    return set(re.findall(r"[A-Z]{3}-[A-Z]{3}-[0-9]{2}[^\s,#]*", "\n".join(blocks)))


def newest(where: Path) -> dict[str, Any]:
    file = max(where.glob("reports/*/result.json"), key=lambda path: path.stat().st_mtime_ns)
    found: dict[str, Any] = json.loads(file.read_bytes())
    return found


def test_what_still_fails_says_so(target: Served, failed: Path) -> None:
    ended = at(target, failed, "replay", "last")
    assert ended.code == 1
    assert headline(ended) == "0 fixed, 2 still failing, 0 new"
    assert listed(ended, "still failing") == {"ENT-DIS-01/legacy", "ENT-UPD-02/legacy"}
    assert "expected status 200 or 204 actual status 400" in " ".join(ended.out.split())
    assert "Works with Entra" not in ended.out


def test_what_was_fixed_says_so(target: Served, failed: Path) -> None:
    become(target)
    ended = at(target, failed, "replay", "last")
    assert ended.code == 0
    assert headline(ended) == "2 fixed, 0 still failing, 0 new"
    assert listed(ended, "fixed") == {"ENT-DIS-01/legacy", "ENT-UPD-02/legacy"}
    again = at(target, failed, "replay", "last")
    assert again.code == 5
    assert "or since then fails" in again.err
    assert "scim-conformance run" in again.err


def test_what_broke_since_is_new(target: Served, failed: Path) -> None:
    become(target, "filter-404")
    ended = at(target, failed, "replay", "ENT-CON-01")
    assert ended.code == 1
    assert headline(ended) == "0 fixed, 0 still failing, 1 new"
    assert listed(ended, "new") == {"ENT-CON-01"}


def test_it_is_played_as_it_was_and_the_earlier_report_stays(target: Served, failed: Path) -> None:
    (first,) = failed.glob("reports/*/result.json")
    before = first.read_bytes()
    at(target, failed, "replay", "ENT-DIS-01/legacy#disable.status")
    assert first.read_bytes() == before
    after = newest(failed)
    settings = json.loads(before)["settings"]
    assert after["settings"] == settings
    assert (settings["seed"], settings["dialect"]) == (7, "legacy")
    assert [one["id"] for one in after["scenarios"] if one["id"].startswith("ENT")] == ["ENT-DIS-01/legacy"]
    assert after["target"] == target.url


def test_an_older_run_is_found_where_the_newest_does_not_know_the_scenario(target: Served, failed: Path) -> None:
    become(target)
    assert at(target, failed, "replay", "ENT-CON-01").code == 0
    ended = at(target, failed, "replay", "ENT-DIS-01")
    assert listed(ended, "fixed") == {"ENT-DIS-01/legacy"}


def test_a_report_directory_can_be_named(target: Served, failed: Path) -> None:
    (first,) = failed.glob("reports/*/")
    shutil.move(first, failed / "elsewhere")
    ended = at(target, failed, "replay", "last", "--report-dir", "elsewhere")
    assert listed(ended, "still failing") == {"ENT-DIS-01/legacy", "ENT-UPD-02/legacy"}
    assert (failed / "elsewhere" / "result.json").is_file()


def test_run_last_failed_plays_what_failed(target: Served, failed: Path) -> None:
    ended = at(target, failed, "run", "--last-failed")
    assert ended.code == 1
    played = [one["id"] for one in newest(failed)["scenarios"] if one["id"].startswith("ENT")]
    assert played == ["ENT-UPD-02/legacy", "ENT-DIS-01/legacy"]
    become(target)
    assert at(target, failed, "run", "--last-failed").code == 0
    assert at(target, failed, "run", "--last-failed").code == 5


def test_a_standing_fault_is_replayed_where_it_was_seen(target: Served, tmp_path: Path) -> None:
    become(target, "password-returned")
    first = at(target, tmp_path, "run", "--url", target.url, "--fail-on", "should", "ENT-CON-01", "ENT-DIS-01")
    held = [one["id"] for one in newest(tmp_path)["scenarios"] if one["verdict"] == "deviation"]
    (standing,) = [one for one in held if one.startswith("STD-")]
    assert first.code == 1
    become(target)
    ended = at(target, tmp_path, "replay", standing)
    assert standing in listed(ended, "fixed")
    assert "checks of every response: 1 fixed" in ended.out


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["replay", "last"], 4, "reports/ contains no result of a run"),
        (["run", "--last-failed"], 4, "reports/ contains no result of a run"),
        (["replay", "last", "--report-dir", "nowhere"], 4, "nowhere/ contains no result of a run"),
    ],
)
def test_without_an_earlier_run(tmp_path: Path, arguments: list[str], code: int, sentence: str) -> None:
    ended = cli(tmp_path, *arguments)
    assert_calm(ended)
    assert ended.code == code
    assert sentence in ended.err
    assert "scim-conformance run" in ended.err


def test_a_result_that_is_none_of_ours(tmp_path: Path) -> None:
    (tmp_path / "reports" / "x").mkdir(parents=True)
    (tmp_path / "reports" / "x" / "result.json").write_text('{"verdict": "yes"}', encoding="utf-8")
    ended = cli(tmp_path, "replay", "last")
    assert_calm(ended)
    assert ended.code == 4
    assert "reports/x/result.json is not the result of a run" in ended.err


def test_an_id_that_no_run_has_played(target: Served, failed: Path) -> None:
    ended = at(target, failed, "replay", "ENT-CRE-01")
    assert ended.code == 5
    assert "no run in reports/ contains ENT-CRE-01: " in " ".join(ended.err.split())
    ended = at(target, failed, "replay", "ENT-CREE")
    said = "no scenario has the id ENT-CREE; did you mean ENT-CRE or"
    assert (ended.code, ended.err.count("scim-conformance run")) == (5, 0)
    assert said in " ".join(ended.err.split())
    assert at(target, failed, "replay", "STD-SEC-09").code == 5
    assert "omit the ids" in at(target, failed, "run", "--last-failed", "ENT-CON-01").err


def replayed(where: Path) -> list[str]:
    return sorted(path.parent.name for path in where.glob("reports/*/result.json"))


def test_failures_are_remembered_until_they_pass(target: Served, failed: Path) -> None:
    """A green replay of one scenario, a typo and a refused token do not become the last run."""
    become(target)
    assert headline(at(target, failed, "replay", "ENT-DIS-01/legacy")) == "1 fixed, 0 still failing, 0 new"
    before = replayed(failed)
    assert at(target, failed, "run", "--url", target.url, "ENT-DSI-01").code == 5
    assert cli(failed, "run", "--url", target.url, environ={"SCIM_CONFORMANCE_TOKEN": "wrong"}).code == 6
    assert replayed(failed) == before
    become(target, "op-case")
    ended = at(target, failed, "replay", "last")
    assert headline(ended) == "0 fixed, 1 still failing, 0 new"
    assert listed(ended, "still failing") == {"ENT-UPD-02/legacy"}


def test_a_scenario_that_breaks_later_is_among_the_failures(target: Served, failed: Path) -> None:
    become(target, "filter-404")
    assert at(target, failed, "run", "--url", target.url, "--dialect", "legacy", "ENT-CON-01").code == 1
    ended = at(target, failed, "replay", "last")
    assert "ENT-CON-01" in listed(ended, "still failing")
    assert headline(ended) == "2 fixed, 1 still failing, 0 new"


def test_a_target_that_is_down_leaves_no_directory(failed: Path) -> None:
    before = replayed(failed)
    ended = cli(failed, "run", "--url", f"http://127.0.0.1:{closed_port()}", environ={"SCIM_CONFORMANCE_TOKEN": "x"})
    assert ended.code == 6
    assert "No report: nothing was judged" in ended.out
    assert replayed(failed) == before
    assert len([*(failed / "reports").iterdir()]) == len(before)


def test_a_demo_is_not_the_last_run(target: Served, failed: Path) -> None:
    assert cli(failed, "demo", "ENT-CON-01").code == 0
    assert headline(at(target, failed, "replay", "last")) == "0 fixed, 2 still failing, 0 new"
    assert len([*failed.glob("reports/demo/*/result.json")]) == 1


def test_a_demo_of_an_unknown_id_is_refused_before_its_target_starts(tmp_path: Path) -> None:
    ended = cli(tmp_path, "demo", "ENT-DISS")
    assert_calm(ended)
    assert (ended.code, ended.out) == (5, "")
    assert "no scenario has the id ENT-DISS; did you mean ENT-DIS" in " ".join(ended.err.split())
    assert not (tmp_path / "reports").exists()


def test_after_a_demo_its_run_is_named(tmp_path: Path) -> None:
    assert cli(tmp_path, "demo", "ENT-CON-01").code == 0
    (demo,) = (str(one.relative_to(tmp_path)) for one in tmp_path.glob("reports/demo/*"))
    for command in ("report", "certify", "export last"):
        ended = cli(tmp_path, *command.split())
        said = " ".join(ended.err.split())
        assert (ended.code, f"the runs of demos are in reports/demo/: the newest is {demo}" in said) == (4, True), said
    again = cli(tmp_path, "replay", "last")
    assert "cannot be replayed, because the target of a demo ends with it" in " ".join(again.err.split())
    assert again.err.endswith(f"scim-conformance report {demo}\n")
    assert cli(tmp_path, "report", demo).code == 0


def test_without_a_token_nothing_is_sent(tmp_path: Path) -> None:
    """Exit code 4 and not 6, although nothing listens there: no connection was tried."""
    without = {"SCIM_CONFORMANCE_TOKEN": ""}
    ended = cli(tmp_path, "run", "--url", f"http://127.0.0.1:{closed_port()}/scim", environ=without)
    assert_calm(ended)
    assert ended.code == 4
    assert "no token: set SCIM_CONFORMANCE_TOKEN" in ended.err
    assert not (tmp_path / "reports").exists()


def test_watch_runs_again_after_a_change_until_nothing_fails(target: Served, failed: Path) -> None:
    command = (*COMMAND, "replay", "last", "--watch")
    watching = Process(command, failed, {"SCIM_CONFORMANCE_TOKEN": target.token})
    until = time.monotonic() + 60
    while "Waiting for a change" not in watching.so_far and time.monotonic() < until:
        time.sleep(0.1)
    become(target)
    (failed / "handler.py").write_text("fixed = True", encoding="utf-8")
    ended = watching.ended()
    assert_calm(ended)
    assert ended.code == 0
    assert "0 fixed, 2 still failing, 0 new" in ended.out
    assert "2 fixed, 0 still failing, 0 new" in ended.out
