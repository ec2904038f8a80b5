"""The spellings in which a secret comes back, and texts in a form that can be compared with them.

Two views of a text: as it arrived, but without spaces and control characters and in lower case; and the same with
escapes decoded. A line break, a space or a NUL between two characters, different letter case, and every mixture of
escapes disappear in them. What cannot be decoded in a view (base64, hexadecimal digits) is a separate spelling.
"""

import base64
import html
import json
import quopri
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from html.entities import html5
from urllib.parse import quote

SHORT = 12
"""A secret shorter than this is replaced only if it is a separate word, plain or escaped."""

PIECE = 20
"""Characters of a credential that are replaced wherever they appear, even if the rest of it is missing."""

LONG = 256
"""Characters, from the end, that are searched for in the rarer spellings: in a JWT, the signature is there."""

_BLANK = bytes([*range(33), 127])
_SMALL = bytes(range(256)).lower()
# Each alternative starts with a different letter: only then is the search fast on ordinary text.
_ESCAPE = re.compile(
    rb"""
    %(?:25)*(?P<percent>[0-9a-f]{2})
    | \\\\*u00(?P<json>[0-9a-f]{2}) | \\\\*x(?P<hex>[0-9a-f]{2}) | 0x(?P<number>[0-9a-f]{2})(?![0-9a-f])
    | &(?:amp;)*(?:\#0*(?P<decimal>\d{1,3}) | \#x0*(?P<digits>[0-9a-f]{1,2}) | (?P<name>[a-z]{2,8}));
    | \\\\*(?:[nrtbf] | (?!u))
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PRINTABLE = re.compile(rb"=(?:(?P<printable>[0-9a-fA-F]{2})|\r?\n)")
"""Separate: in a query, `=` precedes a value that may start with two such digits."""

_BLANKS = re.compile(rb"[\x00-\x20\x7f]+")
_GAPS = {one: re.compile(rb"(?ix)[\x00-\x20\x7f]+|" + one.pattern) for one in (_ESCAPE, _PRINTABLE)}


@dataclass
class ComparableText:
    """A text in a comparable form, and where its parts came from."""

    flat: bytes
    _at: list[int] = field(default_factory=list)
    _begin: list[int] = field(default_factory=list)
    _end: list[int] = field(default_factory=list)
    """For a former escape: where it ended. 0 for a run of characters that are unchanged."""

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Return where in the text the characters from `begin` to before `end` are."""
        return self._place(begin)[0], self._place(end - 1)[1]

    def _place(self, at: int) -> tuple[int, int]:
        run = bisect_right(self._at, at) - 1
        if self._end[run]:
            return self._begin[run], self._end[run]
        begin = self._begin[run] + at - self._at[run]
        return begin, begin + 1


def flat(text: bytes) -> bytes:
    """Return a text in lower case, without spaces and control characters. Fast."""
    return text.translate(_SMALL, _BLANK)


def views(text: bytes) -> Iterator[tuple[bytes, Callable[[], ComparableText]]]:
    """Yield each view of a text that differs: flat, and a function that adds the positions of its parts."""
    yield flat(text), partial(_view, text, _BLANKS)
    for escapes in (_ESCAPE, _PRINTABLE):
        if escapes.search(text) is not None:
            yield flat(_all_undone(escapes, text)), partial(_view, text, _GAPS[escapes])


def _all_undone(escapes: re.Pattern[bytes], text: bytes) -> bytes:
    """Return a text with its escapes decoded. `re.sub` takes a hundred times the memory if it is full of them."""
    if escapes is _ESCAPE:
        # Backslashes disappear in any case, and most of them precede these two.
        text = text.replace(b'\\"', b'"').replace(b"\\/", b"/")
    found, last = bytearray(), 0
    for one in escapes.finditer(text):
        found += text[last : one.start()]
        found += _undone(one)
        last = one.end()
    found += text[last:]
    return bytes(found)


def _written_back(text: bytes) -> Iterator[bytes]:
    """Yield what is left of an escaped text in the views in which it differs."""
    _, *others = views(text)
    return (found for found, _ in others)


def _view(text: bytes, gaps: re.Pattern[bytes]) -> ComparableText:
    view, parts, at, last = ComparableText(b""), [], 0, 0
    for found in gaps.finditer(text):
        for part, begin, end in ((text[last : found.start()], last, 0), (_undone(found), found.start(), found.end())):
            if part:
                parts.append(part)
                view._at.append(at)
                view._begin.append(begin)
                view._end.append(end)
                at += len(part)
        last = found.end()
    parts.append(text[last:])
    view._at.append(at)
    view._begin.append(last)
    view._end.append(0)
    view.flat = b"".join(parts).translate(_SMALL)
    return view


def _undone(found: re.Match[bytes]) -> bytes:
    kind = found.lastgroup
    if kind is None:
        return b""
    if kind == "name":
        said = html5.get(found[kind].decode() + ";")
        return found[0] if said is None else said.encode().translate(None, _BLANK)
    code = int(found[kind], 10 if kind == "decimal" else 16)
    return b"" if code > 255 or code in _BLANK or code == 92 else bytes([code])


def spellings(secret: str, *, common_only: bool = False) -> Iterator[tuple[bytes, int]]:
    """Yield each spelling of a secret as it appears in a view, and how many characters of it are enough.

    `common_only`: not in hexadecimal digits, not twice in base64, and only complete, except for a character at an end.
    """
    piece = 10**9 if common_only else PIECE
    for form in {one for text in _bytes(secret) for one in _written(text)}:
        yield form, min(piece, len(form) - 1)
    for raw in _bytes(secret):
        for form in _in_base64(raw):
            yield flat(form), min(piece, len(form))
        if not common_only:
            for form in _rarer(raw[-LONG:]):
                yield form, min(PIECE, len(form))


def _bytes(secret: str) -> set[bytes]:
    """Return a secret in UTF-8, and in Latin-1, in which headers are read."""
    found = {secret.encode("utf-8", "surrogatepass")}
    if not secret.isascii() and all(ord(one) < 256 for one in secret):
        found.add(secret.encode("latin-1"))
    return found


def _written(secret: bytes) -> Iterator[bytes]:
    """Yield what a secret becomes in the views when it is escaped, even if part of it looks like an escape."""
    yield flat(secret)
    yield flat(secret.replace(b"\\", b""))
    if not secret.isascii():
        # The views decode only escapes below U+0100.
        yield flat(json.dumps(secret.decode("utf-8", "surrogateescape"))[1:-1].encode())
    text = secret.decode("utf-8", "surrogateescape")
    escaped = [text, quote(secret, safe=""), json.dumps(text), json.dumps(text, ensure_ascii=False)]
    escaped = [one[1:-1] if one.startswith('"') and one.endswith('"') and one != text else one for one in escaped]
    for one in (*escaped, html.escape(text)):
        yield from _written_back(one.encode("utf-8", "surrogateescape"))
    yield from _written_back(quopri.encodestring(secret, quotetabs=True))


def _in_base64(secret: bytes) -> Iterator[bytes]:
    """Yield a secret in base64, including inside something longer, such as after `Bearer `."""
    for offset in range(3):
        # Only the characters that do not depend on the text around the secret: three bytes become four of them.
        text = base64.b64encode(b"\0" * offset + secret)
        inner = text[(offset * 8 + 5) // 6 : (offset + len(secret)) * 8 // 6]
        yield from {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}


def _rarer(secret: bytes) -> Iterator[bytes]:
    for between in ("", ":", "-"):
        yield (secret.hex(between) if between else secret.hex()).encode()
    for once in _in_base64(secret):
        for twice in _in_base64(once):
            yield flat(twice)


def alone(secret: str) -> bytes:
    """Return a regular expression for a short secret as a separate word, plain or escaped as a whole."""
    forms = {secret, quote(secret, safe=""), json.dumps(secret)[1:-1], html.escape(secret)}
    raw = {form.encode("utf-8", "surrogatepass") for form in forms}
    return b"(?<![A-Za-z0-9])(?:%b)(?![A-Za-z0-9])" % b"|".join(re.escape(one) for one in sorted(raw))
