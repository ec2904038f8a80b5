"""Compressed bodies, decompressed up to a limit: a few hundred bytes can contain a gigabyte, and more if compressed
twice."""

import zlib

KNOWN = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""Content codings that can be decoded, with zlib's window bits."""


class CannotInflate(ValueError):
    """The body cannot be read. The message says why, in one line."""


def inflate(body: bytes, codings: str | None, cap: int) -> bytes:
    """Decode the codings of a Content-Encoding header, the last first.

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
        raise CannotInflate(f"compressed as {name[:40]}, which was not requested")
    machine = zlib.decompressobj(KNOWN[name])
    try:
        found = machine.decompress(body, cap)
    except zlib.error:
        raise CannotInflate(f"declared as {name}, but damaged") from None
    if machine.unconsumed_tail:
        raise CannotInflate(f"larger than {cap // 1000000} MB after decompression")
    if not machine.eof:
        raise CannotInflate(f"declared as {name}, but truncated")
    return found
