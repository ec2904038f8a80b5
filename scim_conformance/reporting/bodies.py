"""Bodies as a page shows them: JSON indented token by token, the rest as it came, long ones cut and said so."""

import json
import re
from dataclasses import dataclass, field

from scim_conformance.scenario.assess import visible
from scim_conformance.scenario.results import CUT

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
DEEPEST = 60
"""Levels that are indented; a body that nests deeper is shown as it came."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body to show. `note` says what was done to it; empty when nothing was."""

    text: str
    note: str = ""


@dataclass
class Budget:
    """How much of bodies a page holds: characters in one body and in all, so that it stays usable however long a run.

    `left` falls as bodies are shown; what comes when it is used up is left out, and said so.
    """

    left: int = 8_000_000
    evidence: int = 16_000
    rest: int = 3_000
    omitted: int = field(default=0)

    def body(self, text: str | None, *, evidence: bool) -> Body | None:
        """Return a body cut to size; `evidence`: it shows a deviation, and gets more room."""
        if text is None:
            return None
        most = min(self.evidence if evidence else self.rest, self.left)
        if most <= 0:
            self.omitted += 1
            return Body("", f"left out: the page is full; {_length(text)} characters")
        if len(text) > most:
            self.left -= most
            return Body(visible(text[:most]), f"cut here: {most:,} of {_length(text)} characters")
        shown = visible(indented(text) or text)
        self.left -= len(shown)
        return Body(shown)


def _length(text: str) -> str:
    """Return how long a body was, before the run itself cut it."""
    said = text.rpartition(CUT)[2].partition(" ")[0] if CUT in text else ""
    return f"{int(said):,}" if said.isdigit() else f"{len(text):,}"


def indented(text: str) -> str | None:
    """Return JSON with a line for each member, every token as it came; None for what is not JSON or nests too deep."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return None
    lines, depth, before = [""], 0, ""
    for part in _TOKEN.findall(text):
        if part in "}]":
            depth -= 1
            if before not in ("{", "["):
                lines.append("  " * depth)
        elif before in ("{", "[", ","):
            lines.append("  " * depth)
        lines[-1] += part + (" " if part == ":" else "")
        depth += part in ("{", "[")
        if depth > DEEPEST:
            return None
        before = part
    return "\n".join(lines)
