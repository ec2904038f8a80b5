"""Writes and reads the files of a report directory: result.json, junit.xml, summary.md, report.html."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from scim_conformance.reporting import junit, markdown, next_steps
from scim_conformance.reporting.reading import read
from scim_conformance.system.writing import replace
from scim_conformance.verdict.run_result import RunResult

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["read", "write"]


def write(result: RunResult, directory: Path) -> list[str]:
    """Write all files, each completely or not at all; return which of them cannot be written and why, as sentences."""
    # The template library is loaded at the end of the run, to keep start-up fast.
    from scim_conformance.reporting import page

    place = str(next_steps.near(directory))
    contents: dict[str, Callable[[], bytes]] = {
        "result.json": lambda: msgspec.json.format(msgspec.json.encode(result), indent=2),
        "junit.xml": lambda: junit.document(result, place),
        "summary.md": lambda: markdown.summary(result, place=place).encode(),
        page.NAME: lambda: page.document(result, place).encode(),
    }
    lost: dict[str, list[str]] = {}
    for name, content in contents.items():
        try:
            directory.mkdir(parents=True, exist_ok=True)
            replace(directory / name, content())
        except OSError as error:
            lost.setdefault(error.strerror or str(error), []).append(name)
    return [f"{directory}: {', '.join(names)} cannot be written: {why}" for why, names in lost.items()]
