"""Which report directory a run leaves: none if nothing was judged, so that the last run stays the last one.

A typo in an id, a token that is refused, or a host that is down would otherwise be the newest run of reports/. If the
directory was named, it is written in any case: a pipeline reads its files.
"""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from scim_conformance.reporting import history
from scim_conformance.run.state import LAST, RUN, Run
from scim_conformance.target import journal
from scim_conformance.verdict.run_result import RunResult


def is_worth(run: Run, result: RunResult) -> bool:
    """Return whether the reports of a run are written: it was named where, something was judged, or was created."""
    created = (run.report_dir / journal.NAME).is_file()
    return run.is_named or created or history.judged_something(result)


def point(run: Run, result: RunResult) -> None:
    """Let `reports/latest` point to a complete run there."""
    if not run.is_named and history.is_complete(result):
        history.point_to(run.report_dir)


def discard(config: pytest.Config, directory: Path) -> Callable[[], None]:
    """Return what removes a report directory that is not kept, and the folder around it if it is new and empty."""
    is_new, is_empty = not directory.exists(), not directory.parent.exists()

    def remove() -> None:
        run = config.stash.get(RUN, None)
        has_ended = config.stash.get(LAST, None) is not None
        has_content = not is_new or (directory / journal.NAME).exists()
        if has_content or run is None or run.is_named or (run.is_kept and has_ended):
            return
        shutil.rmtree(directory, ignore_errors=True)
        with suppress(OSError):
            if is_empty:
                directory.parent.rmdir()

    return remove
