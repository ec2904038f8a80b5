"""Account Discovery has a line of its own beside the verdict, which it turns for the gallery alone."""

import json
from pathlib import Path
from zipfile import ZipFile

import msgspec
import pytest

from scim_conformance.reporting.page import document
from scim_conformance.reporting.reading import read
from scim_conformance.verdict import recheck
from scim_conformance.verdict.account_discovery import Discovery
from tests.support.cli import Ended, assert_calm, cli

pytestmark = pytest.mark.slow


def played(where: Path, *arguments: str) -> tuple[Ended, dict[str, object]]:
    ended = cli(where, "demo", *arguments, "--report-dir", "report", within=120)
    assert_calm(ended)
    return ended, json.loads((where / "report" / "result.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def overlapping(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Path]:
    """Play everything against a target whose pages overlap."""
    where = tmp_path_factory.mktemp("overlapping")
    return played(where, "--defect", "pages-overlap")[0], where / "report"


def test_a_target_that_cannot_be_listed_works_with_entra_all_the_same(overlapping: tuple[Ended, Path]) -> None:
    ended, report = overlapping
    result = json.loads((report / "result.json").read_text(encoding="utf-8"))
    assert (result["verdict"], ended.code) == ("yes", 0)
    assert result["account_discovery"]["verdict"] == "no"
    assert result["account_discovery"]["says"].startswith("ENT-LST-01#page-6.new: expected ")


@pytest.mark.parametrize("name", ["summary.md", "report.html"])
def test_the_reports_say_so(name: str, overlapping: tuple[Ended, Path]) -> None:
    text = (overlapping[1] / name).read_text(encoding="utf-8")
    assert "Account Discovery" in text
    assert "were on an earlier page" in text


def test_the_terminal_says_so(overlapping: tuple[Ended, Path]) -> None:
    assert "Account Discovery: no; ENT-LST-01#page-6.new" in " ".join(overlapping[0].screen.split())


def test_the_certificate_says_so(overlapping: tuple[Ended, Path], tmp_path: Path) -> None:
    ended = cli(tmp_path, "certify", str(overlapping[1]), "--draft", "--out", "draft.zip")
    assert ended.code == 0, ended.screen
    with ZipFile(tmp_path / "draft.zip") as drafted:
        manifest = json.loads(drafted.read("manifest.json"))
        page = drafted.read("certificate.html").decode()
    assert manifest["account_discovery"]["verdict"] == "no"
    assert "Account Discovery, which lists every user" in page


def test_what_the_result_says_of_it_follows_from_the_scenarios(overlapping: tuple[Ended, Path]) -> None:
    run = read(overlapping[1])
    assert recheck.problems(run) == []
    praised = msgspec.structs.replace(run, account_discovery=Discovery(verdict="yes", says="all of them"))
    assert [one.partition(":")[0] for one in recheck.problems(praised)] == ["account_discovery"]


def test_a_run_without_a_listing_says_nothing(tmp_path: Path) -> None:
    ended, result = played(tmp_path, "ENT-CON-01")
    assert result["account_discovery"] is None
    assert "Account Discovery" not in ended.screen
    assert "Account Discovery, which" not in document(read(tmp_path / "report"))


def test_the_gallery_needs_it(tmp_path: Path) -> None:
    _, result = played(tmp_path, "--defect", "pages-overlap", "--profile", "gallery-2026", "ENT-LST-01")
    (listing,) = [one for one in result["scenarios"] if one["id"] == "ENT-LST-01"]  # type: ignore[attr-defined]
    assert (listing["level"], listing["validator"]) == ("ENTRA", False)
