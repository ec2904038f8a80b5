"""The attribute password: its value is never recorded, generated or not (RFC 7643 section 4.1.1).

In a recorded request, a shell variable replaces it, so that the request can be repeated.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

VARIABLE = "SCIM_CONFORMANCE_PASSWORD"
STANDS_FOR_IT = f"${VARIABLE}"
MASK = "***"

LEAST = 8
"""Characters from which a password with a digit is searched for in responses: shorter ones may be ordinary words."""

_NAMED = re.compile(rb'("(?:[^"\\]*:)?password"\s*:\s*)"(?:[^"\\]|\\.)*("?)', re.IGNORECASE)


def is_password(name: str) -> bool:
    """Return whether an attribute's name or path is that of the password, with or without its schema."""
    return name.strip().lower().rpartition(":")[2] == "password"


def without_literals(source: str) -> str:
    """Return an expression, or a constant as JSON, that is mapped to the password, without its literal values."""
    return re.sub(r'"[^"]+"', f'"{MASK}"', source)


def without_constants(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of a mapping without the literal values of the password's."""
    return [_row(row) if is_password(str(row.get("target"))) else row for row in rows]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    told = {name: MASK for name in ("constant", "default") if row.get(name)}
    return row | told | ({"expression": without_literals(row["expression"])} if row.get("expression") else {})


def masked_request(body: str) -> tuple[str, list[str]]:
    """Return a request's body with a variable for each password, and the passwords."""
    if "password" not in body.lower():
        return body, []
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return masked_answer(body.encode("utf-8", "replace")).decode("utf-8", "replace"), []
    held: list[str] = []
    clean = _masked(found, held)
    return (json.dumps(clean, ensure_ascii=False, separators=(",", ":")), held) if held else (body, [])


def masked_answer(body: bytes) -> bytes:
    """Return a body with every attribute password masked; it may be truncated, or not JSON at all."""
    return _NAMED.sub(rb'\1"***\2', body) if b"assword" in body or b"ASSWORD" in body else body


def worth_looking_for(password: str) -> bool:
    """Return whether a password is unlike a word, so that it can be masked in responses wherever it appears."""
    return len(password) >= LEAST and any(one.isdigit() for one in password)


def _masked(value: Any, held: list[str]) -> Any:
    if isinstance(value, list):
        return [_masked(one, held) for one in value]
    if not isinstance(value, dict):
        return value
    path = value.get("path")
    of_password = isinstance(path, str) and is_password(path)
    return {
        key: _hidden(one, held) if is_password(key) or (of_password and key == "value") else _masked(one, held)
        for key, one in value.items()
    }


def _hidden(value: Any, held: list[str]) -> Any:
    """Mask every string below; values without strings, such as null, reveal nothing."""
    if isinstance(value, str):
        held.append(value)
        return STANDS_FOR_IT
    if isinstance(value, list):
        return [_hidden(one, held) for one in value]
    if isinstance(value, dict):
        return {key: _hidden(one, held) for key, one in value.items()}
    return value


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Split a recorded body where the variable is: (piece, whether it is the variable's name)."""
    for number, part in enumerate(text.split(STANDS_FOR_IT)):
        if number:
            yield VARIABLE, True
        if part:
            yield part, False
