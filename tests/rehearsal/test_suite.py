"""`suites/rehearsal`: the default rehearsal as tests of a pytest session."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scim_conformance.demo.choices import chosen
from scim_conformance.demo.server import Served, listen, serve
from scim_conformance.rehearsal.findings import CHECKS
from scim_conformance.scim.locations import SUITES
from tests.rehearsal.application import Counting
from tests.rehearsal.playing import DEFAULT
from tests.rehearsal.test_dying import Mortal

pytestmark = pytest.mark.slow

MOST = 1500


def run(served: Served, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    target = ["--scim-url", served.url, "--scim-report-dir", str(folder / "report")]
    environ = {**os.environ, "SCIM_CONFORMANCE_TOKEN": served.token, "NO_COLOR": "1"}
    return subprocess.run([*line, *target], check=False, env=environ, cwd=folder, capture_output=True, text=True)


def test_both_dialects_pass_within_1500_requests(tmp_path: Path) -> None:
    counting = Counting()
    with serve([counting.around], profile=DEFAULT) as served:
        done = run(served, tmp_path, "--pyargs", "scim_conformance.suites.rehearsal")
        assert not served.app.memory.resources
    assert done.returncode == 0, done.stdout + done.stderr
    # Two checks are only asked of a target that finds too many, and in a preview.
    assert f"{2 * len(CHECKS) - 4} passed, 4 skipped" in done.stdout
    assert sum(counting.methods.values()) <= MOST
    for dialect in ("legacy", "compliant"):
        result = json.loads((tmp_path / "report" / f"rehearsal-{dialect}" / "result.json").read_bytes())
        assert result["sentence"] == "Rehearsal: ends as sent: yes"


def test_a_fault_fails_its_own_test(tmp_path: Path) -> None:
    [fault] = chosen(("boolean-string-400",), ())
    with serve([fault.around], profile=DEFAULT) as served:
        done = run(served, tmp_path, str(SUITES / "rehearsal"), "--scim-dialect", "legacy", "-k", "PRB or ACC or MEM")
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.findall(r"^FAILED \S+\[(\S+)\]", done.stdout, re.MULTILINE) == ["REH-ACC-01-legacy"]
    assert "users, disable" in done.stdout


def test_a_target_that_goes_away_fails_one_test(tmp_path: Path) -> None:
    app = Mortal("any", lives=60)
    with listen(app) as url:
        line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(SUITES / "rehearsal")]
        flags = ["--scim-url", url, "--scim-report-dir", str(tmp_path / "report"), "--scim-dialect", "legacy"]
        environ = {**os.environ, "SCIM_CONFORMANCE_TOKEN": "any", "NO_COLOR": "1"}
        done = subprocess.run([*line, *flags], check=False, env=environ, cwd=tmp_path, capture_output=True, text=True)
    assert re.findall(r"^FAILED \S+\[(\S+)\]", done.stdout, re.MULTILINE) == ["REH-ANS-01-legacy"], done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_run_of_all_suites_leaves_it_out() -> None:
    line = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider", str(SUITES)]
    found = subprocess.run(line, check=False, cwd=SUITES.parent, capture_output=True, text=True).stdout
    assert "ENT-CRE-01" in found
    assert "rehearsal" not in found
