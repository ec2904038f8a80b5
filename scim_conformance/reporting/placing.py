"""Where a recorded request contains the id of a resource, so that another one can take its place.

A target may choose an id that the run sent, such as the userName. Then the same text is an id only where one is
required (in a path, a comparison with an id, a member, a manager), and a name everywhere else. An id of the target's
own making is an id wherever it is.
"""

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scim_conformance.reporting import referenced
from scim_conformance.scim.urlencode import dotnet_quote, segment_quote
from scim_conformance.verdict.results import Recorded

SHORT = 8
"""An id with fewer characters may be an ordinary value too: in a body, it is replaced only where an id is required."""

COMPARED = ("=id", "+id", "(id", "manager", "manager.value", "members", "members.value", "members%5bvalue")
"""What precedes ` eq "` in a query that compares with an id."""

IN_A_QUERY = "|".join(
    f"(?<={re.escape(name + space + 'eq' + space + '%22')})" for name in COMPARED for space in ("+", "%20")
)

Parts = list[tuple[str, bool]]
"""Pieces of a text, and whether each is the name of a variable."""


def in_a_path(identifier: str) -> str:
    """Return an id as it is written in a path."""
    return segment_quote(identifier)


@dataclass(frozen=True, slots=True)
class Id:
    """An id. `is_chosen`: it is a value that the run sent."""

    text: str
    is_chosen: bool

    def variable(self, name: str) -> str:
        """Return the variable that has the id as it is written in a URL."""
        return name if in_a_path(self.text) == self.text else f"{name}_IN_URL"

    def is_in(self, exchange: Recorded) -> bool:
        """Return whether a request contains it."""
        return self._in_url(exchange.url) is not None or self.is_in_body(exchange)

    def is_in_body(self, exchange: Recorded) -> bool:
        """Return whether the body of a request contains it."""
        body = exchange.request_body or ""
        if self.text not in body:
            return False
        return self.text in referenced.ids(body) if self.is_chosen else self._anywhere().search(body) is not None

    def _in_url(self, url: str) -> re.Match[str] | None:
        return self.in_url().search(url) if in_a_path(self.text) in url or dotnet_quote(self.text) in url else None

    def in_url(self) -> re.Pattern[str]:
        """Return where it is located in a URL."""
        path, query = re.escape(in_a_path(self.text)), re.escape(dotnet_quote(self.text))
        before = IN_A_QUERY if self.is_chosen else "(?<=%22)"
        return re.compile(rf"(?<=/){path}(?=[/?]|$)|(?:{before}){query}(?=%22)")

    def _anywhere(self) -> re.Pattern[str]:
        """Return where it is located in a body: a whole string, or the end of a reference's path."""
        before = r'(?<=eq \\")|(?<="value":")|(?<="value": ")|(?<=Users/)|(?<=Groups/)'
        if len(self.text) >= SHORT:
            before += '|(?<=")'
        return re.compile(rf'(?:{before}){re.escape(self.text)}(?=\\?")')

    def cut(self, text: str, name: str, *, body: bool) -> Parts:
        """Split a text where the id is; in a body, one that is chosen was replaced before."""
        pattern, shown = (self._anywhere(), name) if body else (self.in_url(), self.variable(name))
        return (
            text_and_names(pattern.split(text), shown)
            if self.text and not (body and self.is_chosen)
            else [(text, False)]
        )


def parts(text: str, names: Sequence[tuple[Id, str]], *, body: bool) -> Parts:
    """Split a URL or a body where ids are; each has the name of a variable."""
    pieces = [*_referring(text, names)] if body else [(text, False)]
    for one, name in names:
        pieces = [new for piece in pieces for new in ([piece] if piece[1] else one.cut(piece[0], name, body=body))]
    return pieces


def _referring(body: str, names: Sequence[tuple[Id, str]]) -> Iterator[tuple[str, bool]]:
    """Split a body where it refers to a chosen id."""
    known, mark = {one.text: name for one, name in names if one.is_chosen}, secrets.token_hex(8)
    found = (
        referenced.swapped(body, lambda one: f"{mark}{known[one]}{mark}" if one in known else one) if known else None
    )
    for index, piece in enumerate((found or body).split(mark)):
        if piece:
            yield piece, index % 2 == 1


def text_and_names(texts: Sequence[str], name: str) -> Parts:
    """Return texts with a variable between each two of them."""
    found: Parts = []
    for index, text in enumerate(texts):
        found += [(name, True)] if index else []
        found += [(text, False)] if text else []
    return found
