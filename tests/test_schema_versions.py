"""result.json of schema version 1 is still read by every command; of a later one, a sentence says so."""

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.reporting import certificate, reading
from scim_conformance.scenario.blocking import Blocker
from tests.support.cli import Ended, assert_calm, cli
from tests.support.raw import Accounts, closed_port, error, listening
from tests.support.reported import result

VERSION_1 = Path(__file__).parent / "assets" / "result-1.json"
"""Written by the code before schema version 2: a target that refuses every creation, ENT-CON-01 to ENT-GRP-01."""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    directory = tmp_path / "reports" / "old"
    directory.mkdir(parents=True)
    shutil.copy(VERSION_1, directory / "result.json")
    return directory


def played(where: Path, *arguments: str) -> Ended:
    ended = cli(where, *arguments)
    assert_calm(ended)
    return ended


def test_what_blocks_a_scenario_is_read_from_version_1(old: Path) -> None:
    held = {one.id: one.blocked_by for one in reading.read(old).scenarios}
    assert held["ENT-DIS-01/legacy"] == Blocker(scenario="ENT-CRE-01")
    assert held["ENT-GRP-01"] is None


def test_a_moment_that_had_another_name(old: Path) -> None:
    text = VERSION_1.read_text(encoding="utf-8").replace('"disable / restore"', '"initial cycle"')
    (old / "result.json").write_text(text, encoding="utf-8")
    run = reading.read(old)
    assert {one.moment for one in run.scenarios if one.template == "ENT-DIS-01"} == {"account discovery"}
    assert "account discovery" in run.verdict_by_moment
    assert played(old.parent, "report", "old").code == 0


def test_the_page_of_version_1(old: Path) -> None:
    assert played(old.parent, "report", "old").code == 0
    page = (old / "report.html").read_text(encoding="utf-8")
    assert '(scenario <a href="#ENT-CRE-01">ENT-CRE-01</a>)' in page


def test_version_1_compared_with_itself_and_with_a_new_run(old: Path) -> None:
    assert ": 0 regressions, 0 fixed\n" in played(old.parent, "compare", "old", "old").out
    fresh, said = again(old, "ENT-DIS-01/legacy")
    assert "blocked by the request: POST /Users returned 400: roles is not known" in said
    found = played(old.parent, "compare", "old", str(fresh))
    assert (found.code, "Removed: not in the new run" in found.out) == (0, True)
    assert result(fresh)["schema_version"] == "2"


def again(old: Path, identifier: str) -> tuple[Path, str]:
    """Play a scenario of an old run again against a target that refuses creations; return its reports and its text."""
    accounts = Accounts()

    def answering(request: Any) -> bytes:
        return error(400, "roles is not known") if request.method == "POST" else accounts(request)

    with listening(answering) as target:
        ended = played(old.parent.parent, "replay", identifier, "--report-dir", "reports/old", "--url", target.url)
    return next(path for path in old.parent.iterdir() if path.is_dir() and path != old), ended.out


def test_version_1_played_again(old: Path) -> None:
    fresh, said = again(old, "last")
    assert 'status 400: "roles is not known"' in said
    assert "blocks   2 scenarios" in said
    blocked = {one["id"]: one["blocked_by"] for one in result(fresh)["scenarios"] if one["verdict"] == "inconclusive"}
    assert set(blocked) == {"ENT-DIS-01/compliant", "ENT-DIS-01/legacy"}
    assert blocked["ENT-DIS-01/legacy"]["scenario"] == "ENT-CRE-01"
    assert (blocked["ENT-DIS-01/legacy"]["status"], blocked["ENT-DIS-01/legacy"]["words"]) == (
        400,
        "roles is not known",
    )


def test_the_last_failed_of_version_1(old: Path) -> None:
    ended = played(old.parent.parent, "run", "--last-failed", "--url", f"http://127.0.0.1:{closed_port()}/scim")
    assert ended.code == 6
    assert "4 inconclusive" in ended.out


def test_version_1_is_exported_and_not_certified(old: Path) -> None:
    exported = played(old.parent, "export", "old", "--format", "json", "ENT-DIS-01")
    assert (exported.code, len(json.loads(exported.out)["scenarios"])) == (0, 2)
    refused = played(old.parent, "certify", "old")
    assert (refused.code, "run again" in refused.out) == (1, True)


def test_a_certificate_that_holds_version_1(old: Path, tmp_path: Path) -> None:
    held = certificate.members(reading.read(old)) | {certificate.RESULT: VERSION_1.read_bytes()}
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as archive:
        for name in certificate.MEMBERS:
            archive.writestr(name, certificate.sums(held) if name == certificate.SUMS else held[name])
    ended = played(tmp_path, "verify", "old.zip")
    assert ended.code == 1
    assert "ask its sender for the original" in ended.out
    assert "no result of a run" not in ended.out
    assert "blocked_by" not in ended.out


READERS = {
    "report": ["report", "reports/old"],
    "compare": ["compare", "reports/old", "reports/old"],
    "certify": ["certify", "reports/old"],
    "export": ["export", "reports/old"],
    "replay": ["replay", "last", "--report-dir", "reports/old", "--url", "http://127.0.0.1:9/scim"],
    "last failed": ["run", "--last-failed", "--url", "http://127.0.0.1:9/scim"],
}


@pytest.mark.parametrize("arguments", READERS.values(), ids=READERS)
def test_a_later_version_is_one_sentence(old: Path, arguments: list[str]) -> None:
    text = VERSION_1.read_text(encoding="utf-8").replace('"schema_version": "1"', '"schema_version": "3"')
    (old / "result.json").write_text(text, encoding="utf-8")
    ended = played(old.parent.parent, *arguments)
    assert (ended.code, ended.out) == (4, "")
    assert "has the schema version '3'" in ended.err
    assert "use the version that wrote it" in ended.err
    assert len(ended.err.splitlines()) == 1
