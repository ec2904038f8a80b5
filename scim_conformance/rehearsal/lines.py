"""Lines of a screen: numbers with their meaning and a fact, in columns that fit the width."""

from collections.abc import Sequence
from typing import NamedTuple

NUMBER = 7
"""Characters of the column with numbers."""


class Fact(NamedTuple):
    """A line: how many, of what, and what is worth knowing about it."""

    number: int | str
    label: str
    says: str = ""


WIDEST = 44
"""Characters up to which facts begin in the same line as their labels."""


def table(facts: Sequence[Fact], width: int) -> list[str]:
    """Return the lines of facts, which are wrapped in a column of their own. Behind long labels, a fact gets its own
    line."""
    labels = max((len(one.label) for one in facts), default=0)
    column = " " * (NUMBER + 2 + labels + 4)
    lines = []
    for one in facts:
        begin = f"{_number(one.number):>{NUMBER}}  {one.label}"
        if len(column) > WIDEST:
            lines += [begin, *folded(one.says, " " * (NUMBER + 6), width)]
        else:
            first, *others = folded(one.says, column, width) or [""]
            lines += [(begin.ljust(len(column)) + first.strip()).rstrip(), *others]
    return lines


def _number(number: int | str) -> str:
    return number if isinstance(number, str) else f"{number:,}"


def named(name: str, says: str, width: int) -> list[str]:
    """Return a line that begins with a name: `  directory    1,204 users`."""
    begin = f"  {name:<11}  "
    first, *others = folded(says, " " * len(begin), width) or [begin]
    return [begin + first.lstrip(), *others]


def folded(text: str, indent: str, width: int) -> list[str]:
    """Return a text in lines of at most `width`, each indented. Words stay whole."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        elif word or lines:
            lines.append(indent + word)
    return lines
