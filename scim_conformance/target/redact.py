"""Secrets are replaced where an answer arrives, before anything else sees it: nothing downstream can leak them."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.entities import codepoint2name

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

    def forget(self, value: str) -> None:
        """Look for a secret no longer, such as a token that has expired."""
        if self.secrets.pop(value, None) is not None:
            self._pattern = None

    def text(self, text: str) -> str:
        """Return `text` with every secret replaced."""
        return self._compiled().sub(MASK, text) if self.secrets else text

    def body(self, body: bytes) -> tuple[bytes, tuple[str, ...]]:
        """Return `body` with every secret replaced, and the names of those that it held."""
        if not self.secrets or not body:
            return body, ()
        text = body.decode("utf-8", "surrogateescape")
        found = {match[0] for match in self._compiled().finditer(text)}
        # A short secret may be an ordinary word: it is replaced all the same, but nobody is accused of leaking it.
        held = {self._name_of(one) for one in found if len(one) >= SHORT}
        return (self.text(text).encode("utf-8", "surrogateescape"), tuple(sorted(held))) if found else (body, ())

    def _name_of(self, found: str) -> str:
        return next(
            (name for value, name in self.secrets.items() if re.fullmatch(expression(value), found)), "a secret"
        )

    def _compiled(self) -> re.Pattern[str]:
        if self._pattern is None:
            longest_first = sorted(self.secrets, key=len, reverse=True)
            self._pattern = re.compile("|".join(expression(value) for value in longest_first))
        return self._pattern


@cache
def expression(secret: str) -> str:
    """Return a regular expression for the spellings in which a secret may come back.

    Plain, percent-encoded, JSON-escaped or HTML-escaped, each character in its own way; in base64; as UTF-16.
    """
    plain = "".join(_character(one) for one in secret)
    if len(secret) < SHORT:
        plain = rf"(?<![A-Za-z0-9]){plain}(?![A-Za-z0-9])"
    others = ["\0".join(secret), *_in_base64(secret.encode())]
    return "|".join([plain, *(re.escape(one) for one in others if len(one) >= SHORT)])


def _character(one: str) -> str:
    number = ord(one)
    spelled = [re.escape(one), rf"\\u(?i:{number:04x})", rf"&#0*{number};", rf"&#[xX]0*(?i:{number:x});"]
    spelled += [f"%(?i:{byte:02x})" for byte in one.encode() if number < 128]
    spelled += [re.escape("\\" + one)] if one in '"\\/' else []
    spelled += [f"&{name};" for name in [codepoint2name.get(number)] if name]
    return f"(?:{'|'.join(spelled)})"


def _in_base64(secret: bytes) -> Iterator[str]:
    """Yield the secret in base64, also where it stands inside something longer, such as `Bearer ` before it."""
    yield base64.b64encode(secret).decode().rstrip("=")
    yield base64.urlsafe_b64encode(secret).decode().rstrip("=")
    for offset in range(3):
        # Only the characters that the neighbours of the secret have no part in: three bytes make four of them.
        text = base64.b64encode(b"\0" * offset + secret).decode()
        inner = text[(offset * 8 + 5) // 6 : (offset + len(secret)) * 8 // 6]
        yield from (inner, inner.replace("+", "-").replace("/", "_"))
