"""What the standards require of the embedded target, and scim2-server 0.8.3 lacks."""

import re
from collections.abc import Iterable
from typing import Any

from scim2_models import AuthenticationScheme, ChangePassword, InvalidValueException, Schema, ServiceProviderConfig
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from scim2_server.utils import load_default_service_provider_config

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="scim"'}
"""Of each 401 (RFC 7644 section 2)."""

PARTIAL = {"attributes", "excludedAttributes"}
"""Parameters of a creation, too, that choose what is returned (RFC 7644 section 3.9)."""


def configuration(schemas: Iterable[Schema]) -> ServiceProviderConfig:
    """Return the configuration with the authentication scheme (RFC 7643 section 5).

    A password can be changed where the schemas have one.
    """
    found = load_default_service_provider_config()
    found.change_password = ChangePassword(
        supported=any(one.name == "password" for schema in schemas for one in schema.attributes or [])
    )
    bearer = AuthenticationScheme(
        type=AuthenticationScheme.Type.oauthbearertoken,
        name="OAuth Bearer Token",
        description="A bearer token in the Authorization header",
    )
    found.authentication_schemes = [bearer]
    return found


_CLASSES = re.compile(r"\s*(\[type=[^\]]*\]| or instance of \w+)")


def without_classes(response: ScimResponse) -> ScimResponse:
    """Shorten what pydantic says of a value to what is wrong with it: an error names no class (OWASP API8)."""
    body: Any = response.body
    said = str(body.get("detail") or "") if isinstance(body, dict) else ""
    first, *lines = said.splitlines() or [""]
    if "validation error" in first:
        told = (one.strip() for one in lines if "further information" not in one)
        body["detail"] = _CLASSES.sub("", ": ".join(told))
    return response


def check_user_name(request: ScimRequest, body: Any, operations: list[dict[str, Any]]) -> None:
    """Refuse a userName that is empty (RFC 7643 section 4.1.1).

    Raises:
        InvalidValueException: a request on a user sets one.
    """
    if not request.path.startswith("/Users") or not isinstance(body, dict):
        return
    said = [body, *(one.get("value") for one in operations if not one.get("path"))]
    said += [{str(one.get("path")): one.get("value")} for one in operations if one.get("path")]
    names = [value for one in said if isinstance(one, dict) for name, value in one.items() if _is_user_name(name)]
    if any(isinstance(name, str) and not name.strip() for name in names):
        raise InvalidValueException(detail="userName must not be empty")


def _is_user_name(name: str) -> bool:
    return name.lower() in {"username", "urn:ietf:params:scim:schemas:core:2.0:user:username"}
