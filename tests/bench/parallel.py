"""`python -m tests.bench.parallel`: one scenario at a time beside several, against targets that take their time.

Each row is a whole run. `share` is its time as a part of that with one at a time against the same target; CPU and
memory are those of the harness, the target is a process of its own. DELAYS, JOBS and SUITE choose what is measured.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.server import serve
from tests.bench import page

DELAYS = [float(one) for one in os.environ.get("DELAYS", "0,0.05,0.15").split(",")]
"""Seconds that the target takes for each answer."""

JOBS = [int(one) for one in os.environ.get("JOBS", "1,4,16").split(",")]

SUITE = os.environ.get("SUITE", "entra")


@dataclass
class Measured:
    """One run: seconds from its start to its end, seconds of CPU, peak memory in MB, and its requests."""

    wall: float
    cpu: float
    memory: float
    requests: int


def target(delay: float) -> None:
    """Serve until standard input ends, then print how many requests came. The other side of `measured`."""
    counted = 0

    async def slowly(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        nonlocal counted
        counted += 1
        await asyncio.sleep(delay)
        return await go(request)

    with serve([slowly]) as served:
        print(json.dumps({"url": served.url, "token": served.token}), flush=True)  # noqa: T201
        sys.stdin.read()
    print(counted, flush=True)  # noqa: T201


def measured(delay: float, jobs: int) -> Measured:
    """Play once against a new target."""
    command = [sys.executable, "-m", "tests.bench.parallel", "--target", str(delay)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        served = json.loads(process.stdout.readline())
        wall, cpu, memory = _run(served["url"], served["token"], jobs)
        requests = int(process.communicate(timeout=60)[0])
    return Measured(wall, cpu, memory, requests)


def _run(url: str, token: str, jobs: int) -> tuple[float, float, float]:
    with tempfile.TemporaryDirectory() as name:
        command = [
            sys.executable,
            "-m",
            "scim_conformance.commands.main",
            "run",
            "--url",
            url,
            "-n",
            str(jobs),
            "--suite",
            SUITE,
        ]
        begun = time.monotonic()
        process = subprocess.Popen(
            [*command, "--report-dir", str(Path(name) / "report")],
            env={**os.environ, "SCIM_CONFORMANCE_TOKEN": token},
            stdout=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, f"the run ended with {process.returncode}"
    return time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def rows() -> list[str]:
    """Measure all combinations; return the rows of a table."""
    found = []
    for delay in DELAYS:
        alone: Measured | None = None
        for jobs in JOBS:
            one = measured(delay, jobs)
            alone = alone or one
            cells = [f"{delay * 1000:.0f}", f"{jobs}", f"{one.wall:.1f}", f"{one.wall / alone.wall:.2f}"]
            cells += [f"{one.cpu:.1f}", f"{one.memory:.0f}", f"{one.requests}"]
            found.append(f"| {' | '.join(cells)} |")
            print(found[-1], flush=True)  # noqa: T201
    return found


TITLE = f"## Several at once: the {SUITE} suite" if SUITE != "all" else "## Several at once: all suites"
ABOUT = "Whole runs with `-n` as in the second column. Share: of the time with one at a time."
HEAD = ["| target takes, ms | at once | run, s | share | CPU, s | memory, MB | requests |", "| " + "--- | " * 7]


def main() -> None:
    """Measure, and print a table."""
    if "--target" in sys.argv:
        target(float(sys.argv[-1]))
        return
    print("\n".join(HEAD), flush=True)  # noqa: T201
    found = rows()
    if "--write" in sys.argv:
        page.put(TITLE, [TITLE, "", ABOUT, "", *HEAD, *found])
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")  # noqa: T201


if __name__ == "__main__":
    main()
