"""Lines that fit the terminal. Without a terminal, lines stay whole, so that they can be searched and piped."""

import shutil
import sys
import textwrap
from typing import TextIO

from scim_conformance.system.visible import visible

USUAL = 100
"""Characters of a wrapped line if there is no terminal."""

LEAST = 40


def columns(stream: TextIO | None = None) -> int | None:
    """Return the width of the terminal, or None if there is none."""
    return max(LEAST, shutil.get_terminal_size().columns) if (stream or sys.stdout).isatty() else None


def wrapped(text: str, begin: str = "", further: str | None = None, width: int | None = None) -> str:
    """Return the text in lines of at most `width`; words stay whole, because they are ids and URLs to copy."""
    filler = textwrap.TextWrapper(
        width or columns() or USUAL,
        initial_indent=begin,
        subsequent_indent=" " * len(begin) if further is None else further,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return filler.fill(text)


def line(text: str, further: str) -> str:
    """Return the text as one line, or as many as a terminal needs, with the others indented by `further`."""
    width = columns()
    if width is None or len(text) <= width:
        return text
    begin = text[: len(text) - len(text.lstrip())]
    return wrapped(text.strip(), begin, further, width)


def paragraphs(text: str, stream: TextIO) -> str:
    """Return an error of one or more lines in lines that fit a terminal; not wrapped if there is none."""
    width = columns(stream)
    if width is None:
        return text
    found = []
    for one in text.split("\n"):
        begin = one[: len(one) - len(one.lstrip())]
        found.append(wrapped(one.strip(), begin, begin + "  ", width))
    return "\n".join(found)


def plain(text: str) -> str:
    """Return a text as one line without terminal control characters."""
    return visible(text).replace("\n", " ")
