"""docs/before-you-switch-on.md: its screens are those that the tests pin."""

import os
import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "before-you-switch-on.md"
SCREENS = Path(__file__).parent / "screens"
BLOCK = re.compile(r"(<!-- screen: (\S+) -->\n```\n)(.*?)(?=```\n)", re.DOTALL)


def test_the_screens_are_the_real_ones() -> None:
    """`SCREENS=write` writes them again."""
    text = PAGE.read_text(encoding="utf-8")
    written = BLOCK.sub(lambda found: found[1] + (SCREENS / found[2]).read_text(encoding="utf-8"), text)
    if os.environ.get("SCREENS") == "write":
        PAGE.write_text(written, encoding="utf-8")
    assert len(BLOCK.findall(text)) == 2
    assert PAGE.read_text(encoding="utf-8") == written


def test_every_flag_of_the_page_exists() -> None:
    from scim_conformance.commands.main import cli

    known = {
        name
        for one in ("preview", "rehearse", "doctor", "run")
        for each in cli.commands[one].params
        for name in each.opts
    }
    known |= {name for each in cli.commands["profile"].commands["import"].params for name in each.opts}  # type: ignore[attr-defined]
    assert set(re.findall(r"--[a-z][a-z-]+", PAGE.read_text(encoding="utf-8"))) <= known
