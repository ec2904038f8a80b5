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


def table(facts: Sequence[Fact], width: int) -> list[str]:
    """Return the lines of facts. If one is too long for the width, each fact gets a line below its label."""
    if not facts:
        return []
    labels = max(len(one.label) for one in facts)
    begins = [f"{_number(one.number):>{NUMBER}}  {one.label:<{labels}}" for one in facts]
    whole = [f"{begin}    {one.says}".rstrip() for begin, one in zip(begins, facts, strict=True)]
    if all(len(one) <= width for one in whole):
        return whole
    lines = []
    for begin, one in zip(begins, facts, strict=True):
        lines += [begin.rstrip(), *folded(one.says, " " * (NUMBER + 6), width)]
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


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 user`, `1,204 users`."""
    return f"{number:,} {noun if number == 1 else noun + 's'}"
