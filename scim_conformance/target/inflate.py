"""Compressed bodies, inflated under a cap: a few hundred bytes can hold a gigabyte, twice compressed even more."""

import zlib

KNOWN = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""Content codings that can be undone, with zlib's window bits."""


class CannotInflate(ValueError):
    """The body cannot be read. The message says why, in one line."""


def inflate(body: bytes, codings: str | None, cap: int) -> bytes:
    """Undo the codings of a Content-Encoding header, the last first.

    Raises:
        CannotInflate: an unknown coding, damaged data, or more than `cap` bytes after any of the codings.
    """
    names = [name.strip().lower() for name in (codings or "").split(",") if name.strip()]
    for name in reversed(names):
        if name != "identity":
            body = _undo(body, name, cap)
    return body


def _undo(body: bytes, name: str, cap: int) -> bytes:
    if name not in KNOWN:
        raise CannotInflate(f"compressed as {name[:40]}, which was not asked for")
    machine = zlib.decompressobj(KNOWN[name])
    try:
        found = machine.decompress(body, cap)
    except zlib.error:
        raise CannotInflate(f"declared as {name} but damaged") from None
    if machine.unconsumed_tail:
        raise CannotInflate(f"larger than {cap // 1_000_000} MB once inflated")
    if not machine.eof:
        raise CannotInflate(f"declared as {name} but cut off")
    return found
