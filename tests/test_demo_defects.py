"""Each defect of the embedded target is found by the check it was made for.

Here a few meet all scenarios; in `make proof` all do, and each its own in the quick form that CI plays.
"""

import pytest

from scim_conformance import catalogue
from scim_conformance.demo.defects import DEFECTS, Kind, listing
from scim_conformance.requirements import coverage, register
from scim_conformance.scenario import standing
from tests.support.defects import HONEST, Ended, play_all
from tests.support.first_to_fix import FIRST_TO_FIX, NOT_SEEN_YET
from tests.support.seen_red import LEFT_BEHIND, SEEN_RED

CATCHABLE = sorted(name for name, one in DEFECTS.items() if one.catchable)
BLIND = sorted(set(DEFECTS) - set(CATCHABLE))

WHOLE = {"op-case", "active-string", "group-emptied", "dotted-keys", "delete-405", "groups-404", "throttled-as-500"}
"""Defects that are played here: what is said of them is of a whole run."""


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    """Play the suites against the honest target, and against some defects."""
    return play_all(tmp_path_factory.mktemp("defects"), dict.fromkeys((HONEST, *sorted(WHOLE)), ()))


def test_every_defect_that_can_be_caught_has_a_row() -> None:
    assert sorted({*FIRST_TO_FIX, *NOT_SEEN_YET}) == CATCHABLE
    assert set(FIRST_TO_FIX).isdisjoint(NOT_SEEN_YET)


def test_a_defect_that_cannot_be_caught_says_why() -> None:
    assert [name for name in BLIND if not DEFECTS[name].uncatchable] == []
    assert len(BLIND) < len(DEFECTS) / 20


def test_there_are_defects_of_every_kind() -> None:
    assert len(DEFECTS) >= 125
    assert {one.kind for one in DEFECTS.values()} == set(Kind)


def test_every_fault_of_the_register_that_is_covered_has_a_defect() -> None:
    covered = coverage(catalogue.covering())
    rows = {row.id for row in register().bugs}
    named = {one.row for one in DEFECTS.values() if one.row is not None}
    assert named - rows == set()
    assert {row for row in rows if covered[row]} - named == set()


def test_the_list_of_defects_fits_on_a_screen() -> None:
    lines = listing()
    assert [line for line in lines if len(line) > 100] == []
    assert [name for name in DEFECTS if not any(line.startswith(f"  {name} ") for line in lines)] == []


def test_every_scenario_and_every_check_of_every_answer_has_a_row() -> None:
    wanted = {template.id for template in catalogue.shipped_templates()}
    wanted |= {check.key for check in (*standing.STANDING, standing.LATE)}
    assert set(SEEN_RED) == wanted


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_the_check_that_a_defect_was_made_for_deviates(name: str, ended: dict[str, Ended]) -> None:
    run = ended[name]
    assert FIRST_TO_FIX[name] in run.red_checks(), run.output
    assert run.code == run.result["exit_code"] == int(bool(run.deviating(hard=True)))


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_the_first_thing_to_fix_is_the_defect(name: str, ended: dict[str, Ended]) -> None:
    assert ended[name].result["fix_first"][0]["check"] == FIRST_TO_FIX[name], ended[name].output


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_faulty_target_never_works_with_entra(name: str, ended: dict[str, Ended]) -> None:
    """What is advice, or asked by Microsoft's validator alone, does not turn the verdict."""
    scenarios = ended[name].result["scenarios"]
    counted = [one for one in scenarios if one["level"] in {"MUST", "ENTRA"} and not one["validator"]]
    assert (ended[name].result["verdict"] in {"no", "compliant-only", "legacy-only"}) == bool(counted)


def test_a_fault_of_one_dialect_leaves_the_other(ended: dict[str, Ended]) -> None:
    assert ended["dotted-keys"].result["verdict"] == "legacy-only"
    assert ended["dotted-keys"].result["verdict_by_dialect"] == {"legacy": "yes", "compliant": "no"}


@pytest.mark.parametrize("name", ["op-case", "active-string", "group-emptied"])
def test_a_target_that_speaks_the_compliant_dialect_is_told_the_url(name: str, ended: dict[str, Ended]) -> None:
    run = ended[name]
    assert run.result["verdict"] == "compliant-only"
    assert run.result["sentence"].endswith(run.result["target"] + "?aadOptscim062020")


def test_the_honest_target_works_in_both_dialects(ended: dict[str, Ended]) -> None:
    run = ended[HONEST]
    assert (run.code, run.result["exit_code"]) == (0, 0), run.output
    assert run.result["verdict"] == "yes"
    assert run.result["verdict_by_dialect"] == {"legacy": "yes", "compliant": "yes"}
    assert set(run.result["verdict_by_moment"].values()) == {"yes"}


def test_the_honest_target_deviates_nowhere(ended: dict[str, Ended]) -> None:
    result = ended[HONEST].result
    assert result["fix_first"] == []
    others = {one["id"]: one["reason"] for one in result["scenarios"] if one["verdict"] != "conformant"}
    assert {name: why for name, why in others.items() if "the profile entra-default" not in why} == {}
    assert result["counts"]["not_applicable"] == len(others)
    assert {result["counts"][level] for level in ("MUST", "ENTRA", "SHOULD")} == {0}


@pytest.mark.parametrize("name", [HONEST, *sorted(WHOLE)])
def test_nothing_of_ours_is_left_behind(name: str, ended: dict[str, Ended]) -> None:
    left = ended[name].result["leftovers"]
    assert not left or name in LEFT_BEHIND, left
    assert left or name not in WHOLE.intersection(LEFT_BEHIND)
