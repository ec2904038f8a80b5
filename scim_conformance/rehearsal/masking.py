"""Personal data outside of `DIR/private/`: names that say nothing, the same for a person throughout a report directory.

A name is made with a key that lies in `DIR/private/`. Without it, a name cannot be traced, not even by trying
all the names of a company.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from scim_conformance.reporting.rehearsal_words import counted

LEAST_DIGITS = 6


@dataclass
class Mask:
    """Masks what identifies a person. `plain`: show everything (`--with-personal-data`)."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    plain: bool = False
    _digits: dict[str, int] = field(default_factory=dict)

    def make_unique(self, what: str, ids: Iterable[str]) -> None:
        """Use as many digits for this kind of object as make the names of these ids unique."""
        digests = {self._digest(what, one) for one in ids}
        digits = LEAST_DIGITS
        while len({one[:digits] for one in digests}) < len(digests):
            digits += 1
        self._digits[what] = digits

    def person(self, identifier: str, name: str | None = None) -> str:
        """Return the name of a user of the directory: `person-7f3a2c`."""
        return self._named("person", identifier, name)

    def account(self, identifier: str, name: str | None = None) -> str:
        """Return the name of an account in the target, whose id is often an e-mail address: `account-7f3a2c`."""
        return self._named("account", identifier, name)

    def _named(self, what: str, identifier: str, name: str | None) -> str:
        if self.plain:
            return name or identifier
        return f"{what}-{self._digest(what, identifier)[: self._digits.get(what, LEAST_DIGITS)]}"

    def value(self, target: str, value: Any) -> str:
        """Return an attribute's value: in full only for `active` and for what is empty."""
        if self.plain or value is None or isinstance(value, bool) or target.lower() == "active":
            return "" if value is None else str(value)
        if isinstance(value, list | dict):
            return counted(len(value), "value")
        return f"text of {len(str(value))}"

    def _digest(self, what: str, identifier: str) -> str:
        return hmac.new(self.key, f"{what}/{identifier}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
