"""Each defect of the embedded target is found by the check it was made for.

Here a few meet all scenarios; in `make proof` all do, and each its own in the quick form that CI plays.
"""

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from scim_conformance.catalogue import scenarios as catalogue
from scim_conformance.catalogue.requirements import coverage, register
from scim_conformance.demo.choices import DEFECTS, listing
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.run.rejudge import CONFIRMED, judged_again
from scim_conformance.scenario import standing
from scim_conformance.verdict.run_result import RunResult
from tests.support.defects import HONEST, Ended, whole
from tests.support.red import SHOWN_RED
from tests.support.reported import say
from tests.support.small import small
from tests.support.turns import due

pytestmark = pytest.mark.slow

CATCHABLE = sorted(name for name, one in DEFECTS.items() if one.catchable)
BLIND = sorted(set(DEFECTS) - set(CATCHABLE))

ALWAYS = {"op-case", "group-emptied", "dotted-keys"}
IN_TURN = {"active-string", "delete-405", "groups-404", "throttled-as-500"}
WHOLE = ALWAYS | {*due(sorted(IN_TURN), 4)}
"""Defects that are played here: what is said of them is of a whole run."""

OF_ALL = {HONEST, "group-emptied", "dotted-keys", "groups-404", "throttled-as-500"}
"""Those that need what a small profile lacks, or whose run with the default profile others read too."""


@pytest.fixture(scope="module")
def ended() -> dict[str, Ended]:
    """Return whole runs against the honest target, and against some defects."""
    return {name: whole(name, *(() if name in OF_ALL else small())) for name in (HONEST, *sorted(WHOLE))}


def test_every_defect_that_can_be_caught_names_the_check_that_sees_it() -> None:
    said = (
        'add named="ENT-XXX-NN#step.check" to @defect of {name} in {module}, or uncatchable="why no check can see it"'
    )
    missing = [one for one in DEFECTS.values() if (one.named is None) == one.catchable]
    assert [said.format(name=one.name, module=one.around.__module__) for one in missing] == []


def test_every_defect_is_in_the_folder_of_its_kind() -> None:
    folders = {one.name: one.around.__module__.split(".")[-2] for one in DEFECTS.values()}
    assert {name: folder for name, folder in folders.items() if folder != DEFECTS[name].kind.name.lower()} == {}


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
    assert named - rows == set(), "row= of a @defect names no row of scim_conformance/entra/requirements.toml"
    without = {row for row in rows if covered[row]} - named
    assert without == set(), (
        'a scenario covers them, and no defect has their fault: add row="B…" to the @defect that does'
    )


def test_the_list_of_defects_fits_on_a_screen() -> None:
    lines = listing()
    assert [line for line in lines if len(line) > 100] == []
    assert [name for name in DEFECTS if not any(line.startswith(f"  {name} ") for line in lines)] == []


def test_every_scenario_and_every_check_of_every_answer_has_a_row() -> None:
    wanted = {template.id for template in catalogue.shipped_templates()}
    wanted |= {check.key for check in (*standing.STANDING, standing.LATE)}
    missing = sorted(wanted - set(SHOWN_RED))
    assert [
        f'no defect shows {one} red: add one under demo/faults, or shows=("{one}",) to one' for one in missing
    ] == []
    gone = set(SHOWN_RED) - wanted
    assert gone == set(), f"there is no such scenario: correct named= or shows= of {[SHOWN_RED[one] for one in gone]}"


def test_a_scenario_is_shown_red_by_one_defect() -> None:
    said = Counter(scenario for one in DEFECTS.values() for scenario in one.shows)
    assert [scenario for scenario, times in said.items() if times > 1] == []


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_the_check_that_a_defect_was_made_for_deviates(name: str, ended: dict[str, Ended]) -> None:
    run = ended[name]
    assert DEFECTS[name].named in run.red_checks(), run.output
    assert run.code == run.result["exit_code"] == int(bool(run.deviating(hard=True)))


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_the_first_thing_to_fix_is_the_defect(name: str, ended: dict[str, Ended]) -> None:
    assert ended[name].result["fix_first"][0]["check"] == DEFECTS[name].named, ended[name].output


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_faulty_target_never_works_with_entra(name: str, ended: dict[str, Ended]) -> None:
    """What is advice, or asked by Microsoft's validator alone, does not turn the verdict."""
    scenarios = ended[name].result["scenarios"]
    counted = [one for one in scenarios if one["level"] in {"MUST", "ENTRA"} and not one["validator"]]
    assert (ended[name].result["verdict"] in {"no", "compliant-only", "legacy-only"}) == bool(counted)


@pytest.mark.parametrize("name", [HONEST, *sorted(WHOLE)])
def test_judged_again_every_check_comes_out_the_same(name: str, ended: dict[str, Ended]) -> None:
    again = judged_again(msgspec.convert(ended[name].result, RunResult))
    assert again.wrong == []
    assert again.checks > 50
    assert set(again.not_again) <= {CONFIRMED}


def test_a_fault_of_one_dialect_leaves_the_other(ended: dict[str, Ended]) -> None:
    assert ended["dotted-keys"].result["verdict"] == "legacy-only"
    assert ended["dotted-keys"].result["verdict_by_dialect"] == {"legacy": "yes", "compliant": "no"}


@pytest.mark.parametrize("name", sorted({"op-case", "active-string", "group-emptied"} & WHOLE))
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
    assert bool(left) == (name != HONEST and DEFECTS[name].leaves is not None), left


@pytest.mark.parametrize(
    ("defect", "played", "again"), [("op-case", "ENT-DIS-01", True), ("token-in-error", "ENT-CON-05", False)]
)
def test_a_demo_prints_only_commands_that_work(tmp_path: Path, defect: str, played: str, again: bool) -> None:
    """Its target has ended, its token is unknown, and a check of every response cannot be run alone."""
    screen = say("demo", "--defect", defect, "--report-dir", tmp_path / "run", played).out
    assert "/report.html#" in screen
    assert "scim-conformance export" not in screen
    assert "curl " not in screen
    assert ("only this scenario" in screen) is again
    assert ("; 1 check of every response failed in " in screen.splitlines()[-1]) is not again
    assert screen.count("STD-SEC-01") == (0 if again else 3)
