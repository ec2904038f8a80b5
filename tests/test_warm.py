"""What is started warm is what a new interpreter is: the same output, surroundings, exit code and answer to signals."""

import json
import os
import re
import shutil
import signal
import sys
from pathlib import Path

import pytest

from scim_conformance.demo.server import serve
from tests.support import warm
from tests.support.cli import COMMAND, PYTEST, ROOT, Process, assert_nobody_is_left, cli, environment
from tests.support.foreign import Signal, inhabited
from tests.support.screens import shown
from tests.support.turns import due

pytestmark = pytest.mark.slow

CHANGES = re.compile(r"127\.0\.0\.1:\d+|\d{8}-\d{6}-[0-9a-f]+|\d+\.\d+ ?s\b|sct[0-9a-f]{12}|(?<=/)(warm|cold)\b")
"""What differs from run to run."""

COMMANDS = (
    "--help",
    "list ENT-CON",
    "explain ENT-DIS-01/legacy",
    "profile show",
    "run",
    "frobnicate",
    "run --url http://127.0.0.1:9/ --config nowhere.toml",
    "demo --report-dir report --defect op-case ENT-CON-01 ENT-DIS-01",
    "demo --report-dir report ENT-CON-01 -- -n 2",
    "demo --report-dir report ENT-CON-01 -- -v",
)


@pytest.mark.parametrize("command", due(COMMANDS, 2))
def test_it_says_and_writes_the_same(tmp_path: Path, command: str) -> None:
    folders = {True: tmp_path / "cold", False: tmp_path / "warm"}
    said = {}
    for cold, where in folders.items():
        ended = cli(where, *command.split(), cold=cold)
        files = sorted(str(path.relative_to(where)) for path in where.rglob("*") if "allure" not in str(path))
        said[cold] = (ended.code, CHANGES.sub("", ended.out), CHANGES.sub("", ended.err), files)
    assert said[False] == said[True]
    assert said[True][1] or said[True][2]


EXAMPLE = ROOT / "docs" / "examples" / "own-scenarios" / "test_acme.py"
SEEN = """
import json, os, pathlib, signal, sys

def pytest_sessionfinish(session):
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    seen = {
        "environ": sorted(os.environ.keys() - {"PYTHONPATH", "LINES"}),
        "argv": sys.argv,
        "path": sys.path,
        "where": os.getcwd(),
        "signals": [str(signal.getsignal(one)).partition(" object at")[0] for one in (2, 15, 1)],
        "family": [os.getsid(0) == os.getpgid(0), os.getpgid(0) in (os.getpid(), os.getppid())],
    }
    pathlib.Path(f"seen-{worker}.json").write_text(json.dumps(seen).replace(os.getcwd(), "HERE"))
"""
"""A plugin that notes what a process finds. `LINES` is set by the library that pytest loads for the debugger."""


def test_pytest_and_its_workers_find_say_and_write_the_same(tmp_path: Path) -> None:
    said = {}
    with serve() as target:
        asked = (f"--scim-url={target.url}", "--scim-report-dir=report", "--scim-id=ACM-USR-01", "test_acme.py")
        for cold, where in {True: tmp_path / "cold", False: tmp_path / "warm"}.items():
            where.mkdir()
            (where / "seen.py").write_text(SEEN, encoding="utf-8")
            shutil.copy(EXAMPLE, where)
            environ = {"SCIM_CONFORMANCE_TOKEN": target.token}
            process = Process((*PYTEST, "-q", "-n", "2", "-p", "seen", *asked), where, environ, cold=cold, path=where)
            ended = process.ended()
            found = {name: json.loads((where / f"seen-{name}.json").read_bytes()) for name in ("main", "gw0", "gw1")}
            files = sorted(str(path.relative_to(where)) for path in where.rglob("*.*") if "allure" not in str(path))
            said[cold] = (found, ended.code, CHANGES.sub("", ended.out), CHANGES.sub("", ended.err), files)
    assert said[False] == said[True]
    assert said[True][1] == 0, said[True]


@pytest.mark.parametrize("colour", due([True, False], 2))
def test_it_has_a_terminal_of_its_own(tmp_path: Path, colour: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    found = shown(tmp_path, 80, "run", colour=colour)
    monkeypatch.setattr(warm, "fits", lambda environ: False)
    assert (found.code, found.raw) == (4, shown(tmp_path, 80, "run", colour=colour).raw)


def test_it_is_a_child_in_a_session_of_its_own_and_hears_signals(tmp_path: Path) -> None:
    strike = Signal(30)
    with inhabited(users=1, groups=1) as town:
        town.served.app.defects = (strike,)
        given = ("run", "--url", town.url, "--report-dir", "report", "ENT-CRE")
        process = Process((*COMMAND, *given), tmp_path, {"SCIM_CONFORMANCE_TOKEN": town.token})
        assert strike.begun.wait(60)
        assert os.getsid(process.pid) == os.getpgid(process.pid) == process.pid
        process.signal(signal.SIGINT, group=True)
        assert process.ended().code == 2
        assert_nobody_is_left(process.pid)


def test_it_dies_by_a_signal_as_any_child_does(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "settings.toml")
    process = Process((*COMMAND, "run", "--config", "settings.toml"), tmp_path)
    process.signal(signal.SIGKILL, group=False)
    assert process.ended().code == -signal.SIGKILL


def test_what_only_a_new_interpreter_can_show_gets_one() -> None:
    known = environment({})
    assert warm.fits(known) == (sys.platform == "linux")
    for name in ("PYTHONPATH", "PYTHONHASHSEED", "LC_ALL", "LD_PRELOAD"):
        assert not warm.fits(known | {name: "other"})
    assert not warm.fits({"PYTHONSTARTUP": "x"})


def test_nothing_of_one_command_is_in_the_next(tmp_path: Path) -> None:
    named = {"SCIM_CONFORMANCE_URL": "http://127.0.0.1:9/", "SCIM_CONFORMANCE_TOKEN": "t" * 20}
    assert cli(tmp_path / "1", "run", environ=named).code == 6
    assert cli(tmp_path / "2", "run").code == 4
