"""Waivers act on checks, by id or by the beginning of one, until a day; and never on more than they say."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_conformance.scenario.checks import Level
from scim_conformance.verdict.results import CheckResult, ScenarioResult, Source, Verdict
from scim_conformance.verdict.waivers import Waiver, WaiverError, Waivers, load

TODAY = date(2026, 3, 1)


def waiver(check: str) -> Waiver:
    return Waiver(check=check, reason="being fixed", owner="Jane", until=TODAY)


def result(*checks: tuple[str, Verdict, Level], verdict: Verdict = Verdict.DEVIATION) -> ScenarioResult:
    known: dict[str, Any] = {"expected": "this", "so": "x", "evidence": "rfc", "citation": Source("RFC", "u")}
    found = [CheckResult(id=name, verdict=judged, level=level, **known) for name, judged, level in checks]
    more: dict[str, Any] = {"template": "A", "suite": "entra", "title": "t", "moment": "update", "dialect": None}
    return ScenarioResult(id="A", validator=False, verdict=verdict, level=Level.MUST, checks=found, **more)


BAD, GOOD, MUST, SHOULD = Verdict.DEVIATION, Verdict.CONFORMANT, Level.MUST, Level.SHOULD


@pytest.mark.parametrize(
    ("prefix", "covered"),
    [
        ("ENT-UPD-02/legacy#patch.status", True),
        ("ENT-UPD-02/legacy#patch", True),
        ("ENT-UPD-02/legacy", True),
        ("ENT-UPD-02", True),
        ("ENT-UPD-0", False),
        ("ENT-UPD", False),
        ("ENT-UPD-02/leg", False),
        ("ENT-UPD-02/legacy#patch.stat", False),
        ("ENT-UPD-02/legacy#patch.status.more", False),
        ("ent-upd-02", False),
        ("", False),
    ],
)
def test_what_a_waiver_covers(prefix: str, covered: bool) -> None:
    assert waiver(prefix).covers("ENT-UPD-02/legacy#patch.status") is covered


PART = st.text("ab-", min_size=1, max_size=3)
IDENTIFIER = st.lists(st.tuples(PART, st.sampled_from("/#.")), min_size=1, max_size=4).map(
    lambda parts: "".join(part + end for part, end in parts)[:-1]
)


@given(IDENTIFIER, st.data())
def test_a_waiver_ends_at_a_border(identifier: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(identifier)))
    at_border = cut == len(identifier) or identifier[cut] in "/#."
    assert waiver(identifier[:cut]).covers(identifier) is at_border


@given(IDENTIFIER, IDENTIFIER)
def test_a_waiver_covers_only_what_begins_with_it(prefix: str, identifier: str) -> None:
    covered = waiver(prefix).covers(identifier)
    assert not covered or identifier.startswith(prefix)
    assert covered or identifier != prefix


def test_a_scenario_without_other_deviations_is_waived() -> None:
    held = Waivers([waiver("A#s")])
    found = held.apply(result(("A#s.x", BAD, MUST), ("A#t.y", GOOD, MUST)))
    assert (found.verdict, found.level, found.reason) == (
        Verdict.WAIVED, None, "being fixed (Jane, until 2026-03-01)"
    )  # fmt: skip
    assert [check.verdict for check in found.checks] == [Verdict.WAIVED, Verdict.CONFORMANT]
    assert held.used == {"A#s"}


def test_another_deviation_stays_with_its_own_level() -> None:
    found = Waivers([waiver("A#s")]).apply(result(("A#s.x", BAD, MUST), ("A#t.y", BAD, SHOULD)))
    assert (found.verdict, found.level) == (Verdict.DEVIATION, Level.SHOULD)
    assert [check.waiver is None for check in found.checks] == [False, True]


def test_what_conforms_is_not_waived_and_the_waiver_counts_as_unused() -> None:
    held, before = Waivers([waiver("A")]), result(("A#s.x", GOOD, MUST), verdict=Verdict.CONFORMANT)
    assert held.apply(before) == before
    assert held.used == set()


FILE = """
[[waiver]]
check = "ENT-UPD-01"
reason = "r"
owner = "o"
until = 2026-03-01
[[waiver]]
check = "ENT-UPD-02"
reason = "r"
owner = "o"
until = 2026-02-28
[[waiver]]
check = "ENT-UPD-03"
reason = "r"
owner = "o"
until = 2026-12-31
target = "https://other/scim"
[[waiver]]
check = "ENT-UPD-04"
reason = "r"
owner = "o"
until = 2026-12-31
target = "https://mine/scim/"
"""


def write(folder: Path, text: str) -> str:
    file = folder / "waivers.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_waiver_holds_through_its_last_day_and_for_its_target(tmp_path: Path) -> None:
    found = load(write(tmp_path, FILE), "https://mine/scim", TODAY)
    assert [one.check for one in found.held] == ["ENT-UPD-01", "ENT-UPD-04"]
    assert [one.check for one in found.expired] == ["ENT-UPD-02"]


def test_no_file_means_no_waivers() -> None:
    assert load(None, "https://mine", TODAY) == Waivers()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[[waiver]]\ncheck = "A"\nreason = "r"\nowner = "o"', "`until`"),
        (FILE.replace("until = 2026-03-01", 'until = "soon"'), "until"),
        (FILE.replace("owner", "onwer"), "onwer"),
        (FILE.replace("[[waiver]]", "[[waivers]]"), "waivers"),
        (FILE.replace('reason = "r"', "reason = 3"), "reason"),
        ("[[waiver", "is not TOML"),
    ],
)
def test_a_wrong_file_is_refused_by_name_and_key(tmp_path: Path, text: str, named: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(WaiverError) as caught:
        load(file, "https://mine", TODAY)
    assert named in str(caught.value)
    assert file in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WaiverError, match="cannot be read"):
        load(str(tmp_path / "none.toml"), "https://mine", TODAY)
