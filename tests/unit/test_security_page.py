"""docs/security.md names tests that are there, and promises what they check."""

import re
from pathlib import Path

from scim_conformance.scenario.passwords import LEAST
from scim_conformance.target import passing, tokens, wire
from scim_conformance.target.spellings import LONG, PIECE, SHORT
from tests.support.logs import READERS

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return re.split(r"\n#+ ", PAGE.partition(f"# {title}\n")[2])[0]


def test_every_test_that_is_named_is_there() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE))
    assert len(named) > 8
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_promise_names_a_test() -> None:
    rows = [row for row in section("What is promised").splitlines() if row.startswith("| ")][2:]
    assert len(rows) > 8
    assert [row for row in rows if "`tests/" not in row] == []


def test_the_page_is_linked_to_and_its_links_are_good() -> None:
    assert "(docs/security.md)" in (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    titles = {re.sub(r"[^a-z0-9 -]", "", one.lower()).replace(" ", "-") for one in re.findall(r"\n#+ (.*)", PAGE)}
    links = re.findall(r"\]\(([^)]+)\)", PAGE)
    assert links
    assert [one for one in links if one.removeprefix("#") not in titles and not (ROOT / "docs" / one).exists()] == []


def test_the_numbers_are_those_of_the_code() -> None:
    spellings = section("Spellings of a secret that are masked")
    assert f"any {PIECE} characters in a row" in spellings
    assert f"fewer than {SHORT} characters" in spellings
    assert f"the last {LONG} characters" in spellings
    assert f"masked from {LEAST} characters" in spellings
    assert passing.SHORTEST_COOKIE == LEAST
    limits = section("Limits on input")
    assert f"| {wire.MOST_BODY // 1_000_000} MB, also after decompression |" in limits
    assert f"| {tokens.MOST_BODY // 1000} KB |" in limits
    assert f"| cookies and passwords that are searched for | {passing.MOST} |" in limits


def test_every_reader_of_logs_is_named() -> None:
    told = section("Output").lower()
    assert [name for name in READERS if name.partition(" ")[0].partition(",")[0] not in told] == []
