"""Ids that resemble one that does not exist, for a message."""

from collections.abc import Iterable
from difflib import get_close_matches

MOST = 3


def near(wanted: str, known: Iterable[str]) -> list[str]:
    """Return the known ids that resemble a wanted one, the most similar first; letter case does not matter."""
    by_upper: dict[str, str] = {}
    for one in known:
        for part in _prefixes(one):
            by_upper.setdefault(part.upper(), part)
    found = get_close_matches(wanted.partition("#")[0].upper(), by_upper, n=MOST, cutoff=0.75)
    return [by_upper[one] for one in found]


def _prefixes(identifier: str) -> list[str]:
    """Return an id with what selects a part of the scenarios: `ENT`, `ENT-DIS`, `ENT-DIS-01`, `ENT-DIS-01/legacy`."""
    name, _, rest = identifier.partition("/")
    words = name.split("-")
    return [*("-".join(words[: number + 1]) for number in range(len(words))), *([f"{name}/{rest}"] if rest else [])]


def sentence(wanted: str, known: Iterable[str]) -> str:
    """Return what to say about an id that does not exist."""
    found = near(wanted, known)
    meant = f"did you mean {' or '.join(found)}? " if found else ""
    return f"no scenario has the id {wanted}; {meant}`scim-conformance list` shows all ids"
