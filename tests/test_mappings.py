"""Every report says how many attribute mappings the run tested, and whoever verifies it works out the same."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest

from scim_conformance.catalogue import required
from scim_conformance.entra.dialects import DIALECTS
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.reporting import certificate, files, markdown, page, reading
from scim_conformance.verdict import recheck
from scim_conformance.verdict.run_result import RunResult
from tests.support.cli import Ended, assert_calm, cli

PROFILE = """
name = "with-a-gap"
title = "A source that Entra does not have"
[[user.mapping]]
source = "userPrincipalName"
target = "userName"
match = 1
[[user.mapping]]
source = "extension_0123456789abcdef0123456789abcdef_floor"
target = "nickName"
[[user.mapping]]
source = "pager"
target = "title"
"""
TESTED = "2 of 3 mappings tested"
PART = f"{TESTED} by the scenarios that ran"
WHOLE = f"{TESTED}; not tested: user title"


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Path]:
    where = tmp_path_factory.mktemp("mappings")
    (where / "gap.toml").write_text(PROFILE, encoding="utf-8")
    found = cli(where, "demo", "--profile", "gap.toml", "--report-dir", "report", "ENT-CRE-01")
    assert_calm(found)
    return found, where / "report"


@pytest.fixture(scope="module")
def result(ended: tuple[Ended, Path]) -> RunResult:
    return reading.decoded((ended[1] / "result.json").read_bytes())


def whole(result: RunResult) -> RunResult:
    """Return the result as if every required scenario had run."""
    return msgspec.structs.replace(result, not_run=[])


def test_the_terminal_says_it(ended: tuple[Ended, Path]) -> None:
    assert f"  {PART}\n" in ended[0].out


@pytest.mark.parametrize("file", ["summary.md", "report.html", "junit.xml", "allure-results/environment.properties"])
def test_every_report_says_it(ended: tuple[Ended, Path], file: str) -> None:
    assert PART in (ended[1] / file).read_text(encoding="utf-8")


def test_a_complete_run_names_what_was_not_tested(result: RunResult) -> None:
    assert whole(result).mappings_tested == WHOLE
    assert WHOLE in page.document(whole(result))
    assert f"{WHOLE}." in markdown.summary(whole(result))


def test_a_selection_that_compares_no_mapping_says_nothing(result: RunResult, tmp_path: Path) -> None:
    nothing = msgspec.structs.replace(result, not_tested=["user userName", "user nickName", "user title"])
    assert nothing.mappings_tested == ""
    assert files.write(nothing, tmp_path) == []
    written = [tmp_path / name for name in ("summary.md", "report.html", "junit.xml")]
    assert not any("mappings" in path.read_text(encoding="utf-8").partition("<main")[0] for path in written)
    assert whole(nothing).mappings_tested.startswith("0 of 3 mappings tested; not tested: user userName")


def test_junit_has_a_property_of_its_own(ended: tuple[Ended, Path]) -> None:
    found = ElementTree.parse(ended[1] / "junit.xml").iter("property")
    assert {one.get("name"): one.get("value") for one in found}["mappings_tested"] == PART


def test_result_json_has_the_figures(result: RunResult) -> None:
    assert (result.mappings, result.not_tested) == (3, ["user title"])


def test_the_certificate_says_it(result: RunResult) -> None:
    content = certificate.members(whole(result), draft=True)
    manifest: dict[str, Any] = json.loads(content[certificate.MANIFEST])
    assert (manifest["mappings"], manifest["not_tested"]) == (3, ["user title"])
    assert WHOLE in content[certificate.PAGE].decode()


def test_a_result_that_claims_more_is_found_out(result: RunResult) -> None:
    profile = msgspec.convert(result.profile_definition, Profile)
    extent = required.extent(profile, DIALECTS, result.scenarios)
    assert not any(said.startswith(("mappings", "not_tested")) for said in recheck.problems(result, extent))
    embellished = msgspec.structs.replace(result, not_tested=[])
    assert any(said.startswith("not_tested: it has []") for said in recheck.problems(embellished, extent))


def test_a_result_of_an_older_version_says_nothing_of_mappings(result: RunResult) -> None:
    older = msgspec.structs.replace(result, mappings=0, not_tested=[])
    assert older.mappings_tested == ""
    assert "mappings tested" not in page.document(older)


def test_profile_show_says_what_a_full_run_tests(ended: tuple[Ended, Path]) -> None:
    shown = cli(ended[1].parent, "profile", "show", "gap.toml")
    assert f"in a full run: {WHOLE}" in shown.out
    assert "this version does not know the source attribute pager" in shown.out
