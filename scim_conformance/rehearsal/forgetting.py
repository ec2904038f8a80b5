"""Deletes the folder for personal data of a preview or a rehearsal, once nothing needs it any more."""

import shlex
import shutil
from pathlib import Path

from scim_conformance.config.settings import SettingsError
from scim_conformance.rehearsal.private import NAME
from scim_conformance.reporting.rehearsal_words import counted
from scim_conformance.target import journal, journal_reading


def forget(directory: Path) -> Path:
    """Delete the folder; return what was deleted.

    Raises:
        SettingsError: there is none, or what the rehearsal created was not removed.
    """
    folder = directory / NAME
    if folder.is_symlink() or not folder.is_dir():
        said = "specify the report directory of a preview or a rehearsal"
        raise SettingsError(f"{directory} has no folder {NAME}: {said}")
    left = _left(directory)
    if left:
        raise SettingsError(
            f"{directory}: {counted(left, 'resource')} that the rehearsal created may still be there, and {folder} "
            f"says which: run scim-conformance clean {shlex.quote(str(directory))} first"
        )
    shutil.rmtree(folder)
    return folder


def _left(directory: Path) -> int:
    """Return how many creations of the journal may still be there; foreign accounts are not among them."""
    path = directory / journal.NAME
    if not path.is_file():
        return 0
    try:
        book = journal_reading.read(path)
    except journal_reading.JournalError as error:
        raise SettingsError(str(error)) from None
    return book.unreadable + sum(one.denied is None for one in journal_reading.unfinished(book.entries))
