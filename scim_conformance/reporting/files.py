"""The files of a report directory: result.json, junit.xml, summary.md, report.html."""

from pathlib import Path

import msgspec

from scim_conformance.reporting import junit, markdown
from scim_conformance.reporting.run import RunResult


def write(result: RunResult, directory: Path) -> None:
    """Write all files, each whole or not at all."""
    # The template library is loaded when the run is over: start-up counts.
    from scim_conformance.reporting import page

    directory.mkdir(parents=True, exist_ok=True)
    replace(directory / "result.json", msgspec.json.format(msgspec.json.encode(result), indent=2))
    replace(directory / "junit.xml", junit.document(result))
    replace(directory / "summary.md", markdown.summary(result).encode())
    replace(directory / page.NAME, page.document(result).encode())


def replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    draft = path.with_name(path.name + ".part")
    draft.write_bytes(content)
    draft.replace(path)


def read(path: Path) -> RunResult:
    """Read a run's result back, from its report directory or the file itself.

    Raises:
        OSError: it is not there.
        msgspec.MsgspecError: it is not a result of ours.
    """
    file = path / "result.json" if path.is_dir() else path
    return msgspec.json.decode(file.read_bytes(), type=RunResult)
