"""pytest's own reports say what ours say: its summary, `--junitxml`, Allure, plugins; serially and in parallel."""

import json
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from scim_conformance.demo.choices import DEFECTS
from scim_conformance.demo.server import Served, serve
from tests.support.cli import PYTEST, ROOT, SUITES, Ended, Process, assert_calm
from tests.support.raw import closed_port
from tests.support.turns import due, rotated

pytestmark = pytest.mark.slow

SOME = ("ENT-CON-01", "ENT-DIS-01")
WAIVER = '[[waiver]]\ncheck = "STD-MED-01"\nreason = "being fixed"\nowner = "Jane"\nuntil = 2999-12-31\n'
LISTENER = """
import os

def pytest_runtest_logreport(report):
    if "PYTEST_XDIST_WORKER" not in os.environ and (report.when == "call" or report.outcome != "passed"):
        with open("heard.txt", "a", encoding="utf-8") as file:
            file.write(f"{report.nodeid.rpartition('::')[2]} {report.outcome}\\n")
"""
CALM = ("-W", "ignore::pluggy.PluggyTeardownRaisedWarning")
"""Ctrl-C may arrive in a hook of Allure, of which pluggy warns; the settings of this project make warnings errors."""

WAYS = {"serial": (), "parallel": ("-n", "2")}
COMPLETE = "everything-was-played"


@dataclass(frozen=True)
class Reported:
    """A session of pytest's that has ended, and what its reporters wrote."""

    ended: Ended
    where: Path

    @property
    def theirs(self) -> dict[str, str]:
        """How each test case of pytest's own JUnit file ended, by its id."""
        return _cases(self.where / "theirs.xml", str)

    @property
    def ours(self) -> dict[str, str]:
        """The same of our JUnit file."""
        return _cases(self.where / "report" / "junit.xml", lambda name: name.partition(" ")[0])

    @property
    def allure(self) -> list[dict[str, Any]]:
        """Each result in the user's own Allure directory."""
        return _allure(self.where / "theirs")

    @property
    def heard(self) -> dict[str, str]:
        """What a plugin heard of each item."""
        lines = (self.where / "heard.txt").read_text(encoding="utf-8").splitlines()
        found = dict(line.split(" ") for line in lines)
        assert len(found) == len(lines)
        return found


def _cases(file: Path, identifier: Callable[[str], str]) -> dict[str, str]:
    # What an interrupt cut short has no name: pytest writes no more of it than how long it took.
    cases = [case for case in ElementTree.parse(file).iter("testcase") if case.get("name")]
    found = [(identifier(case.get("name", "")), case) for case in cases]
    assert len(found) == len(dict(found))
    return {name: next((one.tag for one in case if one.tag != "system-out"), "passed") for name, case in found}


def _allure(directory: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in directory.glob("*-result.json")]


def start(where: Path, url: str, token: str, *arguments: str, ids: tuple[str, ...] = SOME) -> Process:
    where.mkdir(parents=True, exist_ok=True)
    (where / "listener.py").write_text(LISTENER, encoding="utf-8")
    options = (f"--rootdir={ROOT}", "-p", "no:cacheprovider", "-p", "listener", *CALM, "-rA", "--junitxml=theirs.xml")
    asked = (f"--scim-url={url}", "--scim-report-dir=report", *(f"--scim-id={one}" for one in ids))
    environ = {"SCIM_CONFORMANCE_TOKEN": token}
    return Process((*PYTEST, str(SUITES), *options, *asked, *arguments), where, environ, path=where)


def play(where: Path, target: Served, *arguments: str, ids: tuple[str, ...] = SOME) -> Reported:
    ended = start(where, target.url, target.token, *arguments, ids=ids).ended()
    assert_calm(ended)
    return Reported(ended, where)


@pytest.fixture(scope="module")
def faulty() -> Iterator[Served]:
    """Whose only deviations are standing ones: at ENTRA, and at SHOULD."""
    with serve([DEFECTS["text-plain"].around]) as served:
        yield served


@pytest.fixture(scope="module")
def advised() -> Iterator[Served]:
    """Whose only deviation is that of a standing check at SHOULD."""
    with serve([DEFECTS["application-json"].around]) as served:
        yield served


