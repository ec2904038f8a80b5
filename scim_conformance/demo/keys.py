"""The tokens that the embedded target knows: its own, one of another tenant, one that may only read, an expired one."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field

HOUR = 3600


@dataclass(frozen=True)
class Keys:
    """Tokens are JWTs, as many services issue them. They are compared as a whole, so that the key is used once."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    token: str = field(default="", repr=False)
    other_tenant: str = field(default="", repr=False)
    read_only: str = field(default="", repr=False)
    expired: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        now = int(time.time())
        made = {
            "token": self.issued("tenant", now + 24 * HOUR, "write"),
            "other_tenant": self.issued("other tenant", now + 24 * HOUR, "write"),
            "read_only": self.issued("tenant", now + 24 * HOUR, "read"),
            "expired": self.issued("tenant", now - HOUR, "write"),
        }
        for name, token in made.items():
            object.__setattr__(self, name, getattr(self, name) or token)

    def issued(self, subject: str, until: int, scope: str) -> str:
        """Return a signed token for a subject. `until`: seconds since 1970."""
        claims = {"sub": subject, "exp": until, "scope": scope, "jti": secrets.token_urlsafe(9)}
        signed = f"{_encoded(json.dumps({'alg': 'HS256', 'typ': 'JWT'}))}.{_encoded(json.dumps(claims))}"
        signature = hmac.digest(self.key, signed.encode(), hashlib.sha256)
        return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
