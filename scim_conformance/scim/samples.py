"""A part of a document that stands for all of it: what others send may hold a million entries, or one of megabytes.

Whatever judges, quotes or walks a document beyond its own keys takes a sample of it first.
"""

import json
from itertools import islice
from typing import Any

MOST_ENTRIES = 20
"""Entries of a list: the rest would only repeat them."""

MOST_KEYS = 1_000
"""Keys of an object: several times what the schemas of SCIM have."""

MOST_CHARACTERS = 2_000
"""Characters of a string: more than any value that is judged by how it is written."""


def sample(value: Any, entries: int = MOST_ENTRIES) -> Any:
    """Return the document with long lists, large objects and long strings cut; what is of usual size is all there."""
    if isinstance(value, str):
        return value[:MOST_CHARACTERS]
    if isinstance(value, list):
        return [sample(one, entries) for one in value[:entries]]
    if isinstance(value, dict):
        return {key[:MOST_CHARACTERS]: sample(one, entries) for key, one in islice(value.items(), MOST_KEYS)}
    return value


def short(value: object, limit: int = 120) -> str:
    """Return a value as JSON for a sentence, cut to `limit` characters."""
    text = json.dumps(_beginning(value, limit), ensure_ascii=False, default=str)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _beginning(value: object, limit: int) -> object:
    """Return as much of a value as a text of this length can show."""
    if isinstance(value, str):
        return value[: limit + 1]
    if isinstance(value, list):
        return [_beginning(one, limit) for one in value[: limit // 2]]
    if isinstance(value, dict):
        return {str(key)[: limit + 1]: _beginning(one, limit) for key, one in islice(value.items(), limit // 4)}
    return value
