"""Numbers and their nouns agree, and the lines of a run use the words of its summary."""

import io
import re

import msgspec
import pytest
from rich.console import Console

from scim_conformance.reporting import page_data, progress, words
from scim_conformance.scenario.checks import Level
from scim_conformance.scim.locations import PACKAGE
from scim_conformance.verdict import counting
from scim_conformance.verdict.extent import of_required
from scim_conformance.verdict.results import ScenarioResult, Verdict


def ended(verdict: Verdict, level: Level | None = None) -> ScenarioResult:
    return ScenarioResult(
        id="A", template="A", suite="entra", title="A", moment="update", dialect=None, validator=False,
        verdict=verdict, level=level,
    )  # fmt: skip


FINE, OPEN, WAIVED = (ended(one) for one in (Verdict.CONFORMANT, Verdict.INCONCLUSIVE, Verdict.WAIVED))
HARD, ADVICE = ended(Verdict.DEVIATION, Level.ENTRA), ended(Verdict.DEVIATION, Level.SHOULD)
UNPLAYED = msgspec.structs.replace(OPEN, reason="it did not run: the run ended early")
MIXED = [ADVICE, OPEN, FINE, HARD, FINE, ADVICE]
SAID = "1 failed, 1 inconclusive, 2 advice, 2 passed"


@pytest.mark.parametrize(("count", "said"), [(0, "0 checks"), (1, "1 check"), (2, "2 checks")])
def test_a_noun_agrees_with_its_number(count: int, said: str) -> None:
    assert counting.number(count, "check") == said


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ([], ""),
        ([HARD], "1 failed"),
        ([HARD, HARD], "2 failed"),
        ([ADVICE], "1 advice"),
        ([UNPLAYED], "1 not run"),
        ([WAIVED], "1 waived"),
        (MIXED, SAID),
    ],
)
def test_a_scenario_that_fails_only_advice_is_not_failed(results: list[ScenarioResult], said: str) -> None:
    assert counting.ended(results) == said


def test_advice_that_was_requested_to_fail_is_failed() -> None:
    assert counting.ended([ADVICE, FINE], "should") == "1 failed, 1 passed"


def test_the_checks_of_every_response_are_counted_apart() -> None:
    always = msgspec.structs.replace(ADVICE, moment="every answer")
    assert counting.played([FINE, always]) == ["1 passed", "checks of every response: 1 advice"]
    assert counting.played([]) == ["nothing ran"]


def test_the_last_line_says_that_a_check_of_every_response_failed() -> None:
    always = msgspec.structs.replace(HARD, moment="every answer")
    assert words.in_all([FINE, always], "must") == "1 passed; 1 check of every response failed"
    assert words.in_all([FINE, always, always], "must") == "1 passed; 2 checks of every response failed"
    assert words.in_all([FINE, msgspec.structs.replace(ADVICE, moment="every answer")], "must") == "1 passed"


def test_the_page_counts_in_the_same_words_the_worst_first() -> None:
    marks = [counting.outcome(one) for one in (*MIXED, UNPLAYED)]
    assert page_data.said(marks) == "1 failed, 1 inconclusive, 2 advice, 2 passed, 1 not run"


def test_every_outcome_has_a_place_on_the_page() -> None:
    assert set(counting.ORDER) | {page_data.NOT_COVERED} == set(page_data.MARKS)


@pytest.mark.parametrize(
    ("results", "colour"), [([HARD], "31"), ([ADVICE], "33"), ([FINE], "32")], ids=["red", "yellow", "green"]
)
def test_a_line_of_a_run_has_the_words_of_the_summary(results: list[ScenarioResult], colour: str) -> None:
    out = io.StringIO()
    watch = progress.Watch(shown=False)
    watch.shown = True
    watch.console = Console(file=out, width=80, force_terminal=True, color_system="standard", highlight=False)
    for one in results:
        watch.ended(one)
    watch.done()
    assert out.getvalue() == f"  update             \x1b[{colour}m{counting.ended(results)}\x1b[0m\n"


SOURCES = [
    *(PACKAGE / "verdict").glob("*.py"),
    *(PACKAGE / "reporting").rglob("*.py"),
    *(PACKAGE / "commands").glob("*.py"),
]
SOURCES += [*(PACKAGE / "run").glob("*.py"), *(PACKAGE / "reporting" / "templates").glob("*.j2")]
COUNTED_BESIDE = re.compile(r"\} of (?:the )?\{[^}]*\} ?(?:\{[^}]*\} )?scenarios")
"""A number of scenarios beside another one, without a word about what the second one counts."""


def test_what_a_verdict_needs_is_said_in_one_place() -> None:
    assert COUNTED_BESIDE.search("No verdict: {extent.ran} of {extent.required} scenarios ran")
    found = {path.name for path in SOURCES if COUNTED_BESIDE.search(path.read_text(encoding="utf-8"))}
    assert (len(SOURCES) > 80, found) == (True, set())


@pytest.mark.parametrize(
    ("ran", "required", "said"),
    [
        (11, 158, "it needs 158 scenarios of the entra suite, of which 11 ran"),
        (0, 158, "it needs 158 scenarios of the entra suite, of which none ran"),
        (1, 1, "it needs 1 scenario of the entra suite, of which 1 ran"),
    ],
)
def test_what_a_verdict_needs_names_its_suite(ran: int, required: int, said: str) -> None:
    assert of_required(ran, required) == said
