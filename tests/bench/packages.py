"""What the packages cost by themselves: the same requests and attachments by httpx, pytest and allure-pytest alone."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from scim_conformance.scim.locations import PYTEST_INI
from tests.bench.others import Serve

NAME = "httpx, pytest and allure-pytest alone, the same requests and attachments"
SUITE = Path(__file__).with_name("plain_replay.py")


@dataclass(frozen=True)
class Alone:
    """What the packages take: seconds to the first request, and seconds of CPU."""

    start_up: float
    cpu: float


def measured(serve: Serve, directory: Path, rounds: int) -> Alone:
    """Return the medians. `directory`: where a run left what it sent, `received.json`, and its `report`."""
    found = [_once(serve, directory / "received.json", directory / "report" / "allure-results") for _ in range(rounds)]
    return Alone(statistics.median(one.start_up for one in found), statistics.median(one.cpu for one in found))


def _once(serve: Serve, log: Path, results: Path) -> Alone:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        again = Path(name) / "replayed.json"
        begun, cpu = _played(serve, again, log, results)
        return Alone(json.loads(again.read_text(encoding="utf-8"))[0]["at"] - begun, cpu)


def _played(serve: Serve, again: Path, log: Path, results: Path) -> tuple[float, float]:
    """Return when it began, in seconds since 1970, and the seconds of CPU."""
    with serve(again) as served:
        begun = time.time()
        process = subprocess.Popen(
            [*_command(), "--alluredir", str(again.with_suffix(".allure")), str(SUITE)],
            env={
                **os.environ,
                "SCIM_CONFORMANCE_TOKEN": served["token"],
                "BENCH_URL": served["url"],
                "BENCH_RECEIVED": str(log),
                "BENCH_ATTACHED": str(results),
                "BENCH_TESTS": str(len([*results.glob("*-result.json")])),
            },
            stdout=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"the plain tests ended with {process.returncode}"
    return begun, used.ru_utime + used.ru_stime


def _command() -> list[str]:
    """Return the command line of a pytest with the plugins and settings of a run."""
    plugins = ["--disable-plugin-autoload", "-p", "allure_pytest.plugin", "-p", "no:cacheprovider"]
    return [sys.executable, "-m", "pytest", "-c", str(PYTEST_INI), f"--rootdir={SUITE.parent}", *plugins, "-qq"]
