"""The response of a token endpoint (RFC 6749 sections 5.1 and 5.2): the token, its lifetime, or why it cannot be
used."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from scim_conformance.scenario.exchange import Answer
from scim_conformance.scim.paths import member
from scim_conformance.system.visible import visible

NAME = "an access token"
"""The redactor's name for every token of such a response."""

MOST_LIFE = 10 * 366 * 86_400
"""Seconds: a longer lifetime is a point in time or milliseconds, not a lifetime."""

MOST_BODY = 16_000
"""Maximum bytes of a response: no header can contain a token of that size, and searching responses for it would take
seconds."""

MOST_FOUND = 4
"""Tokens of one response that are learned: access, refresh, id, and one more."""

_TOKEN = re.compile(r"""\b(?:access|refresh|id)_token["']?\s*[:=]\s*["']?((?:[^"'&\s\\]|\\.)+)""", re.IGNORECASE)


def access_token(raw: bytes) -> str | None:
    """Return the access token of an answer, or None."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    value = found.get("access_token") if isinstance(found, dict) else None
    return value if isinstance(value, str) and value else None


def secrets_in(raw: bytes) -> Iterator[str]:
    """Yield everything that looks like a token, even in a body that is not JSON: it must not be recorded either."""
    for match in islice(_TOKEN.finditer(raw.decode("utf-8", "replace")), MOST_FOUND):
        yield match[1]


def life(body: Any) -> float | None:
    """Return the seconds for which a token may be used, or None if the response does not say.

    Raises:
        ValueError: its value is not a lifetime.
    """
    said = member(body, "expires_in")
    if said is None:
        return None
    if isinstance(said, bool) or not isinstance(said, int | float | str):
        raise ValueError(said)  # noqa: TRY004 - the value of an answer, not the type of an argument
    seconds = float(said) if isinstance(said, str) or said <= MOST_LIFE else MOST_LIFE + 1.0
    if not 0 < seconds <= MOST_LIFE:
        raise ValueError(said)
    return seconds


def problem(answer: Answer, token: str | None) -> str | None:
    """Return why a response contains no token that Entra could use and what to do, or None. Starts with a verb."""
    return _refusal(answer) or _no_token(answer, token) or _unusable(answer.json)


def may_be_the_way(answer: Answer | None) -> bool:
    """Return whether a response may refuse the place of the credentials rather than the client: then another is worth a
    try.

    RFC 6749 section 5.2 defines invalid_client and invalid_request for it; some endpoints return a plain 4xx.
    """
    if answer is None or not 400 <= answer.status < 500 or answer.status in {404, 405, 408, 415, 429}:
        return False
    return str(member(answer.json, "error")) not in {"invalid_scope", "unauthorized_client", "unsupported_grant_type"}


def _refusal(answer: Answer) -> str | None:
    seen = _seen(answer)
    if 300 <= answer.status < 400:
        where = _short(answer.header("Location") or "nowhere")
        return f"redirects to {where} ({seen}): use the final URL as --token-url"
    if isinstance(member(answer.json, "error"), str):
        return f"refuses the client ({seen}, {_oauth_error(answer.json)}): {_advice(str(member(answer.json, 'error')))}"
    if "html" in seen or (answer.unreadable or "").startswith("an HTML"):
        return f"returns an HTML page ({seen}): is --token-url the token endpoint, not a web page?"
    if answer.status in {401, 403}:
        return f"refuses the client ({seen}): check --client-id and the client secret"
    if answer.status >= 500:
        return f"fails ({seen}): check its log, then run again"
    return None if answer.ok else f"does not respond as a token endpoint ({seen}): check --token-url"


def _oauth_error(body: Any) -> str:
    described = member(body, "error_description")
    text = _short(str(member(body, "error")))
    return f"{text}: “{_short(described)}”" if isinstance(described, str) and described else text


def _advice(code: str) -> str:
    return {
        "invalid_scope": "check --scope",
        "unsupported_grant_type": "allow the grant client_credentials there",
        "unauthorized_client": "allow this client the grant client_credentials",
        "invalid_request": "check --client-id, --scope and the client secret",
    }.get(code, "check --client-id and the client secret")


def _no_token(answer: Answer, token: str | None) -> str | None:
    if answer.unreadable is not None:
        return f"returns {answer.unreadable} ({_seen(answer)}): is --token-url the token endpoint?"
    if token is None:
        return f"returns no access_token ({_seen(answer)}): is --token-url the token endpoint?"
    if not token.isascii() or not token.isprintable() or " " in token:
        return "returns an access_token that a header cannot contain: use only the characters of RFC 6750 section 2.1"
    return None


def _unusable(body: Any) -> str | None:
    kind = member(body, "token_type")
    if kind is not None and str(kind).casefold() != "bearer":
        return f"returns a token of the type {_short(str(kind))}: Entra sends only bearer tokens, so issue one"
    try:
        life(body)
    except ValueError:
        said = _short(json.dumps(member(body, "expires_in"), ensure_ascii=False))
        return f"returns a token with expires_in {said}: it must be the lifetime in seconds"
    return None


def _seen(answer: Answer) -> str:
    media = (answer.header("Content-Type") or "no Content-Type").partition(";")[0]
    return f"status {answer.status}, {_short(media, 60)}"


def _short(text: str, limit: int = 160) -> str:
    text = visible(" ".join(text.split()))
    return text if len(text) <= limit else text[: limit - 1] + "…"
