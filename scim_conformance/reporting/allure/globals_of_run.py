"""What belongs to a run and to no test: Allure 3 shows it as global errors and attachments.

Allure 3 reads `*-globals.json` among the results (its reader for the format of Allure 2); Allure 2 ignores the file.
"""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from scim_conformance.reporting import markdown
from scim_conformance.reporting.next_steps import near
from scim_conformance.system.visible import visible
from scim_conformance.verdict.run_result import RunResult


def write(result: RunResult, results: Path) -> None:
    """Write the errors of a run, and its summary and settings as attachments."""
    files = {
        "summary.md": ("text/markdown", ".md", markdown.summary(result, place=str(near(results.parent))).encode()),
        "settings.json": ("application/json", ".json", msgspec.json.format(msgspec.json.encode(result.settings))),
    }
    attachments = []
    for name, (kind, suffix, content) in files.items():
        source = f"{uuid.uuid4()}-attachment{suffix}"
        (results / source).write_bytes(content)
        attachments.append({"name": name, "source": source, "type": kind})
    said: dict[str, Any] = {"attachments": attachments, "errors": [{"message": text} for text in errors(result)]}
    (results / f"{uuid.uuid4()}-globals.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


def errors(result: RunResult) -> list[str]:
    """Return what went wrong and is not the result of a scenario."""
    return [visible(text).replace("\n", " ") for text in _errors(result)]


def _errors(result: RunResult) -> Iterator[str]:
    if result.interrupted or result.ended_early:
        yield f"Not everything ran: {result.ended_early or 'the run was interrupted'}"
    if result.leftovers:
        many = len(result.leftovers)
        yield f"{many} {'user or group' if many == 1 else 'users and groups'} of this run may be left in the target"
    yield from result.warnings
