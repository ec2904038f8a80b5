"""docs/performance.md: its beginning and its sections, each written by what measures it."""

import re
from collections.abc import Sequence
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "performance.md"


def put(title: str, lines: Sequence[str]) -> None:
    """Write a section anew, and leave the rest of the page; an empty title: its beginning."""
    head, *sections = re.split(r"^(?=## )", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    text = "\n".join(lines).strip() + "\n"
    known = {one.partition("\n")[0]: one for one in sections} | ({title: text} if title else {})
    parts = [head if title else text, *known.values()]
    DOCUMENT.write_text("\n".join(one.strip() + "\n" for one in parts), encoding="utf-8")
