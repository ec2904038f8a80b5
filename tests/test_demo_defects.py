"""Each defect of the embedded target is found, and named first by the check it was made for."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.demo.defects import DEFECTS

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
}
"""The check that a vendor must be shown first, for each defect."""

HONEST = "honest"


@dataclass(frozen=True)
class Ended:
    """A run of the command line: its exit code and its result.json."""

    code: int
    result: dict[str, Any]
    output: str


def _run(name: str, directory: Path) -> Ended:
    arguments = ["demo", "--report-dir", str(directory / name)]
    arguments += [] if name == HONEST else ["--defect", name]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SCIM_CONFORMANCE_")}
    done = subprocess.run(
        [sys.executable, "-m", "scim_conformance.cli", *arguments],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    found = json.loads((directory / name / "result.json").read_text(encoding="utf-8"))
    return Ended(done.returncode, found, done.stdout + done.stderr)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    """Play the suites against the honest target and against every registered defect, two at a time."""
    directory = tmp_path_factory.mktemp("defects")
    names = [HONEST, *DEFECTS]
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(names, pool.map(lambda name: _run(name, directory), names), strict=True))


def test_every_defect_has_a_row() -> None:
    assert set(FIRST_TO_FIX) == set(DEFECTS)


@pytest.mark.parametrize("name", sorted(DEFECTS))
def test_the_first_thing_to_fix_is_the_defect(name: str, ended: dict[str, Ended]) -> None:
    run = ended[name]
    assert run.result["fix_first"][0]["check"] == FIRST_TO_FIX.get(name, "a row in FIRST_TO_FIX"), run.output
    assert run.code == run.result["exit_code"] == 1


@pytest.mark.parametrize("name", sorted(DEFECTS))
def test_a_faulty_target_never_works_with_entra(name: str, ended: dict[str, Ended]) -> None:
    assert ended[name].result["verdict"] in {"no", "compliant-only", "legacy-only"}


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
    # Who cannot delete keeps what was made there; the report must say so.
    assert bool(left) == (name == "delete-405"), left
