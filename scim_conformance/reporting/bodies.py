"""Bodies as a page shows them: JSON indented token by token, anything else unchanged, long ones truncated with a
note."""

import json
import re
from dataclasses import dataclass, field

from scim_conformance.system.visible import visible
from scim_conformance.verdict.results import CUT

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
DEEPEST = 60
"""Levels that are indented; a body with deeper nesting is shown unchanged."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body to show. `note` says what was changed; empty if nothing was."""

    text: str
    note: str = ""


@dataclass
class Budget:
    """How many characters of bodies a page contains, per body and in total, so that it stays usable for long runs.

    `left` decreases as bodies are shown; when it reaches zero, bodies are omitted with a note.
    """

    left: int = 8_000_000
    evidence: int = 16_000
    rest: int = 3_000
    omitted: int = field(default=0)

    def body(self, text: str | None, *, evidence: bool) -> Body | None:
        """Return a body truncated to size; `evidence`: it shows a deviation, and gets more space."""
        if text is None:
            return None
        most = min(self.evidence if evidence else self.rest, self.left)
        if most <= 0:
            self.omitted += 1
            return Body("", f"omitted: the page is full; {_length(text)} characters")
        if len(text) > most:
            self.left -= most
            return Body(visible(text[:most]), f"truncated: {most:,} of {_length(text)} characters")
        shown = visible(indented(text) or text)
        self.left -= len(shown)
        return Body(shown)


def _length(text: str) -> str:
    """Return the length of a body before the run itself truncated it."""
    said = text.rpartition(CUT)[2].partition(" ")[0] if CUT in text else ""
    return f"{int(said):,}" if said.isdigit() else f"{len(text):,}"


def indented(text: str) -> str | None:
    """Return JSON with one line for each member, every token unchanged; None if it is not JSON or nested too deep."""
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
