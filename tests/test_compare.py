"""Two runs compared: what got worse comes first and makes exit 1; what differs otherwise is said."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scim_conformance.reporting import comparing, files
from scim_conformance.verdict.results import ScenarioResult, Verdict
from scim_conformance.verdict.run_result import RunResult
from tests.support import reported
from tests.support.reported import here, say

pytestmark = pytest.mark.slow

SOME = ["ENT-CON", "ENT-CRE-01", "ENT-DIS", "ENT-UPD-01"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("compare")


@pytest.fixture(scope="module")
def green(folder: Path) -> Path:
    return reported.demo(folder / "green", *SOME)


@pytest.fixture(scope="module")
def red(folder: Path) -> Path:
    return reported.demo(folder / "red", "--defect", "op-case", *SOME)


def edited(source: Path, target: Path, **changes: Any) -> Path:
    target.mkdir()
    files.write(msgspec.structs.replace(files.read(source), **changes), target)
    return target


def headings(text: str) -> list[str]:
    known = tuple(comparing.TITLES.values())
    return [re.split(" \\(|: ", line)[0] for line in text.splitlines() if line.startswith(known)]


def test_a_run_and_itself(green: Path) -> None:
    ended = say("compare", green, green)
    assert (ended.code, ended.err) == (0, "")
    assert re.search(r"\n\nSince \S+: 0 regressions, 0 fixed\n$", ended.out)
    assert "differs" not in ended.out


def test_what_got_worse_comes_first_and_fails(green: Path, red: Path) -> None:
    ended = here("compare", green, red)
    assert ended.code == 1
    assert headings(ended.out)[0] == "Regressions"
    assert "  ENTRA ENT-DIS-01/legacy#disable.status: passed before, failed now\n" in ended.out
    assert "compliant#" not in ended.out
    assert "differs  target: http://127.0.0.1:" in ended.out


def test_every_regression_is_one_in_the_results(green: Path, red: Path) -> None:
    found = comparing.compare(files.read(green), files.read(red))
    deviating = {check.id for one in files.read(red).scenarios for check in one.deviations if check.level != "SHOULD"}
    named = {one.id for one in found.of("regression") if one.now == "deviation"}
    assert named == deviating
    assert {one.now for one in found.of("regression")} <= {"deviation", "inconclusive"}


def test_the_other_way_round_all_is_fixed(green: Path, red: Path) -> None:
    ended = here("compare", red, green)
    assert ended.code == 0
    assert headings(ended.out)[0] == "Fixed"
    assert "ENT-DIS-01/legacy#disable.status: failed before, passed now" in ended.out


def test_files_can_be_given(green: Path, red: Path, tmp_path: Path) -> None:
    (tmp_path / "old.json").write_bytes((green / "result.json").read_bytes())
    assert here("compare", tmp_path / "old.json", red / "result.json").code == 1


def test_what_is_new_and_what_is_gone(green: Path, tmp_path: Path) -> None:
    run = files.read(green)
    less = [one for one in run.scenarios if one.id != "ENT-CRE-01"]
    fewer = edited(green, tmp_path / "fewer", scenarios=less)
    gone, new = here("compare", green, fewer), here("compare", fewer, green)
    assert (gone.code, headings(gone.out)) == (0, ["Removed"])
    assert (new.code, headings(new.out)) == (0, ["New"])
    assert "  ENT-CRE-01: passed\n" in new.out


def changed(run: RunResult, identifier: str, verdict: Verdict, **more: Any) -> list[ScenarioResult]:
    return [
        msgspec.structs.replace(one, verdict=verdict, **more) if one.id == identifier else one for one in run.scenarios
    ]


def test_what_can_no_longer_be_judged_is_a_regression(green: Path, tmp_path: Path) -> None:
    scenarios = changed(files.read(green), "ENT-CRE-01", Verdict.INCONCLUSIVE, reason="it is down", checks=[])
    ended = here("compare", green, edited(green, tmp_path / "down", scenarios=scenarios))
    assert (ended.code, headings(ended.out)) == (1, ["Regressions"])
    assert "  ENT-CRE-01: passed before, inconclusive now\n    it is down\n" in ended.out


def test_a_waiver_changes_and_does_not_fix(red: Path, tmp_path: Path) -> None:
    run = files.read(red)
    one = next(one for one in run.scenarios if one.id == "ENT-DIS-01/legacy")
    checks = [
        msgspec.structs.replace(check, verdict=Verdict.WAIVED, waiver="later") if check.actual else check
        for check in one.checks
    ]
    scenarios = changed(run, one.id, Verdict.WAIVED, checks=checks, level=None)
    ended = here("compare", red, edited(red, tmp_path / "waived", scenarios=scenarios))
    assert (ended.code, headings(ended.out)) == (0, ["Other changes"])
    assert "failed before, waived now" in ended.out


def test_advice_that_is_no_longer_met_does_not_fail(green: Path, tmp_path: Path) -> None:
    run = files.read(green)
    one = next(one for one in run.scenarios if any(check.level == "SHOULD" for check in one.checks))
    checks = [
        msgspec.structs.replace(check, verdict=Verdict.DEVIATION, actual="none") if check.level == "SHOULD" else check
        for check in one.checks
    ]
    scenarios = changed(run, one.id, Verdict.DEVIATION, checks=checks, level="SHOULD")
    lax = here("compare", green, edited(green, tmp_path / "lax", scenarios=scenarios))
    strict = here("compare", green, edited(green, tmp_path / "strict", scenarios=scenarios, fail_on="should"))
    assert (lax.code, headings(lax.out)) == (0, ["Advice that now fails"])
    assert (strict.code, headings(strict.out)) == (1, ["Regressions"])


def test_a_check_that_the_old_catalogue_had_not_is_new(green: Path, red: Path, tmp_path: Path) -> None:
    run = files.read(green)
    bare = [
        msgspec.structs.replace(one, checks=[check for check in one.checks if not check.id.endswith("disable.status")])
        for one in run.scenarios
    ]
    old = edited(green, tmp_path / "old", scenarios=bare, catalogue_sha256="0" * 64, suite_version="0.0.9")
    found = comparing.compare(files.read(old), files.read(red))
    assert "ENT-DIS-01/legacy#disable.status" in {one.id for one in found.of("new")}
    assert "ENT-UPD-01/legacy#patch.status" in {one.id for one in found.of("regression")}
    assert "scim-conformance: 0.0.9 before, 0.1.0 now" in found.differs


def test_another_profile_is_said(green: Path, tmp_path: Path) -> None:
    other = edited(green, tmp_path / "other", profile="users-only", selectors=[])
    known = files.read(green).profile_definition
    same_name = edited(green, tmp_path / "same", profile_definition=known | {"title": "Another one"})
    assert "differs  profile: entra-default before, users-only now" in here("compare", green, other).out
    assert "the old run was incomplete: ENT-CON, ENT-CRE-01" in here("compare", green, other).out
    assert "entra-default has different mappings or settings" in here("compare", green, same_name).out


def test_as_json_and_as_markdown(green: Path, red: Path) -> None:
    as_json, as_markdown = (here("compare", green, red, "--format", one) for one in ("json", "markdown"))
    assert (as_json.code, as_markdown.code) == (1, 1)
    found = json.loads(as_json.out)
    regressions = [one for one in found["changes"] if one["kind"] == "regression"]
    assert found["changes"][: len(regressions)] == regressions
    lines = as_markdown.out.splitlines()
    said = "1 regression" if len(regressions) == 1 else f"{len(regressions)} regressions"
    assert re.fullmatch(rf"# Since \S+: {said}, \d+ fixed(, \d+ [a-z ]+)*", lines[0])
    assert f"## Regressions ({len(regressions)})" in lines
    again = here("compare", green, green, "--format", "markdown", "--since", "main").out
    assert again.startswith("# Since main: 0 regressions, 0 fixed\n")


def test_what_a_target_wrote_stays_text(green: Path, tmp_path: Path) -> None:
    evil = "\x1b[2J\x9b31m| <script>x</script> `y` \u202e"
    run = files.read(green)
    scenarios = changed(run, "ENT-CRE-01", Verdict.INCONCLUSIVE, reason=evil, checks=[])
    bad = edited(green, tmp_path / "evil", scenarios=scenarios)
    for kind in ("text", "markdown", "json"):
        out = here("compare", green, bad, "--format", kind).out
        assert [char for char in out if char in "\x1b\x9b\u202e"] == []
    assert "<script>" not in here("compare", green, bad, "--format", "markdown").out


def test_what_cannot_be_read(green: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"run_id": 1}', encoding="utf-8")
    for one in (tmp_path, tmp_path / "nowhere", tmp_path / "bad.json"):
        ended = here("compare", green, one)
        assert (ended.code, ended.err.count("\n")) == (4, 1), ended.err
