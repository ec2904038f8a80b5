"""Secrets are replaced as soon as a response arrives, before anything else sees it: nothing downstream can leak
them."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from scim_conformance.target.spellings import SHORT, ComparableText, alone, flat, spellings, views

MASK = "***"

GRAM, STRIDE = 6, 6
"""Every sixth position of a text is checked, six characters each: any eleven characters contain one such position."""

SEEN = GRAM + STRIDE - 1
"""A spelling of fewer characters may lie between two of these positions."""

END = 12
"""Characters, from the end, that are used to find a secret that must be complete: cookies often start alike."""

MOST_BACKSLASHES = 100
"""In a row, that are counted before a secret; a text of nothing else must not cost more."""

_GRAMS = re.compile(b"(?s).{%d}" % GRAM)

BRIEF, MOST_CLEAN = 64, 4_096
"""Bytes of a text without a secret that is remembered, and how many of them are."""

MOST_WORK = 3_000_000
"""Comparisons for one text, after which what may be part of a secret is replaced without a closer look."""


@dataclass(frozen=True, slots=True)
class _Spelling:
    secret: str = field(repr=False)
    form: bytes = field(repr=False)
    enough: int

    def grams(self) -> Iterator[tuple[int, bytes]]:
        """Yield every few characters by which it is found, with their offset."""
        first = 0 if self.enough < len(self.form) - 1 else max(0, len(self.form) - END)
        for offset in range(first, len(self.form) - GRAM + 1):
            yield offset, self.form[offset : offset + GRAM]

    def around(self, text: bytes, at: int, offset: int) -> tuple[int, int]:
        """Return where the spelling is in `text`, as far as it matches, if its part from `offset` on is at `at`."""
        begin, end, form = at, at + GRAM, self.form
        before, after = offset, offset + GRAM
        while before and begin and text[begin - 1] == form[before - 1]:
            begin, before = begin - 1, before - 1
        while after < len(form) and end < len(text) and text[end] == form[after]:
            end, after = end + 1, after + 1
        return begin, end


@dataclass
class Redactor:
    """Replaces secrets, in every spelling in which they can come back (see docs/security.md), with `***`."""

    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    """The name of each secret, by its value."""
    _places: dict[bytes, tuple[tuple[_Spelling, int], ...]] = field(default_factory=dict, repr=False)
    _forms: dict[str, list[_Spelling]] = field(default_factory=dict, repr=False)
    _short: re.Pattern[bytes] | None = field(default=None, repr=False)
    _clean: set[bytes] = field(default_factory=set, repr=False)
    """Brief texts without a secret: headers repeat in every response. Emptied with each secret that is learned."""
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    """Several threads may learn secrets; to look for them needs no lock."""

    def add(self, name: str, value: str | None, *, common_only: bool = False) -> None:
        """Learn a secret; empty ones are ignored. `common_only`: only complete, and only in the more common
        spellings."""
        with self._lock:
            if value and value not in self.secrets:
                self.secrets[value] = name
                self._learn(value, common_only=common_only)

    def _learn(self, value: str, *, common_only: bool) -> None:
        if _is_short(value):
            self._learn_short()
            return
        self._forms[value] = [_Spelling(value, *one) for one in spellings(value, common_only=common_only)]
        for spelling in self._forms[value]:
            for offset, gram in spelling.grams():
                self._places[gram] = (*self._places.get(gram, ()), (spelling, offset))
        self._learn_short()

    def forget(self, value: str) -> None:
        """Stop searching for a secret, such as an expired token."""
        with self._lock:
            self.secrets.pop(value, None)
            for gram in {gram for spelling in self._forms.pop(value, ()) for _, gram in spelling.grams()}:
                self._places[gram] = tuple(one for one in self._places[gram] if one[0].secret != value)
                if not self._places[gram]:
                    del self._places[gram]
            self._learn_short()

    def _learn_short(self) -> None:
        found = [alone(value) for value in sorted(self.secrets, key=len, reverse=True) if self._may_be_missed(value)]
        self._short = re.compile(b"|".join(found)) if found else None
        # Last, and a new set: a thread that is searching adds to the old one.
        self._clean = set()

    def _may_be_missed(self, value: str) -> bool:
        """Tell whether a secret is short, or becomes so in a view: what looks like an escape may disappear there."""
        return _is_short(value) or any(len(one.form) < SEEN for one in self._forms.get(value, ()))

    def text(self, text: str) -> str:
        """Return `text` with every secret replaced."""
        raw = text.encode("utf-8", "surrogatepass")
        clean = self.body(raw)[0]
        return text if clean is raw else clean.decode("utf-8", "surrogatepass")

    def body(self, body: bytes) -> tuple[bytes, tuple[str, ...]]:
        """Return `body` with every secret replaced, and the names of those that it contained completely."""
        clean = self._clean
        if not self.secrets or not body or body in clean:
            return body, ()
        found, names = self._searched(body)
        if found is body and len(body) <= BRIEF and len(clean) < MOST_CLEAN:
            clean.add(body)
        return found, names

    def _searched(self, body: bytes) -> tuple[bytes, tuple[str, ...]]:
        held: set[str] = set()
        spans = sorted(self._spans(body, held))
        clean = _masked(body, spans) if spans else body
        # A short secret may be an ordinary word: it is replaced, but not reported as a leak.
        clean = clean if self._short is None else self._short.sub(MASK.encode(), clean)
        return (body if clean == body else clean), tuple(sorted(held))

    def _spans(self, body: bytes, held: set[str]) -> Iterator[tuple[int, int]]:
        if not self._places:
            return
        for text, located in views(body):
            found = [*self._found(text, held)]
            if found:
                yield from _placed(located(), found)

    def _found(self, text: bytes, held: set[str]) -> Iterator[tuple[int, int]]:
        """Yield where in a view a secret, or enough of one, is located."""
        places, work, done = self._places, 0, 0
        # Nearly every text contains none of them: one comparison of sets costs a tenth of the loop.
        if places.keys().isdisjoint(_GRAMS.findall(text)):
            return
        for at in range(0, len(text) - GRAM + 1, STRIDE):
            candidates = places.get(text[at : at + GRAM])
            if candidates is None or at + GRAM <= done:
                continue
            if work > MOST_WORK:
                yield at, at + GRAM
                continue
            for spelling, offset in candidates:
                begin, end = spelling.around(text, at, offset)
                work += end - begin - GRAM + 1
                if end - begin >= spelling.enough:
                    yield begin, end
                    if end - begin >= len(spelling.form) - 1:
                        held.add(self.secrets.get(spelling.secret, "a secret"))
                        done = max(done, end)


def _is_short(value: str) -> bool:
    return len(flat(value.encode("utf-8", "surrogatepass"))) < SHORT


def _placed(view: ComparableText, found: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    return (view.span(begin, end) for begin, end in found)


def _masked(body: bytes, spans: list[tuple[int, int]]) -> bytes:
    parts, last = [], 0
    for begin, end in (_whole_escapes(body, *span) for span in spans):
        if begin >= last:
            parts += [body[last:begin], MASK.encode()]
        last = max(last, end)
    return b"".join([*parts, body[last:]])


def _whole_escapes(body: bytes, begin: int, end: int) -> tuple[int, int]:
    """Let a span start and end next to a JSON escape, not inside one: half of one would break the document.

    A secret that starts or ends with a backslash is found without the one that JSON puts before it.
    """
    return begin - _is_escaped(body, begin), end + (_is_escaped(body, end) and end < len(body))


def _is_escaped(body: bytes, at: int) -> bool:
    before = body[max(0, at - MOST_BACKSLASHES) : at]
    return (len(before) - len(before.rstrip(b"\\"))) % 2 == 1
