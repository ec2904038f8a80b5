"""A fault reads as one: the defect by which a scenario was seen red reddens few others, or it is said why."""

import re
from pathlib import Path

from scim_conformance.demo.choices import DEFECTS
from tests.support.red import SHOWN_RED

MOST_OTHERS = 3

PAGE = Path(__file__).resolve().parents[2] / "docs" / "proof.md"
ROW = re.compile(r"^\| ([a-z0-9-]+)(?: \(\S+\))? \|.*\| `[^`|]+` \| (\d+) \| [^|]*(?:\\\|[^|]*)*\|$", re.MULTILINE)
"""A row of the tables of defects: its name, the check that caught it, and how many others were red."""


def test_few_others_go_red_with_a_defect_of_the_table() -> None:
    counted = {name: int(number) for name, number in ROW.findall(PAGE.read_text(encoding="utf-8"))}
    assert set(SHOWN_RED.values()) - set(counted) == set(), "docs/proof.md does not know them: run `make contract`"
    own = {name: list(SHOWN_RED.values()).count(name) for name in counted}
    wide = {name for name in set(SHOWN_RED.values()) if counted[name] > MOST_OTHERS + own[name] - 1}
    missing = [f'add wide="why" to @defect of {name}' for name in sorted(wide) if DEFECTS[name].wide is None]
    assert missing == []
