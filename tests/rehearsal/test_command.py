"""The command `rehearse`: what it prints and writes, what it refuses, and how it continues after a `kill -9`."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from scim_conformance.demo.server import Served, serve
from scim_conformance.entra.profiles.profile import load

pytestmark = pytest.mark.slow


def command(served: Served, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "scim_conformance", "rehearse", "--url", served.url, *arguments]


def environment(served: Served) -> dict[str, str]:
    return {**os.environ, "SCIM_CONFORMANCE_TOKEN": served.token, "NO_COLOR": "1"}


def run(served: Served, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    line = command(served, *arguments)
    environ = environment(served)
    return subprocess.run(line, check=False, env=environ, cwd=folder, capture_output=True, text=True, timeout=300)


def left(served: Served) -> int:
    headers = {"Authorization": f"Bearer {served.token}"}
    total = 0
    for kind in ("Users", "Groups"):
        total += int(httpx.get(f"{served.url}/{kind}", headers=headers).json()["totalResults"])
    return total


def kill_when_begun(served: Served, folder: Path, log: Path, *arguments: str) -> None:
    """Start a rehearsal, and end its process as soon as its log has some creations."""
    line, environ = command(served, *arguments), environment(served)
    begun = subprocess.Popen(line, env=environ, cwd=folder, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 120
    while not (log.is_file() and log.read_bytes().count(b"EntryExportAdd") > 1) and time.monotonic() < until:
        time.sleep(0.01)
    begun.send_signal(signal.SIGKILL)
    begun.wait()


SMALL = ["--tagged", "--people", "4", "--groups", "1", "--cycles", "2", "--report-dir", "report"]


def test_a_rehearsal_prints_and_writes_what_it_did(tmp_path: Path) -> None:
    with serve(profile=load("entra-default")) as served:
        done = run(served, tmp_path, *SMALL)
        assert left(served) == 0
    assert (done.returncode, done.stderr) == (0, "")
    assert "Rehearsal: ends as sent: yes" in done.stdout
    assert "nothing is left" in done.stdout
    report = tmp_path / "report"
    records = (report / "provisioning-log.jsonl").read_text(encoding="utf-8").splitlines()
    assert f"Provisioning log: {len(records)} records" in done.stdout
    rows = (report / "ProvisioningLogs.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == len(records) + 1
    job = json.loads((report / "job.json").read_text(encoding="utf-8"))
    assert job["status"]["code"] == "Active"
    assert {one["key"] for one in job["status"]["synchronizedEntryCountByType"]} == {"User", "Group"}
    result = json.loads((report / "result.json").read_text(encoding="utf-8"))
    assert result["sentence"] == "Rehearsal: ends as sent: yes"
    assert {one["suite"] for one in result["scenarios"]} == {"rehearsal"}
    assert [*(report / "allure-results").glob("*-result.json")]
    assert (report / "private").stat().st_mode & 0o777 == 0o700
    assert (report / "private" / "state.db").stat().st_mode & 0o777 == 0o600
    token = served.token.encode()
    assert [path for path in report.rglob("*") if path.is_file() and token in path.read_bytes()] == []


def test_a_killed_rehearsal_continues(tmp_path: Path) -> None:
    with serve(profile=load("entra-default")) as served:
        kill_when_begun(served, tmp_path, tmp_path / "report" / "provisioning-log.jsonl", *SMALL)
        assert left(served) > 0
        done = run(served, tmp_path, "--resume", "report")
        assert left(served) == 0
        again = run(served, tmp_path, "--resume", "report")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Rehearsal: ends as sent: yes" in done.stdout
    assert again.returncode == 4
    assert "has ended" in again.stderr


REFUSED = {
    "without --tagged": ((), "specify --tagged"),
    "no directory": (("--resume", "nowhere"), "contains no rehearsal"),
    "remote": (("--tagged", "--url", "https://scim.example/v2"), "Confirm with --yes"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_started_says_what_to_do(case: str, tmp_path: Path) -> None:
    arguments, said = REFUSED[case]
    with serve() as served:
        done = run(served, tmp_path, *arguments)
    assert done.returncode == 4
    assert said in done.stderr
    assert "Traceback" not in done.stderr
