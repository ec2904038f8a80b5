"""How a secret comes back: each spelling made by what would make it, and each place where it may stand."""

import base64
import html
import json
import quopri
import re
import textwrap
from collections.abc import Callable
from urllib.parse import quote
from xml.sax import saxutils


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _inside(text: str) -> str:
    return _base64(f"Bearer {text}")


def _json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04X}"


SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper case": str.upper,
    "lower case": str.lower,
    "swapped case": str.swapcase,
    "without its first character": lambda text: text[1:],
    "without its last character": lambda text: text[:-1],
    "spaces inside": " ".join,
    "wrapped": lambda text: "\n".join(textwrap.wrap(text, 7, break_on_hyphens=False)),
    "wrapped, CRLF and indented": lambda text: "\r\n    ".join(textwrap.wrap(text, 9, break_on_hyphens=False)),
    "wrapped, in JSON": lambda text: "\\n".join(_json(one) for one in textwrap.wrap(text, 9, break_on_hyphens=False)),
    "percent": lambda text: quote(text, safe=""),
    "percent, small": lambda text: re.sub("%..", lambda found: found[0].lower(), quote(text, safe="")),
    "percent, every character": _percent,
    "percent, twice": lambda text: quote(quote(text, safe=""), safe=""),
    "percent, every character, twice": lambda text: quote(_percent(text), safe=""),
    "JSON": _json,
    "JSON, slashes escaped": lambda text: _json(text).replace("/", "\\/"),
    "JSON, every character": lambda text: "".join(f"\\u{ord(one):04x}" for one in text),
    "JSON, every character, capitals": lambda text: "".join(f"\\u{ord(one):04X}" for one in text),
    "JSON, twice": lambda text: _json(_json(text)),
    "JSON, .NET": lambda text: re.sub(r"[\"&'+<>`]", _escaped, text.replace("\\", "\\\\")),
    "HTML": html.escape,
    "HTML, twice": lambda text: html.escape(html.escape(text)),
    "HTML, decimal": lambda text: "".join(f"&#{ord(one)};" for one in text),
    "HTML, hexadecimal": lambda text: "".join(f"&#x{ord(one):X};" for one in text),
    "XML": saxutils.escape,
    "quoted-printable": lambda text: quopri.encodestring(text.encode()).decode(),
    "quoted-printable, soft breaks": lambda text: "=\r\n".join(
        re.findall(r"(?:=3D|[^=]){1,8}", text.replace("=", "=3D"))
    ),
    "backslash x": lambda text: "".join(f"\\x{ord(one):02x}" for one in text),
    "base64": _base64,
    "base64, without padding": lambda text: _base64(text).rstrip("="),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64, with more before it": _inside,
    "base64 of user and password": lambda text: _base64(f"client:{text}"),
    "base64, wrapped": lambda text: "\n".join(textwrap.wrap(_inside(text), 20)),
    "base64, percent-encoded": lambda text: quote(_inside(text), safe=""),
    "base64, twice": lambda text: _base64(_base64(text)),
    "base64, twice, with more before it": lambda text: _base64(_inside(text)),
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal, capitals": lambda text: text.encode().hex().upper(),
    "hexadecimal, colons": lambda text: text.encode().hex(":"),
    "hexadecimal, spaces": lambda text: text.encode().hex(" "),
    "hexadecimal, 0x": lambda text: ", ".join(f"0x{byte:02x}" for byte in text.encode()).replace(", ", " "),
    "UTF-16": lambda text: text.encode("utf-16-le").decode(),
}
"""What docs/security.md promises for every secret of twelve characters or more."""

LEFT_OUT = {"without its first character", "without its last character"}
"""Spellings that hold less than the secret."""

PLACES: dict[str, Callable[[str], str]] = {
    "text": lambda text: f"no such token: {text}, sorry",
    "JSON value": lambda text: f'{{"id": "1", "title": "{text}", "x": [1, 2]}}',
    "JSON key": lambda text: f'{{"id": "1", "{text}": 1}}',
    "error page": lambda text: f"<html><body><pre>Authorization: Bearer {text}</pre></body></html>",
    "URL": lambda text: f"https://host/scim?token={text}&x=1",
    "end": lambda text: f"Bearer {text}",
}
"""Where a secret stands in a body."""
