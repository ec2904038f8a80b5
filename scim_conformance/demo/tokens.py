"""The token endpoint of the embedded target: OAuth 2.0 client credentials (RFC 6749 section 4.4), for one client."""

import base64
import secrets
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

PATH = "/token"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

SCOPE = "scim"
"""The scope of every token. The response names it if the request asked for another one (RFC 6749 section 3.3)."""


@dataclass
class TokenEndpoint:
    """Gives tokens that live `life` seconds. `assertion` is the one JWT that is accepted instead of the secret."""

    client_id: str = "embedded-client"
    client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    life: float = 3600
    assertion: str | None = field(default=None, repr=False)
    given: dict[str, float] = field(default_factory=dict, repr=False)
    """Every token with the moment at which it ends, by the monotonic clock."""
    forms: list[dict[str, str]] = field(default_factory=list, repr=False)
    """Every form that came in, with what HTTP Basic said."""

    def knows(self, token: str) -> bool:
        """Tell whether a token is one of those that it gave, and still good."""
        ends = self.given.get(token)
        return ends is not None and time.monotonic() < ends

    def answer(self, request: ScimRequest) -> ScimResponse:
        """Answer a token request."""
        pairs = parse_qsl(request.body.decode("utf-8", "replace"))
        form = dict(pairs) | in_header(request)
        self.forms.append(form)
        wrong = _wrong(request.method, pairs)
        if wrong is not None:
            return _json(HTTPStatus.BAD_REQUEST, {"error": wrong})
        if not self._authenticates(form):
            said = {"error": "invalid_client", "error_description": "The client or its secret is not known"}
            return _json(HTTPStatus.UNAUTHORIZED, said, **{"WWW-Authenticate": 'Basic realm="token"'})
        token = secrets.token_urlsafe(32)
        self.given[token] = time.monotonic() + self.life
        told = {"access_token": token, "token_type": "Bearer", "expires_in": self.life}
        return _json(HTTPStatus.OK, told | ({"scope": SCOPE} if "scope" in form else {}))

    def _authenticates(self, form: dict[str, str]) -> bool:
        if form.get("client_id") != self.client_id:
            return False
        if self.assertion is not None and form.get("client_assertion_type") == ASSERTION_TYPE:
            return form.get("client_assertion") == self.assertion
        return form.get("client_secret") == self.client_secret


def in_header(request: ScimRequest) -> dict[str, str]:
    """Return the client's id and secret in HTTP Basic, form-decoded (RFC 6749 section 2.3.1), by a form's names."""
    kind, _, said = (request.header("Authorization") or "").partition(" ")
    if kind.lower() != "basic":
        return {}
    try:
        identifier, _, secret = base64.b64decode(said, validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": unquote_plus(identifier), "client_secret": unquote_plus(secret)}


def _wrong(method: str, pairs: list[tuple[str, str]]) -> str | None:
    """Return the error of a request that no client may send, or None (RFC 6749 sections 3.2 and 5.2)."""
    names = [name for name, _ in pairs]
    if method != "POST" or len(set(names)) < len(names) or "grant_type" not in names:
        return "invalid_request"
    return None if dict(pairs)["grant_type"] == "client_credentials" else "unsupported_grant_type"


def _json(status: HTTPStatus, body: dict[str, Any], **more: str) -> ScimResponse:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store", "Pragma": "no-cache"}
    return ScimResponse(status, body, headers | more)
