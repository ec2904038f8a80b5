"""A request as a curl command that runs as pasted, with the token in an environment variable."""

import shlex

from scim_conformance.scenario.results import Recorded

TOKEN = "SCIM_CONFORMANCE_TOKEN"  # noqa: S105 - the variable's name


def command(exchange: Recorded) -> str:
    """Return the command. The headers that curl would add by itself are taken away, since Entra sends none of them."""
    parts = ["curl", "-sS", "-i", "-X", exchange.method, shlex.quote(exchange.url)]
    sent = {name.lower() for name, _ in exchange.request_headers}
    for name, value in exchange.request_headers:
        if name.lower() not in {"host", "content-length"}:
            parts += ["-H", _header(name, value)]
    for name in ("User-Agent", "Accept"):
        if name.lower() not in sent:
            parts += ["-H", f"'{name}:'"]
    if exchange.request_body is not None:
        parts += ["--data-raw", _body(exchange.request_body)]
    return " ".join(parts)


def _body(text: str) -> str:
    """Quote a body; a token request's placeholders must expand, and nothing else in it needs single quotes."""
    form = "$SCIM_CONFORMANCE_CLIENT_" in text and '"' not in text and "`" not in text
    return f'"{text}"' if form else shlex.quote(text)


def _header(name: str, value: str) -> str:
    if value == f"Bearer ${TOKEN}":
        return f'"{name}: Bearer ${TOKEN}"'
    return shlex.quote(f"{name}: {value}")
