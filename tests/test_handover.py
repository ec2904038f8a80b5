"""How settings reach the processes of a run: resolved once, handed over, and without a secret on the way."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.demo.server import serve
from tests.support.cli import COMMAND, PYTEST, ROOT, Ended, Process, assert_calm, cli
from tests.support.turns import due

pytestmark = pytest.mark.slow

SPY = """
import json, os, sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

HERE, OPENED = Path(__file__).parent, Counter()
sys.addaudithook(lambda event, given: OPENED.update([os.path.basename(str(given[0]))]) if event == "open" else None)


def lines():
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has just ended
            found.append(path.read_bytes().decode(errors="replace"))
    return found


def pytest_configure_node(node):
    HERE.joinpath(f"sent-{node.gateway.id}.json").write_text(json.dumps(node.workerinput))


def pytest_unconfigure(config):
    from scim_conformance.run.state import RUN

    run = config.stash[RUN]
    worker = getattr(config, "workerinput", {}).get("workerid", "main")
    found = {"opened": OPENED, "lines": lines(), "proxy": run.settings.proxy, "target": run.settings.base}
    found |= {"seed": run.settings.seed, "profile": run.profile.name, "token": os.environ.get("SCIM_CONFORMANCE_TOKEN")}
    HERE.joinpath(f"{worker}.json").write_text(json.dumps(found))
"""
"""A plugin for pytest that notes what xdist's workers are sent, what each process opens, and every command line."""

SETTINGS = "settings.toml"
MAPPINGS = "mappings.toml"


