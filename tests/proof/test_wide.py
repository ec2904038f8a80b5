"""A fault reads as one: the defect by which a scenario was seen red reddens few others, or it is said why."""

import re
from pathlib import Path

from tests.support.seen_red import MOST_OTHERS, SEEN_RED, WIDE

PAGE = Path(__file__).resolve().parents[2] / "docs" / "proof.md"
ROW = re.compile(r"^\| ([a-z0-9-]+)(?: \(\S+\))? \|.*\| (\d+) \| [^|]*(?:\\\|[^|]*)*\|$", re.MULTILINE)


def test_few_others_go_red_with_a_defect_of_the_table() -> None:
    counted = {name: int(number) for name, number in ROW.findall(PAGE.read_text(encoding="utf-8"))}
    assert set(SEEN_RED.values()) - set(counted) == set()
    own = {name: list(SEEN_RED.values()).count(name) for name in counted}
    wide = {name for name in set(SEEN_RED.values()) if counted[name] > MOST_OTHERS + own[name] - 1}
    assert wide - set(WIDE) == set()
