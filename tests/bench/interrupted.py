"""`python -m tests.bench.interrupted`: how long a run takes to end after Ctrl-C, and what it leaves in the target.

Sixteen scenarios at once against a target that takes 50 ms for each answer; SIGINT comes at ten places of a run.
"""

import asyncio
import os
import signal
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

DELAY, JOBS, PLACES = 0.05, 16, 10

PATIENCE = 120.0

REQUESTS = 1_000
"""Of a whole run, roughly: the places are spread over as many."""


@dataclass
class Ended:
    """A run that was interrupted: after how many requests, seconds until its end, requests since then, and what it
    left."""

    after: int
    seconds: float
    further: int
    left: int


class _Slow:
    """Takes its time for each answer, and counts."""

    def __init__(self) -> None:
        self.counted = 0

    async def __call__(self, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        self.counted += 1
        await asyncio.sleep(DELAY)
        return await go(request)


def interrupted(after: int) -> Ended:
    """Send SIGINT when so many requests have come."""
    slow = _Slow()
    with tempfile.TemporaryDirectory() as place, serve([slow]) as target:
        command = [sys.executable, "-m", "scim_conformance", "run", "--url", target.url]
        process = subprocess.Popen(
            [*command, "-n", str(JOBS), "--report-dir", str(Path(place) / "report")],
            env={**os.environ, "SCIM_CONFORMANCE_TOKEN": target.token},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + PATIENCE
        while slow.counted < after and process.poll() is None and time.monotonic() < until:
            time.sleep(0.002)
        before, begun = slow.counted, time.monotonic()
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)
        return Ended(before, time.monotonic() - begun, slow.counted - before, len(target.app.stored()))


TITLE = "## Interrupted"
HEAD = ["| SIGINT after requests | seconds to the end | requests in them | left behind |", "| " + "--- | " * 4]


def main() -> None:
    """Measure, and print a table."""
    # A shell has what it starts in the background ignore SIGINT, and so would the runs.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    ends = [interrupted(REQUESTS * number // (PLACES + 1)) for number in range(1, PLACES + 1)]
    rows = [f"| {one.after} | {one.seconds:.1f} | {one.further} | {one.left} |" for one in ends]
    about = " ".join((__doc__ or "").partition("\n\n")[2].split())
    print("\n".join([*HEAD, *rows]))  # noqa: T201
    if "--write" in sys.argv:
        page.put(TITLE, [TITLE, "", about, "", *HEAD, *rows])


if __name__ == "__main__":
    main()
