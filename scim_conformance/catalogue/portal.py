"""The rows of docs/portal-errors.md: from a message in the Entra portal, or a complaint, to scenarios."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from scim_conformance.scim.locations import PORTAL_ERRORS
from scim_conformance.system import inputs

_ROW = re.compile(r"^\|(.+)\|$")
_HEADINGS = {"the portal says", "the log says", "users report", "why"}


@dataclass(frozen=True)
class PortalMessage:
    """One row. `meaning` and `source` are empty for complaints of users."""

    says: str
    meaning: str
    scenarios: str
    source: str


@cache
def messages() -> list[PortalMessage]:
    """Return every row of every table."""
    return [*_rows(inputs.text(PORTAL_ERRORS))]


def _rows(text: str) -> Iterator[PortalMessage]:
    for line in text.splitlines():
        found = _ROW.match(line)
        cells = [cell.strip() for cell in found[1].split("|")] if found else []
        if not cells or cells[0] in _HEADINGS or set(cells[0]) <= {"-", " "}:
            continue
        says, *others = cells
        meaning, scenarios, source = others if len(others) == 3 else ("", others[0], "")
        yield PortalMessage(says, meaning, scenarios, source)


def about(words: str) -> list[PortalMessage]:
    """Return the rows whose message contains these words; letter case, backticks and the long prefix do not matter."""
    wanted = _plain(words)
    return [one for one in messages() if wanted and wanted in _plain(one.says)]


def _plain(text: str) -> str:
    return " ".join(text.replace("`", "").lower().split())
