"""Signals before, during and after a run, and what is printed into a closed pipe or onto a full disk."""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cli import COMMAND, Process, Run, assert_calm, assert_nobody_is_left, environment, start
from tests.support.foreign import Inhabited, Signal, inhabited
from tests.support.turns import due

pytestmark = pytest.mark.slow

SOME = ("ENT-CRE", "ENT-DIS", "ENT-DEL", "ENT-GRP")
"""What creates and deletes most."""

HELD = """
import importlib.abc, os, sys, time
class Held(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == os.environ["HELD"]:
            open(os.environ["HELD_MARK"], "w").close()
            time.sleep(20)
sys.meta_path.insert(0, Held())
"""
"""A sitecustomize that stops the interpreter where it begins to load a module, so that a signal arrives there."""


@pytest.fixture(scope="module")
def town() -> Iterator[Inhabited]:
    """A target in which others live."""
    with inhabited(users=30, groups=10) as target:
        yield target


def held(where: Path, module: str, *arguments: str) -> Process:
    """Start the command line, and return it where it begins to load this module."""
    mark = where / "mark"
    (where / "sitecustomize.py").write_text(HELD)
    environ = {"PYTHONPATH": str(where), "HELD": module, "HELD_MARK": str(mark)}
    process = Process((*COMMAND, *arguments), where / "process", environ)
    until = time.monotonic() + 30
    while not mark.exists():
        assert time.monotonic() < until, f"{module} was never loaded"
        time.sleep(0.01)
    return process


STARTING = [
    (signal.SIGINT, "click", "run"),
    (signal.SIGHUP, "scim_conformance.config.settings", "clean x"),
    (signal.SIGTERM, "pytest", "run --url http://127.0.0.1:9/"),
    (signal.SIGQUIT, "xdist.dsession", "run --url http://127.0.0.1:9/ -- -n 2"),
    (signal.SIGINT, "scim_conformance.run.session", "demo"),
    (signal.SIGTERM, "scim_conformance.commands.doctor", "doctor --url http://127.0.0.1:9/"),
    (signal.SIGINT, "scim_conformance.verdict.run_result", "certify ."),
    (signal.SIGHUP, "scim_conformance.verdict.run_result", "report ."),
    (signal.SIGTERM, "scim_conformance.verdict.run_result", "export ."),
]


