"""`clean DIR...`: completes the clean-up of interrupted runs."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import msgspec

from scim_conformance.config.checks import check_url
from scim_conformance.config.configuration import Configuration
from scim_conformance.config.settings import Settings, SettingsError
from scim_conformance.reporting.history import REPORTS
from scim_conformance.run.connect import make_wire
from scim_conformance.run.pool import sweep
from scim_conformance.scenario.exchange import Outgoing, Sender, TransportFailure
from scim_conformance.system.visible import visible
from scim_conformance.target import journal, journal_reading
from scim_conformance.target.cleanup import clean
from scim_conformance.target.guarded_wire import GuardedWire
from scim_conformance.target.removal import CleanUpOutcome
from scim_conformance.verdict import counting

GONE, LEFT, BLIND = 0, 1, 6
"""Exit codes: everything is removed; some resources are still there; some could not be checked."""


LAST = "last"
"""Instead of a report directory: the run in reports/ whose journal was written last."""

MOST_SAID = 10
"""Resources with the same reason that are listed; the journal has all of them."""


def place(given: str) -> Path:
    """Return a report directory: the given one, or the newest one with a journal.

    Raises:
        SettingsError: there is none.
    """
    if given != LAST:
        return Path(given)
    found = [path for path in REPORTS.glob(f"*/{journal.NAME}") if path.is_file() and not path.parent.is_symlink()]
    if not found:
        raise SettingsError(f"{REPORTS}/ contains no {journal.NAME}: specify the report directory of a run")
    return max(found, key=lambda path: path.stat().st_mtime_ns).parent


@dataclass(frozen=True)
class Work:
    """A report directory, and the tenant URLs that its journal names. `given`: the URL was given."""

    directory: Path
    urls: tuple[str, ...]
    given: str | None
    unreadable: int = 0
    """Lines of the journal that could not be read."""

    @property
    def path(self) -> Path:
        """The journal."""
        return self.directory / journal.NAME


def finish(directories: Sequence[Path], configuration: Configuration, *, moved_to: str | None) -> int:
    """Clean up after the runs in these report directories; return the exit code.

    Raises:
        SettingsError: a directory has no journal, a setting is invalid, or writing to a target was not confirmed.
    """
    settings = configuration.settings
    works = [_work(directory, settings, moved_to) for directory in directories]
    for work in works:
        for url in work.urls:
            _agree(url, work, settings)
    outcomes = [_finish(work, configuration, moved=moved_to is not None) for work in works]
    if any(outcome.known for outcome in outcomes):
        return LEFT
    return BLIND if any(outcome.leftovers or outcome.blind for outcome in outcomes) else GONE


def _work(directory: Path, settings: Settings, moved_to: str | None) -> Work:
    """Find out where to clean up. Only a flag overrides the URL of the journal; the environment does not."""
    path = directory / journal.NAME
    if not path.is_file():
        raise SettingsError(f"{directory} contains no {journal.NAME}: specify the report directory of a run")
    try:
        book = journal_reading.read(path)
    except journal_reading.JournalError as error:
        raise SettingsError(str(error)) from None
    found = {entry.url for entry in book.entries}
    for url in found:
        check_url("url", url)
    moved = {msgspec.structs.replace(settings, url=moved_to).base} if moved_to and found else set()
    given = settings.base if settings.url and not moved_to else None
    return Work(directory, tuple(sorted(moved or found)), given, book.unreadable)


def _agree(url: str, work: Work, settings: Settings) -> None:
    """Ask before sending the token to a URL that only the journal names, or without TLS.

    Raises:
        SettingsError: there is no terminal, or the answer is no.
    """
    there = msgspec.structs.replace(settings, url=url)
    if there.is_loopback or settings.yes or (url == work.given and urlsplit(url).scheme == "https"):
        return
    why = "is not encrypted" if url == work.given else f"comes only from {work.path}"
    if not sys.stdin.isatty():
        raise SettingsError(f"{url} {why}, and the token would be sent there: run again with --yes to confirm")
    if not click.confirm(
        f"{url} {why}. The token is sent there, and the users and groups of the run are deleted. Continue?"
    ):
        raise SettingsError("nothing was sent")


def _finish(work: Work, configuration: Configuration, *, moved: bool) -> CleanUpOutcome:
    total = CleanUpOutcome()
    for url in work.urls:
        outcome = _clean(work.path, url, configuration, moved=moved)
        total.removed += outcome.removed
        total.leftovers += outcome.leftovers
        total.blind += [text for text in outcome.blind if text not in total.blind]
    if work.unreadable and not work.urls:
        total.blind.append(f"{counting.number(work.unreadable, 'line')} of the journal cannot be read")
    sweep(work.directory)
    _say(work.directory, total)
    return total


def _clean(path: Path, url: str, configuration: Configuration, *, moved: bool) -> CleanUpOutcome:
    wire = make_wire(msgspec.structs.replace(configuration.settings, url=url), configuration.access)
    try:
        _arm(wire)
        return clean(wire, path, moved=moved)
    finally:
        wire.close()


def _arm(wire: GuardedWire) -> None:
    """Wait for the target later, but only if it is reachable now: a host that is down fails at once, with one
    sentence."""
    with suppress(TransportFailure):
        wire.send(Outgoing("GET", "/Users?startIndex=1&count=1", by=Sender.HARNESS))
        wire.arm()


def _say(directory: Path, outcome: CleanUpOutcome) -> None:
    unknown = len(outcome.leftovers) - len(outcome.known)
    if not outcome.leftovers and not outcome.blind:
        removed = f"{outcome.removed} removed, " if outcome.removed else ""
        click.echo(f"{directory}: {removed}nothing is left")
        return
    for state, why, alike in _alike(outcome.leftovers):
        for one in alike[:MOST_SAID]:
            click.echo(visible(f"  {state}: {one['type']} {one['name']}{_id(one['id'])} ({why})"))
        if len(alike) > MOST_SAID:
            click.echo(visible(f"  {state}: {len(alike) - MOST_SAID} more ({why})"))
    for text in outcome.blind:
        click.echo(visible(f"  not checked: {text}"))
    click.echo(f"{directory}: {outcome.removed} removed, {len(outcome.known)} still there, {unknown} unknown")


def _alike(leftovers: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Yield what is left by state and reason."""
    found: dict[tuple[bool, str], list[dict[str, Any]]] = {}
    for one in leftovers:
        found.setdefault((bool(one["known"]), str(one["why"])), []).append(one)
    for (known, why), alike in found.items():
        yield "still there" if known else "unknown", why, alike


def _id(identifier: str | None) -> str:
    return f", id {identifier[:60]}" if identifier else ""
