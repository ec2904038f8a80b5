"""GitHub Actions: annotations for causes, the job summary, outputs, masks.

Source: GitHub's documentation, "Workflow commands for GitHub Actions". Text from the target cannot become a command:
ours is escaped, and everything else is broken up as it is printed (see `neutral`).
"""

import os
import secrets
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TextIO

from scim_conformance.reporting import markdown, neutral
from scim_conformance.reporting.next_steps import near
from scim_conformance.scenario.checks import Level, leveled
from scim_conformance.verdict.causes import Fix
from scim_conformance.verdict.run_result import RunResult, explained

MOST = 10
"""Annotations of one kind that GitHub shows for a step; the rest goes into the job summary."""

MOST_SUMMARY = 1_048_576
"""Bytes of a step's job summary; GitHub rejects a larger one completely."""

MARGIN = 1024
"""Bytes that are kept free in it."""


def is_on(environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether this process runs in a GitHub Actions job."""
    return environ.get("GITHUB_ACTIONS") == "true"


def data(text: str) -> str:
    """Escape the message of a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def attribute(text: str) -> str:
    """Escape the value of a command's property."""
    return data(text).replace(":", "%3A").replace(",", "%2C")


def mask(values: Iterable[str | None], out: TextIO | None = None) -> None:
    """Have the runner mask these values in all later output.

    On standard error, which the runner reads too: standard output may be redirected to a file, which would then contain
    the secret.
    """
    stream = neutral.raw(out or sys.stderr)
    for value in dict.fromkeys(one for one in values if one):
        parts = [line for line in value.splitlines() if line.strip()]
        for part in dict.fromkeys([value, *parts]):
            stream.write(f"::add-mask::{data(part)}\n")
    stream.flush()


def _print(lines: Iterable[str]) -> None:
    out = neutral.raw(sys.stdout)
    for line in lines:
        out.write(line + "\n")
    out.flush()


def error(title: str, text: str) -> str:
    """Return the command for an error annotation."""
    return _annotation("error", title, text)


def _annotation(kind: str, title: str, text: str) -> str:
    return f"::{kind} title={attribute(title)}::{data(text)}"


def lines(result: RunResult, broken: list[str]) -> list[str]:
    """Return the annotations of a run: one for each cause, the failing ones as errors; none for symptoms."""
    found = [error("could not run", text) for text in broken]
    found += [_cause(fix, result.fail_on) for fix in result.fix_first]
    if not found and result.exit_code != 0:
        found.append(error("scim-conformance", result.sentence))
    if len(found) <= MOST:
        return found
    more = _annotation("warning", "scim-conformance", f"{len(found) - MOST + 1} more causes: see the job summary")
    return [*found[: MOST - 1], more]


def _cause(fix: Fix, fail_on: str) -> str:
    kind = "warning" if fix.level is Level.SHOULD and fail_on != "should" else "error"
    rows = {"expected": fix.expected, "actual": fix.actual, "impact": fix.so, "fix": fix.fix}
    rows["explains"] = explained(fix)
    text = "\n".join(f"{name}: {value}" for name, value in rows.items() if value)
    return _annotation(kind, f"{leveled(fix.level, fix.label)} {fix.check} {fix.title}", text)


def publish(
    result: RunResult, directory: Path, broken: list[str], code: int, environ: Mapping[str, str] = os.environ
) -> None:
    """Print the annotations, and write job summary and outputs to the runner's files. A file error raises nothing."""
    if not is_on(environ):
        return
    problems = [_summarise(result, directory, environ), _put_out(result, directory, code, environ)]
    warnings = [_annotation("warning", "scim-conformance", problem) for problem in problems if problem]
    _print([*lines(result, broken), *warnings])


def _summarise(result: RunResult, directory: Path, environ: Mapping[str, str]) -> str | None:
    file = environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return None
    path = Path(file)
    taken = path.stat().st_size if path.is_file() else 0
    return _append(
        path, markdown.summary(result, MOST_SUMMARY - MARGIN - taken, str(near(directory))), "the job summary"
    )


def _put_out(result: RunResult, directory: Path, code: int, environ: Mapping[str, str]) -> str | None:
    file = environ.get("GITHUB_OUTPUT")
    if not file:
        return None
    values = {"verdict": result.verdict, "exit-code": str(code), "report-dir": str(directory)}
    return _append(Path(file), "".join(_output(name, value) for name, value in values.items()), "the outputs")


def _output(name: str, value: str) -> str:
    """Return an output in a form that no value can escape: the delimiter is unpredictable."""
    end = f"end-{secrets.token_hex(8)}"
    return f"{name}<<{end}\n{value}\n{end}\n"


def _append(path: Path, text: str, what: str) -> str | None:
    try:
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as problem:
        return f"{what} could not be written: {problem.strerror}"
    return None
