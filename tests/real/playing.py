"""Plays the entra suite against one server through the command line, as its user would, and reads result.json."""

import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.real.servers.catalog import Server, Start
from tests.real.servers.process import call, free_port, running

RUN_SECONDS = 300.0
JUDGED = {0, 1, 6}
"""Exit codes of a run that came to an end: conformant, deviations, inconclusive."""


@dataclass(frozen=True)
class Seen:
    """A check that deviates, with its level and what was found, and the raw exchange that shows it."""

    id: str
    level: str
    actual: str
    request: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Result:
    """What result.json says of one server, as far as it is compared."""

    verdict: str
    by_dialect: dict[str, str]
    by_moment: dict[str, str]
    counts: dict[str, int]
    deviations: list[Seen]
    blocked: dict[str, list[str]]
    """Inconclusive scenarios under the scenario that blocks them, `preparation` where no other does."""


def play(server: Server, report_dir: Path | None = None) -> Result:
    """Install and start a server, play the suite against it, and end it.

    Raises:
        ServerError: it could not be played.
    """
    token = secrets.token_hex(24)
    with TemporaryDirectory(prefix="real-") as temporary:
        directory = Path(temporary)
        reports = (report_dir / server.name).absolute() if report_dir else directory / "report"
        with served(server, token, directory) as url:
            _run(url, token, reports, directory)
        return read(json.loads((reports / "result.json").read_text(encoding="utf-8")))


@contextmanager
def served(server: Server, token: str, directory: Path) -> Iterator[str]:
    """Serve until the block ends, and hand out the tenant URL."""
    start = Start(free_port(), token, directory)
    command = server.prepare(start)
    url = f"http://127.0.0.1:{start.port}{server.path}"
    with running(command.line, command.env, directory, f"{url}{server.alive}", token):
        yield url


def _run(url: str, token: str, reports: Path, directory: Path) -> None:
    program = Path(sys.executable).with_name("scim-conformance")
    env = {name: value for name, value in os.environ.items() if not name.startswith("SCIM_CONFORMANCE_")}
    target = ["--url", url, "--suite", "entra", "--dialect", "both", "--report-dir", str(reports)]
    call([str(program), "run", *target], {**env, "SCIM_CONFORMANCE_TOKEN": token}, directory, RUN_SECONDS, JUDGED)


def read(report: dict[str, Any]) -> Result:
    """Take from result.json what is compared."""
    scenarios = report["scenarios"]
    blocked: dict[str, list[str]] = {}
    for scenario in scenarios:
        if scenario["verdict"] == "inconclusive":
            owner = (scenario["blocked_by"] or {}).get("scenario")
            blocked.setdefault(owner or "preparation", []).append(scenario["id"])
    return Result(
        verdict=report["verdict"],
        by_dialect=report["verdict_by_dialect"],
        by_moment=report["verdict_by_moment"],
        counts=report["counts"],
        deviations=[
            Seen(check["id"], check["level"], check["actual"] or "", *_raw(scenario, check))
            for scenario in scenarios
            for check in scenario["checks"]
            if check["verdict"] == "deviation"
        ],
        blocked=blocked,
    )


MOST_RAW = 600
"""Characters of a body that are kept."""


def _raw(scenario: dict[str, Any], check: dict[str, Any]) -> tuple[str, str]:
    """Return the request and the answer that a check was about, as they were on the wire but for their headers."""
    index, exchanges = check.get("exchange"), scenario.get("exchanges") or []
    if index is None or index >= len(exchanges):
        return "", ""
    one = exchanges[index]
    path = "/" + one["url"].split("/", 3)[-1]
    return _lines(f"{one['method']} {path}", one["request_body"]), _lines(str(one["status"]), one["response_body"])


def _lines(first: str, body: str | None) -> str:
    cut = body if body is None or len(body) <= MOST_RAW else body[:MOST_RAW] + "…"
    return f"{first}\n{cut}" if cut else first
