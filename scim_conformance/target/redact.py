"""Secrets are replaced where an answer arrives, before anything else sees it: nothing downstream can leak them."""

import base64
import json
import re
from dataclasses import dataclass, field
from urllib.parse import quote

SHORT = 12
"""A secret shorter than this is replaced only where it stands alone: else it would eat parts of ordinary words."""

MASK = "***"


@dataclass
class Redactor:
    """Replaces secrets, in every spelling in which they can come back, by `***`."""

    secrets: dict[str, str] = field(default_factory=dict)
    """What each secret is called, by its value."""
    _pattern: re.Pattern[str] | None = None

    def add(self, name: str, value: str | None) -> None:
        """Learn a secret; empty ones are ignored."""
        if value and value not in self.secrets:
            self.secrets[value] = name
            self._pattern = None

    def text(self, text: str) -> str:
        """Return `text` with every secret replaced."""
        return self._compiled().sub(MASK, text) if self.secrets else text

    def body(self, body: bytes) -> tuple[bytes, tuple[str, ...]]:
        """Return `body` with every secret replaced, and the names of those that it held."""
        if not self.secrets or not body:
            return body, ()
        text = body.decode("utf-8", "surrogateescape")
        held = {self._name_of(match[0]) for match in self._compiled().finditer(text)}
        return (self.text(text).encode("utf-8", "surrogateescape"), tuple(sorted(held))) if held else (body, ())

    def _name_of(self, found: str) -> str:
        return next((name for value, name in self.secrets.items() if found in spellings(value)), "a secret")

    def _compiled(self) -> re.Pattern[str]:
        if self._pattern is None:
            parts = [_expression(text) for value in self.secrets for text in spellings(value)]
            self._pattern = re.compile("|".join(sorted(parts, key=len, reverse=True)))
        return self._pattern


def spellings(secret: str) -> list[str]:
    """Return the spellings in which a secret may come back: as it is, percent-encoded, JSON-escaped, in base64."""
    encoded = [base64.b64encode(secret.encode()).decode(), base64.urlsafe_b64encode(secret.encode()).decode()]
    found = [secret, quote(secret, safe=""), json.dumps(secret)[1:-1], *(text.rstrip("=") for text in encoded)]
    return list(dict.fromkeys(found))


def _expression(text: str) -> str:
    return re.escape(text) if len(text) >= SHORT else rf"(?<![A-Za-z0-9]){re.escape(text)}(?![A-Za-z0-9])"
