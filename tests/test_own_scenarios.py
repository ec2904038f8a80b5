"""Scenarios in somebody's own repository: the example of the docs in an empty folder; and the ids that docs name."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.demo.choices import DEFECTS
from scim_conformance.demo.server import Served, serve
from tests.support.cli import COMMAND, PYTEST, ROOT, Ended, Process

pytestmark = pytest.mark.slow

EXAMPLE = ROOT / "docs" / "examples" / "own-scenarios" / "test_acme.py"
OURS = {"ACM-USR-01", "ACM-USR-02/legacy", "ACM-USR-02/compliant"}
NAMED = re.compile(r"\b(?:ENT|STD)-[A-Z]{3}-\d{2}\b")
DOCS = ["portal-errors.md", "ci.md", "own-scenarios.md", "profiles.md", "waivers.md", "architecture.md"]


@pytest.fixture(scope="module")
def target() -> Iterator[Served]:
    with serve() as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder with the example in it, and settings of pytest that are nobody's business."""
    (tmp_path / "scim").mkdir()
    shutil.copy(EXAMPLE, tmp_path / "scim")
    return tmp_path


def at(target: Served, where: Path, *command: str) -> Ended:
    return Process(command, where, {"SCIM_CONFORMANCE_TOKEN": target.token}).ended()


def verdicts(where: Path) -> dict[str, str]:
    (file,) = where.glob("reports/*/result.json")
    found: list[dict[str, Any]] = json.loads(file.read_bytes())["scenarios"]
    return {one["id"]: one["verdict"] for one in found if not one["id"].startswith("STD")}


def test_the_example_runs_under_plain_pytest(target: Served, folder: Path) -> None:
    ended = at(target, folder, *PYTEST, "scim/", "--scim-url", target.url)
    assert ended.code == 0, ended.screen
    assert verdicts(folder) == dict.fromkeys(OURS, "conformant")
    (standing,) = re.findall(r"^standing (\.+)", ended.out, re.MULTILINE)
    assert f"{len(OURS) + len(standing)} passed" in ended.out
    assert "scenarios of the entra suite, of which none ran" in ended.out


def test_the_example_runs_beside_the_shipped_suites(target: Served, folder: Path) -> None:
    command = (*COMMAND, "run", "--url", target.url, "ENT-CON-01", "ACM", "--", "scim/")
    ended = at(target, folder, *command)
    assert ended.code == 0, ended.screen
    assert verdicts(folder) == dict.fromkeys({"ENT-CON-01", *OURS}, "conformant")


def test_its_deviations_fail_the_run_and_are_explained(folder: Path) -> None:
    with serve([DEFECTS["op-case"].around]) as faulty:
        ended = at(faulty, folder, *PYTEST, "scim/", "--scim-url", faulty.url)
    assert ended.code == 1
    assert verdicts(folder)["ACM-USR-02/legacy"] == "deviation"
    assert verdicts(folder)["ACM-USR-02/compliant"] == "conformant"
    assert "ACM-USR-02/legacy#move.status" in ended.out


def test_what_is_new_is_advice_for_now(folder: Path) -> None:
    """The version is that of this release; a scenario that says it came after the first one is new in it."""
    file = folder / "scim" / EXAMPLE.name
    text = file.read_text(encoding="utf-8")
    changed = text.replace("dialects=True)", 'dialects=True, since="0.1.7")')
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    with serve([DEFECTS["op-case"].around]) as faulty:
        ended = at(faulty, folder, *COMMAND, "run", "--url", faulty.url, "ACM-USR-02", "--", "scim/")
    assert ended.code == 0, ended.screen
    assert verdicts(folder)["ACM-USR-02/legacy"] == "deviation"
    said = " ".join(ended.out.split())
    assert "advice until 0.2, then at the level in brackets: ACM-USR-02/legacy#move.status (ENTRA)" in said
    (summary,) = folder.glob("reports/*/summary.md")
    assert "advice until 0.2" in summary.read_text(encoding="utf-8")


CONFTEST = """
from pathlib import Path

import pytest

from scim_conformance.demo.server import serve
from scim_conformance.kit import TargetAddress


def note(name):
    with Path("noted").open("a") as file:
        file.write(name + "\\n")


@pytest.fixture(scope="session")
def scim_target():
    note("started")
    with serve() as served:
        yield TargetAddress(served.url, served.token)
    note("stopped")


@pytest.fixture(autouse=True)
def around(request):
    note(request.node.name)
"""


