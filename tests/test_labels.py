"""Whose demand a piece of advice is stands beside its level, wherever the level does."""

import json
from pathlib import Path

import pytest

from scim_conformance.scenario.checks import RFC_ONLY
from tests.support.cli import assert_calm, cli

LABELLED = f"SHOULD ({RFC_ONLY})"
GALLERY = "ENTRA where the profile requires gallery, otherwise advice"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Play one scenario against a target whose errors are no SCIM errors."""
    where = tmp_path_factory.mktemp("labels")
    ended = cli(where, "demo", "--defect", "errors-of-their-own", "ENT-DEL-03", "--report-dir", "report")
    assert_calm(ended)
    assert ended.code == 0, ended.screen
    return ended.screen, where / "report"


def test_the_terminal_says_it(played: tuple[str, Path]) -> None:
    assert f"{LABELLED} STD-ERR-01" in " ".join(played[0].split())


@pytest.mark.parametrize("name", ["summary.md", "report.html", "junit.xml"])
def test_the_reports_say_it(name: str, played: tuple[str, Path]) -> None:
    text = (played[1] / name).read_text(encoding="utf-8")
    assert "Entra works without it" in text.replace("&#39;", "'")


def test_the_result_has_it_with_the_check_and_with_the_cause(played: tuple[str, Path]) -> None:
    result = json.loads((played[1] / "result.json").read_text(encoding="utf-8"))
    (check,) = [check for one in result["scenarios"] if one["id"] == "STD-ERR-01" for check in one["checks"]]
    assert (check["level"], check["label"]) == ("SHOULD", RFC_ONLY)
    assert {one["label"] for one in result["fix_first"] if one["check"].startswith("STD-ERR-01")} == {RFC_ONLY}
    assert result["verdict"] != "no"


def test_explain_and_list_say_it(tmp_path: Path) -> None:
    explained = " ".join(cli(tmp_path, "explain", "STD-ERR-01").screen.split())
    listed = " ".join(cli(tmp_path, "list", "--checks", "STD-ERR-01").screen.split())
    assert LABELLED in explained
    assert RFC_ONLY in listed


@pytest.mark.parametrize(("profile", "level"), [("entra-default", "SHOULD"), ("gallery-2026", "ENTRA")])
def test_a_level_that_hangs_on_the_profile_says_on_what(profile: str, level: str, tmp_path: Path) -> None:
    ended = cli(tmp_path, "explain", "SRV-LOD-01#load-1.served", "--profile", profile)
    assert f"{level} ({GALLERY}) SRV-LOD-01#load-1.served" in " ".join(ended.screen.split())
