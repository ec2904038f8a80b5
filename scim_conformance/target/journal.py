"""What this run creates, recorded before and after, so that clean-up works even after a `kill -9`.

`journal.jsonl` contains one JSON object per line. `intent` is written before a POST; after it `created` with the id in
the response, or `refused`, or `unclear` if the response contains no id. `denied`: that id belongs to another resource.
`deleted` when the resource is gone, and `gone` when a search did not find it. `search`: whether a search by a name's
prefix finds existing resources. `accepted`: an empty object that a target should have refused. All processes of a run
append to the same file, a line at a time; keys start with the run's tag, which keeps several runs in one file separate.
"""

import errno
import itertools
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from scim_conformance.scenario.exchange import Creation, RefusedByHarness
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
    Type,
    Unclear,
)
from scim_conformance.target.pace import Halted

NAME = "journal.jsonl"


class Journal:
    """Appends to a run's journal. `writer` identifies the process of the run."""

    def __init__(self, path: Path, url: str, tag: str, writer: str = "main") -> None:
        self.path, self._url, self._tag = path, url, tag
        self._writer = f"{tag}-{writer}-{os.getpid()}"
        self._numbers = itertools.count(1)
        self._lines: list[bytes] = []
        self._file: tuple[int, int] | None = None
        self._torn = False
        self._lock = threading.Lock()
        self.problem = ""
        """Why the journal cannot be written, as a sentence; nothing is created any more then."""
        path.parent.mkdir(parents=True, exist_ok=True)

    def intent(self, creation: Creation) -> str:
        """Record what is about to be created; the key identifies it in later lines.

        Raises:
            RefusedByHarness: that cannot be written, so that the request must not be sent.
        """
        key = f"{self._writer}-{next(self._numbers)}"
        kind: Type = "Group" if creation.type == "Group" else "User"
        self._append(Intent(key, self._tag, kind, creation.name, self._url, time.time(), creation.external_id))
        if self.problem:
            raise RefusedByHarness(f"POST was not sent: {self.problem}")
        return key

    @contextmanager
    def sending(self, *keys: str) -> Iterator[None]:
        """Record that nothing was created if the thread ends before these are sent: the clean-up does not wait for what
        cannot appear."""
        try:
            yield
        except Halted:
            for key in filter(None, keys):
                self.refused(key)
            raise

    def created(self, key: str, identifier: str) -> None:
        """Record the id that the target assigned."""
        self._append(Created(key, identifier))

    def refused(self, key: str) -> None:
        """Record that the target responded and created nothing."""
        self._append(Refused(key))

    def unclear(self, key: str) -> None:
        """Record that the target responded, but the response does not show what it created."""
        self._append(Unclear(key))

    def accepted(self, path: str, status: int) -> None:
        """Record that the target accepted an empty object where nothing can be created."""
        self._append(Accepted(path, status))

    def gone(self, key: str) -> None:
        """Record that a search by name did not find a resource."""
        self._append(Gone(key))

    def deleted(self, kind: str, identifier: str) -> None:
        """Record that a resource is gone."""
        self._append(Deleted("Group" if kind == "Group" else "User", identifier))

    def denied(self, kind: str, identifier: str, why: str) -> None:
        """Record that an id that the target returned belongs to another resource."""
        self._append(Denied("Group" if kind == "Group" else "User", identifier, why))

    def search(self, kind: str, *, works: bool) -> None:
        """Record whether a search by a name's prefix finds existing resources."""
        self._append(Search("Group" if kind == "Group" else "User", works))

    def _append(self, record: Record) -> None:
        """Write a line, or record why that is impossible: what follows must work without it too."""
        line = msgspec.json.encode(record) + b"\n"
        with self._lock:
            self._lines.append(line)
            self._write([line])

    def forget(self) -> None:
        """Keep nothing in memory any more: what was written is not written again if the file is deleted."""
        with self._lock:
            self._lines.clear()

    def restore(self) -> None:
        """Write again what was lost when the file was deleted."""
        if self._lines:
            self._write([])

    def _write(self, lines: list[bytes]) -> None:
        try:
            with _appending(self.path) as handle:
                status = os.fstat(handle)
                file = (status.st_dev, status.st_ino)
                self._put(handle, self._lines if self._file not in {None, file} else lines)
                self._file = file
        except OSError as error:
            self.problem = f"{self.path} cannot be written: {error.strerror}"

    def _put(self, handle: int, lines: list[bytes]) -> None:
        # One short line per write in append mode: lines of several processes do not mix, and nothing is buffered.
        whole = b"\n" * self._torn + b"".join(lines)
        self._torn = os.write(handle, whole) < len(whole)
        if self._torn:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def _appending(path: Path) -> Iterator[int]:
    path.parent.mkdir(parents=True, exist_ok=True)  # the report directory may have been deleted
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)
