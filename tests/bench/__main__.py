"""`make bench`: the whole run beside a replay of the same requests by a bare `httpx.Client`, several times in turn; and
what a rehearsal costs by the number of users, which takes ten minutes or more."""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.bench import rehearsal

ROUNDS = 5
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "performance.md"


@dataclass
class Round:
    """One run and its replay. Times in seconds."""

    requests: int
    start_up: float
    run: float
    replay: float

    @property
    def ratio(self) -> float:
        """How much longer the run takes than the bare client."""
        return self.run / self.replay

    @property
    def own(self) -> float:
        """Our own cost for each request, in milliseconds."""
        return 1000 * (self.run - self.replay) / self.requests


@contextmanager
def target(log: Path) -> Iterator[dict[str, str]]:
    """Start the target in a process of its own; it writes what it received to `log` when the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.target", str(log)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        found: dict[str, str] = json.loads(process.stdout.readline())
        yield found
    finally:
        process.communicate(timeout=30)


def run_once(directory: Path) -> tuple[list[dict[str, Any]], float, float]:
    """Play the suites once; return what the target received, the start-up time and the time from there to the end."""
    log = directory / "received.json"
    with target(log) as served:
        environment = {**os.environ, "SCIM_CONFORMANCE_TOKEN": served["token"]}
        command = [sys.executable, "-m", "scim_conformance.commands.main", "run", "--url", served["url"]]
        begun = time.time()
        subprocess.run(
            [*command, "--report-dir", str(directory / "report")],
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        ended = time.time()
    received = json.loads(log.read_text(encoding="utf-8"))
    return received, received[0]["at"] - begun, ended - received[0]["at"]


def replay(received: list[dict[str, Any]], directory: Path) -> float:
    """Send the same requests with a bare client to a fresh target; return the seconds."""
    with target(directory / "replayed.json") as served, httpx.Client(base_url=served["url"], trust_env=False) as client:
        prepared = [_prepared(request, served) for request in received]
        begun = time.time()
        for request in prepared:
            client.send(request).read()
        return time.time() - begun


def _prepared(request: dict[str, Any], served: dict[str, str]) -> httpx.Request:
    headers = [(name, value) for name, value in request["headers"] if name != "authorization"]
    token = [("authorization", f"Bearer {served['token']}")] if len(headers) < len(request["headers"]) else []
    url = served["url"] + request["path"] + (f"?{request['query']}" if request["query"] else "")
    return httpx.Request(request["method"], url, headers=[*headers, *token], content=request["body"].encode() or None)


def measure() -> Round:
    """Run and replay once."""
    with tempfile.TemporaryDirectory() as name:
        received, start_up, run = run_once(Path(name))
        return Round(len(received), start_up, run, replay(received, Path(name)))


def main() -> None:
    """Measure, print, and write the document."""
    rounds = [measure() for _ in range(ROUNDS)]
    rehearsed = [rehearsal.measured(one) for one in rehearsal.SIZES]
    text = document(rounds) + "\n".join(rehearsal.section(rehearsed))
    print(text)  # noqa: T201
    if "--write" in sys.argv:
        DOCUMENT.write_text(text, encoding="utf-8")
    if rehearsed[-1].memory > rehearsal.MOST_GROWTH * rehearsed[0].memory:
        raise SystemExit("a rehearsal of many users needs too much memory")


def document(rounds: list[Round]) -> str:
    """Return the figures as a page."""
    rows = [
        ("requests in a run", [float(one.requests) for one in rounds], "{:.0f}"),
        ("start-up to the first request, s", [one.start_up for one in rounds], "{:.2f}"),
        ("run, first request to the end, s", [one.run for one in rounds], "{:.2f}"),
        ("the same requests by a bare httpx.Client, s", [one.replay for one in rounds], "{:.2f}"),
        ("ratio", [one.ratio for one in rounds], "{:.2f}"),
        ("our own cost for each request, ms", [one.own for one in rounds], "{:.2f}"),
    ]
    lines = [
        f"| {name} | " + " | ".join(form.format(value) for value in _spread(values)) + " |"
        for name, values, form in rows
    ]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    return "\n".join(
        [*HEAD, f"Measured on: {machine}; {len(rounds)} rounds, run and replay in turn.", "", *TABLE, *lines, ""]
    )


def _spread(values: list[float]) -> tuple[float, float, float]:
    return min(values), statistics.median(values), max(values)


PARALLEL = [
    "`run -n N` plays N scenarios at the same moment. `python -m tests.bench.parallel` measures that against targets",
    "that take 0, 50 and 150 ms for each answer: time, CPU, memory and requests beside those of one at a time.",
]
HEAD = [
    "# Performance",
    "",
    "What the harness itself costs: a whole run with `entra-default` in both dialects and with all evidence written,",
    "beside a replay of the same requests by a bare `httpx.Client`; the target is a process of its own. `make bench`",
    "measures it anew (`make bench WRITE=--write` writes this page).",
    "",
    *PARALLEL,
    "",
    "How many requests a run sends today is in the [README](../README.md); the table has those of the day of its "
    "measurement.",
    "",
]
TABLE = ["| | min | median | max |", "| --- | --- | --- | --- |"]


if __name__ == "__main__":
    main()
