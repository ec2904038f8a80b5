"""Tokens that are nearly the right one, to see that a target checks all of it."""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

from scim_conformance.scenario.exchange import Credential
from scim_conformance.system.hidden import Hidden
from scim_conformance.target.spellings import SHORT

CHANGED, HALF = "the token, one character changed", "the first half of the token"
NAMES = {
    Credential.WRONG: CHANGED,
    Credential.HALF: HALF,
    Credential.JWT_CLAIMS: "the token, its claims changed",
    Credential.JWT_UNSIGNED: "the token without its signature",
    Credential.JWT_NONE: "the token with alg none and no signature",
    Credential.JWT_EMPTY_KEY: "the token, signed with an empty key",
}
"""What each is called in reports; it is nearly the secret, and redacted like it."""


def made(right: str | None, credential: Credential) -> Hidden | None:
    """Return the wrong token that a credential stands for; None if the right one is too short to change, or no JWT."""
    if right is None or len(right) < SHORT:
        return None
    if credential is Credential.HALF:
        return Hidden(right[: len(right) // 2])
    if credential is Credential.WRONG:
        return Hidden(_changed(right))
    return Hidden(_forged(right, credential)) if is_jwt(right) else None


def is_jwt(token: str | None) -> bool:
    """Return whether a token is a signed JWT (RFC 7519 section 3, RFC 7515 section 7.1): its text shows that."""
    parts = (token or "").split(".")
    if len(parts) != 3 or not parts[2]:
        return False
    header, claims = (_read(part) for part in parts[:2])
    return isinstance(header, dict) and "alg" in header and isinstance(claims, dict)


def _changed(right: str) -> str:
    """Return the token with one character changed.

    The change is in the middle of its last part: in a JWT, this is the signature, which the target must check. It
    also detects a target that compares only the start of a token.
    """
    at = len(right) - max(1, len(right.rpartition(".")[2]) // 2)
    return f"{right[:at]}{'A' if right[at] != 'A' else 'B'}{right[at + 1 :]}"


def _forged(right: str, credential: Credential) -> str:
    """Return a JWT that only a target which does not check the signature accepts (RFC 8725 sections 2.1 and 3.1)."""
    header, claims, signature = right.split(".")
    if credential is Credential.JWT_CLAIMS:
        return f"{header}.{_written(_read(claims) | {'sct': 1})}.{signature}"
    if credential is Credential.JWT_UNSIGNED:
        return f"{header}.{claims}."
    if credential is Credential.JWT_NONE:
        return f"{_written(_read(header) | {'alg': 'none'})}.{claims}."
    signed = f"{_written(_read(header) | {'alg': 'HS256'})}.{claims}"
    return f"{signed}.{_encoded(hmac.digest(b'', signed.encode(), hashlib.sha256))}"


def _read(part: str) -> Any:
    """Return the JSON of a part of a JWT; None if it is none."""
    try:
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None


def _written(part: dict[str, Any]) -> str:
    return _encoded(json.dumps(part, separators=(",", ":")).encode())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
