"""`clean DIR...`: finishes what an interrupted run left in the target."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from scim_conformance.running import make_wire
from scim_conformance.settings import Settings, SettingsError, resolve, token
from scim_conformance.target import journal
from scim_conformance.target.cleanup import Outcome, clean


def finish(directories: Sequence[Path], flags: Mapping[str, Any]) -> int:
    """Clean up after the runs in these report directories; 0 when nothing of ours is left, else 6.

    Raises:
        SettingsError: a directory has no journal, or a setting cannot be used.
    """
    settings = resolve(flags)
    for directory in directories:
        if not (directory / journal.NAME).is_file():
            raise SettingsError(f"{directory} holds no {journal.NAME}: give the report directory of a run")
    outcomes = [_finish(directory, settings) for directory in directories]
    return 6 if any(outcome.leftovers for outcome in outcomes) else 0


def _finish(directory: Path, settings: Settings) -> Outcome:
    path = directory / journal.NAME
    left = journal.unfinished(journal.entries(path))
    if not left:
        click.echo(f"{directory}: nothing is left")
        return Outcome()
    wire = make_wire(msgspec.structs.replace(settings, url=settings.url or left[0].url), token(settings))
    try:
        outcome = clean(wire, path)
    finally:
        wire.close()
    click.echo(f"{directory}: {outcome.removed} of {len(left)} removed or found gone")
    for one in outcome.leftovers:
        click.echo(f"  still there: {one['type']} {one['name']} ({one['why']})")
    return outcome
