"""pytest's own ways to show what happens show no secret: its log, local variables, tracebacks of our own faults."""

import json
from pathlib import Path

import pytest

from tests.support.cli import PYTEST, ROOT, SUITES, Process, Run, assert_calm
from tests.support.raw import listening
from tests.test_secrets import TOKEN, assert_no_secret, leaking

LOUD = [
    "--log-level=DEBUG",
    "--log-cli-level=DEBUG",
    "-o",
    "log_cli=true",
    "-vv",
    "-rA",
    "-l",
    "--full-trace",
    "--tb=long",
]
FAULTY = """
import pytest
from scim_conformance.reporting{below} import {module}

@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    def broken(*arguments, **named):
        raise RuntimeError("a fault of ours")
    {module}.{name} = broken
"""


def test_a_loud_log_holds_no_header(tmp_path: Path) -> None:
    with listening(leaking()) as target:
        run = Run(tmp_path, target.url, TOKEN)
        ended = run.run("--timeout", "5", "ENT-CON", "ENT-CRE-01", "--", *LOUD)
    assert_calm(ended)
    assert_no_secret(tmp_path, ended)
    assert "httpcore" not in ended.screen
    found = [path.read_text(encoding="utf-8") for path in run.reports.glob("allure-results/*")]
    assert found
    assert not any("send_request_headers" in text for text in found)


@pytest.mark.parametrize(("module", "name"), [("cases", "conclude"), ("files", "write")])
def test_a_fault_of_ours_shows_no_local_variable_with_a_secret(tmp_path: Path, module: str, name: str) -> None:
    (tmp_path / "faulty.py").write_text(
        FAULTY.format(below=".allure" if module == "cases" else "", module=module, name=name)
    )
    with listening(leaking()) as target:
        flags = [f"--scim-url={target.url}", "--scim-report-dir=report", "--scim-id=ENT-CRE-01", "--junitxml=own.xml"]
        arguments = (*PYTEST, str(SUITES), f"--rootdir={ROOT}", "-p", "faulty", *flags, "-p", "no:cacheprovider", *LOUD)
        environ = {"SCIM_CONFORMANCE_TOKEN": TOKEN, "PYTHONPATH": str(tmp_path)}
        ended = Process(arguments, tmp_path, environ).ended()
    assert "a fault of ours" in ended.screen
    assert json.dumps(TOKEN)[1:-1] not in ended.screen
    assert_no_secret(tmp_path, ended)
