"""Authentication, which django-scim2-server leaves to the project: one bearer token."""

import hmac
import os
from typing import Any


def bearer_token(request: Any) -> bool:
    """Tell whether a request carries the token."""
    given = request.headers.get("Authorization", "").encode()
    return hmac.compare_digest(given, f"Bearer {os.environ['SCIM_TOKEN']}".encode())
