"""`python -m tests.bench.parallel`: two processes beside one, against a target that takes its time."""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.server import serve

DELAY = float(os.environ.get("DELAY", "0.1"))
"""Seconds that the target takes for each answer."""

ROUNDS = int(os.environ.get("ROUNDS", "3"))


async def slowly(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Answer after a while."""
    await asyncio.sleep(DELAY)
    return await go(request)


def seconds(*flags: str) -> tuple[float, int]:
    """Return the seconds and the requests of one run."""
    counted = 0

    async def counting(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        nonlocal counted
        counted += 1
        return await slowly(target, request, go)

    with serve([counting]) as served, tempfile.TemporaryDirectory() as name:
        command = [sys.executable, "-m", "scim_conformance.commands.main", "run", "--url", served.url, *flags]
        begun = time.monotonic()
        subprocess.run(
            [*command, "--report-dir", str(Path(name) / "report")],
            env={"SCIM_CONFORMANCE_TOKEN": served.token, "PATH": "/usr/bin:/bin"},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return time.monotonic() - begun, counted


def main() -> None:
    """Measure both in turn, and print each ratio with the load of the machine at that time."""
    ratios = []
    for _ in range(ROUNDS):
        serial, once = seconds()
        parallel, twice = seconds("-n", "2")
        ratios.append(parallel / serial)
        both = f"serial {serial:.1f} s, {once} requests; -n 2 {parallel:.1f} s, {twice} requests"
        print(f"{both}; {ratios[-1]:.2f} at a load of {os.getloadavg()[0]:.1f}", flush=True)  # noqa: T201
    print(f"median {statistics.median(ratios):.2f}")  # noqa: T201


if __name__ == "__main__":
    main()
