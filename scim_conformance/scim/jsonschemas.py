"""Our JSON Schemas (draft 2020-12), applied to a body as it was on the wire.

Attribute names compare without regard to case (RFC 7643 section 2.1), so `canonical` renames them first; message
envelopes such as ListResponse are left alone, because Entra reads their keys with exact case.
"""

import json
from functools import cache, lru_cache
from itertools import islice
from typing import Any

from scim_conformance.scim.formats import document, is_date_time, is_uri_reference
from scim_conformance.scim.samples import MOST_ENTRIES, sample

MOST_PROBLEMS = 20
"""Problems of one document that are named."""

LONGEST_KEPT = 5_000
"""Characters of a document whose problems are remembered."""


def problems(name: str, body: Any, entries: int = MOST_ENTRIES) -> list[str]:
    """Return what is wrong with `body`, one sentence each with the place first, the first few; empty when it is valid.

    Of long lists only the first entries are looked at (see `samples`).
    """
    part = sample(body, entries)
    if name in OF_RESOURCES and _is_valid(name, json.dumps(_shape(part))):
        return []
    text = json.dumps(part)
    judge = _problems if len(text) <= LONGEST_KEPT else _problems.__wrapped__
    return [*judge(name, text)]


OF_RESOURCES = frozenset({"user", "group"})
"""Schemas that look at nothing of a string but whether it is empty, a URN of a schema, a date, or a URI."""


def _shape(value: Any) -> Any:
    """Return a document with each string replaced by another one that those schemas cannot tell from it."""
    if isinstance(value, str):
        return value if value[:4] == "urn:" else _SHAPES[value != "", is_uri_reference(value), is_date_time(value)]
    if isinstance(value, list):
        return [_shape(one) for one in value]
    if isinstance(value, dict):
        return {key: _shape(one) for key, one in value.items()}
    return value


_SHAPES = {
    (False, True, False): "",
    (True, True, True): "2026-01-01T00:00:00Z",
    (True, True, False): "text",
    (True, False, False): "<a text>",
}


@lru_cache(maxsize=4096)
def _is_valid(name: str, text: str) -> bool:
    """Judge the shape of a document: users differ in their values, and rarely in which they have."""
    from scim_conformance.scim import validators  # noqa: PLC0415 - loads a library, which only a response needs

    return validators.validator(name).is_valid(json.loads(text))


@lru_cache(maxsize=1024)
def _problems(name: str, text: str) -> tuple[str, ...]:
    """Judge a document. A target returns the same one again and again: at its creation, at each read, and when a
    result is judged again."""
    from scim_conformance.scim import validators  # noqa: PLC0415 - as above

    return tuple(islice(validators.sentences(name, json.loads(text)), MOST_PROBLEMS))


def canonical(value: Any, schema: Any) -> Any:
    """Return `value` with attribute names in the spelling of `schema`; unknown names stay as they are."""
    schema = document(schema["$ref"].removesuffix(".json")) if "$ref" in schema else schema
    if isinstance(value, list):
        return [canonical(entry, schema.get("items", {})) for entry in value]
    if not isinstance(value, dict):
        return value
    known = schema.get("properties", {})
    spelling = _spellings(tuple(known))
    names = {key: spelling.get(key.lower(), key) for key in value}
    return {names[key]: canonical(entry, known.get(names[key], {})) for key, entry in value.items()}


def recased(value: Any, schema: Any) -> list[str]:
    """Return the known attribute names of `value`, as they stand there, that `schema` spells in another letter case."""
    schema = document(schema["$ref"].removesuffix(".json")) if "$ref" in schema else schema
    if isinstance(value, list):
        return [name for entry in value for name in recased(entry, schema.get("items", {}))]
    if not isinstance(value, dict):
        return []
    known = schema.get("properties", {})
    spelling = _spellings(tuple(known))
    found = [key for key in value if spelling.get(key.lower(), key) != key]
    return found + [name for key, entry in value.items() for name in recased(entry, known.get(_known(key, known), {}))]


def _known(key: str, known: dict[str, Any]) -> str:
    return _spellings(tuple(known)).get(key.lower(), key)


@cache
def _spellings(names: tuple[str, ...]) -> dict[str, str]:
    return {name.lower(): name for name in names}
