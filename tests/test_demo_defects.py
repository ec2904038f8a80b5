"""Each defect of the embedded target is found, named first by the check it was made for, and reddens little else."""

import pytest

from scim_conformance import catalogue
from scim_conformance.demo.defects import DEFECTS
from scim_conformance.scenario import standing
from tests.support.defects import HONEST, Ended, play_all
from tests.support.seen_red import (
    LEFT_BEHIND,
    MOST_OTHERS,
    SEEN_RED,
    WIDE,
)

FIRST_TO_FIX = {
    "token-life-5-minutes": "ENT-AUT-02#token.life",
    "wrong-secret-accepted": "ENT-AUT-03#token.refused",
    "filter-404": "ENT-CON-01#probe.status",
    "filter-ignored": "ENT-CON-01#probe.none",
    "match-case": "ENT-MAT-02#match.one",
    "active-string": "ENT-DIS-01/legacy#read-back.active",
    "inactive-hidden": "ENT-DIS-01/legacy#read-back.status",
    "op-case": "ENT-UPD-01/legacy#patch.status",
    "dotted-keys": "ENT-UPD-02/compliant#read-back.stored.name.givenName",
    "no-target": "ENT-UPD-04/legacy/emails.work.value#patch.status",
    "duplicate-accepted": "ENT-CRE-02#create-again.status",
    "tombstone": "ENT-DEL-02#create-again.status",
    "delete-405": "ENT-DEL-01#delete.status",
    "group-emptied": "ENT-GRP-06/legacy#read-members.members",
    "members-returned": "ENT-GRP-03#read.no-members",
    "token-without-life": "ENT-AUT-01#token.expires-in",
    "list-403": "ENT-AUT-04#list.status",
    "pages-repeat": "ENT-LST-01#page-1.count",
    "schemas-array": "ENT-DSC-01#schemas.schemas",
    "resource-types-404": "ENT-DSC-02#resource-types.status",
    "patch-denied": "ENT-DSC-03#configuration.patch",
    "text-plain": "STD-MED-01#any.answer",
    "application-json": "STD-MED-02#any.answer",
    "not-json": "STD-JSN-01#any.answer",
    "numeric-ids": "STD-IDS-01#any.answer",
    "patch-other-id": "STD-IDS-02#any.answer",
    "password-returned": "STD-SEC-01#any.answer",
    "errors-of-their-own": "ENT-CRE-02#create-again.scim-type",
    "list-without-schemas": "STD-SCH-01#any.answer",
    "active-number": "ENT-CRE-01#read-back.active",
    "late-groups": "STD-LAG-01#any.answer",
    "member-again-409": "ENT-GRP-05/legacy#add-again.status",
    "not-a-member-404": "ENT-GRP-07/legacy#remove-again.status",
    "rename-empties": "ENT-GRP-08/compliant#read-members.members",
    "group-external-id-fixed": "ENT-GRP-09/legacy#read-members.stored.externalId",
    "unknown-member-500": "ENT-GRP-10#add.status",
    "inactive-stays-member": "ENT-GRP-11/legacy#read-members.members",
    "hundred-members": "ENT-GRP-13#read-members.members",
    "group-delete-405": "ENT-GRP-14#delete.status",
    "group-twins": "ENT-GRP-16#create-again.status",
    "replace-adds": "ENT-GRP-18#read-members.members",
    "member-filter-400": "ENT-GRP-06/compliant#remove.status",
    "username-fixed": "ENT-UPD-03/legacy#read-back.stored.userName",
    "no-change-400": "ENT-UPD-05/legacy#patch.status",
    "list-replaced": "ENT-UPD-06/legacy/emails#read-back.kept.emails.other.value",
    "only-replace": "ENT-UPD-10/legacy#patch.status",
    "replace-no-target": "ENT-UPD-09/legacy#patch.status",
    "remove-sets": "ENT-UPD-11/legacy/emails.work.value-named#read-back.absent.emails.work.value",
    "half-applied": "ENT-UPD-12/legacy#read-back.atomic",
    "name-replaced": "ENT-UPD-13/nested-name#read-back.stored.name.familyName",
    "first-of-a-kind": "ENT-UPD-02/legacy#read-back.stored.title",
    "rename-to-taken": "ENT-UPD-16/legacy#patch.refused",
    "manager-string-400": "ENT-MGR-01/legacy#add.status",
    "manager-as-text": "ENT-MGR-01/legacy#read-back.stored.enterprise.manager",
    "manager-filter-400": "ENT-MGR-04/remove-filtered#remove.status",
    "external-id-lost": "ENT-CRE-01#read-back.stored.externalId",
    "duplicate-500": "ENT-CRE-02#create-again.status",
    "twin-by-case": "ENT-CRE-07#create-again.status",
    "null-400": "ENT-CRE-03#create.status",
    "unknown-schema-400": "ENT-GRP-01#create.status",
    "created-active": "ENT-CRE-06#read-back.active",
    "boolean-string-400": "ENT-DIS-01/legacy#disable.status",
    "roles-400": "ENT-ROL-01/single#create.status",
    "primary-string-400": "ENT-ROL-02/primary-quoted#patch.status",
    "manager-post-400": "ENT-MGR-05#create.status",
    "deleted-stays": "ENT-DEL-01#gone.status",
    "delete-again-204": "ENT-DEL-03#delete-again.status",
    "reactivation-400": "ENT-DIS-02/legacy#enable.status",
    "inactive-locked": "ENT-DIS-04/legacy#patch.status",
    "buried-name-stays": "ENT-DIS-05/legacy#read-back.stored.userName",
    "pathless-active-ignored": "ENT-DIS-06/compliant/boolean#read-back.active",
    "groups-404": "ENT-CON-02#probe.status",
    "strict-query": "ENT-CON-03#probe.status",
    "login-page": "ENT-CON-04#probe.refused",
    "email-guid-400": "ENT-CON-06/emails.work.value#probe.status",
    "slash-404": "ENT-CON-07/double-slash#probe.status",
    "eq-contains": "ENT-MAT-01#match.one",
    "decoded-twice": "ENT-MAT-04#match.one",
    "only-username": "ENT-MAT-05/externalId#match.one",
    "group-name-case": "ENT-GRP-02#match.one",
    "and-refused": "ENT-MGR-06#check.status",
    "plus-only": "ENT-MAT-03#match.status",
}
"""The check that a vendor must be shown first, for each defect."""


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    """Play the suites against the honest target and against every registered defect."""
    return play_all(tmp_path_factory.mktemp("defects"))


