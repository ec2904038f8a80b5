"""How many rows of docs/proof.md were played before what they are made from last changed: the page says so itself.

`make contract` plays new rows and a few of these; `make proof` plays all.
"""

from tests.contract import stale
from tests.proof import document
from tests.proof.batches.loading import legal
from tests.proof.matrix import catchable

BEGINNING = "| rows that were played before the last change of their fault or scenarios |"
BEFORE = "| emptied checks that the matrix noticed |"

MOST = 12
"""Changed rows that `make contract` plays at a time, beside the new ones: about two minutes."""


def line() -> str:
    """Return the line of the table of figures."""
    return f"{BEGINNING} {len(stale.changed())} of {len(catchable()) + len(legal())} |"


def write() -> str:
    """Write the line into the page; return what changed, in a few words."""
    lines = document.PAGE.read_text(encoding="utf-8").splitlines()
    kept = [one for one in lines if not one.startswith(BEGINNING)]
    at = next(number for number, one in enumerate(kept) if one.startswith(BEFORE)) + 1
    found = [*kept[:at], line(), *kept[at:]]
    document.PAGE.write_text("\n".join(found) + "\n", encoding="utf-8")
    return "" if found == lines else line().strip("| ").replace(" |", ":")


def due(every: bool) -> list[str]:
    """Return the defects to play: new ones, and the first of those that changed, or all of them."""
    behind = stale.stale("proof")
    new = stale.unknown("proof")
    return behind if every else [*new, *[name for name in behind if name not in new][:MOST]]
