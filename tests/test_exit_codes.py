"""Every way in which a run can say no: the exit code, and one sentence that says what is wrong and what to do."""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.demo.server import serve
from tests.support.cli import Ended, Run, assert_calm, cli, pytest_suites
from tests.support.raw import (
    EMPTY,
    Accounts,
    Answering,
    Pieces,
    Received,
    closed_port,
    dripping,
    error,
    http,
    listening,
    scim,
)
from tests.support.turns import due

pytestmark = pytest.mark.slow

PAGE = b"<!DOCTYPE html><html><title>Sign in</title></html>"


def never(request: Received) -> Iterator[bytes]:
    """Accept and say nothing, for longer than any deadline here."""
    time.sleep(8)
    yield b""


def drip_head(request: Received) -> Pieces:
    """Drip the headers."""
    return dripping(b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 60)


def drip_body(request: Received) -> Iterator[bytes]:
    """Send the headers at once and drip the body."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/scim+json\r\nContent-Length: 60\r\n\r\n"
    yield from dripping(b"{" + b" " * 59)


DEAD: dict[str, tuple[Answering, str]] = {
    "html": (lambda _: http(200, PAGE, media="text/html"), r"returns an HTML page .*: is the tenant URL"),
    "500": (lambda _: http(500, b"oops", media="text/plain"), r"fails on every request .*: check the target's log"),
    "401": (lambda _: error(401), r"refuses the token .*: set SCIM_CONFORMANCE_TOKEN to the secret token"),
    "404": (lambda _: http(404), r"has no /Users below this tenant URL .*: check the path"),
    "redirect": (lambda _: http(302, headers=[("Location", "/login")]), r"redirects to /login .*: specify the URL"),
    "silent": (never, r"did not respond within 2 s: check that it is running"),
    "drips-headers": (drip_head, r"did not respond within 2 s: check that it is running"),
    "drips-body": (drip_body, r"did not respond within 2 s: check that it is running"),
    "hangs-up": (lambda _: [], r"closed the connection or did not speak HTTP .*: check"),
    "no-http": (lambda _: [b"SSH-2.0-OpenSSH_9.6\r\n"], r"closed the connection or did not speak HTTP .*: check"),
}


@pytest.mark.parametrize("name", due(DEAD, 3))
def test_a_target_that_cannot_be_judged(tmp_path: Path, name: str) -> None:
    answering, sentence = DEAD[name]
    with listening(answering) as target:
        run = Run(tmp_path, target.url, "a-secret-of-the-test")
        ended = run.run("--timeout", "2")
        assert_inconclusive(run, ended, sentence)
        assert len(target.received) <= 4
    assert ended.seconds < 8


def assert_inconclusive(run: Run, ended: Ended, sentence: str) -> None:
    """Exit 6 with this one sentence, and nothing judged."""
    assert_calm(ended)
    assert ended.code == 6, ended.screen
    assert re.search(sentence, " ".join(ended.out.split())), ended.screen
    assert run.result["verdict"] == "inconclusive"
    assert {one["verdict"] for one in run.result["scenarios"]} <= {"inconclusive", "not applicable"}


def test_nothing_listens(tmp_path: Path) -> None:
    run = Run(tmp_path, f"http://127.0.0.1:{closed_port()}/scim")
    assert_inconclusive(run, run.run("--timeout", "2"), r"127\.0\.0\.1:\d+ refuses connections: start the target")


@pytest.mark.parametrize("flags", [("ENT-DIS",), ("-n", "2", "ENT-CON")], ids=["some", "two-workers"])
def test_the_cause_is_said_for_a_selection_too(tmp_path: Path, flags: tuple[str, ...]) -> None:
    run = Run(tmp_path, f"http://127.0.0.1:{closed_port()}/scim")
    ended = run.run("--timeout", "2", *flags)
    assert (ended.code, run.result["exit_code"]) == (6, 6)
    assert "refuses connections: start the target" in ended.out


def test_the_name_does_not_resolve(tmp_path: Path) -> None:
    run = Run(tmp_path, "http://nothing.invalid/")
    assert_inconclusive(run, run.run("--timeout", "5", "--yes"), r"name nothing\.invalid does not resolve: check")


def _absent_is_404(request: Received) -> bytes:
    return error(404) if "filter=" in request.path else honest(request)


def honest(request: Received) -> bytes:
    """Answer queries with nobody and everything else with 404."""
    return scim(200, EMPTY) if request.path.startswith(("/scim/Users?", "/scim/Groups?")) else error(404)


def _only_polite(refusal: bytes, header: str) -> Callable[[Received], bytes]:
    return lambda request: honest(request) if request.header(header) else refusal


LOGIN = http(302, headers=[("Location", "https://login.example/?next=/scim")])

FAULTS: dict[str, Callable[[Received], bytes]] = {
    "404-for-nobody": _absent_is_404,
    "403-html-without-user-agent": _only_polite(http(403, PAGE, media="text/html"), "User-Agent"),
    "406-without-accept": _only_polite(http(406), "Accept"),
    "login-page-without-user-agent": _only_polite(LOGIN, "User-Agent"),
}


@pytest.mark.parametrize("name", due(FAULTS, 2))
def test_what_only_entra_meets_is_a_deviation(tmp_path: Path, name: str) -> None:
    with listening(FAULTS[name]) as target:
        run = Run(tmp_path, target.url, "a-secret-of-the-test")
        ended = run.run("--timeout", "2", "ENT-CON", "ENT-DIS-01")
    assert_calm(ended)
    assert ended.code == 1, ended.screen
    assert run.result["fix_first"][0]["check"].startswith("ENT-CON-01#")
    assert re.search(r"1\. ENTRA +ENT-CON-01#|1\. MUST +ENT-CON-01#", ended.out), ended.out
    verdicts = {one["template"]: one["verdict"] for one in run.result["scenarios"]}
    assert verdicts["ENT-CON-01"] == "deviation"


TOML: dict[str, tuple[str, str]] = {
    "unknown-key": ('urll = "http://127.0.0.1:9"', "unknown key `urll`"),
    "not-toml": ("url = http://", "is not TOML"),
    "wrong-type": ('timeout = "soon"', "timeout"),
    "wrong-type-list": ("suite = 5", "suite"),
    "wrong-choice": ('dialect = "modern"', "dialect"),
    "token": ('token = "canary-0123456789"', "contains token"),
    "client-secret": ('client-secret = "canary-0123456789"', "contains client-secret"),
    "negative": ("timeout = -1", "--timeout"),
    "no-number": ("timeout = nan", "--timeout"),
}


@pytest.mark.parametrize("name", due(TOML, 2))
def test_a_configuration_that_cannot_be_used(tmp_path: Path, name: str) -> None:
    text, named = TOML[name]
    file = tmp_path / "settings.toml"
    file.write_text(text)
    ended = cli(tmp_path, "run", "--url", "http://127.0.0.1:9/scim", "--config", str(file))
    assert_usage(ended, named)
    assert "canary" not in ended.screen


USAGE: dict[str, tuple[list[str], str]] = {
    "wrong-flag": (["--tokn", "x"], "--tokn"),
    "wrong-choice": (["--dialect", "modern"], "--dialect"),
    "wrong-number": (["--timeout", "soon"], "--timeout"),
    "endless": (["--timeout", "inf"], "--timeout"),
    "no-rate": (["--rate", "0"], "--rate"),
    "unknown-profile": (["--profile", "no-such"], "no-such"),
    "missing-configuration": (["--config", "no-such.toml"], "no-such.toml"),
    "missing-waivers": (["--waivers", "no-such.toml"], "no-such.toml"),
    "missing-token-file": (["--token-file", "no-such.txt"], "no-such.txt"),
    "missing-ca": (["--ca-file", "no-such.pem"], "no-such.pem"),
    "proxy": (["--proxy", "socks"], "--proxy"),
    "unwritable-reports": (["--report-dir", "/dev/null/reports"], "report directory"),
    "foreign-host": (["--url", "https://scim.example/v2"], "--yes"),
    "no-url": (["--url", "scim.example"], "--url"),
    "broken-url": (["--url", "http://[bad"], "--url"),
    "broken-port": (["--url", "http://127.0.0.1:abc/"], "--url"),
    "password-in-url": (["--url", "https://user:canary@scim.example/"], "--url"),
    "password-in-wrong-url": (["--url", "ftp://user:canary@scim.example/"], "--url"),
    "token-with-line-break": (["--token", "canary\r\nX: y"], "token"),
}


@pytest.mark.parametrize("name", due(USAGE, 2))
def test_a_command_line_that_cannot_be_used(tmp_path: Path, name: str) -> None:
    flags, named = USAGE[name]
    ended = cli(tmp_path, "run", "--url", "http://127.0.0.1:9/scim", *flags)
    assert_usage(ended, named)
    assert "canary" not in ended.screen


def assert_usage(ended: Ended, named: str) -> None:
    """Exit 4, with a sentence that names the culprit."""
    assert_calm(ended)
    assert ended.code == 4, ended.screen
    assert named in ended.err, ended.screen
    assert len(ended.err.strip().splitlines()) <= 4


def test_no_target_at_all(tmp_path: Path) -> None:
    assert_usage(cli(tmp_path, "run"), "--url")


def test_clean_without_a_journal(tmp_path: Path) -> None:
    assert_usage(cli(tmp_path, "clean", str(tmp_path)), "journal.jsonl")


def test_nothing_selected(tmp_path: Path) -> None:
    with listening(honest) as target:
        run = Run(tmp_path, target.url)
        ended = run.run("NOPE-XXX")
        assert target.received == []
    assert_calm(ended)
    assert ended.code == 5, ended.screen
    assert "NOPE-XXX" in ended.screen


def _verdicts(result: dict[str, Any]) -> dict[str, str]:
    return {one["id"]: one["verdict"] for one in result["scenarios"]}


def test_pytest_gives_the_same_verdict(tmp_path: Path) -> None:
    with serve() as served:
        run = Run(tmp_path / "cli", served.url, served.token)
        code = run.run("ENT-DIS", "ENT-CON").code
        flags = [f"--scim-url={served.url}", "--scim-report-dir=report", "--scim-id=ENT-DIS", "--scim-id=ENT-CON"]
        ended = pytest_suites(tmp_path, "-p", "no:cacheprovider", *flags, environ=run.environ)
    assert (ended.code, code) == (0, 0), ended.screen
    found = json.loads((tmp_path / "report" / "result.json").read_bytes())
    assert _verdicts(found) == _verdicts(run.result)
    assert (found["verdict"], run.result["verdict"]) == ("partial", "partial")


def test_pytest_gives_the_same_exit_code_for_a_deviation(tmp_path: Path) -> None:
    with listening(_absent_is_404) as target:
        flags = [f"--scim-url={target.url}", "--scim-report-dir=report", "--scim-id=ENT-CON-01"]
        ended = pytest_suites(tmp_path, "-p", "no:cacheprovider", *flags)
    assert_calm(ended)
    assert ended.code == 1
    assert "ENT-CON-01#" in ended.out


def test_an_honest_target_conforms(tmp_path: Path) -> None:
    """The raw target that hostile ones start from is one that passes: what it fails is the hostility."""
    with listening(Accounts()) as target:
        run = Run(tmp_path, target.url, "a-secret-of-the-test")
        ended = run.run("--timeout", "2", "ENT-CON-01", "ENT-CON-02", "ENT-MAT-01")
    assert ended.code == 0, ended.screen