@pytest.fixture
def spied(tmp_path: Path) -> Path:
    (tmp_path / "spy.py").write_text(SPY, encoding="utf-8")
    profile = ROOT / "scim_conformance" / "entra" / "profiles" / "entra-default.toml"
    (tmp_path / MAPPINGS).write_text(profile.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def seen(where: Path, process: str) -> dict[str, Any]:
    """Return what the spy noted of a process."""
    found: dict[str, Any] = json.loads((where / f"{process}.json").read_text(encoding="utf-8"))
    return found


def sent(where: Path) -> str:
    """Return all that the workers were sent."""
    files = sorted(where.glob("sent-*.json"))
    assert len(files) == 2
    return "".join(path.read_text(encoding="utf-8") for path in files)


def everything(where: Path) -> str:
    """Return what was sent, and the command lines of all processes of this machine."""
    return sent(where) + "".join(line for name in ("main", "gw0", "gw1") for line in seen(where, name)["lines"])


def played(where: Path, *arguments: str, environ: dict[str, str] | None = None) -> Ended:
    # The spy is found where the command line is started.
    given = ("--report-dir", str(where / "report"), "ENT-CON-01", "--", "-p", "spy", "-n", "2")
    return cli(where, *arguments, *given, environ=environ)


def test_one_json_text_tells_a_worker_all_but_the_secrets(spied: Path) -> None:
    with serve() as target:
        environ = {"SCIM_CONFORMANCE_TOKEN": target.token}
        ended = played(spied, "run", "--url", f"{target.url}?aadOptscim062020", "--seed", "7", environ=environ)
    assert_calm(ended)
    assert ended.code == 0, ended.screen
    assert target.token not in everything(spied)
    for name in ("gw0", "gw1"):
        assert (seen(spied, name)["seed"], seen(spied, name)["target"]) == (7, target.url)
        handed = json.loads(json.loads((spied / f"sent-{name}.json").read_text())["scim_conformance"])
        assert handed["settings"]["seed"] == 7
        assert handed["profile"]["name"] == "entra-default"


def test_a_token_of_the_command_line_goes_no_further(spied: Path) -> None:
    with serve() as target:
        ended = played(spied, "run", "--url", target.url, "--token", target.token)
    assert ended.code == 0, ended.screen
    assert target.token not in sent(spied)


def test_the_secret_of_the_demo_is_in_no_list(spied: Path) -> None:
    ended = played(spied, "demo")
    assert ended.code == 0, ended.screen
    for name in ("gw0", "gw1"):
        token = seen(spied, name)["token"]
        assert len(token) > 20
        assert token not in everything(spied)
        handed = json.loads((spied / f"sent-{name}.json").read_text())
        assert set(handed) == {"workerid", "workercount", "testrunuid", "mainargv", "scim_conformance"}
        assert len(handed["mainargv"]) == 1


@pytest.mark.parametrize("way", due(["variable", "file", "pytest"], 2))
def test_a_worker_finds_a_proxy_with_a_password_where_the_controller_did(spied: Path, way: str) -> None:
    proxy = "http://somebody:a-password-of-the-test@127.0.0.1:9"
    (spied / SETTINGS).write_text(f'proxy = "{proxy}"\n' if way == "file" else "", encoding="utf-8")
    arguments = ["--url", "http://127.0.0.1:9/scim", "--config", SETTINGS]
    environ = {"SCIM_CONFORMANCE_TOKEN": "no-target-checks-it"}
    environ |= {"SCIM_CONFORMANCE_PROXY": proxy} if way != "file" else {}
    if way == "pytest":
        command = (
            *PYTEST,
            "-p",
            "no:cacheprovider",
            "-p",
            "spy",
            "-n",
            "2",
            str(ROOT / "suites"),
            "--scim-id=ENT-CON-01",
        )
        options = [one.replace("--", "--scim-") for one in arguments]
        ended = Process((*command, *options), spied, {"PYTHONPATH": str(spied)} | environ).ended()
    else:
        ended = played(spied, "run", *arguments, environ=environ)
    assert ended.code == 6, ended.screen
    assert [seen(spied, name)["proxy"] for name in ("main", "gw0", "gw1")] == [proxy] * 3
    assert "a-password-of-the-test" not in everything(spied)


def opened(where: Path, process: str) -> Counter[str]:
    return Counter({name: seen(where, process)["opened"].get(name, 0) for name in (SETTINGS, MAPPINGS)})


@pytest.mark.parametrize("workers", due([1, 2], 2))
def test_settings_and_profile_are_read_once(spied: Path, workers: int) -> None:
    with serve() as target:
        (spied / SETTINGS).write_text(f'url = "{target.url}"\nprofile = "{MAPPINGS}"\n', encoding="utf-8")
        # The spy is loaded before the command line reads anything.
        program = "import spy, sys; from scim_conformance.commands.main import main; main(sys.argv[1:])"
        command = (sys.executable, "-c", program, "run", "--config", SETTINGS, "ENT-CON-01")
        environ = {"PYTHONPATH": str(spied), "SCIM_CONFORMANCE_TOKEN": target.token}
        ended = Process((*command, "--", "-p", "spy", "-n", str(workers)), spied, environ).ended()
    assert ended.code == 0, ended.screen
    assert opened(spied, "main") == {SETTINGS: 1, MAPPINGS: 1}
    for name in ("gw0", "gw1") if workers == 2 else ():
        assert opened(spied, name) == {SETTINGS: 0, MAPPINGS: 0}


def test_a_session_of_pytest_reads_them_once_too(spied: Path) -> None:
    with serve() as target:
        (spied / SETTINGS).write_text(f'url = "{target.url}"\nprofile = "{MAPPINGS}"\n', encoding="utf-8")
        command = (*PYTEST, "-p", "no:cacheprovider", "-p", "spy", str(ROOT / "suites"))
        asked = ("--scim-config", SETTINGS, "--scim-id", "ENT-CON-01")
        environ = {"PYTHONPATH": str(spied), "SCIM_CONFORMANCE_TOKEN": target.token}
        ended = Process((*command, *asked), spied, environ).ended()
    assert ended.code == 0, ended.screen
    assert opened(spied, "main") == {SETTINGS: 1, MAPPINGS: 1}


def test_the_environment_is_left_as_it_was(tmp_path: Path) -> None:
    program = (
        "import os, sys\nfrom scim_conformance.commands.main import main\nbefore = dict(os.environ)\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit as ended:\n    print('code', ended.code)\n"
        "print('changed', {*before.items()} ^ {*os.environ.items()})"
    )
    ended = Process(
        (sys.executable, "-c", program, "demo", "ENT-CON-01", "--", "-n", "2"),
        tmp_path,
        {"PYTEST_ADDOPTS": "--nonsense"},
    ).ended()
    assert "code 0" in ended.out, ended.screen
    assert "changed set()" in ended.out


@pytest.mark.parametrize("extra", ["--scim-seed=3", "--scim-url=http://127.0.0.1:9/", "--scim-yes"])
def test_what_is_resolved_is_not_given_once_more(tmp_path: Path, extra: str) -> None:
    command = (*COMMAND, "run", "--url", "http://127.0.0.1:9/scim", "ENT-CON-01", "--", extra)
    ended = Process(command, tmp_path, {}).ended()
    assert_calm(ended)
    assert ended.code == 4
    flag = extra.partition("=")[0]
    assert f"{flag} is an option of a pytest session: use {flag.replace('scim-', '')} before --" in ended.screen
