"""A verdict needs everything that is required for it: whatever way something was left out, none is given.

Each way in has a test that goes through it, with the command line or with pytest.
"""

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.demo.choices import DEFECTS
from scim_conformance.demo.server import Served, serve
from tests.support.cli import COMMAND, PYTEST, ROOT, SUITES, Ended, Process, assert_calm, cli
from tests.support.foreign import inhabited
from tests.support.small import small
from tests.support.turns import due

pytestmark = pytest.mark.slow

QUIET = ("-p", "no:cacheprovider", "-q")


@pytest.fixture(scope="module")
def target() -> Iterator[Served]:
    with serve() as served:
        yield served


def run(target: Served, where: Path, *arguments: str, environ: dict[str, str] | None = None) -> Ended:
    given = ("run", "--url", target.url, "--report-dir", "report", *arguments)
    return at(target, where, *COMMAND, *given, environ=environ)


def with_pytest(target: Served, where: Path, *arguments: str) -> Ended:
    given = (f"--rootdir={ROOT}", f"--scim-url={target.url}", "--scim-report-dir=report", *QUIET, *arguments)
    return at(target, where, *PYTEST, *given)


def in_pytest() -> tuple[str, str]:
    """Return pytest's option for the small profile."""
    return "--scim-profile", small()[1]


def at(target: Served, where: Path, *command: str, environ: dict[str, str] | None = None) -> Ended:
    ended = Process(command, where, {"SCIM_CONFORMANCE_TOKEN": target.token} | (environ or {}), path=where).ended()
    if "-m pytest" not in " ".join(command):
        assert_calm(ended)
    assert ended.code != 3, ended.screen
    return ended


