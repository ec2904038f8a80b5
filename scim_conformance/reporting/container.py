"""The zip file of a certificate: written in one form only, so that every byte of a file can be verified.

The file may come from another party. So its sizes are checked before anything is unpacked, and nothing is written to
disk.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from scim_conformance.system import inputs

MOST_PACKED = 60_000_000
"""Maximum bytes of a zip file that is read: that of a full run has 400,000."""

MOST_MEMBERS = 64
"""Maximum members of a file that is read: a certificate has five."""

_END, _CENTRAL, _LOCAL = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_END_SIZE, _CENTRAL_SIZE, _LOCAL_SIZE = 22, 46, 30
_LONGEST_COMMENT = 65_535
_ENCRYPTED, _STORED, _DEFLATED = 0x1, 0, 8
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


class Damaged(Exception):
    """A file that is not a zip file, or is not safe to unpack. The text says why."""


@dataclass(frozen=True)
class ZipEntry:
    """A member as listed in the directory of the zip file. `at`: where its local header starts."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    at: int
    begins: int
    """Where its data starts."""

    @property
    def ends(self) -> int:
        """Where its data ends."""
        return self.begins + self.packed


def pack(content: Mapping[str, bytes]) -> bytes:
    """Return the zip file: fixed order, times and modes, so that the same content has the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, held in content.items():
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(entry, held)
    return target.getvalue()


def unpack(file: Path, members: Mapping[str, int]) -> tuple[dict[str, bytes], list[str]]:
    """Return the readable members of a certificate, and what is wrong with the file, as sentences.

    `members`: the maximum bytes of each, by name, in their order.

    Raises:
        inputs.CannotRead: it cannot be read, or is larger than any certificate.
        Damaged: it is not a complete zip file, or is not safe to unpack.
    """
    raw = inputs.content(file, MOST_PACKED)
    end = _end(raw)
    entries = [*_entries(raw, end)]
    _refuse_hostile(entries, members)
    wrong = [*_names(entries, members), *_around(raw, end, entries)]
    found: dict[str, bytes] = {}
    for name in members:
        # If two have the same name, use the last one, as most programs do.
        entry = next((one for one in reversed(entries) if one.name == name), None)
        held = None if entry is None else _unpacked(raw, entry)
        if held is not None:
            found[name] = held
        elif entry is not None:
            wrong.append(f"{name}: it cannot be unpacked")
    if not wrong and [one.name for one in entries] == [*members] and raw != _as_written(raw, entries):
        wrong.append("the zip file: written by another program, its headers differ from those that certify writes")
    return found, wrong


def _end(raw: bytes) -> int:
    """Return where the end of the directory starts."""
    at = raw.rfind(_END, max(0, len(raw) - _END_SIZE - _LONGEST_COMMENT))
    if at < 0 or at + _END_SIZE > len(raw):
        raise Damaged("it is not a complete zip file")
    return at


def _entries(raw: bytes, end: int) -> Iterator[ZipEntry]:
    count, size, offset = struct.unpack_from("<HLL", raw, end + 10)
    if count > MOST_MEMBERS:
        raise Damaged(f"it has {count:,} members or more, but a certificate has five")
    at = end - size
    # Bytes inserted before the zip file move everything: the directory is where it ends, not where it says.
    moved = at - offset
    if at < 0 or moved < 0:
        raise Damaged("it is not a complete zip file")
    for _ in range(count):
        if raw[at : at + 4] != _CENTRAL or at + _CENTRAL_SIZE > end:
            raise Damaged("it is not a complete zip file")
        flags, method, crc, packed, whole, *lengths, local = _FIELDS.unpack_from(raw, at + 8)
        name = raw[at + _CENTRAL_SIZE : at + _CENTRAL_SIZE + lengths[0]].decode("utf-8", "replace")
        if flags & _ENCRYPTED:
            raise Damaged(f"the member {name[:80]!r} is encrypted")
        yield ZipEntry(name, method, crc, packed, whole, local + moved, _begins(raw, local + moved, name))
        at += _CENTRAL_SIZE + sum(lengths)
    if at != end:
        raise Damaged("it is not a complete zip file: its directory has bytes that belong to no member")


_FIELDS = struct.Struct("<HH4xLLLHHH8xL")
"""Of an entry of the directory: flags, method, checksum, sizes, lengths of name, extra and comment, and the place."""


def _begins(raw: bytes, at: int, name: str) -> int:
    if raw[at : at + 4] != _LOCAL or at + _LOCAL_SIZE > len(raw):
        raise Damaged(f"it is not a complete zip file: the member {name[:80]!r} is not where its directory says")
    lengths: tuple[int, int] = struct.unpack_from("<HH", raw, at + 26)
    return at + _LOCAL_SIZE + sum(lengths)


def _refuse_hostile(entries: Sequence[ZipEntry], members: Mapping[str, int]) -> None:
    for one in entries:
        parts = one.name.replace("\\", "/").split("/")
        if ".." in parts or one.name[:1] in {"/", "\\"} or ":" in one.name or "\0" in one.name:
            raise Damaged(f"the member {one.name[:80]!r} has a path outside the folder")
        if one.method not in {_STORED, _DEFLATED}:
            raise Damaged(f"the member {one.name[:80]!r} uses a compression method that certify does not use")
        if one.size > members.get(one.name, MOST_PACKED):
            raise Damaged(f"the member {one.name[:80]!r} has {one.size:,} bytes, more than a certificate may have")
    ordered = sorted(entries, key=lambda one: one.at)
    if any(one.ends > other.at for one, other in pairwise(ordered)):
        raise Damaged("its members overlap")


def _names(entries: Sequence[ZipEntry], members: Iterable[str]) -> Iterator[str]:
    names = [one.name for one in entries]
    yield from (f"{name}: missing" for name in members if name not in names)
    added = sorted({*names} - {*members})
    yield from (f"{name[:80]}: added, it is not part of a certificate" for name in added)
    yield from (f"{name}: appears {names.count(name)} times in the file" for name in members if names.count(name) > 1)


def _around(raw: bytes, end: int, entries: Sequence[ZipEntry]) -> Iterator[str]:
    """Yield bytes before, between and after the members that the directory lists."""
    size, _, comment = struct.unpack_from("<LLH", raw, end + 12)
    place = 0
    for one in sorted(entries, key=lambda one: one.at):
        if one.at > place:
            where = "before the first member" if place == 0 else f"before the member {one.name}"
            yield f"the zip file: {_bytes(one.at - place)} added {where}"
        place = one.ends
    if end - size > place:
        yield f"the zip file: {_bytes(end - size - place)} added before its directory"
    after = len(raw) - end - _END_SIZE
    if comment:
        yield f"the zip file: a comment of {_bytes(comment)} added"
    if after > comment:
        yield f"the zip file: {_bytes(after - comment)} appended"


def _bytes(count: int) -> str:
    return "1 byte" if count == 1 else f"{count:,} bytes"


def _unpacked(raw: bytes, entry: ZipEntry) -> bytes | None:
    """Return the content of a member, or None if it does not match the directory. It never grows beyond that size."""
    held = raw[entry.begins : entry.ends]
    if entry.method == _DEFLATED:
        machine = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            held = machine.decompress(held, entry.size + 1)
        except zlib.error:
            return None
        if not machine.eof or machine.unused_data:
            return None
    return held if len(held) == entry.size and zlib.crc32(held) == entry.crc else None


def _as_written(raw: bytes, entries: Sequence[ZipEntry]) -> bytes:
    """Return the file with the data of its members, and everything else as `pack` writes it."""
    members, directory = bytearray(), bytearray()
    for one in entries:
        name = one.name.encode()
        fields = struct.pack("<HHHHLLLHH", 0, _DEFLATED, 0, 33, one.crc, one.packed, one.size, len(name), 0)
        made_by, needed = struct.pack("<BB", 20, 3), struct.pack("<H", 20)
        place = struct.pack("<HHHLL", 0, 0, 0, 0o644 << 16, len(members))
        directory += _CENTRAL + made_by + needed + fields + place + name
        members += _LOCAL + needed + fields + name + raw[one.begins : one.ends]
    count = len(entries)
    end = struct.pack("<HHHHLLH", 0, 0, count, count, len(directory), len(members), 0)
    return bytes(members + directory + _END + end)
