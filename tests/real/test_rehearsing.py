"""Judgements of rehearsals on real servers: what nobody judged fails, and so does a judgement that nothing shows."""

import pytest

from tests.real import document, rehearsing
from tests.real.expectations import RIGHT
from tests.real.rehearsing import Cause, judged

REFUSED = Cause(
    "A manager is refused", ["legacy"], "harness", "Because.", "RFC", "^ACC managers", ["manager: foretold"]
)
DIFFERENCE, FINDING = "1 manager: foretold 'x', found None", "ACC managers: 400"


def test_a_judged_difference_that_the_rehearsal_names_is_as_judged() -> None:
    found = judged([REFUSED], [DIFFERENCE, DIFFERENCE], [FINDING], {})
    assert (found.unjudged, found.causes) == ([], {REFUSED.title: 2})


@pytest.mark.parametrize(
    ("differences", "findings", "said"),
    [
        ([DIFFERENCE, "1 title: foretold 'x'"], [FINDING], "+ nobody has judged: 1 title: foretold 'x'"),
        ([DIFFERENCE], [FINDING, "ACC users: 500"], "+ nobody has judged the finding: ACC users: 500"),
        ([DIFFERENCE], [], "- the rehearsal does not say: A manager is refused"),
        ([], [FINDING], "- no difference: A manager is refused"),
    ],
)
def test_each_surprise_is_one_sentence(differences: list[str], findings: list[str], said: str) -> None:
    assert judged([REFUSED], differences, findings, {}).unjudged == [said]


def test_each_cause_has_a_judgement_and_was_measured() -> None:
    every = [(server.name, cause) for server in rehearsing.rehearsed() for cause in rehearsing.causes(server.name)]
    assert len({server for server, _ in every}) == 2
    for server, cause in every:
        assert cause.right in RIGHT
        assert cause.why
        assert cause.source
        seen = [one["dialect"] for one in rehearsing.measured() if cause.title in one["causes"]
                and one["server"] == server]  # fmt: skip
        assert seen == cause.dialects


def test_the_page_has_what_was_measured() -> None:
    page = document.PATH.read_text(encoding="utf-8")
    assert "\n".join(document._rehearsals()).strip() in page
