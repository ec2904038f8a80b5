"""Screens as people see them, at 80 and at 120 columns, with colour and without.

`SCREENS=write pytest tests/test_screens.py` writes them anew; read each before it is committed.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scim_conformance.demo.choices import DEFECTS
from scim_conformance.demo.server import Served, serve
from tests.support.raw import closed_port
from tests.support.screens import Screen, normal, shown
from tests.support.turns import due, rotated

pytestmark = pytest.mark.slow

KEPT = Path(__file__).parent / "screens"
WHOLE = re.compile(r"^\s*(curl |scim-conformance export |https?://\S+$)")
"""Lines that are longer than the terminal on purpose: a command or an address, to be copied whole."""


@dataclass(frozen=True)
class Case:
    """A command, its exit code, and what has to have happened before. `next`: the step that a problem's text names."""

    command: str
    code: int = 0
    target: str = ""
    token: str | None = ""
    next: str = ""
    before: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)


RUN, WRONG = "run --url {url} --report-dir report", "not-the-token"
FIRST = "run --url {url} --report-dir reports/first ENT-CON-01 ENT-DIS"

FAULTY = "op-case"
"""The defect of the target that is called faulty here."""

CASES: dict[str, Case] = {
    "help": Case("--help"),
    "help-demo": Case("demo --help"),
    "help-run": Case("run --help"),
    "list": Case("list ENT-CON-01 ENT-DIS-01/legacy"),
    "explain": Case("explain ENT-DIS-01/legacy#disable.status"),
    "explain-nothing": Case("explain ENT-XXX-01", 5, next="scim-conformance list"),
    "profile-show": Case("profile show"),
    "profile-list": Case("profile list"),
    "run": Case(f"{RUN} ENT-CON-01 ENT-DIS", 0, "honest"),
    "run-deviation": Case(f"{RUN} ENT-CON-01 ENT-DIS", 1, "faulty", next="scim-conformance explain ENT-DIS-01/legacy"),
    "doctor": Case("doctor --url {url}", 0, "honest"),
    "doctor-wrong-token": Case("doctor --url {url}", 6, "honest", WRONG, next="set SCIM_CONFORMANCE_TOKEN"),
    "doctor-dead": Case("doctor --url {dead}", 6, next="start the target"),
    "init": Case(
        "init --url https://host.example/scim/v2 --auth bearer --profile users-only", next="scim-conformance doctor"
    ),
    "init-again": Case("init --url https://h.example/s", 4, files={"scim-conformance.toml": ""}, next="--force"),
    "nothing": Case("run", 4, next="scim-conformance run --url"),
    "doctor-nothing": Case("doctor", 4, next="scim-conformance doctor --url"),
    "wrong-token": Case(f"{RUN} ENT-CON-01", 6, "honest", WRONG, next="set SCIM_CONFORMANCE_TOKEN"),
    "dead-host": Case("run --url {dead} --report-dir report", 6, token=WRONG, next="start the target"),
    "not-a-url": Case("run --url host/scim", 4, next="such as https://host/scim/v2"),
    "no-such-command": Case("frobnicate", 4, next="scim-conformance --help"),
    "no-such-defect": Case("demo --defect op-cas", 4, next="did you mean op-case"),
    "replay": Case("replay last", 1, "faulty", before=(FIRST,), next="scim-conformance explain"),
    "replay-nothing": Case("replay last", 4, next="scim-conformance run"),
    "settings-broken": Case("run", 4, files={"scim-conformance.toml": 'token = "x"'}, next="SCIM_CONFORMANCE_TOKEN"),
}


@pytest.fixture(scope="module")
def targets() -> Iterator[dict[str, Served]]:
    with serve() as honest, serve([DEFECTS[FAULTY].around]) as faulty:
        yield {"honest": honest, "faulty": faulty}


def screen(case: Case, targets: dict[str, Served], where: Path, columns: int, *, colour: bool) -> Screen:
    """Show a command's screen, in a folder of its own."""
    target = targets.get(case.target)
    places = {"url": target.url if target else "", "dead": f"http://127.0.0.1:{closed_port()}/scim"}
    token = target.token if target and case.token == "" else case.token or ""
    environ = {"SCIM_CONFORMANCE_TOKEN": token} if token else {}
    where.mkdir()
    for name, text in case.files.items():
        (where / name).write_text(text, encoding="utf-8")
    for command in case.before:
        shown(where, columns, *command.format(**places).split(), environ=environ)
    return shown(where, columns, *case.command.format(**places).split(), environ=environ, colour=colour)


WRITE = (
    "if this change is meant: `make contract` where scenarios or defects changed, else `SCREENS=write "
    ".venv/bin/python -m pytest tests/test_screens.py`; then read the difference"
)


def assert_kept(name: str, text: str) -> None:
    """Compare with what is kept, or write it."""
    file = KEPT / f"{name}.txt"
    if os.environ.get("SCREENS") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), WRITE


WIDTHS = [(name, columns) for number, name in enumerate(CASES) for columns in rotated([80, 120], number % 2)]
"""Each screen at each width: a run shows half of the screens at one width, and the others at the other."""


@pytest.mark.parametrize(("name", "columns"), WIDTHS if "SCREENS" in os.environ else due(WIDTHS, 2))
def test_a_screen(targets: dict[str, Served], tmp_path: Path, name: str, columns: int) -> None:
    case = CASES[name]
    found = screen(case, targets, tmp_path / "screen", columns, colour=True)
    assert found.code == case.code, found.text
    assert [line for line in found.wrapped if not WHOLE.match(line)] == []
    assert case.next in " ".join(found.text.split())
    assert "Traceback" not in found.text
    assert_kept(f"{name}-{columns}", normal(found.coloured))


PLAIN = [("run-deviation", 80), ("doctor", 120), ("doctor-dead", 80), ("dead-host", 120), ("replay", 80)]
"""Screens that are shown without colour too, each at one width: how wide it is has nothing to do with its colours."""


@pytest.mark.parametrize(("name", "columns"), due([*PLAIN, ("profile-show", 120)], 2))
def test_without_colour_it_says_the_same(targets: dict[str, Served], tmp_path: Path, name: str, columns: int) -> None:
    case = CASES[name]
    found = screen(case, targets, tmp_path / "screen", columns, colour=False)
    assert re.search(rb"\x1b\[[0-9;]*[349][0-7]", found.raw) is None
    kept = (KEPT / f"{name}-{columns}.txt").read_text(encoding="utf-8")
    assert "‹" in kept
    assert normal(found.text) == uncoloured(kept)


def uncoloured(kept: str) -> str:
    """Take the colours out of a screen that is kept."""
    return re.sub(r"‹[a-z0-9 ]+:(.*?)›", r"\1", kept)


def test_a_problem_always_names_the_next_step() -> None:
    assert [name for name, case in CASES.items() if case.code != 0 and not case.next] == []


def test_no_screen_is_kept_that_nothing_shows() -> None:
    kept = {path.stem for path in KEPT.glob("*.txt")}
    assert kept == {f"{name}-{columns}" for name in CASES for columns in (80, 120)}


def test_every_command_has_a_help_that_fits(tmp_path: Path) -> None:
    from scim_conformance.commands.main import cli

    for name in cli.commands:
        found = shown(tmp_path, 80, name, "--help")
        assert found.code == 0
        assert found.wrapped == []
        assert "xample" in found.text, f"{name} --help shows no example"