@pytest.fixture(scope="module", params=WAYS)
def red(faulty: Served, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Reported:
    return play(tmp_path_factory.mktemp("red"), faulty, "--alluredir=theirs", *WAYS[request.param])


def test_a_failure_of_ours_is_one_of_pytests(red: Reported) -> None:
    assert red.ended.code == 1, red.ended.screen
    assert red.ours == red.theirs
    assert [name for name, how in red.theirs.items() if how == "failure"] == ["STD-MED-01"]


def test_the_summary_and_each_line_of_it_count_it(red: Reported) -> None:
    counted = Counter(red.theirs.values())
    assert re.search(rf"= 1 failed, {counted['passed']} passed[,\d a-z]* in", red.ended.out)
    assert re.search(r"^FAILED \S*standing::STD-MED-01", red.ended.out, re.MULTILINE)
    assert re.search(r"^PASSED \S*standing::STD-JSN-01", red.ended.out, re.MULTILINE)
    assert "Content-Type is text/plain" in red.ended.out.partition("short test summary")[0]


def test_plugins_hear_of_it(red: Reported) -> None:
    words = {"failure": "failed", "passed": "passed"}
    assert red.heard == {name: words[how] for name, how in red.theirs.items()}


def test_a_users_own_allure_directory_has_it_once(red: Reported) -> None:
    assert not (red.where / "report" / "allure-results").exists()
    names = Counter(one["name"].partition(" ")[0] for one in red.allure)
    assert names == Counter(red.theirs.keys())
    assert [one["fullName"] for one in red.allure if one["status"] == "failed"] == ["standing::STD-MED-01"]
    assert not any(label["name"] == "host" for one in red.allure for label in one["labels"])


def test_our_allure_directory_says_the_same(faulty: Served, tmp_path: Path, red: Reported) -> None:
    reported = play(tmp_path, faulty, ids=SOME)
    ours = _allure(tmp_path / "report" / "allure-results")
    identities = [{(one["fullName"], one["historyId"], one["status"]) for one in found} for found in (ours, red.allure)]
    assert identities[0] == identities[1]
    assert len(ours) == len(reported.theirs)


@pytest.mark.parametrize("way", due(WAYS, 2))
def test_what_is_waived_is_skipped_with_the_reason(faulty: Served, tmp_path: Path, way: str) -> None:
    (tmp_path / "waivers.toml").write_text(WAIVER, encoding="utf-8")
    reported = play(tmp_path, faulty, "--scim-waivers=waivers.toml", *WAYS[way])
    assert reported.ended.code == 0, reported.ended.screen
    assert reported.ours == reported.theirs
    assert [name for name, how in reported.theirs.items() if how != "passed"] == ["STD-MED-01"]
    assert re.search(r"^SKIPPED \[1\] standing\S* .*being fixed \(Jane", reported.ended.out, re.MULTILINE)


WITH_SYMPTOMS = ("ENT-UPD-01/legacy", "ENT-UPD-03/legacy", "ENT-UPD-04/legacy", "ENT-DIS-01/legacy", "ENT-CRE-01")
FIRST = ("op-case", "ENT-UPD-01/legacy#patch.status", WITH_SYMPTOMS)
LAST = (
    "addresses-400",
    "ENT-UPD-18/legacy#patch.status",
    ("ENT-UPD-02/legacy", "ENT-UPD-10/legacy", "ENT-UPD-18/legacy"),
)
CASES = {"first": FIRST, "last": LAST}
WAIVED = [(way, case) for case in CASES for way in rotated([*WAYS], case == "last")]
"""A defect, the cause by which it is named, and scenarios: the cause is the first of them to be played, or the last."""


@pytest.mark.parametrize(("way", "case"), due(WAIVED, 2))
def test_what_a_waived_cause_explains_is_skipped_whenever_it_was_played(tmp_path: Path, way: str, case: str) -> None:
    defect, cause, ids = CASES[case]
    (tmp_path / "waivers.toml").write_text(WAIVER.replace("STD-MED-01", cause), encoding="utf-8")
    options = ("--scim-waivers=waivers.toml", "--scim-dialect=legacy", "--alluredir=theirs", *WAYS[way])
    with serve([DEFECTS[defect].around]) as target:
        reported = play(tmp_path, target, *options, ids=ids)
    assert reported.theirs == reported.ours
    waived = {name for name, how in reported.theirs.items() if how == "skipped"}
    assert len(waived & {name for name in reported.theirs if name.startswith("ENT-UPD")}) > 1
    failed = {name for name, how in reported.theirs.items() if how == "failure"}
    assert reported.ended.code == (1 if failed else 0), reported.ended.screen
    words = {"failure": "failed", "passed": "passed", "skipped": "skipped"}
    assert reported.heard == {name: words[how] for name, how in reported.theirs.items()}
    assert {one["name"].partition(" ")[0]: one["status"] for one in reported.allure} == reported.heard
    last = reported.ended.out.rpartition("\n=")[2]
    assert f"{len(waived)} skipped" in last
    assert (f"{len(failed)} failed" in last) == bool(failed)


@pytest.mark.parametrize("way", due(WAYS, 2, shift=1))
def test_a_deviation_that_no_waiver_covers_fails_once(tmp_path: Path, way: str) -> None:
    (tmp_path / "waivers.toml").write_text(WAIVER, encoding="utf-8")
    options = ("--scim-waivers=waivers.toml", "--scim-dialect=legacy", "--alluredir=theirs", "-v", *WAYS[way])
    with serve([DEFECTS["op-case"].around]) as target:
        reported = play(tmp_path, target, *options, ids=WITH_SYMPTOMS)
    assert reported.ended.code == 1
    assert reported.theirs == reported.ours
    failed = [name for name, how in reported.theirs.items() if how == "failure"]
    assert "ENT-UPD-01/legacy" in failed
    assert len(re.findall(r"^FAILED \S*::ENT-UPD-01/legacy", reported.ended.out, re.MULTILINE)) == 1
    assert Counter(one["status"] for one in reported.allure)["failed"] == len(failed)


@pytest.mark.parametrize(("fail_on", "code", "how"), [("must", 0, "passed"), ("should", 1, "failure")])
def test_advice_fails_where_it_was_asked_to(advised: Served, tmp_path: Path, fail_on: str, code: int, how: str) -> None:
    reported = play(tmp_path, advised, f"--scim-fail-on={fail_on}", "-n", "2")
    assert reported.ended.code == code, reported.ended.screen
    assert reported.ours == reported.theirs
    assert reported.theirs["STD-MED-02"] == how


SELECTIONS = {
    "ids": (str(SUITES), "--scim-id=ENT-DIS-01"),
    "-k": (str(SUITES), "-k", "ENT-DIS-01"),
    "node-id": (f"{SUITES}/entra/test_disable.py::ENT-DIS-01/legacy",),
}


@pytest.mark.parametrize("name", due(SELECTIONS, 3))
def test_of_a_selection_its_own_answers_are_judged(faulty: Served, tmp_path: Path, name: str) -> None:
    """A standing check cannot be selected: it holds for the answers of what was."""
    options = (f"--rootdir={ROOT}", "-p", "no:cacheprovider", "--scim-report-dir=report", "--junitxml=theirs.xml")
    command = (*PYTEST, *SELECTIONS[name], *options, f"--scim-url={faulty.url}")
    ended = Process(command, tmp_path, {"SCIM_CONFORMANCE_TOKEN": faulty.token}).ended()
    reported = Reported(ended, tmp_path)
    assert ended.code == 1, ended.screen
    assert reported.ours == reported.theirs
    assert {name for name in reported.theirs if name.startswith("ENT")} <= {"ENT-DIS-01/legacy", "ENT-DIS-01/compliant"}
    assert reported.theirs["STD-MED-01"] == "failure"


def test_a_target_that_is_not_there_is_in_them_too(tmp_path: Path) -> None:
    ended = start(
        tmp_path, f"http://127.0.0.1:{closed_port()}/scim", "a-secret-of-the-test", ids=("ENT-DIS-01",)
    ).ended()
    reported = Reported(ended, tmp_path)
    assert ended.code == 6, ended.screen
    assert dict.fromkeys(reported.ours, "error") == reported.ours
    assert dict.fromkeys(reported.ours, "failure") == reported.theirs


@pytest.mark.parametrize("way", due(WAYS, 2))
def test_what_was_not_played_is_one_error(faulty: Served, tmp_path: Path, way: str) -> None:
    options = ("--scim-rate=20", "--alluredir=theirs", *WAYS[way])
    process = start(tmp_path, faulty.url, faulty.token, *options, ids=("ENT-CON", "ENT-DIS"))
    heard = tmp_path / "heard.txt"
    until = time.monotonic() + 30
    while not heard.is_file() and time.monotonic() < until:
        time.sleep(0.05)
    process.signal(signal.SIGINT, group=True)
    reported = Reported(process.ended(), tmp_path)
    assert reported.ended.code == 2, reported.ended.screen
    assert reported.theirs[COMPLETE] == "error"
    assert re.search(r"\d+ of the \d+ scenarios of this run did not run: the run ended early", reported.ended.out)
    assert [one["status"] for one in reported.allure if one["fullName"].endswith(COMPLETE)] == ["broken"]
    lost = {name for name, how in reported.ours.items() if how == "error"}
    assert lost
    assert lost.isdisjoint(reported.theirs)


def test_without_pytests_summary_there_is_ours(faulty: Served, tmp_path: Path) -> None:
    reported = play(tmp_path, faulty, "--no-summary")
    assert "short test summary" not in reported.ended.out
    assert "STD-MED-01#any.answer" in reported.ended.out.partition("Fix first")[2]
