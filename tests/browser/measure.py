"""Measures the page and the certificate, and writes the figures into docs/reports.md.

python -m tests.browser.measure [--write]
"""

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from scim_conformance.reporting import certificate, container, files, page
from scim_conformance.verdict.run_result import RunResult
from tests.browser import pages
from tests.support import reported

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reports.md"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
ROUNDS = 5


def timed(work: Callable[[], bytes], rounds: int = ROUNDS) -> tuple[float, int]:
    """Return the median seconds of some rounds, and how many bytes came out."""
    spent, size = [], 0
    for _ in range(rounds):
        begun = time.perf_counter()
        size = len(work())
        spent.append(time.perf_counter() - begun)
    return median(spent), size


def row(name: str, result: RunResult, rounds: int = ROUNDS) -> str:
    """Return a line of the table."""
    bodies = sum(len(sent.response_body or "") for one in result.scenarios for sent in one.exchanges)
    drawing, size = timed(lambda: page.document(result).encode(), rounds)
    packing, packed = timed(lambda: container.pack(certificate.members(result)), rounds)
    held = [f"{bodies / 1e6:.1f}", f"{drawing:.2f}", f"{size / 1e6:.1f}"]
    return "| " + " | ".join(map(str, [name, *held, f"{packing:.2f}", f"{packed / 1e6:.1f}"])) + " |"


def table(where: Path) -> str:
    """Return the whole table, with what it was measured on."""
    green = files.read(reported.demo(where / "green"))
    red = files.read(reported.demo(where / "red", "--defect", "op-case"))
    return "\n".join(
        [
            f"Measured on: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
            f"{platform.system()}, {datetime.now(UTC):%Y-%m-%d}; medians of {ROUNDS} rounds, of the last line 1.",
            "",
            "| run | bodies of responses, MB | page written in, s | MB | certificate in, s | MB |",
            "| --- | --- | --- | --- | --- | --- |",
            row("whole demo", green),
            row("whole demo with the defect op-case", red),
            row(f"{pages.MANY:,} scenarios, a megabyte in every response", pages.long(red), 1),
        ]
    )


def main() -> None:
    """Print the table, or write it."""
    with tempfile.TemporaryDirectory(prefix="scim-conformance-measure-") as scratch:
        found = table(Path(scratch))
    if "--write" not in sys.argv:
        print(found)  # noqa: T201
        return
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    DOCUMENT.write_text(f"{before}{BEGIN}\n{found}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
