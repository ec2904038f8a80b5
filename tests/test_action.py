"""The GitHub Action: its own steps, its inputs, and the comment that it writes."""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from scim_conformance.config.options import rows
from scim_conformance.config.settings import Secrets, Settings
from scim_conformance.demo.choices import DEFECTS
from scim_conformance.demo.server import Served, serve
from scim_conformance.reporting import files
from tests.support.cli import ROOT, cli
from tests.support.github import Action, outputs, runner

pytestmark = pytest.mark.slow

SOME = ["ENT-CON-01", "ENT-DIS", "ENT-UPD-02"]


@pytest.fixture(scope="module")
def faulty() -> Iterator[Served]:
    with serve([DEFECTS[name].around for name in ("op-case", "urn-keys-ignored")]) as served:
        yield served


@pytest.fixture(scope="module")
def honest() -> Iterator[Served]:
    with serve() as served:
        yield served


def offline(where: Path) -> dict[str, str]:
    """Let the action's pip find what is installed here, instead of an index."""
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    return {
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads this one the other way round
        "PYTHONPATH": packages,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    } | runner(where)


def checkout(where: Path) -> Path:
    """The action's repository as the runner fetches it."""
    names = ["action.yml", "pyproject.toml", "constraints.txt", "README.md", "LICENSE", "scim_conformance", "suites"]
    for name in [*names, "schemas", "docs/portal-errors.md"]:
        source, to = ROOT / name, where / name
        if source.is_dir():
            shutil.copytree(source, to, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, to)
    return where / "action.yml"


def test_the_actions_own_steps(faulty: Served, tmp_path: Path) -> None:
    given = {"url": faulty.url, "token": faulty.token, "ids": " ".join(SOME), "report-dir": "scim report"}
    action = Action(checkout(tmp_path / "action"), tmp_path / "work", given)
    environ = offline(tmp_path)
    installed = action.step(0, environ)
    assert installed.code == 0, installed.screen
    assert not any(line.startswith("::error") for line in installed.out.splitlines())
    played = action.step(1, environ)
    assert played.code == 1, played.screen
    assert played.err.splitlines()[0] == f"::add-mask::{faulty.token}"
    assert outputs(tmp_path / "output") == {
        "verdict": "partial",
        "exit-code": "1",
        "report-dir": str(tmp_path / "work" / "scim report"),
    }
    result = files.read(tmp_path / "work" / "scim report")
    assert {one.template for one in result.scenarios if one.template.startswith("ENT")} > {"ENT-CON-01", "ENT-DIS-01"}
    for name, output in action.document["outputs"].items():
        assert output["value"] == f"${{{{ steps.run.outputs.{name} }}}}"


def test_an_input_is_never_text_of_a_script() -> None:
    document = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    steps = document["runs"]["steps"]
    scripts = [step for step in steps if "run" in step]
    assert len(scripts) == 3
    assert not any("${{" in step["run"] for step in scripts)
    texts = [text for step in steps for text in (*step.get("env", {}).values(), *step.get("with", {}).values())]
    texts += [step["if"] for step in steps if "if" in step]
    used = {name for text in texts for name in re.findall(r"inputs\.([a-z-]+)", str(text))}
    assert used == document["inputs"].keys()


def test_the_action_has_an_input_for_every_setting_of_a_run() -> None:
    document = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    files_and_answers = {"yes", "token-file", "client-secret-file", "client-assertion-file"}
    known = {row.key for row in [*rows(Settings), *rows(Secrets)]} - files_and_answers
    assert known <= document["inputs"].keys()


def test_the_actions_comparison_is_a_comment(faulty: Served, honest: Served, tmp_path: Path) -> None:
    """The file that the action writes as a comment on a pull request."""
    for name, served in (("old", faulty), ("new", honest)):
        environ = {"SCIM_CONFORMANCE_TOKEN": served.token}
        cli(tmp_path, "run", "--url", served.url, "--report-dir", name, "ENT-DIS-01", environ=environ)
    given = {"compare-with": "old", "report-dir": "new"}
    action = Action(checkout(tmp_path / "action"), tmp_path, given)
    place = tmp_path / "temp" / "scim-conformance" / "bin"
    place.mkdir(parents=True)
    (place / "scim-conformance").symlink_to(Path(sys.executable).with_name("scim-conformance"))
    environ = runner(tmp_path)
    ended = action.step(2, environ)
    assert ended.code == 0, ended.screen
    comment = (tmp_path / "new" / "comparison.md").read_text(encoding="utf-8")
    assert re.match(r"# Since main: 0 regressions, \d+ fixed(, \d+ [a-z]+)*\n", comment)
    assert comment in Path(environ["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
