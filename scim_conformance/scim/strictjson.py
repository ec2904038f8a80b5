"""JSON read without mercy: UTF-8, no NaN, no duplicate keys, bounded depth (RFC 8259; RFC 7643 section 2.1)."""

import json
import re
from typing import Any

MAX_DEPTH = 100
"""Deeper than any SCIM document; CPython's parser gives up near 1,000."""

MOST_VALUES = 500_000
"""Values in one document: a group with 100,000 members has fewer. In memory {} takes thirty times its bytes."""

_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class NotJson(ValueError):
    """The bytes are not the JSON that a SCIM client can read. The message says why, in one line."""


def loads(body: bytes) -> Any:
    """Parse a body.

    Raises:
        NotJson: not UTF-8, not JSON, a duplicate key, NaN or Infinity, half a surrogate pair, nested too deeply, or
            too many values.
    """
    check_count(body)
    try:
        text = body.decode("utf-8-sig" if body.startswith(b"\xef\xbb\xbf") else "utf-8")
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise NotJson(f"not UTF-8 (byte {error.start})") from None
    except RecursionError:
        raise NotJson("nested too deeply to read") from None
    except json.JSONDecodeError as error:
        raise NotJson(_described(body, error)) from None
    except NotJson:
        raise
    except ValueError:
        raise NotJson("a number too large to read") from None
    check_depth(value)
    if _SURROGATE.search(body):
        _check_text(value)
    return value


def _described(body: bytes, error: json.JSONDecodeError) -> str:
    start = body.lstrip()[:200].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "an HTML page, not JSON"
    return f"not JSON ({error.msg} at character {error.pos})"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise NotJson(f"the key {twice[:80]!r} stands twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise NotJson(f"{name} is not JSON")


def check_count(body: bytes) -> None:
    """Refuse a body with more than `MOST_VALUES` values before it is parsed.

    Raises:
        NotJson: it has more.
    """
    if _count(body, 0, len(body)) > MOST_VALUES and _has_more(body):
        raise NotJson(f"a document of more than {MOST_VALUES:,} values, which is not read")


def _count(body: bytes, start: int, end: int) -> int:
    return body.count(b",", start, end) + body.count(b"{", start, end) + body.count(b"[", start, end)


def _has_more(body: bytes) -> bool:
    """Count again, without what stands in strings."""
    count = at = 0
    for text in _STRING.finditer(body):
        count, at = count + _count(body, at, text.start()), text.end()
        if count > MOST_VALUES:
            return True
    return count + _count(body, at, len(body)) > MOST_VALUES


def check_depth(value: Any) -> None:
    """Refuse a document that nests too deeply to be walked.

    Raises:
        NotJson: more than `MAX_DEPTH` levels.
    """
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise NotJson(f"nested more than {MAX_DEPTH} levels deep")
        level = [child for node in level if isinstance(node, dict | list) for child in _children(node)]


def _check_text(value: Any) -> None:
    # JSON's grammar lets half a pair through, but such a string is no text in UTF-8 (RFC 7643 section 2.3.1): it could
    # neither be sent back in a request nor be written into a report.
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = ord(error.object[error.start])
        raise NotJson(f"half a surrogate pair, \\u{half:04x}, which is no character") from None


def _children(node: Any) -> list[Any]:
    values = node.values() if isinstance(node, dict) else node
    return [value for value in values if isinstance(value, dict | list)]
