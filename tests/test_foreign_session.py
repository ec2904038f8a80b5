"""The plugin in other people's sessions: it acts only where it was asked to, or where there are scenarios."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.demo.server import Served, serve
from tests.support.cli import PYTEST, ROOT, SUITES, Ended, Process, assert_calm
from tests.support.raw import Accounts, listening
from tests.support.turns import due

pytestmark = pytest.mark.slow

EXAMPLE = ROOT / "docs" / "examples" / "own-scenarios" / "test_acme.py"
FOREIGN = """
import signal

def test_signals_are_pythons_own():
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL

def test_it():
    assert {outcome}
"""
OURS = {"ACM-USR-01", "ACM-USR-02/legacy", "ACM-USR-02/compliant"}
WAYS = {"serial": (), "parallel": ("-n", "2")}
LETTERS = re.compile(r"^[.F]+(?= +\[)")
VARYING = re.compile(r"\d+\.\d+s|run at .*|0x[0-9a-f]+|gw\d")


def run_at(where: Path, environ: dict[str, str], *arguments: str) -> Ended:
    command = (*PYTEST, "-p", "no:cacheprovider", *arguments)
    return Process(command, where, environ).ended()


def written(where: Path) -> set[str]:
    """Return the files below a directory, those apart that each session writes under another name."""
    found = {str(path.relative_to(where)) for path in where.rglob("*") if "__pycache__" not in path.parts}
    return {re.sub(r"[0-9a-f-]{36}", "UUID", name) for name in found}


def hosts(where: Path) -> list[bool]:
    """Return for each Allure result whether it has the label that we take out of ours."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in where.glob("theirs/*-result.json")]
    return [any(label["name"] == "host" for label in one["labels"]) for one in found]


@pytest.mark.parametrize(("way", "outcome", "code"), [("serial", "True", 0), ("parallel", "False", 1)])
def test_our_variables_change_nothing_in_it(tmp_path: Path, way: str, outcome: str, code: int) -> None:
    sessions = {}
    with listening(Accounts()) as target:
        for name, more in {"with": (), "without": ("-p", "no:scim_conformance")}.items():
            where = tmp_path / name
            where.mkdir()
            (where / "test_foreign.py").write_text(FOREIGN.format(outcome=outcome), encoding="utf-8")
            (where / "scim-conformance.toml").write_text(f'url = "{target.url}"\nsuite = 5\n', encoding="utf-8")
            environ = {"SCIM_CONFORMANCE_URL": target.url, "SCIM_CONFORMANCE_CONFIG": "scim-conformance.toml"}
            environ |= {"SCIM_CONFORMANCE_TOKEN": "a-secret-of-the-test", "SCIM_CONFORMANCE_DIALECT": "modern"}
            options = ("--alluredir=theirs", "--junitxml=theirs.xml", "-p", "no:randomly", *WAYS[way], *more)
            sessions[name] = (run_at(where, environ, *options), written(where), hosts(where))
        assert target.received == []
    (ended, files, labels), (without, _, _) = sessions.values()
    assert (ended.code, without.code) == (code, code), ended.screen
    assert _plain(ended) == _plain(without)
    assert files == sessions["without"][1]
    assert labels == [True, True]


def _plain(ended: Ended) -> list[str]:
    """Return what was printed, without times and what names the plugin; in parallel the order varies."""
    lines = [VARYING.sub("", line) for line in ended.screen.splitlines()]
    lines = [LETTERS.sub(lambda found: "".join(sorted(found[0])), line) for line in lines]
    lines = [line.replace(", scim-conformance-0.1.0", "") for line in lines]
    return sorted(re.sub(r"/(with|without)\b", "", re.sub(r"([=-])\1+", r"\1", line)) for line in lines)


@pytest.fixture(scope="module")
def honest() -> Iterator[Served]:
    with serve() as served:
        yield served


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A project with tests of its own, and scenarios."""
    (tmp_path / "scim").mkdir()
    shutil.copy(EXAMPLE, tmp_path / "scim")
    (tmp_path / "test_foreign.py").write_text("def test_it():\n    assert True\n", encoding="utf-8")
    return tmp_path


def environ(target: Served) -> dict[str, str]:
    return {"SCIM_CONFORMANCE_URL": target.url, "SCIM_CONFORMANCE_TOKEN": target.token}


def result(where: Path) -> dict[str, Any]:
    (file,) = where.glob("reports/*/result.json")
    found: dict[str, Any] = json.loads(file.read_bytes())
    return found


