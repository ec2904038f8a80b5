"""A whole rehearsal over real sockets: right targets end as sent, and each fault is named first."""

import json
from pathlib import Path

import pytest

from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.engine.cycle import CycleKind
from scim_conformance.entra.profiles.profile import load
from scim_conformance.rehearsal.findings import CHECKS
from tests.rehearsal.playing import with_embedded

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("dialect", list(Dialect))
def test_the_embedded_target_ends_as_sent(dialect: Dialect, tmp_path: Path) -> None:
    ended = with_embedded(tmp_path, dialect)
    assert ended.named == []
    assert ended.leftovers == []
    asked = {check for check, count in ended.asked.items() if count}
    never = {"REH-MAT-02", "REH-LST-01"}  # only of a target that finds too many; only in a preview
    assert asked == CHECKS.keys() - never
    restart = next(one for one in ended.rehearsal.cycles if one.done.cycle.kind is CycleKind.RESTART)
    written = [name for name in restart.done.tally if name.startswith(("users", "groups")) and "success" in name]
    assert written == [], "a restart reads everything and writes no object"
    again = next(one for one in ended.rehearsal.cycles if one.done.cycle.kind is CycleKind.FULL_RESTART)
    assert again.done.tally["users create success"] == 0


def test_the_log_has_what_was_counted(tmp_path: Path) -> None:
    ended = with_embedded(tmp_path)
    lines = (tmp_path / "provisioning-log.jsonl").read_text(encoding="utf-8").splitlines()
    created = [one for one in map(json.loads, lines) if one["provisioningAction"] == "create"]
    done = [one for one in created if one["provisioningStatusInfo"]["status"] == "success"]
    total = sum(one.done.tally["users create success"] + one.done.tally["groups create success"]
                for one in ended.rehearsal.cycles)  # fmt: skip
    assert len(done) == total
    assert total > 0


TAG = "sct00000000c0de"
"""Decides who leaves and returns: with another tag a small directory may have nobody whom a fault concerns."""

PROFILES = ["workgrid", "users-only", "employee-number", "own-types", "gallery-2026"]


@pytest.mark.parametrize("name", PROFILES)
def test_any_profile_ends_as_sent(name: str, tmp_path: Path) -> None:
    ended = with_embedded(tmp_path, Dialect.COMPLIANT, profile=load(name))
    assert ended.named == []
    assert ended.leftovers == []


VARIANTS = [
    "members-never",
    "members-in-groups",
    "members-queried",
    "members-by-reference",
    "ids-emails",
]
"""Legal ways in which a target may differ: none is a deviation."""


@pytest.mark.parametrize("name", VARIANTS)
def test_a_legal_variant_ends_as_sent(name: str, tmp_path: Path) -> None:
    ended = with_embedded(tmp_path, variants=[name])
    assert ended.named == []
    assert bool(ended.rehearsal.proof.unseen) == (name == "members-never")


def test_ids_with_quotation_marks_are_read_back_from_a_path(tmp_path: Path) -> None:
    ended = with_embedded(tmp_path, Dialect.COMPLIANT, variants=["ids-quotes"], tag="sct00000000c0d0")
    assert sum(one.done.tally["members removed"] for one in ended.rehearsal.cycles) > 0
    assert ended.named == []


def test_a_membership_that_ended_with_its_account_may_be_refused(tmp_path: Path) -> None:
    """The target removes a deleted account from its groups, and refuses to remove it once more."""
    ended = with_embedded(tmp_path, Dialect.COMPLIANT, variants=["remove-no-target"], tag="sct00000000c0d0")
    assert sum(one.done.tally["members update failure"] for one in ended.rehearsal.cycles) > 0
    assert ended.named == []


FAULTS = {
    "active-string": "REH-DIS-01",
    "inactive-hidden": "REH-DIS-01",
    "match-case": "REH-MAT-01",
    "filter-404": "REH-PRB-01",
    "filter-ignored": "REH-PRB-01",
    "op-case": "REH-ACC-01",
    "boolean-string-400": "REH-ACC-01",
    "extension-replaced": "REH-UPD-01",
    "group-delete-takes-members": "REH-NEI-01",
    "group-emptied": "REH-MEM-01",
    "disabled-leave": "REH-MEM-01",
    "manager-forgotten": "REH-MGR-01",
    "rows-twice": "REH-MAT-02",
    "reactivation-400": "REH-ACC-01",
}
"""Defects of the embedded target, and the check that an administrator must read first."""


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_first(name: str, tmp_path: Path) -> None:
    ended = with_embedded(tmp_path, defects=[name], tag=TAG)
    assert ended.named, "nothing was found"
    assert ended.named[0].partition(" ")[0] == FAULTS[name], ended.named
    assert ended.leftovers == []
