"""Output that the system reading a job's log cannot mistake for a command.

Sources: `Command.cs` of azure-pipelines-agent and `ActionCommand.cs` of actions/runner (`##vso[` and `##[` are
recognized anywhere in a line, `::` only at its start after spaces); the documentation of TeamCity, Buildkite, GitLab
and Travis CI. Only text written through `raw` passes unchanged: our own commands.
"""

import io
import itertools
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, AnyStr

KEPT = 24
"""Characters of an unfinished line that are remembered: the longest start of a command, and some more."""

# The line break before it belongs to the match (see `_places`): searching for a character is much faster than for a
# position between two.
_START = r"[BREAKS](?:[^\SBREAKS]++|\x1b\[[\d;?]*[A-Za-z])*+"
_RULES = (
    # A command is broken up before its last character: text that was already written need never be taken back.
    (r"(?:##|##[vV][sS][oO]|##[tT][eE][aA][mM][cC][iI][tT][yY])(?=\[)", " "),
    (r"(?:section_(?:start|end)|travis_(?:fold|time)):(?=[\dse])", " "),
    (_START + r":(?=:)", " "),
    (_START + r"\^\^\^[ \t]+\+\+(?=\+)", " "),
    (_START + r"(?:\^\^\^[ \t]+)?(?:---|\+\+\+|~~~)(?=[ \t])", "-"),
)
_TEXT = [(re.compile(rule.replace("BREAKS", "\n\r\v\f\x1c-\x1e\x85\u2028\u2029")), more) for rule, more in _RULES]
_BYTES = [(re.compile(rule.replace("BREAKS", "\n\r\v\f").encode()), more.encode()) for rule, more in _RULES]

# .NET, in which two of these agents are written, ignores such characters when it looks for a command.
_UNSEEN = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]|\x1b(?!\[[\d;?]*[A-Za-z])")
"""Control characters except tabs, line ends, and the sequences that color a terminal."""


def text(given: str, before: str = "") -> str:
    """Return a text that contains no command; `before`: the text that is already in its first line."""
    whole = before + _CONTROL.sub(_spelled, _UNSEEN.sub(_spelled, given))
    return "".join(_woven(whole, _places(_TEXT, whole)))[len(before) :]


def parts(given: str) -> list[str]:
    """Return a text in pieces, none of which is or starts a command, for a writer that can put something harmless
    between."""
    at = {0, len(given), *_places(_TEXT, given), *(found.start() for found in _UNSEEN.finditer(given))}
    return [given[begin:end] for begin, end in itertools.pairwise(sorted(at))] or [""]


def in_json(given: str) -> str:
    """Return equivalent JSON that contains no command: the character that would complete one is written as an
    escape."""
    first, *rest = parts(given)
    return first + "".join(_escaped(part[0]) + part[1:] for part in rest)


def _escaped(one: str) -> str:
    units = one.encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _places(rules: list[tuple[re.Pattern[AnyStr], AnyStr]], whole: AnyStr) -> dict[int, AnyStr]:
    """Return where something must be inserted, and what."""
    first: Any = "\n" if isinstance(whole, str) else b"\n"
    begun = first + whole
    return {found.end() - 1: more for rule, more in rules for found in rule.finditer(begun)}


def _woven(whole: AnyStr, places: dict[int, AnyStr]) -> Iterator[AnyStr]:
    begin = 0
    for end in sorted(places):
        yield whole[begin:end]
        yield places[end]
        begin = end
    yield whole[begin:]


def _spelled(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class Stream(io.TextIOBase):
    """A text stream that breaks up commands as they pass, even when they arrive in pieces."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self._line = ""

    def write(self, given: str) -> int:
        """Write a text; return its length."""
        clean = text(given, self._line)
        self.inner.write(clean)
        line = re.split(r"[\n\r]", self._line + clean)[-1].lstrip()
        # Text from the middle of a line must not look like the start of one.
        self._line = line if len(line) <= KEPT else "." + line[-KEPT:]
        return len(given)

    def flush(self) -> None:
        """Flush the stream below."""
        self.inner.flush()

    def isatty(self) -> bool:
        """Return whether the stream is a terminal."""
        return bool(self.inner.isatty())

    def fileno(self) -> int:
        """Return the file descriptor of the stream below."""
        return int(self.inner.fileno())

    def writable(self) -> bool:
        """Return that it is writable."""
        return True

    @property
    def buffer(self) -> "Buffer":
        """The stream for bytes."""
        return Buffer(self.inner.buffer)

    @property
    def encoding(self) -> Any:  # type: ignore[override]
        """The encoding of the stream below."""
        return getattr(self.inner, "encoding", None)

    @property
    def errors(self) -> Any:  # type: ignore[override]
        """How the stream below handles characters that it cannot encode."""
        return getattr(self.inner, "errors", None)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class Buffer(io.RawIOBase):
    """The same for bytes; each write is treated separately."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def write(self, given: Any) -> int:
        """Write bytes; return how many there were."""
        whole = bytes(given)
        self.inner.write(b"".join(_woven(whole, _places(_BYTES, whole))))
        return len(given)

    def flush(self) -> None:
        """Flush the stream below."""
        self.inner.flush()

    def writable(self) -> bool:
        """Return that it is writable."""
        return True


def stream(below: Any) -> Any:
    """Return a stream that lets no command pass; None stays None, and a guarded stream stays as it is."""
    return below if below is None or isinstance(below, Stream) else Stream(below)


def raw(above: Any) -> Any:
    """Return the stream below, for our own commands."""
    return above.inner if isinstance(above, Stream) else above


@contextmanager
def guarded() -> Iterator[None]:
    """Guard standard output and standard error while the block runs."""
    former = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = stream(sys.stdout), stream(sys.stderr)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = former