@pytest.mark.parametrize("way", due(WAYS, 2))
def test_with_scenarios_the_environment_counts(honest: Served, mixed: Path, way: str) -> None:
    ended = run_at(mixed, environ(honest), "--junitxml=theirs.xml", *WAYS[way])
    assert_calm(ended)
    assert ended.code == 0, ended.screen
    played = {one["id"]: one["verdict"] for one in result(mixed)["scenarios"] if one["id"] in OURS}
    assert played == dict.fromkeys(OURS, "conformant")
    assert "scenarios of the entra suite, of which none ran" in ended.out
    names = set(re.findall(r'testcase classname="[^"]*" name="([^"]*)"', (mixed / "theirs.xml").read_text("utf-8")))
    assert names > OURS | {"test_it", "STD-JSN-01"}
    (allure,) = mixed.glob("reports/*/allure-results")
    found = [json.loads(path.read_text(encoding="utf-8")) for path in allure.glob("*-result.json")]
    assert sorted(one["name"].partition(" ")[0] for one in found) == sorted(names)
    assert (allure / "environment.properties").is_file()


@pytest.mark.parametrize("way", due(WAYS, 2, shift=1))
def test_a_foreign_failure_beside_scenarios_fails_the_session(honest: Served, mixed: Path, way: str) -> None:
    (mixed / "test_foreign.py").write_text("def test_it():\n    assert False\n", encoding="utf-8")
    ended = run_at(mixed, environ(honest), *WAYS[way])
    assert ended.code == 1, ended.screen
    assert result(mixed)["exit_code"] == 0


@pytest.mark.parametrize("way", due(WAYS, 2))
def test_what_could_not_be_collected_before_them_counts(honest: Served, mixed: Path, way: str) -> None:
    (mixed / "scim" / "test_aaa.py").write_text("import nothing_of_that_name\n", encoding="utf-8")
    ended = run_at(mixed, environ(honest), "--continue-on-collection-errors", "--junitxml=theirs.xml", *WAYS[way])
    assert ended.code not in {0, 5}, ended.screen
    assert "could not run: scim/test_aaa.py" in ended.out
    assert "<error" in (mixed / "theirs.xml").read_text("utf-8")


@pytest.mark.parametrize("way", due(WAYS, 2, shift=1))
def test_of_scenarios_that_were_deselected_nothing_is_seen(mixed: Path, way: str) -> None:
    with listening(Accounts()) as target:
        ended = run_at(mixed, {"SCIM_CONFORMANCE_URL": target.url}, "-k", "test_it", *WAYS[way])
        assert target.received == []
    assert ended.code == 0, ended.screen
    assert "Entra" not in ended.screen
    assert not (mixed / "reports").exists()


HERE = {"SCIM_CONFORMANCE_URL": "http://127.0.0.1:9/"}
CANNOT = {
    "no-target": ({}, "--scim-url URL", "serial"),
    "no-target-in-parallel": ({}, "--scim-url URL", "parallel"),
    "no-file": ({"SCIM_CONFORMANCE_CONFIG": "none.toml"}, "none.toml", "serial"),
    "wrong-setting": (HERE | {"SCIM_CONFORMANCE_DIALECT": "modern"}, "dialect", "parallel"),
    "no-profile": (HERE | {"SCIM_CONFORMANCE_PROFILE": "nope"}, "nope", "serial"),
    "elsewhere": ({"SCIM_CONFORMANCE_URL": "https://scim.example/v2"}, "--scim-yes", "parallel"),
}


@pytest.mark.parametrize(("variables", "said", "way"), due(CANNOT.values(), 2))
def test_scenarios_that_cannot_be_played_are_an_error_of_use(
    mixed: Path, variables: dict[str, str], said: str, way: str
) -> None:
    ended = run_at(mixed, variables, "scim", *WAYS[way])
    assert_calm(ended)
    assert ended.code == 4, ended.screen
    assert said in ended.err
    assert not (mixed / "reports").exists()


def test_they_can_be_listed_without_a_target(mixed: Path) -> None:
    ended = run_at(mixed, {}, "--collect-only", "-q")
    assert ended.code == 0, ended.screen
    assert {line.rpartition("::")[2] for line in ended.out.splitlines() if "ACM-" in line} == OURS


def test_ids_that_no_scenario_has_are_said_to_be_unknown(honest: Served, mixed: Path) -> None:
    ended = run_at(mixed, environ(honest), "scim", "--scim-id=ACM-USR-77")
    assert ended.code == 5, ended.screen
    assert "no scenario has the id ACM-USR-77" in ended.out


def test_a_file_with_settings_is_taken_by_its_variable(honest: Served, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(f'url = "{honest.url}"\nreport-dir = "report"\n', encoding="utf-8")
    known = {"SCIM_CONFORMANCE_CONFIG": "c.toml", "SCIM_CONFORMANCE_TOKEN": honest.token}
    ended = run_at(tmp_path, known, str(SUITES), f"--rootdir={ROOT}", "--scim-id=ENT-CON-01", "-n", "2")
    assert ended.code == 0, ended.screen
    assert (tmp_path / "report" / "result.json").is_file()
