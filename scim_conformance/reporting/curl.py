"""A request as a curl command that runs as pasted, with the token in an environment variable."""

import shlex
from collections.abc import Mapping
from typing import Protocol

from scim_conformance.scenario.results import Recorded

TOKEN = "SCIM_CONFORMANCE_TOKEN"  # noqa: S105 - the variable's name


class Parting(Protocol):
    """Cuts a text where an id stands: (piece, whether the piece is the name of a shell variable)."""

    def __call__(self, text: str, names: Mapping[str, str], *, body: bool) -> list[tuple[str, bool]]:
        """Cut a URL, or a body."""


def _whole(text: str, names: Mapping[str, str], *, body: bool) -> list[tuple[str, bool]]:
    del names, body
    return [(text, False)]


def command(
    exchange: Recorded, names: Mapping[str, str] | None = None, parts: Parting = _whole, shown: str = "-sS -i"
) -> str:
    """Return the command. The headers that curl would add by itself are taken away, since Entra sends none of them.

    `names` are shell variables, by the id whose place they take; `shown`: the flags that say what is printed.
    """
    held = names or {}
    parted = ["curl", shown, "-X", exchange.method, _quoted(parts(exchange.url, held, body=False))]
    sent = {name.lower() for name, _ in exchange.request_headers}
    for name, value in exchange.request_headers:
        if name.lower() not in {"host", "content-length"}:
            parted += ["-H", _header(name, value)]
    for name in ("User-Agent", "Accept"):
        if name.lower() not in sent:
            parted += ["-H", f"'{name}:'"]
    if exchange.request_body is not None:
        parted += ["--data-raw", _body(exchange.request_body, held, parts)]
    return " ".join(parted)


def _body(text: str, names: Mapping[str, str], parts: Parting) -> str:
    """Quote a body; a token request's placeholders must expand, and nothing else in it needs single quotes."""
    form = "$SCIM_CONFORMANCE_CLIENT_" in text and '"' not in text and "`" not in text
    return f'"{text}"' if form else _quoted(parts(text, names, body=True))


def _quoted(pieces: list[tuple[str, bool]]) -> str:
    return "".join(f'"${piece}"' if is_name else shlex.quote(piece) for piece, is_name in pieces)


def _header(name: str, value: str) -> str:
    if value == f"Bearer ${TOKEN}":
        return f'"{name}: Bearer ${TOKEN}"'
    return shlex.quote(f"{name}: {value}")
