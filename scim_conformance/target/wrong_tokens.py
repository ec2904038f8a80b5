"""Tokens that are nearly the right one, to see that a target checks all of it."""

from scim_conformance.scenario.exchange import Credential
from scim_conformance.system.hidden import Hidden
from scim_conformance.target.spellings import SHORT

CHANGED, HALF = "the token, one character changed", "the first half of the token"
NAMES = {Credential.WRONG: CHANGED, Credential.HALF: HALF}
"""What each is called in reports; it is nearly the secret, and redacted like it."""


def made(right: str | None, credential: Credential) -> Hidden | None:
    """Return the wrong token that a credential stands for; None if the right one is too short to change."""
    if right is None or len(right) < SHORT:
        return None
    return Hidden(right[: len(right) // 2]) if credential is Credential.HALF else Hidden(_changed(right))


def _changed(right: str) -> str:
    """Return the token with one character changed.

    The change is in the middle of its last part: in a JWT, this is the signature, which the target must check. It
    also detects a target that compares only the start of a token.
    """
    at = len(right) - max(1, len(right.rpartition(".")[2]) // 2)
    return f"{right[:at]}{'A' if right[at] != 'A' else 'B'}{right[at + 1 :]}"
