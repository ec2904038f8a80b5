"""The honest target is right for every valid profile: yes, and nothing that Entra or an RFC obliges it to is missed.

A run plays a part of the profiles, in turns; SCIM_ROWS=all plays them all.
"""

import msgspec
import pytest

from scim_conformance.run.rejudge import judged_again
from scim_conformance.verdict.run_result import RunResult
from tests.support.defects import Ended, demos
from tests.support.turns import due
from tests.support.valid_profiles import VALID, written

pytestmark = pytest.mark.slow

WRONG = {
    "title-by-default": ("create-only", "ENT-UPD-02/legacy#read-back.stored.title"),
    "password-returned": ("password", "STD-SEC-01#any.answer"),
    "extension-filter-ignored": ("number-first", "ENT-CON-01#probe.none"),
    "filter-ignored": ("title-first", "ENT-CON-01#probe.none"),
    "group-delete-takes-members": ("group-without-external-id", "ENT-GRP-14#read-member.status"),
}
"""Defects that are still found with a valid profile: the profile, and what is to be fixed first."""

PLAYED = due(sorted(VALID), 7)
BROKEN = due(sorted(WRONG), 5)
SHARED = {"active-first", "active-alone", "title-first", "role-match", "role-match-first"}
"""Profiles that match users on a value that several may share."""


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    """Play the suites against targets with a defect, each with a profile."""
    directory = tmp_path_factory.mktemp("broken")
    written(directory, VALID)
    return demos(directory, {name: ("--defect", name, "--profile", f"{WRONG[name][0]}.toml") for name in BROKEN})


@pytest.mark.parametrize("name", BROKEN)
def test_a_wrong_target_is_found_with_a_valid_profile(name: str, broken: dict[str, Ended]) -> None:
    run = broken[name]
    assert (run.code, run.result["verdict"]) == (1, "no"), run.output
    assert run.result["fix_first"][0]["check"] == WRONG[name][1], run.output


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    """Play the suites against the honest target with each profile."""
    directory = tmp_path_factory.mktemp("valid")
    return demos(directory, written(directory, {name: VALID[name] for name in PLAYED}))


@pytest.mark.parametrize("name", PLAYED)
def test_the_honest_target_works_with_a_valid_profile(name: str, ended: dict[str, Ended]) -> None:
    run = ended[name]
    assert (run.code, run.result["verdict"]) == (0, "yes"), run.output
    assert run.deviating(hard=True) == set()


@pytest.mark.parametrize("name", PLAYED)
def test_every_mapping_is_tested(name: str, ended: dict[str, Ended]) -> None:
    assert ended[name].result["not_tested"] == []


@pytest.mark.parametrize("name", PLAYED)
def test_judged_again_every_check_comes_out_the_same(name: str, ended: dict[str, Ended]) -> None:
    assert judged_again(msgspec.convert(ended[name].result, RunResult)).wrong == []


@pytest.mark.parametrize("name", PLAYED)
def test_a_run_warns_of_matching_on_what_many_share(name: str, ended: dict[str, Ended]) -> None:
    warned = "warning: users are matched on" in ended[name].output
    assert warned == ("a value that several users may share" in " ".join(ended[name].output.split()))
    assert warned or name not in SHARED, ended[name].output


@pytest.mark.parametrize("name", PLAYED)
def test_nothing_is_left_unjudged(name: str, ended: dict[str, Ended]) -> None:
    scenarios = ended[name].result["scenarios"]
    assert [one["id"] for one in scenarios if one["verdict"] == "inconclusive"] == []
