"""Strategies: JSON of any shape, documents that are nearly right, and bytes that are nearly text."""

import copy
import json
from typing import Any

from hypothesis import strategies as st

HUGE = st.sampled_from([10**12, 10**400, -(10**18), 1e308, 5e-324])
ODD_TEXTS = st.sampled_from(
    ["", "\0", "\ud800", "a" * 20_000, ".a" * 2_000, "urn:" * 500, "[" * 300, "(a+)+", "../..", "\x1b[31m", "http://[x",
     "http://h:99999999/", "file:///dev/zero", "9" * 5_000, "NaN", "0001-01-01T00:00:00Z", "99999-13-45", "{id}", "%zz"]
)  # fmt: skip
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), HUGE, st.text(max_size=40), ODD_TEXTS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=6), st.dictionaries(st.one_of(st.text(max_size=12), ODD_TEXTS), inner, max_size=6)
    ),
    max_leaves=25,
)


def _places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at] if at else []
    if isinstance(value, dict):
        return found + [one for key, inner in value.items() for one in _places(inner, (*at, key))]
    if isinstance(value, list):
        return found + [one for key, inner in enumerate(value[:5]) for one in _places(inner, (*at, key))]
    return found


@st.composite
def nearly(draw: st.DrawFn, right: Any) -> Any:
    """A document with up to three of its parts replaced, left out, renamed or repeated."""
    found = copy.deepcopy(right)
    for _ in range(draw(st.integers(1, 3))):
        places = _places(found)
        if not places:
            return found
        *path, last = draw(st.sampled_from(places))
        holder = found
        for step in path:
            holder = holder[step]
        what = draw(st.sampled_from(["replace", "remove", "rename", "wrap", "repeat"]))
        if what == "remove":
            del holder[last]
        elif what == "rename" and isinstance(holder, dict):
            holder[draw(st.one_of(st.text(max_size=10), ODD_TEXTS))] = holder.pop(last)
        elif what == "wrap":
            holder[last] = [holder[last]]
        elif what == "repeat" and isinstance(holder[last], list):
            holder[last] = holder[last] * 30
        else:
            holder[last] = draw(VALUES)
    return found


def as_json(value: Any) -> bytes:
    """Return a value as JSON as Python writes it: NaN, Infinity and half surrogate pairs included."""
    return json.dumps(value).encode()


PIECES = st.sampled_from([b'"', b"\\", b"\n", b"[[", b"\xff", b"= "])


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """Bytes with a few of them cut out, changed, put in, or all of them in another encoding."""
    found = bytearray(content)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(found)))
        end = min(len(found), at + draw(st.integers(0, 12)))
        found[at:end] = draw(
            st.one_of(st.binary(max_size=8), st.sampled_from([b'"', b"\\", b"\n", b"[[", b"\xff", b"= "]))
        )
    if draw(st.integers(0, 15)) == 0:
        return bytes(found).decode("latin-1").encode("utf-16")
    return bytes(found)
