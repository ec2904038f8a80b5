"""Reads files from others, with limits on kind, size, time, encoding and depth. All our readers use it.

A file that a user names may be a pipe without a writer, `/dev/zero`, a gigabyte, or a document with such deep nesting
that its parser gives up or takes gigabytes of memory. Each of these is one sentence here.
"""

import io
import json
import os
import re
import select
import stat
import time
import tomllib
from pathlib import Path
from typing import Any

from scim_conformance.scim import strictjson

MOST_DEPTH = strictjson.MAX_DEPTH
"""Maximum levels of arrays, objects and dotted keys in a document: several times what any file of ours has."""

MOST_BYTES = 2_000_000
"""Maximum bytes of a file with settings, a profile or waivers: some thousand mappings or waivers."""

MOST_DOCUMENT = 10_000_000
"""Maximum bytes of a JSON document, such as a provisioning schema: the largest exports have a tenth of it."""

MOST_SECRET = 100_000
"""Maximum bytes of a file that contains a secret: no header contains a longer one."""

MOST_WORD = 1_000
"""Maximum characters of a bare key or a number in TOML."""

PATIENCE = 5.0
"""Seconds in which a pipe must have ended; a file on a disk is limited only by its size."""

_CHUNK = 1 << 20
# An unclosed string is taken to the end: searching again from each quote in it would take quadratic time.
_TOML = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5})?'
    r"|'''(?:[^']++|'(?!''))*+(?:'{3,5})?"
    r'|"(?:[^"\\\n]++|\\.)*+"?'
    r"|'[^'\n]*+'?"
    r"|\#[^\n]*+"
    r"|(?P<word>[\w+-]++)"
    r"|(?P<open>[\[{])|(?P<close>[\]}])|(?P<dot>\.)|(?P<end>[=,\n])",
    re.DOTALL,
)


class CannotRead(ValueError):
    """The file cannot be used. The message follows its name: `cannot be read: …`, `is not TOML: …`."""


def content(file: str | Path, most: int = MOST_BYTES) -> bytes:
    """Return the content of a file.

    Raises:
        CannotRead: it does not exist, is a folder, has more than `most` bytes, or is a pipe that does not end in time.
    """
    handle = _handle(file)
    try:
        return _read(handle, most)
    except OSError as error:
        raise CannotRead(f"cannot be read: {error.strerror}") from None
    finally:
        os.close(handle)


def _handle(file: str | Path) -> int:
    try:
        # Non-blocking: opening a pipe would otherwise wait for a writer.
        return os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except ValueError:
        raise CannotRead("cannot be read: its name contains a null character") from None
    except OSError as error:
        raise CannotRead(f"cannot be read: {error.strerror}") from None


def opened(file: str | Path) -> io.BufferedReader:
    """Open a file of any size for a reader that keeps only a part of it in memory.

    Raises:
        CannotRead: it does not exist, or is not an ordinary file.
    """
    handle = _handle(file)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise CannotRead("cannot be read: it is not a file")
    return os.fdopen(handle, "rb")


def _read(handle: int, most: int) -> bytes:
    waits = not stat.S_ISREG(os.fstat(handle).st_mode)
    until, size = time.monotonic() + PATIENCE, 0
    chunks: list[bytes] = []
    while True:
        if waits and not select.select([handle], [], [], max(0.0, until - time.monotonic()))[0]:
            raise CannotRead(f"cannot be read: it is not a file, and did not end within {PATIENCE:g} s")
        chunk = os.read(handle, _CHUNK)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
        size += len(chunk)
        if size > most:
            raise CannotRead(f"has more than {_words(most)}, which is too large for this kind of file")


def _words(size: int) -> str:
    return f"{size // 1_000_000} MB" if size >= 1_000_000 else f"{size // 1000} KB"


def text(file: str | Path, most: int = MOST_BYTES) -> str:
    """Return the text of a UTF-8 file, without a byte order mark.

    Raises:
        CannotRead: as `content`, or it is not UTF-8 text.
    """
    held = content(file, most)
    try:
        return held.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        kind = "UTF-16" if held[:2] in (b"\xff\xfe", b"\xfe\xff") else f"byte {error.start} is invalid"
        raise CannotRead(f"cannot be read: it is not UTF-8 text ({kind})") from None


def secret(file: str | Path) -> str:
    """Return the secret in a file, without leading and trailing whitespace.

    Raises:
        CannotRead: as `text`.
    """
    return text(file, MOST_SECRET).strip()


def toml(file: str | Path, most: int = MOST_BYTES) -> dict[str, Any]:
    """Return the document in a TOML file.

    Raises:
        CannotRead: as `text`, or it is not TOML, or nests too deeply.
    """
    return parsed_toml(text(file, most))


def parsed_toml(written: str) -> dict[str, Any]:
    """Return a TOML document. The reader of the standard library takes memory by the square of a dotted key's length.

    Raises:
        CannotRead: it is not TOML, or is nested too deeply.
    """
    _check_toml(written)
    try:
        return tomllib.loads(written)
    except ValueError as error:  # TOMLDecodeError, and a number with thousands of digits
        said = error if isinstance(error, tomllib.TOMLDecodeError) else "a number in it is too large"
        raise CannotRead(f"is not TOML: {_short(str(said))}") from None


def _check_toml(written: str) -> None:
    depth = dots = 0
    for token in _TOML.finditer(written):
        match token.lastgroup:
            case "open":
                depth, dots = depth + 1, 0
            case "close":
                depth, dots = max(0, depth - 1), 0
            case "dot":
                dots += 1
            case "end":
                dots = 0
            case "word" if len(token[0]) > MOST_WORD:
                raise CannotRead(f"cannot be read: a name or number in it has more than {MOST_WORD:,} characters")
        if depth > MOST_DEPTH or dots > MOST_DEPTH:
            raise CannotRead(f"cannot be read: it is nested more than {MOST_DEPTH} levels deep")


def parsed_json(held: bytes) -> Any:
    """Return a JSON document in UTF-8, or in UTF-16, which PowerShell writes.

    Raises:
        CannotRead: it is not JSON, is nested too deeply, or has too many values.
    """
    try:
        written = held.decode(json.detect_encoding(held))
        strictjson.check_count(written.encode("utf-8", "surrogatepass"))
        found = json.loads(written)
        strictjson.check_depth(found)
    except UnicodeDecodeError as error:
        raise CannotRead(f"is not JSON: it is not text (byte {error.start})") from None
    except RecursionError:
        raise CannotRead(f"cannot be read: it is nested more than {MOST_DEPTH} levels deep") from None
    except strictjson.NotJson as error:
        raise CannotRead(f"cannot be read: it is {error}") from None
    except ValueError as error:
        said = str(error) if isinstance(error, json.JSONDecodeError) else "a number in it is too large"
        raise CannotRead(f"is not JSON: {_short(said)}") from None
    return found


def _short(said: str) -> str:
    return said if len(said) <= 200 else said[:199] + "…"