def result(where: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((where / "report" / "result.json").read_bytes())
    return found


ALL, FEWER = 130, 60
"""More scenarios are required with the default profile, and with the small one of runs that leave out little."""


def assert_no_verdict(ended: Ended, where: Path, *, code: int = 0, early: str = "", least: int = ALL) -> dict[str, Any]:
    """No verdict for the whole, a dialect or a moment, in no report; and the exit code that belongs to it."""
    found = result(where)
    assert (ended.code, found["exit_code"], found["verdict"]) == (code, code, "partial"), ended.screen
    assert found["verdict_by_dialect"] == found["verdict_by_moment"] == {}
    assert found["ran"] < found["required"]
    assert found["required"] > least
    assert len(found["not_run"]) == found["required"] - found["ran"]
    needs = f"needs {found['required']} scenarios of the entra suite, of which {found['ran'] or 'none'} ran"
    wanted = f"No verdict: it {needs}"
    assert found["ended_early"] == early
    assert found["sentence"] == (f"{wanted}; {early}" if early else wanted)
    reports = {
        name: (where / "report" / name).read_text("utf-8") for name in ("summary.md", "report.html", "junit.xml")
    }
    assert f"<p>None: the verdict {needs}.</p>" in reports["report.html"]
    assert f'name="needed" value="the verdict {needs}"' in reports["junit.xml"]
    for text in (" ".join(ended.out.split()), *reports.values()):
        assert wanted in text
        assert "legacy: " not in text.replace("**", "")
        assert "Works with Entra" not in text
    return found


SELECTIONS = {
    "-k": ("-k", "DIS"),
    "--deselect": ("--deselect", "suites/entra/test_create.py::ENT-CRE-01"),
    "a node id": (f"{SUITES}/entra/test_match.py::ENT-MAT-01",),
    "a file": (f"{SUITES}/entra/test_match.py",),
}


@pytest.mark.parametrize("name", due(SELECTIONS, 2))
def test_a_selection_of_pytests(target: Served, tmp_path: Path, name: str) -> None:
    chosen = SELECTIONS[name]
    places = () if chosen[0].startswith(str(SUITES)) else (str(SUITES),)
    ended = with_pytest(target, tmp_path, *in_pytest(), *chosen, *places)
    assert assert_no_verdict(ended, tmp_path, least=FEWER)["ran"] > 0


def test_a_selection_behind_two_dashes(target: Served, tmp_path: Path) -> None:
    found = assert_no_verdict(run(target, tmp_path, "--", "-k", "DIS"), tmp_path)
    assert found["selectors"] == []


def test_ids(target: Served, tmp_path: Path) -> None:
    assert assert_no_verdict(run(target, tmp_path, "ENT-DEL"), tmp_path)["ran"] == 4


YES = "Works with Entra: yes, without groups"
"""What a whole run with the small profile says."""


def test_ids_that_leave_nothing_out_are_no_selection(target: Served, tmp_path: Path) -> None:
    ended = run(target, tmp_path, "ENT", "-n", "2", *small())
    found = result(tmp_path)
    assert (ended.code, found["verdict"], found["sentence"]) == (0, "yes", YES), ended.screen
    assert (found["ran"], found["not_run"]) == (found["required"], [])
    assert found["required"] > FEWER


def test_nothing_that_was_asked_for_is_there(target: Served, tmp_path: Path) -> None:
    assert run(target, tmp_path, "--", "-k", "nothing_has_this_name").code == 5


@pytest.mark.parametrize("between", [(), ("--",)], ids=["ours", "pytest's"])
def test_an_expression_that_matches_nothing_or_is_invalid(
    target: Served, tmp_path: Path, between: tuple[str, ...]
) -> None:
    nothing = run(target, tmp_path, "ENT-CON-01", *between, "-k", "nosuch")
    assert nothing.code == 5
    assert "no scenario has an id or a title that matches -k nosuch\n" in nothing.out
    assert "no scenario has the id" not in nothing.screen
    invalid = run(target, tmp_path, *between, "-k", "foo and (")
    assert (invalid.code, invalid.out, invalid.err.count("\n")) == (4, "", 1), invalid.screen
    assert "the expression of -k is invalid: foo and (: at column 10" in invalid.err
    demo = cli(tmp_path, "demo", "--", "-k", "foo and (")
    assert (demo.code, demo.out, demo.err) == (4, "", invalid.err)


WORKERS = [pytest.param((), id="serial"), pytest.param(("-n", "2"), id="two-workers")]
SPLIT = """
def pytest_collection_modifyitems(config, items):
    config.hook.pytest_deselected(items=items[::2])
    items[:] = items[1::2]
"""


@pytest.mark.parametrize("workers", due(WORKERS, 2))
def test_a_split_by_a_plugin(target: Served, tmp_path: Path, workers: tuple[str, ...]) -> None:
    (tmp_path / "halves.py").write_text(SPLIT, encoding="utf-8")
    ended = with_pytest(target, tmp_path, *in_pytest(), "-p", "halves", *workers, str(SUITES))
    found = assert_no_verdict(ended, tmp_path, least=FEWER)
    assert 0.3 * found["required"] < found["ran"] < 0.7 * found["required"]


def test_the_test_plan_of_allure(target: Served, tmp_path: Path) -> None:
    plan = {"version": "1.0", "tests": [{"selector": "suites.entra.test_match#ENT-MAT-01"}]}
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    ended = run(target, tmp_path, environ={"ALLURE_TESTPLAN_PATH": str(tmp_path / "plan.json")})
    assert assert_no_verdict(ended, tmp_path)["ran"] == 1


@pytest.mark.parametrize("workers", due(WORKERS, 2, shift=1))
def test_the_first_failure_ends_it(tmp_path: Path, workers: tuple[str, ...]) -> None:
    with serve([DEFECTS["create-200"].around]) as faulty:
        ended = run(faulty, tmp_path, *workers, "--", "-x")
    found = assert_no_verdict(ended, tmp_path, code=1, early=result(tmp_path)["ended_early"])
    assert found["ended_early"].startswith("the run ended early: stopping after ")
    assert found["counts"]["deviation"] >= 1


def test_a_failure_of_a_foreign_test_ends_it(target: Served, tmp_path: Path) -> None:
    (tmp_path / "test_foreign.py").write_text("def test_it():\n    assert False\n", encoding="utf-8")
    ended = with_pytest(target, tmp_path, "--maxfail=1", str(tmp_path / "test_foreign.py"), str(SUITES))
    assert ended.code == 1
    found = result(tmp_path)
    assert (found["verdict"], found["exit_code"]) == ("partial", 6)


def test_a_module_that_cannot_be_imported(target: Served, tmp_path: Path) -> None:
    (tmp_path / "test_broken.py").write_text("import nothing_of_this_name\n", encoding="utf-8")
    broken, matching = str(tmp_path / "test_broken.py"), f"{SUITES}/entra/test_match.py"
    ended = with_pytest(target, tmp_path, broken, str(SUITES))
    assert ended.code == 6, ended.screen
    assert result(tmp_path)["sentence"].endswith("test_broken.py cannot be imported")
    assert "nothing_of_this_name" in ended.out
    more = with_pytest(target, tmp_path, broken, matching, "--continue-on-collection-errors")
    early = result(tmp_path)["ended_early"]
    assert early.endswith("test_broken.py cannot be imported")
    assert assert_no_verdict(more, tmp_path, code=6, early=early)["ran"] == 9


OWN = """
from scim_conformance.entra.requests import create_user, read_user
from scim_conformance.entra.world import World
from scim_conformance.scenario.citations import rfc7643
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations.answers import status

@scenario("%s", "Mine", moment=Moment.CREATE)
def mine(world: World) -> Scenario:
    %s
    wanted = status(%d).must(rfc7643("3.1"), so="nothing breaks")
    return Scenario(given=[create_user(world, world.person())], steps=[read_user("user", wanted)])
"""


def own(where: Path, identifier: str, status: int = 200, before: str = "pass") -> str:
    file = where / "own" / "test_own.py"
    file.parent.mkdir()
    file.write_text(OWN % (identifier, before, status), encoding="utf-8")
    return str(file)


def test_own_scenarios_do_not_complete_it(target: Served, tmp_path: Path) -> None:
    """Also where somebody gives them an id that is taken."""
    ended = with_pytest(target, tmp_path, own(tmp_path, "ENT-CRE-01"), f"{SUITES}/entra/test_match.py")
    found = assert_no_verdict(ended, tmp_path)
    assert "ENT-CRE-01" in found["not_run"]


def test_own_scenarios_do_not_spoil_it(target: Served, tmp_path: Path) -> None:
    ended = run(target, tmp_path, "-n", "2", *small(), "--", own(tmp_path, "ENT-CRE-99", status=418))
    found = result(tmp_path)
    assert (ended.code, found["sentence"]) == (1, YES), ended.screen
    assert set(found["verdict_by_moment"].values()) == {"yes", "not applicable"}


def test_an_error_in_an_own_scenario_is_not_ours(target: Served, tmp_path: Path) -> None:
    mine = own(tmp_path, "ACM-USR-01", before="world.nothing()")
    ended = run(target, tmp_path, "ENT-MAT-01", "ACM", "--", mine)
    assert_no_verdict(ended, tmp_path, code=6, early="ACM-USR-01 ended with an error")
    assert "could not run" in ended.out


CRASH = """
import os, pytest
@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item):
    if item.name == "ENT-MAT-02" and os.environ.get("PYTEST_XDIST_WORKER"):
        os._exit(9)
"""


def test_a_worker_that_is_lost(target: Served, tmp_path: Path) -> None:
    (tmp_path / "crash.py").write_text(CRASH, encoding="utf-8")
    flags = ("-p", "crash", "-n", "2", "--max-worker-restart=0", *in_pytest(), str(SUITES))
    ended = with_pytest(target, tmp_path, *flags)
    found = result(tmp_path)
    assert found["ended_early"].startswith("the worker gw"), ended.screen
    assert_no_verdict(ended, tmp_path, code=6, early=found["ended_early"], least=FEWER)
    assert "ENT-MAT-02" in found["not_run"]


def test_ctrl_c(tmp_path: Path) -> None:
    with inhabited() as town:
        given = ("run", "--url", town.url, "--report-dir", "report")
        process = Process((*COMMAND, *given), tmp_path, {"SCIM_CONFORMANCE_TOKEN": town.token})
        until = time.monotonic() + 30
        while len(town.ours) < 4 and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(1)
        process.signal(signal.SIGINT, group=True)
        ended = process.ended()
    assert_calm(ended)
    assert_no_verdict(ended, tmp_path, code=2, early="the run was interrupted")


def test_another_suite_alone(target: Served, tmp_path: Path) -> None:
    ended = run(target, tmp_path, "--suite", "service")
    found = result(tmp_path)
    assert (ended.code, found["verdict"], found["verdict_by_dialect"]) == (0, "not-run", {})
    assert (
        found["sentence"] == f"No verdict: it needs {found['required']} scenarios of the entra suite, of which none ran"
    )


def test_a_partial_run_is_not_certified(target: Served, tmp_path: Path) -> None:
    run(target, tmp_path, "--", "-k", "DIS")
    ended = at(target, tmp_path, *COMMAND, "certify", "report")
    assert ended.code == 1
    assert "No verdict: " in ended.out
    assert "not all required scenarios ran: ENT-CON-01" in ended.out


def test_what_is_required_is_counted_for_one_dialect(target: Served, tmp_path: Path) -> None:
    run(target, tmp_path, "--dialect", "compliant", "ENT-CON-01")
    found = result(tmp_path)
    assert (found["ran"], found["dialects"]) == (1, ["compliant"])
    assert 80 < found["required"] < 160
    assert not any("/legacy" in one for one in found["not_run"])
