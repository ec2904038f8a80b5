"""A request as a curl command that can be pasted and run, with the token in an environment variable."""

import re
import shlex
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlsplit

from scim_conformance.reporting import neutral
from scim_conformance.scenario import passwords
from scim_conformance.scenario.exchange import HANDSHAKE, is_handshake
from scim_conformance.verdict.results import Recorded

TOKEN = "SCIM_CONFORMANCE_TOKEN"  # noqa: S105 - the variable's name


_BASIC = re.compile(r"Basic base64\(([A-Za-z0-9%+._:$-]+)\)$")
"""How a token request with credentials in the header is recorded. Its id is form-encoded: nothing needs quotes."""


class Parting(Protocol):
    """Splits a text where an id is: (piece, whether the piece is the name of a shell variable)."""

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
    if is_handshake(exchange.method):
        return _handshake(exchange)
    held = names or {}
    parted = ["curl", shown, "-X", exchange.method, _quoted(parts(exchange.url, held, body=False))]
    sent = {name.lower() for name, _ in exchange.request_headers}
    for name, value in exchange.request_headers:
        basic = _BASIC.match(value) if name.lower() == "authorization" else None
        if basic is not None:
            parted += ["-u", f'"{basic[1]}"']
        elif name.lower() not in {"host", "content-length"}:
            parted += ["-H", _header(name, value)]
    for name in ("User-Agent", "Accept"):
        if name.lower() not in sent:
            parted += ["-H", f"'{name}:'"]
    if exchange.request_body is not None:
        parted += ["--data-raw", _body(exchange.request_body, held, parts)]
    return " ".join(parted)


_VERSIONS = {f"TLS-1.{minor}": f"-tls1_{minor}".removesuffix("_0") for minor in range(4)}


def _handshake(exchange: Recorded) -> str:
    """Return the command that does a handshake and sends nothing."""
    place = urlsplit(exchange.url)
    host = place.hostname or ""
    parted = ["openssl", "s_client", "-connect", quoted(f"{place.netloc}" if place.port else f"{place.netloc}:443")]
    if exchange.method == HANDSHAKE:
        is_address = ":" in host or host.replace(".", "").isdigit()
        parted += ["-verify_return_error", "-verify_ip" if is_address else "-verify_hostname", quoted(host)]
    else:
        parted += [_VERSIONS[exchange.method], "-cipher", "DEFAULT@SECLEVEL=0"]
    return " ".join([*parted, "< /dev/null"])


def _body(text: str, names: Mapping[str, str], parts: Parting) -> str:
    """Quote a body; a token request's placeholders must expand, and nothing else in it needs single quotes."""
    form = "$SCIM_CONFORMANCE_CLIENT_" in text and '"' not in text and "`" not in text
    return f'"{text}"' if form else _quoted([new for piece in parts(text, names, body=True) for new in _opened(piece)])


def _opened(piece: tuple[str, bool]) -> list[tuple[str, bool]]:
    """Split a piece of text where the variable of a password is."""
    return [piece] if piece[1] else [*passwords.pieces(piece[0])]


def _quoted(pieces: list[tuple[str, bool]]) -> str:
    return "".join(f'"${piece}"' if is_name else quoted(piece) for piece, is_name in pieces)


def quoted(text: str) -> str:
    """Quote a text for a shell; if it contains a command to a CI system, in parts that only the shell combines."""
    return "".join(map(shlex.quote, neutral.parts(text)))


def _header(name: str, value: str) -> str:
    if value in {f"Bearer ${TOKEN}", f"bearer ${TOKEN}"}:
        return f'"{name}: {value}"'
    return quoted(f"{name}: {value}")