@pytest.mark.parametrize(("number", "module", "command"), due(STARTING, 3))
def test_a_signal_during_start_up_is_one_line(
    tmp_path: Path, number: signal.Signals, module: str, command: str
) -> None:
    (tmp_path / "process").mkdir()
    (tmp_path / "process" / "result.json").write_text("{}")
    process = held(tmp_path, module, *shlex.split(command))
    process.signal(number, group=False)
    ended = process.ended()
    assert (ended.code, ended.err) == (2, "scim-conformance: interrupted\n")
    assert_nobody_is_left(process.pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_while_the_configuration_is_read(tmp_path: Path, number: signal.Signals) -> None:
    os.mkfifo(tmp_path / "settings.toml")
    process = Process((*COMMAND, "run", "--config", "settings.toml"), tmp_path)
    # Opening the other end waits until it is being read.
    with (tmp_path / "settings.toml").open("w"):
        process.signal(number, group=False)
        ended = process.ended()
    assert (ended.code, ended.err) == (2, "scim-conformance: interrupted\n")


def test_a_signal_during_collection_reports(town: Inhabited, tmp_path: Path) -> None:
    """Workers are being started then: theirs would be the tracebacks."""
    process = held(
        tmp_path, "scim_conformance.run.items", "run", "--url", town.url, "--report-dir", "r", "--", "-n", "2"
    )
    process.signal(signal.SIGINT, group=True)
    ended = process.ended()
    assert_calm(ended)
    assert ended.code == 2
    assert "interrupted" in ended.screen
    assert_nobody_is_left(process.pid)


@pytest.mark.parametrize("number", due([signal.SIGHUP, signal.SIGQUIT], 2))
def test_the_whole_group_is_struck(town: Inhabited, tmp_path: Path, number: signal.Signals) -> None:
    """As a terminal does that closes, and Ctrl-\\."""
    strike = Signal(60)
    town.served.app.defects = (strike,)
    run = Run(tmp_path, town.url, town.token)
    process = run.start("-n", "2", *SOME)
    assert strike.begun.wait(60)
    process.signal(number, group=True)
    process.signal(number, group=True)
    ended = process.ended()
    assert_calm(ended)
    assert ended.code == 2
    assert run.result["leftovers"] == []
    town.assert_as_before()
    assert_nobody_is_left(process.pid)


@pytest.mark.parametrize("command", ["nohup", 'sh -c \'trap "" HUP INT QUIT; exec "$@"\' sh'])
def test_what_the_parent_ignores_ends_nothing(town: Inhabited, tmp_path: Path, command: str) -> None:
    strike = Signal(20)
    town.served.app.defects = (strike,)
    run = Run(tmp_path, town.url, town.token)
    given = ("run", "--url", run.url, "--report-dir", str(run.reports), "ENT-CRE-01", "ENT-DIS-01")
    process = Process((*shlex.split(command), *COMMAND, *given), tmp_path, run.environ)
    assert strike.begun.wait(60)
    process.signal(signal.SIGHUP, group=True)
    if command != "nohup":
        process.signal(signal.SIGINT, group=True)
    ended = process.ended()
    assert ended.code == 0, ended.screen
    town.assert_as_before()


@pytest.mark.parametrize("workers", [(), ("--", "-n", "2")], ids=["serial", "two-workers"])
def test_workers_die_with_a_killed_controller(town: Inhabited, tmp_path: Path, workers: tuple[str, ...]) -> None:
    strike = Signal(60)
    town.served.app.defects = (strike,)
    run = Run(tmp_path, town.url, town.token)
    process = run.start(*SOME, *workers)
    assert strike.begun.wait(60)
    process.signal(signal.SIGKILL, group=False)
    process.ended()
    time.sleep(0.5)  # a worker looks 20 times a second; this machine may be busy
    sent = strike.requests
    assert_nobody_is_left(process.pid)
    assert strike.requests == sent
    assert run.clean().code == 0
    town.assert_as_before()


def shell(where: Path, line: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a line of sh, in which $SCIM is the command line."""
    found = environment(environ | {"SCIM": shlex.join(COMMAND)})
    return subprocess.run(
        ["bash", "-c", line], cwd=where, env=found, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize("end", due(["| head -1", ">&-", ">&- 2>&-", "2>&-", "<&-"], 3))
def test_nobody_listens(town: Inhabited, tmp_path: Path, end: str) -> None:
    town.served.app.defects = ()
    run = Run(tmp_path, town.url, town.token)
    line = f"$SCIM run --url {run.url} --report-dir {run.reports} ENT-CRE-01 ENT-GRP-01 {end}; exit ${{PIPESTATUS[0]}}"
    ended = shell(tmp_path, line, run.environ)
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    assert run.result["leftovers"] == []
    town.assert_as_before()


@pytest.mark.parametrize("workers", due(["", "-n 2"], 2))
def test_standard_output_on_a_full_disk(town: Inhabited, tmp_path: Path, workers: str) -> None:
    town.served.app.defects = ()
    run = Run(tmp_path, town.url, town.token)
    line = f"$SCIM run --url {run.url} --report-dir {run.reports} {workers} ENT-CRE-01 ENT-GRP-01 >/dev/full"
    ended = shell(tmp_path, line, run.environ)
    assert ended.stderr == "scim-conformance: standard output cannot be written: No space left on device\n"
    assert ended.returncode == 4
    assert run.result["leftovers"] == []
    town.assert_as_before()


@pytest.mark.parametrize("command", due(["list", "explain ENT-DIS-01/legacy", "run --help", "run --dry-run"], 2))
def test_other_commands_whose_output_goes_nowhere(tmp_path: Path, command: str) -> None:
    with (
        Path(os.devnull).open("rb") as nothing,
        Path("/dev/full").open("wb") as full,
        (tmp_path / "err").open("wb") as err,
    ):
        descriptors = (nothing.fileno(), full.fileno(), err.fileno())
        pid = start((*COMMAND, *shlex.split(command)), tmp_path, environment({}), descriptors)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 4
    said = (tmp_path / "err").read_text(encoding="utf-8")
    assert said == "scim-conformance: standard output cannot be written: No space left on device\n"
    piped = shell(tmp_path, f"$SCIM {command} | head -1; exit ${{PIPESTATUS[0]}}", {})
    assert (piped.returncode, piped.stderr) == (0, "")


@pytest.mark.parametrize("end", due(["| head -1", ">/dev/full"], 2, shift=1))
def test_pytest_itself_prints_into_nothing(town: Inhabited, tmp_path: Path, end: str) -> None:
    town.served.app.defects = ()
    run = Run(tmp_path, town.url, town.token)
    ours = Path(__file__).resolve().parent.parent
    line = (
        f"{shlex.quote(sys.executable)} -m pytest -c /dev/null --rootdir={ours} {ours}/suites --scim-url {run.url} "
        f"--scim-report-dir {run.reports} --scim-id ENT-CRE-01 --scim-id ENT-GRP-01 {end}; exit ${{PIPESTATUS[0]}}"
    )
    ended = shell(tmp_path, line, run.environ)
    assert "Traceback" not in ended.stderr
    assert run.result["leftovers"] == []
    town.assert_as_before()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_clean_and_clean_can_be_repeated(town: Inhabited, tmp_path: Path, number: signal.Signals) -> None:
    killed = Signal(60)
    town.served.app.defects = (killed,)
    run = Run(tmp_path, town.url, town.token)
    process = run.start(*SOME)
    assert killed.begun.wait(60)
    process.signal(signal.SIGKILL, group=True)
    process.ended()
    strike = Signal(2)
    town.served.app.defects = (strike,)
    cleaning = Process((*COMMAND, "clean", str(run.reports)), tmp_path / "struck", run.environ)
    assert strike.begun.wait(60)
    cleaning.signal(number, group=False)
    ended = cleaning.ended()
    assert_calm(ended)
    # It may have been done before the signal came.
    assert (ended.code, ended.err.strip()) in {(2, "scim-conformance: interrupted"), (0, "")}
    assert run.clean().code == 0
    town.assert_as_before()
