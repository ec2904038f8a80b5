"""The matrix notices what it is there to notice: an emptied check, a false alarm, a check that nobody has seen red."""

import json
from dataclasses import replace

import pytest

from scim_conformance.demo.choices import DEFECTS
from tests.proof import document
from tests.proof.matrix import Matrix, Row, defect_job, levels, unproven
from tests.proof.playing import Job, Outcome, play_all

NAMED = "ENT-UPD-01/legacy#patch.status"
CHECK = "ENT-UPD-01#patch.status"


@pytest.fixture(scope="module")
def played() -> dict[str, Outcome]:
    """Play one scenario against a defect with and without the check that finds it, and against the honest target."""
    whole = defect_job(DEFECTS["op-case"], "ENT-UPD-01/legacy")
    emptied = Job(whole.kind, whole.name, ids=whole.ids, emptied=CHECK)
    jobs = {"whole": whole, "emptied": emptied, "honest": Job("honest", "honest", ids=whole.ids)}
    return dict(zip(jobs, play_all(jobs.values()), strict=True))


def _matrix(outcome: Outcome) -> Matrix:
    job = Job("honest", "honest", "entra-default", ("--dialect", "both"))
    return Matrix([Row(DEFECTS["op-case"], outcome)], [], {job: outcome}, {"some": outcome}, {})


def test_a_defect_is_detected_by_its_own_check(played: dict[str, Outcome]) -> None:
    row = Row(DEFECTS["op-case"], played["whole"])
    assert row.is_detected
    assert row.is_first
    assert row.others == 0
    assert not Row(replace(DEFECTS["op-case"], named="ENT-UPD-01/compliant#patch.status"), played["whole"]).is_detected


def test_an_emptied_check_detects_nothing(played: dict[str, Outcome]) -> None:
    row = Row(DEFECTS["op-case"], played["emptied"])
    assert not row.is_detected
    assert _matrix(played["emptied"]).missed == [row]


def test_a_deviation_of_what_is_right_is_an_alarm(played: dict[str, Outcome]) -> None:
    assert _matrix(played["whole"]).alarms() == [
        f"honest, entra-default, both: ENTRA {NAMED}",
        f"variant some: ENTRA {NAMED}",
    ]
    assert _matrix(played["honest"]).alarms() == []


def test_a_check_that_was_never_red_needs_a_reason(played: dict[str, Outcome]) -> None:
    excused = set(levels()) - {CHECK}
    never = (
        f'{CHECK} was never red: make a defect that shows it, or add "{CHECK}" = "why" to tests/proof/never_red.toml'
    )
    assert never in unproven(_matrix(played["honest"]), excused)
    assert never not in unproven(_matrix(played["whole"]), excused)
    both = Matrix(_matrix(played["whole"]).rows, [], {Job("honest", "honest"): played["honest"]}, {}, {})
    told = f"{CHECK} has a reason, and was red and green all the same: take its line out of tests/proof/never_red.toml"
    assert told in unproven(both, set(levels()))


def test_every_reason_is_about_a_check_of_the_catalogue() -> None:
    assert set(document.reasons()) - set(levels()) == set()


def test_the_page_says_what_the_figures_say() -> None:
    page, found = document.PAGE.read_text(encoding="utf-8"), json.loads(document.FIGURES.read_text(encoding="utf-8"))
    assert document.share(len(found["detected"]), found["catchable"]) in page
    assert document.share(len(found["first"]), len(found["detected"])) in page
    assert document.share(len(found["red"]), found["checks"]) in page
    assert found["alarms"] == []
