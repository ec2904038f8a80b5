"""For `explain`: what resembles a code or words that nothing contains."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import chain

from scim_conformance.catalogue import portal
from scim_conformance.config.checks import shown
from scim_conformance.scenario.model import Case

MOST = 3
LEAST = 4
"""Characters of a word that is compared: shorter ones are in every sentence."""

USUAL = {"cannot", "does", "from", "have", "that", "them", "they", "this", "when", "will", "with"}

_CODE = re.compile(r"[A-Za-z]+[a-z][A-Z][A-Za-z]*")
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_ID = re.compile(r"[A-Z]{2,4}-\S+")


def is_id(wanted: str) -> bool:
    """Return whether it is written as an id, which has its own message."""
    return _ID.fullmatch(wanted.upper()) is not None


def sentence(wanted: str, known: Sequence[Case]) -> str:
    """Return what to say about a code or words that nothing contains: what is near them, or where all of them are."""
    is_code = _CODE.fullmatch(wanted) is not None
    what = "error code" if is_code else "scenario or message of the portal with all of the words"
    lines = [f"explain knows no {what}: {shown(wanted)}"]
    similar = get_close_matches(wanted.lower(), {one.lower(): one for one in codes()}, n=1, cutoff=0.8)
    found = [one for one in codes() if one.lower() in similar]
    found = found or nearest(wanted, codes() if is_code else [*_texts(), *(case.title for case in known)])
    lines += [f"  near it: {one}" for one in found]
    lines.append("  all ids are in `scim-conformance list`, all messages and codes in docs/portal-errors.md")
    return "\n".join(lines)


def codes() -> list[str]:
    """Return every error code of the portal that `explain` knows."""
    return list(dict.fromkeys(chain.from_iterable(_CODE.findall(one.says) for one in portal.messages())))


def _texts() -> list[str]:
    return [one.says for one in portal.messages()]


def nearest(wanted: str, texts: Iterable[str]) -> list[str]:
    """Return the texts that share the rarest words with what was given, at most a few."""
    parts = {text: _words(text) for text in texts}
    often = Counter(chain.from_iterable(parts.values()))
    asked = set(chain.from_iterable(get_close_matches(one, often, n=1, cutoff=0.8) for one in _words(wanted)))
    scores = {text: sum(1 / often[word] for word in words & asked) for text, words in parts.items()}
    return sorted((text for text in scores if scores[text]), key=lambda text: -scores[text])[:MOST]


def _words(text: str) -> set[str]:
    """Return the words of a sentence or a code, in lower case and in the singular."""
    found = (one.lower() for one in _PART.findall(text))
    return {one.removesuffix("s") for one in found if len(one) >= LEAST and one not in USUAL}
