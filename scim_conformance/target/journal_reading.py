"""A journal, read back: what a run created or meant to create, and what may still be there."""

import io
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from scim_conformance.scenario import tags
from scim_conformance.target.journal_records import (
    Accepted,
    Created,
    Deleted,
    Denied,
    Gone,
    Intent,
    Record,
    Refused,
    Search,
    Unclear,
)

MOST_BYTES = 100_000_000
"""Maximum bytes of a journal that is read: a run writes about 100 KB."""


MOST_LINE = 262_144
"""Maximum characters of one line."""


class JournalError(ValueError):
    """A journal cannot be read. The message says why."""


@dataclass(slots=True)
class JournalEntry:
    """A resource that a run created or was about to create. `id` is None until a response contains one.

    `answered`: the POST has ended, so what does not exist now will not appear later. `denied`: why the id is not ours.
    `at`: when the POST was sent, in seconds since 1970.
    """

    key: str
    tag: str
    type: str
    name: str
    external_id: str | None
    url: str
    at: float
    id: str | None = None
    answered: bool = False
    deleted: bool = False
    denied: str | None = None


@dataclass
class Book:
    """A journal that was read. `unreadable`: the number of lines that cannot be used."""

    entries: list[JournalEntry] = field(default_factory=list)
    searches: dict[str, bool] = field(default_factory=dict)
    """By type: whether a search by a name's prefix is known to find existing resources."""
    accepted: list[str] = field(default_factory=list)
    """What was accepted where nothing can be created, one sentence each."""
    unreadable: int = 0

    def started(self, tag: str) -> float:
        """Return when a run sent its first POST, in seconds since 1970."""
        return min((entry.at for entry in self.entries if entry.tag == tag), default=time.time())


def read(path: Path) -> Book:
    """Read a journal. Lines that cannot be used are counted; one that a crash truncated is omitted.

    Raises:
        JournalError: the file cannot be read, or is far too large to be a journal.
    """
    book, found = Book(), dict[str, JournalEntry]()
    held: Held = {}
    for record in _records(path, book):
        if isinstance(record, Intent) and record.key not in found:
            found[record.key] = _entry(record)
        elif isinstance(record, Search):
            book.searches[record.type] = book.searches.get(record.type, True) and record.works
        elif isinstance(record, Accepted):
            book.accepted.append(f"POST of an empty object to {record.path[:80]} returned {record.status}")
        elif not _noted(record, found, held):
            book.unreadable += 1
    book.entries = list(found.values())
    return book


Held = dict[tuple[str, str], list[JournalEntry]]
"""Entries by type and id, so that a journal with thousands of deletions is read in one pass."""


def _noted(record: Record, found: dict[str, JournalEntry], held: Held) -> bool:
    """Record a line that refers to an earlier one; return whether that worked."""
    match record:
        case Created(key, identifier) if key in found:
            found[key].id, found[key].answered = identifier, True
            held.setdefault((found[key].type, identifier), []).append(found[key])
        case Refused(key) | Unclear(key) if key in found:
            found[key].answered = True
        case Gone(key) if key in found:
            found[key].deleted = True
        case Deleted(kind, identifier):
            for entry in _with(held, kind, identifier):
                entry.deleted = True
        case Denied(kind, identifier, why):
            for entry in _with(held, kind, identifier):
                entry.denied = why
        case _:
            return False
    return True


def _with(held: Held, kind: str, identifier: str) -> Iterator[JournalEntry]:
    """Yield those that have an id and are not gone: a target may assign an id again, to a later resource."""
    return (one for one in held.get((kind, identifier), ()) if one.id == identifier and not one.deleted)


def _entry(record: Intent) -> JournalEntry:
    # Thousands of entries share their tag, type and URL.
    tag, kind, url = (sys.intern(one) for one in (record.tag, record.type, record.url))
    return JournalEntry(record.key, tag, kind, record.name, record.external_id, url, record.at)


def _records(path: Path, book: Book) -> Iterator[Record]:
    for line in io.BytesIO(_content(path)):
        if not line.strip():
            continue
        record = _decoded(line.rstrip(b"\n"))
        if record is not None:
            yield record
        elif line.endswith(b"\n"):
            # A crash may have truncated the last line: what it was about to record had not happened yet.
            book.unreadable += 1


def _content(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise JournalError(f"{path} is not a file")
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise JournalError(f"{path} cannot be read: {error.strerror}") from None
    if len(content) > MOST_BYTES:
        raise JournalError(f"{path} is larger than {MOST_BYTES // 1_000_000} MB: it is not the journal of a run")
    return content


def _decoded(line: bytes) -> Record | None:
    if len(line) > MOST_LINE:
        return None
    try:
        record = msgspec.json.decode(line, type=Record)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return None if isinstance(record, Intent) and not _is_usable(record) else record


def _is_usable(intent: Intent) -> bool:
    """Return whether a line names something that a run can have created: it has the tag, and a URL with a host."""
    try:
        parts = urlsplit(intent.url)
        at_home = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return at_home and tags.is_tag(intent.tag) and tags.carries(intent.tag, intent.name)


def unfinished(found: Iterable[JournalEntry]) -> list[JournalEntry]:
    """Return what may still be there: groups first, because they contain the users.

    A refused POST counts: a target may store an account, then fail on its manager, and return 400.
    """
    return sorted((entry for entry in found if not entry.deleted), key=lambda entry: entry.type != "Group")
