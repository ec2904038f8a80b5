"""What others need of CPU for each request, beside this harness: a bare httpcore, scim2-cli and scim-sanity.

They send other requests and keep less: the figures say what a request costs with and without evidence.
"""

import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpcore

from tests.comparison.tools import OURS, TOOLS, Tool, programs

TITLE = "## Beside others"
ROUNDS = 3

Serve = Callable[[Path], AbstractContextManager[dict[str, str]]]
"""Starts a target that writes what it received to a file."""


def httpcore_cpu(received: Sequence[dict[str, Any]], served: dict[str, str]) -> float:
    """Send the same requests with a bare httpcore connection pool; return the seconds of CPU."""
    with httpcore.ConnectionPool() as pool:
        begun = time.process_time()
        for one in received:
            url = served["url"] + one["path"] + (f"?{one['query']}" if one["query"] else "")
            headers = [(name, value) for name, value in one["headers"] if name != "authorization"]
            headers += [("Authorization", f"Bearer {served['token']}"), ("Host", url.split("/")[2])]
            body = one["body"].encode()
            headers += [("Content-Length", str(len(body)))] if body else []
            pool.request(one["method"], url, headers=headers, content=body or None)
        return time.process_time() - begun


def tool_cpu(tool: Tool, serve: Serve) -> tuple[int, float]:
    """Let another tester play once; return its requests, and the seconds of CPU of its process."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        place = Path(name)
        log = place / "received.json"
        with serve(log) as served:
            started = tool.start(served["url"], served["token"], place, ())
            process = subprocess.Popen(
                started.line,
                env=dict(started.env),
                cwd=place,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        return len(json.loads(log.read_text(encoding="utf-8"))), used.ru_utime + used.ru_stime


def section(serve: Serve, received: Sequence[dict[str, Any]], known: dict[str, tuple[int, float]]) -> list[str]:
    """Return the section. `known`: what was measured elsewhere, by name: requests and seconds of CPU."""
    programs()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        found = []
        for _ in range(ROUNDS):
            with serve(Path(name) / "core.json") as served:
                found.append(httpcore_cpu(received, served))
    rows = {"httpcore.ConnectionPool, the same requests": (len(received), statistics.median(found)), **known}
    for tool in TOOLS:
        if tool is not OURS:
            rows[f"{tool.name} ({tool.version})"] = _median(tool, serve)
    lines = [f"| {name} | {sent} | {cpu:.2f} | {1000 * cpu / sent:.2f} |" for name, (sent, cpu) in rows.items()]
    head = ["| | requests | CPU, s | CPU for each request, ms |", "| --- | --- | --- | --- |"]
    return [
        TITLE,
        "",
        f"{(__doc__ or '').strip()} Medians; start-up included, except for the replays.",
        "",
        *head,
        *lines,
    ]


def _median(tool: Tool, serve: Serve) -> tuple[int, float]:
    runs = [tool_cpu(tool, serve) for _ in range(ROUNDS)]
    return runs[0][0], statistics.median(cpu for _, cpu in runs)
