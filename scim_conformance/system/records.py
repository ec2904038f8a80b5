"""Reads the records of large files one after the other: JSON in any of the shapes that exports have, and CSV.

A document may be an array, an object with a `value` array as Microsoft Graph returns it, several such pages one after
the other, or JSON Lines. No more than one record is in memory.
"""

import codecs
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

import ijson
from ijson.common import ObjectBuilder

from scim_conformance.system.inputs import MOST_DEPTH, CannotRead, opened

MOST_RECORD = 1_000_000
"""Maximum values in a record: the members of the largest group are one record."""

_CHUNK = 1 << 16


class Numbered(NamedTuple):
    """A record, and its number in the file, from 1."""

    number: int
    value: Any


class JsonRecords:
    """The records of a JSON file. `mapped`: an object's own arrays are records too, `{"id": key, "members": array}`.

    After reading, `next_link` is what the last page says about a next one: the export is incomplete.
    """

    def __init__(self, file: str | Path, *, mapped: bool = False) -> None:
        self._file, self._mapped = file, mapped
        self.next_link: str | None = None

    def __iter__(self) -> Iterator[Numbered]:
        """Yield the records.

        Raises:
            CannotRead: the file cannot be read, is not JSON, or is nested too deeply. The message follows its name.
        """
        with opened(self._file) as raw:
            try:
                yield from (Numbered(at, one) for at, one in enumerate(self._values(_Utf8(raw)), 1))
            except ijson.JSONError as error:
                raise CannotRead(f"is not JSON: {str(error).splitlines()[0][:200]}") from None
            except UnicodeError:
                raise CannotRead("cannot be read: it is neither UTF-8 nor UTF-16 text") from None

    def _values(self, text: "_Utf8") -> Iterator[Any]:
        events = ijson.basic_parse(text, multiple_values=True, use_float=True)
        for event, value in events:
            if event == "start_array":
                yield from _elements(events)
            elif event == "start_map":
                yield from self._page(events)
            else:
                yield value

    def _page(self, events: Iterator[tuple[str, Any]]) -> Iterator[Any]:
        """Yield the elements of a page's `value`; of an object without one, the object."""
        rest: dict[str, Any] = {}
        is_page, self.next_link = False, None
        for event, key in events:
            if event == "end_map":
                break
            first, value = next(events)
            if first == "start_array" and key == "value":
                is_page = True
                yield from _elements(events)
            elif first == "start_array" and self._mapped and key != "members":
                is_page = True
                yield {"id": key, "members": [*_elements(events)]}
            else:
                rest[key] = _built(events, first, value)
        self.next_link = rest.get("@odata.nextLink")
        if not is_page:
            yield rest


def _elements(events: Iterator[tuple[str, Any]]) -> Iterator[Any]:
    for event, value in events:
        if event == "end_array":
            return
        yield _built(events, event, value)


def _built(events: Iterator[tuple[str, Any]], event: str, value: Any) -> Any:
    """Return the value that begins with an event."""
    if not event.startswith("start_"):
        return value
    builder, depth, count = ObjectBuilder(), 0, 0
    while True:
        builder.event(event, value)
        depth += event.startswith("start_") - event.startswith("end_")
        count += 1
        if depth > MOST_DEPTH or count > MOST_RECORD:
            raise CannotRead("cannot be read: a record in it is too large, or nested too deeply")
        if depth == 0:
            return builder.value
        event, value = next(events)


class _Utf8:
    """A file in UTF-8, or in UTF-16 as PowerShell writes it, as a file in UTF-8 without a byte order mark."""

    def __init__(self, raw: IO[bytes]) -> None:
        head = raw.read(4)
        if not head:
            raise CannotRead("is empty")
        self._decoder = codecs.getincrementaldecoder(_encoding(head))()
        self._raw, self._head = raw, head

    def read(self, size: int = _CHUNK) -> bytes:
        """Return the next bytes; nothing at the end."""
        if size == 0:
            return b""
        while True:
            chunk, self._head = self._head or self._raw.read(_CHUNK), b""
            text = self._decoder.decode(chunk, final=not chunk)
            if text or not chunk:
                return text.encode("utf-8", "surrogatepass")


def _encoding(head: bytes) -> str:
    """Return the encoding of a text by its first four bytes; for UTF-8 with the mark, one that drops it."""
    found = json.detect_encoding(head)
    return "utf-8-sig" if found.startswith("utf-8") else found


class CsvRows:
    """The rows of a CSV file with a header line, each by its column names; `columns` are known after the first."""

    def __init__(self, file: str | Path) -> None:
        self._file = file
        self.columns: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Numbered]:
        """Yield the rows.

        Raises:
            CannotRead: the file cannot be read, is not text, or is not CSV. The message follows its name.
        """
        with opened(self._file) as raw:
            try:
                yield from self._rows(raw)
            except UnicodeError:
                raise CannotRead("cannot be read: it is neither UTF-8 nor UTF-16 text") from None
            except csv.Error as error:
                raise CannotRead(f"is not CSV: {error}") from None

    def _rows(self, raw: IO[bytes]) -> Iterator[Numbered]:
        head = raw.peek(4)[:4] if isinstance(raw, io.BufferedReader) else b""
        with io.TextIOWrapper(raw, _encoding(head), newline="") as text:
            first = text.readline()
            if not first.strip():
                raise CannotRead("is empty")
            # The portal's template for an upload has such a line above the header.
            header = text.readline() if first.lower().startswith("version:") else first
            delimiter = max(",;\t", key=header.count)
            self.columns = tuple(name.strip() for name in next(csv.reader([header], delimiter=delimiter), []))
            rows = csv.reader(text, delimiter=delimiter, strict=True)
            for at, row in enumerate((one for one in rows if any(one)), 1):
                yield Numbered(at, dict(zip(self.columns, row, strict=False)))
