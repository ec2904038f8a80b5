"""The gate itself: what is new, what vanished and what nobody judged must fail; a refresh must not invent a why."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.real import comparing, expectations
from tests.real.expectations import Entry, Expectation
from tests.real.playing import Result, Seen, read

CHECKS = {"MUST": ["A#x.status"], "ENTRA": ["B#x.status"]}
JUDGED = Entry("One cause", "harness", "Because.", "RFC 7644", "400", CHECKS, "GET /Users", "400")
EXPECTED = Expectation("no", {"legacy": "no"}, {"A": ["C"]}, [JUDGED])
SEEN = Result(
    "no", {"legacy": "no"}, {}, {}, [Seen("A#x.status", "MUST", "400"), Seen("B#x.status", "ENTRA", "")], {"A": ["C"]}
)


def test_what_is_as_expected_has_no_differences() -> None:
    assert comparing.differences(EXPECTED, SEEN) == []


@pytest.mark.parametrize(
    ("seen", "sentence"),
    [
        (replace(SEEN, deviations=[*SEEN.deviations, Seen("D#x.y", "SHOULD", "z")]), "+ SHOULD D#x.y deviates now: z"),
        (replace(SEEN, deviations=SEEN.deviations[:1]), "- ENTRA B#x.status deviates no longer"),
        (
            replace(SEEN, deviations=[replace(SEEN.deviations[0], level="ENTRA"), SEEN.deviations[1]]),
            "! A#x.status is ENTRA now, expected MUST",
        ),
        (replace(SEEN, blocked={"A": ["C", "D"]}), "+ D is inconclusive now, blocked by A"),
        (replace(SEEN, blocked={}), "- C is inconclusive no longer"),
        (replace(SEEN, blocked={"B": ["C"]}), "! C is blocked by B now, expected A"),
        (replace(SEEN, verdict="yes"), "! works with Entra: yes, expected no"),
        (replace(SEEN, by_dialect={"legacy": "yes"}), "! legacy: yes, expected no"),
    ],
)
def test_every_difference_is_one_sentence(seen: Result, sentence: str) -> None:
    assert comparing.differences(EXPECTED, seen) == [sentence]


def test_what_a_race_decides_may_be_seen_or_not() -> None:
    raced = replace(EXPECTED, entries=[replace(JUDGED, sometimes=True)])
    assert comparing.differences(raced, replace(SEEN, deviations=SEEN.deviations[:1])) == []
    assert comparing.differences(raced, replace(SEEN, deviations=[])) == []
    assert comparing.refreshed(raced, replace(SEEN, deviations=[])) == raced


def test_what_a_race_decides_keeps_its_level() -> None:
    raced = replace(EXPECTED, entries=[replace(JUDGED, sometimes=True)])
    seen = replace(SEEN, deviations=[replace(SEEN.deviations[0], level="ENTRA")])
    assert comparing.differences(raced, seen) == ["! A#x.status is ENTRA now, expected MUST"]


@pytest.mark.parametrize("field", ["why", "source", "saw"])
def test_an_entry_without_a_judgement_fails(field: str) -> None:
    entry = replace(JUDGED, **{field: " "})  # type: ignore[arg-type]
    found = comparing.differences(replace(EXPECTED, entries=[entry]), SEEN)
    assert found == [f'? "One cause" has no {field}: write it into the expectation']


def test_an_entry_without_a_raw_exchange_fails() -> None:
    found = comparing.differences(replace(EXPECTED, entries=[replace(JUDGED, answer="")]), SEEN)
    assert found == ['? "One cause" has no raw request and answer: run with --update']


def test_a_refresh_takes_the_raw_exchange_once() -> None:
    seen = replace(SEEN, deviations=[Seen("A#x.status", "MUST", "400", "GET /Groups", "500"), SEEN.deviations[1]])
    bare = replace(EXPECTED, entries=[replace(JUDGED, request="", answer="")])
    assert comparing.refreshed(bare, seen).entries == [replace(JUDGED, request="GET /Groups", answer="500")]
    assert comparing.refreshed(EXPECTED, seen).entries == [JUDGED]


def test_an_entry_says_who_is_right() -> None:
    found = comparing.differences(replace(EXPECTED, entries=[replace(JUDGED, right="nobody")]), SEEN)
    assert len(found) == 1
    assert "does not say who is right" in found[0]


def test_a_check_is_judged_once() -> None:
    again = replace(JUDGED, title="Another", checks={"MUST": ["A#x.status"]})
    found = comparing.differences(replace(EXPECTED, entries=[JUDGED, again]), SEEN)
    assert found == ["? A#x.status is listed twice"]


def test_a_refresh_keeps_judgements_and_invents_none() -> None:
    seen = replace(SEEN, deviations=[Seen("A#x.status", "ENTRA", ""), Seen("D#x.status", "MUST", "500")])
    fresh = comparing.refreshed(EXPECTED, seen)
    kept, new = fresh.entries
    assert kept == replace(JUDGED, checks={"ENTRA": ["A#x.status"]})
    assert new == Entry(expectations.UNJUDGED, checks={"MUST": ["D#x.status"]})
    assert any("has no why" in one for one in comparing.differences(fresh, seen))


def test_a_refresh_drops_a_cause_that_is_gone() -> None:
    assert comparing.refreshed(EXPECTED, replace(SEEN, deviations=[])).entries == []


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    odd = replace(JUDGED, why='Quotes ", backslash \\, lines\nand Ł東京 \u007f')
    expectation = replace(EXPECTED, entries=[odd], blocked={"ENT-DIS-01/legacy": ["C"]})
    expectations.write("one", expectation, tmp_path)
    assert expectations.load("one", tmp_path) == expectation


def test_a_server_without_a_file_is_expected_to_do_nothing(tmp_path: Path) -> None:
    assert comparing.differences(expectations.load("none", tmp_path), SEEN)


def test_result_json_is_read_by_verdict() -> None:
    check = {"id": "A#x.status", "level": "MUST", "verdict": "deviation", "actual": None, "exchange": 0}
    exchange = {
        "method": "POST",
        "url": "http://127.0.0.1:1/scim/Users",
        "request_body": "{}",
        "status": 400,
        "response_body": "x" * 700,
    }
    conformant = {**check, "id": "A#x.other", "verdict": "conformant"}
    scenarios = [
        {"id": "A", "verdict": "deviation", "blocked_by": None, "checks": [check, conformant], "exchanges": [exchange]},
        {"id": "C", "verdict": "inconclusive", "blocked_by": {"scenario": "A"}, "checks": []},
        {"id": "D", "verdict": "inconclusive", "blocked_by": {"scenario": None}, "checks": []},
    ]
    report = {"verdict": "no", "verdict_by_dialect": {}, "verdict_by_moment": {}, "counts": {}, "scenarios": scenarios}
    result = read(report)
    asked = "POST /scim/Users\n{}"
    assert result.deviations == [Seen("A#x.status", "MUST", "", asked, "400\n" + "x" * 600 + "…")]
    assert result.blocked == {"A": ["C"], "preparation": ["D"]}
    assert not any("lists no checks" in one for one in comparing.differences(EXPECTED, result))
