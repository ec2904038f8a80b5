"""What is left out is named in the verdict, and what is waived changes the exit code alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.config.configuration import TargetFlags
from scim_conformance.reporting import files, next_steps
from scim_conformance.verdict import waivers
from tests.support import reported
from tests.support.cli import Ended, assert_calm, cli
from tests.support.small import TEXTS, small
from tests.support.turns import due

pytestmark = pytest.mark.slow

UNTIL = "2099-03-31"


def demo(where: Path, name: str, *arguments: str) -> tuple[Ended, dict[str, Any]]:
    ended = cli(where, "demo", "--report-dir", name, *arguments, within=120)
    assert_calm(ended)
    return ended, reported.result(where / name)


def waiver(check: str, until: str = UNTIL, reason: str = "known", owner: str = "ada@example.com") -> str:
    return f'[[waiver]]\ncheck = "{check}"\nreason = "{reason}"\nowner = "{owner}"\nuntil = {until}\n'


def profile(where: Path, *unclaimed: str, name: str = "small") -> str:
    text = TEXTS[name]
    (where / "profile.toml").write_text(f"unclaimed = {json.dumps(unclaimed)}\n{text}", encoding="utf-8")
    return str(where / "profile.toml")


def test_a_waived_cause_covers_what_it_explains_and_nothing_else(tmp_path: Path) -> None:
    """The verdict is the one without waivers: what the first of two faults explains is waived, and the other fails."""
    red = ("--defect", "op-case", "--defect", "create-200", "--dialect", "legacy")
    _, before = demo(tmp_path, "before", *red)
    first, *others = before["fix_first"]
    assert (len(first["also"]) > 10, others != []) == (True, True)
    assert first["blocks"]
    (tmp_path / "w.toml").write_text(waiver(first["check"]), encoding="utf-8")
    ended, after = demo(tmp_path, "after", *red, "--waivers", str(tmp_path / "w.toml"))
    assert (ended.code, after["verdict"]) == (1, before["verdict"])
    checks = {check["id"]: check for one in after["scenarios"] for check in one["checks"]}
    assert {checks[name]["verdict"] for name in (first["check"], *first["also"])} == {"waived"}
    assert {one["verdict"] for one in after["scenarios"] if one["id"] in first["blocks"]} == {"waived"}
    assert checks[first["also"][0]]["waiver"].startswith(f"explained by {first['check']}, which is waived: known")
    assert {checks[one["check"]]["verdict"] for one in others} == {"deviation"}
    assert f" deviations accepted until {UNTIL}" in after["sentence"]


def test_all_that_deviates_is_accepted(tmp_path: Path) -> None:
    """Exit 0 and amber, and the verdict stays no; a baseline that nobody has filled in gives no certificate."""
    red = reported.recorded("--defect", "create-200", *small())
    assert reported.ended(red).code == 1
    before = reported.result(red)
    found = [check for fix in before["fix_first"] for check in (fix["check"], *fix["also"])]
    hard = {name for name in found if level(before, name) != "SHOULD"}
    lines = [waiver(name, "2098-01-01" if name == min(hard) else UNTIL, waivers.SAID) for name in sorted(hard)]
    (tmp_path / "w.toml").write_text("\n".join(lines), encoding="utf-8")
    ended, after = demo(tmp_path, "after", "--defect", "create-200", *small(), "--waivers", str(tmp_path / "w.toml"))
    assert (ended.code, after["exit_code"], after["verdict"]) == (0, 0, "no"), ended.screen
    assert "no" in after["verdict_by_moment"].values()
    assert after["verdict_by_dialect"] == {"legacy": "no", "compliant": "no"}
    assert "deviations accepted until 2098-01-01" in after["sentence"]
    assert "legacy: waived   compliant: waived" in ended.out
    assert "| create | waived | waived |" in (tmp_path / "after" / "summary.md").read_text(encoding="utf-8")
    page = (tmp_path / "after" / "report.html").read_text(encoding="utf-8")
    assert '<div class="verdict fair">' in page
    commands = [one for one, _ in next_steps.steps(files.read(tmp_path / "after"), None, TargetFlags(waivers="w.toml"))]
    assert commands == [f"scim-conformance run {flags} --waivers w.toml" for flags in ("--suite all", "--yes -n 2")]
    refused = cli(tmp_path, "certify", "after", "--draft")
    assert refused.code == 1
    assert "waived, but not advice: " in refused.out
    assert "waived without a reason or an owner" in refused.out


def level(result: dict[str, Any], name: str) -> str:
    found: str = next(check["level"] for one in result["scenarios"] for check in one["checks"] if check["id"] == name)
    return found


def test_what_is_not_claimed_is_named(tmp_path: Path) -> None:
    left_out = ("ENT-GRP", "ENT-DEL-01", "ENT-DIS-05/legacy", "ENT-UPD-03/legacy")
    ended, found = demo(tmp_path, "run", "--profile", profile(tmp_path, *left_out, name="small-groups"))
    assert (ended.code, found["sentence"]) == (
        0,
        "Works with Entra: yes, without groups, ENT-UPD-03/legacy, ENT-DIS-05 and 1 more",
    )
    assert "ENT-GRP-01" in found["excluded"]


CORE = {
    "disable / restore": ("ENT-DIS",),
    "update (legacy)": tuple(f"ENT-UPD-{number}/legacy" for number in ("01", "02", "03", "08", "09", "10")),
    "create": ("ENT-CRE",),
}


@pytest.mark.parametrize("missing", due(CORE, 2))
def test_what_every_target_has_to_do_cannot_be_left_out(tmp_path: Path, missing: str) -> None:
    ended, found = demo(tmp_path, "run", "--profile", profile(tmp_path, *CORE[missing]))
    assert (ended.code, found["verdict"], found["lacking"]) == (0, "partial", [missing]), ended.screen
    assert found["sentence"] == f"No verdict: {missing} excluded, but required"
    assert found["verdict_by_dialect"] == found["verdict_by_moment"] == {}
    refused = cli(tmp_path, "certify", "run", "--draft")
    assert (refused.code, found["sentence"] in refused.out) == (1, True)
