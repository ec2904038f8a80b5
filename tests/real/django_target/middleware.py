"""Authentication, which django-scim2 leaves to the project: one bearer token."""

# mypy: disable-error-code="import-not-found"

import hmac
import os
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser

from tests.real.django_target.models import User

Respond = Callable[[Any], Any]


def bearer_token(respond: Respond) -> Respond:
    """Set `request.user` as an authentication middleware does; django-scim2 refuses whoever is anonymous."""
    expected = f"Bearer {os.environ['SCIM_TOKEN']}".encode()

    def middleware(request: Any) -> Any:
        given = request.headers.get("Authorization", "").encode()
        request.user = User(username="provisioning") if hmac.compare_digest(given, expected) else AnonymousUser()
        return respond(request)

    return middleware
