"""What Microsoft's gallery demands is advice with other profiles, and turns the verdict where it is required."""

import json
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.scim.locations import PROFILES
from tests.support.cli import assert_calm, cli
from tests.support.turns import due

pytestmark = pytest.mark.slow

DEFAULT, GALLERY = "entra-default", "gallery-2026"

PAIRS = [
    ("list-without-members", "ENT-GRP-04#list.members"),
    ("null-400", "ENT-UPD-14/null#patch.status"),
    ("pages-overlap", "ENT-LST-01#page-6.new"),
    ("throttled", "SRV-LOD-01#load-50.served"),
]
"""Defects, and the check whose level hangs on the profile."""


TRIES = 3
"""A busy machine may send a load too slowly for a target that throttles."""


def level(where: Path, profile: str, check: str, *arguments: str) -> tuple[str, int]:
    """Play the check's scenario; return the level of its deviation, and the exit code."""
    for _ in range(TRIES):
        found, code = _played(where, profile, check, *arguments)
        if found["verdict"] == "deviation":
            return found["level"], code
    raise AssertionError(found)


def _played(where: Path, profile: str, check: str, *arguments: str) -> tuple[dict[str, Any], int]:
    scenario = check.partition("#")[0]
    ended = cli(where, "demo", *arguments, "--profile", profile, scenario, "--report-dir", "report")
    assert_calm(ended)
    result = json.loads((where / "report" / "result.json").read_text(encoding="utf-8"))
    (found,) = [one for held in result["scenarios"] for one in held["checks"] if one["id"] == check]
    return found, ended.code


@pytest.mark.parametrize(("defect", "check"), due(PAIRS, 2))
def test_the_profile_decides(defect: str, check: str, tmp_path: Path) -> None:
    assert level(tmp_path / "default", DEFAULT, check, "--defect", defect) == ("SHOULD", 0)
    assert level(tmp_path / "gallery", GALLERY, check, "--defect", defect) == ("ENTRA", 1)


def changed(where: Path, name: str, old: str, new: str) -> str:
    """Write a shipped profile with one change; return its path."""
    text = (PROFILES / f"{name}.toml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    (where / "changed.toml").write_text(text.replace(old, new), encoding="utf-8")
    return str(where / "changed.toml")


def test_a_target_without_groups_answers_the_probe_where_the_gallery_asks(tmp_path: Path) -> None:
    probe = "ENT-CON-02#probe.status"
    assert level(tmp_path, "users-only", probe, "--variant", "no-groups") == ("SHOULD", 0)
    gallery = changed(
        tmp_path,
        "users-only",
        '\n[[user.mapping]]\nsource = "userPrincipalName"',
        '\nrequires = ["gallery"]\n\n[[user.mapping]]\nsource = "userPrincipalName"',
    )
    assert level(tmp_path, gallery, probe, "--variant", "no-groups") == ("ENTRA", 1)


def test_an_attribute_is_found_where_the_profile_matches_on_it(tmp_path: Path) -> None:
    match = "ENT-MAT-05/externalId#match.one"
    assert level(tmp_path, DEFAULT, match, "--defect", "only-username") == ("SHOULD", 0)
    second = changed(tmp_path, DEFAULT, 'target = "externalId"\n\n[[user', 'target = "externalId"\nmatch = 2\n\n[[user')
    assert level(tmp_path, second, match, "--defect", "only-username") == ("ENTRA", 1)
