"""The wheel holds everything, and plays from anywhere as the checkout does."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.demo.server import serve
from tests.support.small import small

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
DATA = "scim_conformance/_data"
IDS = ["ENT-CON-06/emails.work.value", "ENT-DIS-01/legacy"]


def run(command: list[str], folder: Path, **extra: str) -> str:
    """Run a command to its end, with nothing of ours in the environment, and return what it printed."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("SCIM_", "PYTEST_", "PYTHONPATH"))}
    done = subprocess.run(
        command, cwd=folder, env={**kept, **extra}, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)], folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    target = wheel.parent / "installed"
    options = ["--no-deps", "--no-index", "--no-compile", "--quiet", "--disable-pip-version-check"]
    run([sys.executable, "-m", "pip", "install", *options, "--target", str(target), str(wheel)], wheel.parent)
    return target


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def of_checkout(folder: str, pattern: str) -> set[str]:
    return {str(path.relative_to(ROOT)) for path in (ROOT / folder).rglob(pattern)}


@pytest.mark.parametrize(("folder", "pattern"), [("suites", "*.py"), ("schemas", "*.json")])
def test_suites_and_schemas_travel_in_the_wheel(wheel: Path, folder: str, pattern: str) -> None:
    inside = {name.removeprefix(f"{DATA}/") for name in names(wheel) if name.startswith(f"{DATA}/{folder}/")}
    wanted = of_checkout(folder, pattern)
    assert wanted
    assert {name for name in inside if name.endswith(pattern[1:])} == wanted


@pytest.mark.parametrize("pattern", ["*.py", "*.toml", "*.ini", "py.typed"])
def test_the_package_travels_whole(wheel: Path, pattern: str) -> None:
    wanted = of_checkout("scim_conformance", pattern)
    assert wanted
    assert wanted - names(wheel) == set()


def test_nothing_else_travels(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in names(wheel)}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"scim_conformance"}
    assert [name for name in names(wheel) if "__pycache__" in name or "/tests/" in name] == []


def test_the_plugin_and_the_command_are_announced(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        name = next(one for one in archive.namelist() if one.endswith("entry_points.txt"))
        text = archive.read(name).decode()
    assert "scim-conformance = scim_conformance.__main__:main" in text
    assert "[pytest11]\nscim_conformance = scim_conformance.run.plugin" in text


def command(installed: Path, folder: Path, *arguments: str, **extra: str) -> str:
    """Run the installed command with the wheel's code before the checkout's."""
    script = installed / "bin" / "scim-conformance"
    return run([sys.executable, str(script), *arguments], folder, PYTHONPATH=str(installed), **extra)


def test_it_is_the_wheels_code_that_runs(installed: Path, tmp_path: Path) -> None:
    code = "import scim_conformance.scim.locations as p; print(p.SUITES)"
    printed = run([sys.executable, "-c", code], tmp_path, PYTHONPATH=str(installed))
    assert printed.strip() == str(installed / DATA / "suites")


def test_the_list_is_that_of_the_checkout(installed: Path, tmp_path: Path) -> None:
    own = run([sys.executable, "-m", "scim_conformance.commands.main", "list"], tmp_path, PYTHONPATH=str(ROOT))
    assert command(installed, tmp_path, "list") == own
    assert own.count("ENT-") > 90


def identities(report: Path) -> list[tuple[str, ...]]:
    """The name of each scenario in Allure's history, and its node id in result.json."""
    result: dict[str, Any] = json.loads((report / "result.json").read_text(encoding="utf-8"))
    nodes = [("node", one["id"], one["nodeid"], one["verdict"]) for one in result["scenarios"]]
    found = [json.loads(path.read_text(encoding="utf-8")) for path in report.glob("allure-results/*-result.json")]
    return sorted([*nodes, *(("allure", one["name"], one["fullName"], one["historyId"]) for one in found)])


def test_a_run_is_the_same_from_the_wheel_and_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    checkout, empty = tmp_path / "checkout", tmp_path / "empty"
    checkout.mkdir()
    empty.mkdir()
    arguments = ["demo", "--report-dir", "r", *IDS]
    run([sys.executable, "-m", "scim_conformance.commands.main", *arguments], checkout, PYTHONPATH=str(ROOT))
    command(installed, empty, *arguments)
    assert identities(checkout / "r") == identities(empty / "r")
    played = [found[1] for found in identities(empty / "r") if found[0] == "node" and found[1].startswith("ENT-")]
    assert played == IDS


def test_all_commands_work_from_the_wheel_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    """Install, init, doctor, run, report, certify, verify, compare, replay: no checkout, a server that runs."""
    with serve() as served:

        def said(*arguments: str) -> str:
            return command(installed, tmp_path, *arguments, SCIM_CONFORMANCE_TOKEN=served.token)

        said("init", "--url", served.url, "--auth", "bearer", *small())
        assert served.token not in (tmp_path / "scim-conformance.toml").read_text(encoding="utf-8")
        assert "ok" in said("doctor")
        assert "Works with Entra: yes" in said("run", "--report-dir", "first")
        assert "Works with Entra: yes" in said("run", "--report-dir", "second", "--seed", "7")
        (tmp_path / "first" / "report.html").unlink()
        said("report", "first")
        assert "<html" in (tmp_path / "first" / "report.html").read_text(encoding="utf-8")
        said("certify", "--draft", "first", "--out", "certificate.zip")
        assert "certificate.zip" in said("verify", "certificate.zip")
        assert "0 regressions, 0 fixed" in said("compare", "first", "second")
        assert "0 new, 1 passed as before" in said("replay", "ENT-DIS-01/legacy", "--report-dir", "first")
        (replayed,) = tmp_path.glob("*-replay-*")
        assert {one[1].split()[0] for one in identities(replayed) if one[1].startswith("ENT-")} == {"ENT-DIS-01/legacy"}
        assert served.app.stored() == []