def test_every_defect_has_a_row() -> None:
    assert set(FIRST_TO_FIX) == set(DEFECTS)


def test_every_scenario_and_every_check_of_every_answer_has_a_row() -> None:
    wanted = {template.id for template in catalogue.shipped_templates()}
    wanted |= {check.key for check in (*standing.STANDING, standing.LATE)}
    assert set(SEEN_RED) == wanted


@pytest.mark.parametrize("template", sorted(SEEN_RED))
def test_a_scenario_has_been_seen_red(template: str, ended: dict[str, Ended]) -> None:
    run = ended[SEEN_RED[template]]
    assert template in run.deviating(), run.output


@pytest.mark.parametrize("name", sorted(set(SEEN_RED.values())))
def test_a_defect_reddens_little_else(name: str, ended: dict[str, Ended]) -> None:
    others = ended[name].deviating(hard=True)
    own = [template for template, defect in SEEN_RED.items() if defect == name]
    most = max(len(others - {template}) for template in own)
    assert (most > MOST_OTHERS) == (name in WIDE), sorted(others)


@pytest.mark.parametrize("name", sorted(DEFECTS))
def test_the_first_thing_to_fix_is_the_defect(name: str, ended: dict[str, Ended]) -> None:
    run = ended[name]
    assert run.result["fix_first"][0]["check"] == FIRST_TO_FIX[name], run.output
    assert run.code == run.result["exit_code"] == int(bool(run.deviating(hard=True)))


@pytest.mark.parametrize("name", sorted(DEFECTS))
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
    assert {name: why for name, why in others.items() if "does not require" not in why} == {}
    assert result["counts"]["not_applicable"] == len(others)
    assert {result["counts"][level] for level in ("MUST", "ENTRA", "SHOULD")} == {0}


@pytest.mark.parametrize("name", [HONEST, *sorted(DEFECTS)])
def test_nothing_of_ours_is_left_behind(name: str, ended: dict[str, Ended]) -> None:
    left = ended[name].result["leftovers"]
    assert bool(left) == (name in LEFT_BEHIND), left