def test_a_fixture_starts_the_target_and_marks_and_autouse_fixtures_apply(folder: Path) -> None:
    (folder / "scim" / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    file = folder / "scim" / EXAMPLE.name
    text = file.read_text(encoding="utf-8")
    marked = text.replace('@scenario("ACM-USR-01"', '@pytest.mark.skip("no console here")\n@scenario("ACM-USR-01"')
    file.write_text("import pytest\n" + marked, encoding="utf-8")
    ended = Process((*PYTEST, "scim/"), folder).ended()
    assert ended.code == 0, ended.screen
    noted = (folder / "noted").read_text(encoding="utf-8").split()
    assert noted == ["started", "ACM-USR-02/legacy", "ACM-USR-02/compliant", "stopped"]
    assert verdicts(folder) == dict.fromkeys(OURS, "conformant") | {"ACM-USR-01": "not applicable"}


def test_a_fixture_that_gives_no_target_ends_the_session(folder: Path) -> None:
    text = CONFTEST.replace("yield TargetAddress(served.url, served.token)", "yield 5")
    (folder / "scim" / "conftest.py").write_text(text, encoding="utf-8")
    ended = Process((*PYTEST, "scim/"), folder).ended()
    assert ended.code == 4, ended.screen
    assert "the fixture scim_target: it must return a tenant URL" in ended.screen
    assert not (folder / "reports").exists()


def test_an_expected_failure_is_waived(folder: Path) -> None:
    file = folder / "scim" / EXAMPLE.name
    text = file.read_text(encoding="utf-8")
    marked = text.replace('@scenario("ACM-USR-02"', '@pytest.mark.xfail(reason="ACME-7")\n@scenario("ACM-USR-02"')
    file.write_text("import pytest\n" + marked, encoding="utf-8")
    with serve([DEFECTS["op-case"].around]) as faulty:
        ended = at(faulty, folder, *PYTEST, "scim/", "--scim-url", faulty.url)
    assert ended.code == 0, ended.screen
    assert verdicts(folder)["ACM-USR-02/legacy"] == "waived"


def test_the_settings_file_is_found_and_the_command_line_knows_your_scenarios(folder: Path) -> None:
    with serve([DEFECTS["op-case"].around]) as faulty:
        (folder / "scim-conformance.toml").write_text(f'url = "{faulty.url}"\nown = ["scim"]\n', encoding="utf-8")
        ended = at(faulty, folder, *PYTEST, "scim/", "--scim-id", "ACM-USR-02")
        assert ended.code == 1, ended.screen
        explained = at(faulty, folder, *COMMAND, "explain", "ACM-USR-02/legacy#move.status")
        assert explained.code == 0, explained.screen
        assert "ACM-USR-02/legacy#move.status" in explained.out
        again = at(faulty, folder, *COMMAND, "replay", "last")
    assert again.code == 1, again.screen
    assert "0 fixed, 1 still failing, 0 new" in again.out
    assert "scim-conformance explain ACM-USR-02/legacy#move.status --own" in again.out


def test_a_file_that_cannot_be_imported_is_named(folder: Path) -> None:
    (folder / "scim" / "test_broken.py").write_text("import nothing_of_this_name\n", encoding="utf-8")
    ended = Process((*COMMAND, "list", "ACM", "--own", "scim"), folder).ended()
    assert ended.code == 4
    assert "test_broken.py cannot be imported (ModuleNotFoundError" in ended.err


def test_the_docs_show_the_example_as_it_is() -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "own-scenarios.md").read_text("utf-8"), re.DOTALL)
    (shown,) = (one for one in blocks if "@scenario" in one)
    assert shown.strip() in EXAMPLE.read_text(encoding="utf-8")


def known() -> set[str]:
    catalogue = json.loads((ROOT / "docs" / "catalogue.json").read_text(encoding="utf-8"))
    return {one["id"].partition("/")[0] for name in ("scenarios", "standing") for one in catalogue[name]}


@pytest.mark.parametrize("name", DOCS)
def test_every_scenario_that_a_page_names_exists(name: str) -> None:
    named = set(NAMED.findall((ROOT / "docs" / name).read_text(encoding="utf-8")))
    assert named <= known()


def test_every_scenario_that_the_commands_name_exists() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "scim_conformance" / "commands").glob("*.py")]
    named = {one for text in texts for one in NAMED.findall(text)}
    assert len(named) > 3
    assert named <= known()


def test_each_row_of_the_portals_messages_leads_somewhere() -> None:
    page = (ROOT / "docs" / "portal-errors.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and "---" not in line]
    leads = re.compile(NAMED.pattern + r"|scim-conformance \w+|\| none|the scenario of that failure|Fix first")
    headings = {"the portal says", "the log says", "users report", "why"}
    told = [row for row in rows if row.split("|")[1].strip() not in headings]
    assert len(told) > 35
    assert [row for row in told if not leads.search(row)] == []
    for message in (
        "invalid credentials",
        "ServiceIncompatible",
        "BadRequest",
        "EntryConflict",
        "DuplicateTargetEntries",
    ):
        assert message in page
