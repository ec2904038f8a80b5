"""The arguments of pytest that follow `--` on our command line."""

from collections.abc import Sequence

SEPARATOR = "\0--"


def split(ids: Sequence[str]) -> tuple[list[str], list[str]]:
    """Separate ids from pytest's arguments; click has already removed the `--`, so main() marked its position."""
    marked = list(ids)
    if SEPARATOR not in marked:
        return marked, []
    at = marked.index(SEPARATOR)
    return marked[:at], marked[at + 1 :]


def marked(given: Sequence[str]) -> list[str]:
    """Mark the position of the `--`, which click removes."""
    if "--" not in given:
        return list(given)
    at = list(given).index("--")
    return [*given[:at], "--", SEPARATOR, *given[at + 1 :]]
