"""What a token endpoint answers (RFC 6749 sections 5.1 and 5.2): the token, its life, or why it is of no use."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from scim_conformance.scenario.assess import visible
from scim_conformance.scenario.exchange import Answer
from scim_conformance.scim.paths import member

NAME = "an access token"
"""What the redactor calls every token of such an answer."""

MOST_LIFE = 10 * 366 * 86_400
"""Seconds: what claims to live longer is a point in time or milliseconds, and no life."""

MOST_BODY = 16_000
"""Bytes of an answer: no header carries a token of that size, and searching answers for it would take seconds."""

MOST_FOUND = 4
"""Tokens of one answer that are learned: access, refresh, id, and one more."""

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
    """Yield everything that looks like a token, also in a body that is no JSON: it must not be recorded either."""
    for match in islice(_TOKEN.finditer(raw.decode("utf-8", "replace")), MOST_FOUND):
        yield match[1]


def life(body: Any) -> float | None:
    """Return the seconds for which a token may be used, or None where the answer does not say.

    Raises:
        ValueError: what it says is no life.
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
    """Say why an answer gives no token that Entra could use and what to do, or None. Begins with a verb."""
    return _refusal(answer) or _no_token(answer, token) or _unusable(answer.json)


def _refusal(answer: Answer) -> str | None:
    seen = _seen(answer)
    if 300 <= answer.status < 400:
        where = _short(answer.header("Location") or "nowhere")
        return f"redirects to {where} ({seen}): give the final URL as --token-url"
    if isinstance(member(answer.json, "error"), str):
        return f"refuses the client ({seen}, {_oauth_error(answer.json)}): {_advice(str(member(answer.json, 'error')))}"
    if "html" in seen or (answer.unreadable or "").startswith("an HTML"):
        return f"answers with an HTML page ({seen}): is --token-url the token endpoint, and not a page for people?"
    if answer.status in {401, 403}:
        return f"refuses the client ({seen}): check --client-id and the client's secret"
    if answer.status >= 500:
        return f"fails ({seen}): look into its log, then run again"
    return None if answer.ok else f"does not answer as a token endpoint ({seen}): check --token-url"


def _oauth_error(body: Any) -> str:
    described = member(body, "error_description")
    text = _short(str(member(body, "error")))
    return f"{text}: “{_short(described)}”" if isinstance(described, str) and described else text


def _advice(code: str) -> str:
    return {
        "invalid_scope": "check --scope",
        "unsupported_grant_type": "allow the grant client_credentials there",
        "unauthorized_client": "allow this client the grant client_credentials",
        "invalid_request": "check --client-id, --scope and the client's secret",
    }.get(code, "check --client-id and the client's secret")


def _no_token(answer: Answer, token: str | None) -> str | None:
    if answer.unreadable is not None:
        return f"answers with {answer.unreadable} ({_seen(answer)}): is --token-url the token endpoint?"
    if token is None:
        return f"gives no access_token ({_seen(answer)}): is --token-url the token endpoint?"
    if not token.isascii() or not token.isprintable() or " " in token:
        return "gives an access_token that cannot stand in a header: use the characters of RFC 6750 section 2.1"
    return None


def _unusable(body: Any) -> str | None:
    kind = member(body, "token_type")
    if kind is not None and str(kind).casefold() != "bearer":
        return f"gives a token of the type {_short(str(kind))}: Entra sends bearer tokens alone, so issue one"
    try:
        life(body)
    except ValueError:
        said = _short(json.dumps(member(body, "expires_in"), ensure_ascii=False))
        return f"gives a token with expires_in {said}: that must be its life in seconds"
    return None


def _seen(answer: Answer) -> str:
    media = (answer.header("Content-Type") or "no Content-Type").partition(";")[0]
    return f"status {answer.status}, {_short(media, 60)}"


def _short(text: str, limit: int = 160) -> str:
    text = visible(" ".join(text.split()))
    return text if len(text) <= limit else text[: limit - 1] + "…"
