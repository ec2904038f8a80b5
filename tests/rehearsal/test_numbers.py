"""Numbers in the sentences of a rehearsal and a preview agree with their nouns."""

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scim_conformance.commands.main import cli
from scim_conformance.demo.server import serve
from scim_conformance.entra.engine.cycle import Cycle, CycleKind
from scim_conformance.entra.profiles.profile import load
from scim_conformance.rehearsal import preview_screen
from scim_conformance.rehearsal.previewing import Cost
from scim_conformance.reporting.rehearsal_screen import cycle_lines
from scim_conformance.reporting.rehearsal_words import counted, either

ONE_OF_MANY = re.compile(r"\b1 (?!is\b|was\b)[a-z ]{0,20}?(users|groups|memberships|managers|objects|requests|pages)\b")


def test_a_number_and_its_words() -> None:
    assert [counted(1, "user"), counted(0, "user"), counted(1204, "user")] == ["1 user", "0 users", "1,204 users"]
    assert [either(1, "object waits", "objects wait"), either(2, "object waits", "objects wait")] == [
        "1 object waits",
        "2 objects wait",
    ]


def test_a_cycle_with_one_of_each() -> None:
    tally = Counter(dict.fromkeys(("groups create success", "groups delete success", "members added"), 1))
    cycle = Cycle(1, CycleKind.INITIAL, datetime(2026, 11, 28, tzinfo=UTC))
    [line] = cycle_lines(cycle, tally, Counter(), 0.4, 120)
    assert line.endswith("1 group created, 1 group deleted, 1 membership added")
    [line] = cycle_lines(cycle, Counter({"members added": 2}), Counter(), 0.4, 120)
    assert line.endswith("2 memberships added")


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_of_a_cycle_is_wider_than_the_screen(width: int) -> None:
    changes = Counter({f"changed groups {at}": at for at in range(1, 12)})
    cycle = Cycle(1, CycleKind.INITIAL, datetime(2026, 11, 28, tzinfo=UTC))
    lines = cycle_lines(cycle, Counter({"members added": 2}), changes, 0.4, width)
    assert len(lines) > 2
    assert max(map(len, lines)) <= width
    assert " ".join(" ".join(lines).split()).endswith("changed groups 11 11")


def test_the_cost_of_a_preview() -> None:
    [line, *_] = preview_screen.cost(Cost(1, 1, 1, 1.0), None, 120)
    assert "1 more page of 1 account and up to 1 match query," in line


def test_a_rehearsal_of_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flags = ["--tagged", "--people", "1", "--groups", "1", "--cycles", "1", "--no-restart"]
    with serve(profile=load("entra-default")) as served:
        to = ["--url", served.url, "--token", served.token, "--report-dir", str(tmp_path / "report")]
        cli.main(["rehearse", *flags, *to], standalone_mode=False)
    said = capsys.readouterr().out
    assert ONE_OF_MANY.findall(said) == [], said
    assert "1 generated user and 1 group tagged" in said
    assert "none throttled" in said
