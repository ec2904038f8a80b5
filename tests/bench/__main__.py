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

from tests.bench import others, packages, page, rehearsal

ROUNDS = 5


@dataclass
class Played:
    """What a run took: seconds to its first request and from there, seconds of CPU, and peak memory in MB."""

    start_up: float
    run: float
    cpu: float
    memory: float


@dataclass
class Round:
    """One run and its replay. Times in seconds; CPU: of the harness, or the client, and not of the target."""

    requests: int
    start_up: float
    run: float
    run_cpu: float
    memory: float
    replay: float
    replay_cpu: float

    @property
    def ratio(self) -> float:
        """How much longer the run takes than the bare client."""
        return self.run / self.replay

    @property
    def cpu_ratio(self) -> float:
        """How much more CPU a whole run takes, its start-up and its reports included."""
        return self.run_cpu / self.replay_cpu

    @property
    def own(self) -> float:
        """Our own cost for each request, in milliseconds of CPU."""
        return 1000 * (self.run_cpu - self.replay_cpu) / self.requests


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


def run_once(directory: Path) -> tuple[list[dict[str, Any]], Played]:
    """Play the suites once; return what the target received, and what the run took."""
    log = directory / "received.json"
    with target(log) as served:
        environment = {**os.environ, "SCIM_CONFORMANCE_TOKEN": served["token"]}
        command = [sys.executable, "-m", "scim_conformance", "run", "--url", served["url"]]
        command += ["--report-dir", str(directory / "report")]
        begun = time.time()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        ended = time.time()
    assert process.returncode == 0, f"the run ended with {process.returncode}"
    received = json.loads(log.read_text(encoding="utf-8"))
    first = received[0]["at"]
    return received, Played(first - begun, ended - first, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def replay(received: list[dict[str, Any]], directory: Path) -> tuple[float, float]:
    """Send the same requests with a bare client to a fresh target; return the seconds, and those of CPU."""
    with target(directory / "replayed.json") as served, httpx.Client(base_url=served["url"], trust_env=False) as client:
        prepared = [_prepared(request, served) for request in received]
        begun, used = time.time(), time.process_time()
        for request in prepared:
            client.send(request).read()
        return time.time() - begun, time.process_time() - used


def _prepared(request: dict[str, Any], served: dict[str, str]) -> httpx.Request:
    headers = [(name, value) for name, value in request["headers"] if name != "authorization"]
    token = [("authorization", f"Bearer {served['token']}")] if len(headers) < len(request["headers"]) else []
    url = served["url"] + request["path"] + (f"?{request['query']}" if request["query"] else "")
    return httpx.Request(request["method"], url, headers=[*headers, *token], content=request["body"].encode() or None)


def measure() -> Round:
    """Run and replay once."""
    with tempfile.TemporaryDirectory() as name:
        received, played = run_once(Path(name))
        wall, cpu = replay(received, Path(name))
        return Round(len(received), played.start_up, played.run, played.cpu, played.memory, wall, cpu)


def main() -> None:
    """Measure, print, and write the document."""
    rounds = [measure() for _ in range(ROUNDS)]
    lines, beside = document(rounds), _beside(rounds)
    print("\n".join([*lines, *beside]), flush=True)  # noqa: T201
    if "--write" in sys.argv:
        page.put("", lines)
        page.put(others.TITLE, beside)
    if "--short" in sys.argv:
        return
    rehearsed = [rehearsal.measured(one) for one in rehearsal.SIZES]
    section = rehearsal.section(rehearsed)
    print("\n".join(section))  # noqa: T201
    if "--write" in sys.argv:
        page.put(rehearsal.TITLE, section)
    if rehearsed[-1].memory > rehearsal.MOST_GROWTH * rehearsed[0].memory:
        raise SystemExit("a rehearsal of many users needs too much memory")


def _beside(rounds: list[Round]) -> list[str]:
    """Return the section about others."""
    with tempfile.TemporaryDirectory() as name:
        received, _ = run_once(Path(name))
        alone = packages.measured(target, Path(name), others.ROUNDS)
    middle = statistics.median(one.run_cpu for one in rounds), statistics.median(one.replay_cpu for one in rounds)
    sent = rounds[0].requests
    known = {
        "httpx.Client, the same requests": (sent, middle[1]),
        packages.NAME: (sent, alone.cpu),
        "scim-conformance, all evidence": (sent, middle[0]),
    }
    started = statistics.median(one.start_up for one in rounds)
    said = f"Start-up to the first request: {started:.2f} s; with the packages alone, {alone.start_up:.2f} s."
    return [*others.section(target, received, known), "", said]


def document(rounds: list[Round]) -> list[str]:
    """Return the figures as the beginning of the page."""
    rows = [
        ("requests in a run", [float(one.requests) for one in rounds], "{:.0f}"),
        ("start-up to the first request, s", [one.start_up for one in rounds], "{:.2f}"),
        ("run, first request to the end, s", [one.run for one in rounds], "{:.2f}"),
        ("the same requests by a bare httpx.Client, s", [one.replay for one in rounds], "{:.2f}"),
        ("ratio", [one.ratio for one in rounds], "{:.2f}"),
        ("CPU of a whole run, s", [one.run_cpu for one in rounds], "{:.2f}"),
        ("CPU of the bare client, s", [one.replay_cpu for one in rounds], "{:.2f}"),
        ("ratio of CPU", [one.cpu_ratio for one in rounds], "{:.2f}"),
        ("our own cost for each request, ms of CPU", [one.own for one in rounds], "{:.2f}"),
        ("peak memory, MB", [one.memory for one in rounds], "{:.0f}"),
    ]
    lines = [
        f"| {name} | " + " | ".join(form.format(value) for value in _spread(values)) + " |"
        for name, values, form in rows
    ]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    return [*HEAD, f"Measured on: {machine}; {len(rounds)} rounds, run and replay in turn.", "", *TABLE, *lines, ""]


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
