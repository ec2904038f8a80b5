"""`clean DIR...`: finishes what an interrupted run left in the target."""

from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from scim_conformance import credentials
from scim_conformance.running import make_wire
from scim_conformance.settings import Settings, SettingsError
from scim_conformance.spares import sweep
from scim_conformance.target import journal
from scim_conformance.target.cleanup import Outcome, clean


def finish(directories: Sequence[Path], settings: Settings, *, moved_to: str | None) -> int:
    """Clean up after the runs in these report directories; 0 when nothing of ours is left, else 6.

    Raises:
        SettingsError: a directory has no journal, or a setting cannot be used.
    """
    for directory in directories:
        if not (directory / journal.NAME).is_file():
            raise SettingsError(f"{directory} holds no {journal.NAME}: give the report directory of a run")
    outcomes = [_finish(directory, settings, moved_to=moved_to) for directory in directories]
    return 6 if any(outcome.leftovers for outcome in outcomes) else 0


def _finish(directory: Path, settings: Settings, moved_to: str | None) -> Outcome:
    """Clean up at the tenant URL of the run. Only a flag names another: not what the environment happens to hold."""
    path = directory / journal.NAME
    left = journal.unfinished(journal.entries(path))
    total = Outcome()
    for url in [moved_to] if moved_to and left else sorted({entry.url for entry in left}):
        outcome = _clean(path, msgspec.structs.replace(settings, url=url), moved=moved_to is not None)
        total.removed += outcome.removed
        total.leftovers += outcome.leftovers
    sweep(directory)
    _say(directory, total)
    return total


def _clean(path: Path, settings: Settings, *, moved: bool) -> Outcome:
    wire = make_wire(settings, credentials.access(settings, credentials.profile_of(settings)))
    try:
        return clean(wire, path, moved=moved)
    finally:
        wire.close()


def _say(directory: Path, outcome: Outcome) -> None:
    if not outcome.removed and not outcome.leftovers:
        click.echo(f"{directory}: nothing is left")
        return
    click.echo(f"{directory}: {outcome.removed} removed, {len(outcome.leftovers)} still there")
    for one in outcome.leftovers:
        click.echo(f"  still there: {one['type']} {one['name']} ({one['why']})")
