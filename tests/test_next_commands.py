"""The commands that are printed work as printed: with the token, the waivers and the target that they need."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scim_conformance.commands.main import cli as command_line
from scim_conformance.config.configuration import TargetFlags
from scim_conformance.demo.choices import DEFECTS
from scim_conformance.demo.server import Served, serve
from scim_conformance.reporting import next_steps
from tests.support import reported
from tests.support.cli import Ended, assert_calm, cli

WAIVER = '[[waiver]]\ncheck = "ENT-DIS-01/legacy"\nreason = "being fixed"\nowner = "Jane"\nuntil = 2999-12-31\n'
FIRST = "first: the printed commands read the token from it"
EXPORT = "export SCIM_CONFORMANCE_TOKEN="


@pytest.fixture(scope="module")
def faulty() -> Iterator[Served]:
    with serve([DEFECTS["op-case"].around]) as served:
        yield served


def run(target: Served, where: Path, *arguments: str, environ: dict[str, str] | None = None) -> Ended:
    chosen = ("--dialect", "legacy", "ENT-DIS-01")
    ended = cli(where, "run", "--url", target.url, *arguments, *chosen, environ=environ or {})
    assert_calm(ended)
    assert ended.code == 1
    return ended


def test_a_token_of_a_flag_has_to_be_exported_for_the_next_commands(faulty: Served, tmp_path: Path) -> None:
    ended = run(faulty, tmp_path, "--token", faulty.token)
    assert faulty.token not in ended.screen
    after = ended.out.partition("What now")[2].split()
    assert " ".join(after).startswith(f"{EXPORT}… {FIRST} scim-conformance explain ENT-DIS-01/legacy")


def test_a_token_of_a_file_has_to_be_exported_for_curl(faulty: Served, tmp_path: Path) -> None:
    (tmp_path / "the token").write_text(faulty.token, encoding="utf-8")
    ended = run(faulty, tmp_path, "--token-file", "the token")
    assert f"{EXPORT}\"$(cat 'the token')\"" in ended.out
    assert "first: curl reads the token from it" in ended.out
    assert "scim-conformance replay last --token-file 'the token'" in ended.out


def test_a_token_of_the_environment_needs_no_word(faulty: Served, tmp_path: Path) -> None:
    ended = run(faulty, tmp_path, environ={"SCIM_CONFORMANCE_TOKEN": faulty.token})
    assert EXPORT not in ended.out


def test_replay_takes_waivers_and_its_commands_keep_them(faulty: Served, tmp_path: Path) -> None:
    known = {"SCIM_CONFORMANCE_TOKEN": faulty.token}
    (tmp_path / "w.toml").write_text(WAIVER, encoding="utf-8")
    run(faulty, tmp_path, environ=known)
    ended = cli(tmp_path, "replay", "last", "--waivers", "w.toml", environ=known)
    assert (ended.code, "0 fixed, 0 still failing, 0 new, 1 waived" in ended.out) == (0, True), ended.screen
    assert f"scim-conformance run --url {faulty.url} --waivers w.toml" in ended.out
    again = cli(tmp_path, "replay", "ENT-DIS-01/legacy", "-q", environ=known)
    assert again.code == 1
    assert re.fullmatch(r"0 fixed, 0 still failing, 1 new in \d+\.\d s", again.out.strip())


NOT_IN_REPLAY = {
    "dialect": "its id names it",
    "suite": "the earlier run has it",
    "seed": "the same users are sent again",
    "dry_run": "`run --dry-run ID` shows the same requests",
    "last_failed": "that is `replay last`",
    **dict.fromkeys(("write_baseline", "owner", "reason", "until"), "a baseline is that of a whole run"),
}
NOT_IN_DEMO = {
    **dict.fromkeys(
        ("url", "token", "token_file", "client_id", "token_url", "scope", "credentials_sent_in", "client_secret_file"),
        "the embedded target has its own",
    ),
    **dict.fromkeys(("client_assertion_file", "ca_file", "proxy", "yes"), "it is on this machine"),
    **dict.fromkeys(("dry_run", "last_failed"), "its target is always another one"),
    **dict.fromkeys(("write_baseline", "owner", "reason", "until"), "nobody accepts its deviations"),
}


@pytest.mark.parametrize(("name", "without"), [("replay", NOT_IN_REPLAY), ("demo", NOT_IN_DEMO)])
def test_no_option_of_run_is_missing_without_a_reason(name: str, without: dict[str, str]) -> None:
    known = {one.name for one in command_line.commands[name].params}
    assert {one.name for one in command_line.commands["run"].params if one.name != "ids"} - known == without.keys()


def test_a_demo_shows_no_request_to_a_target_that_has_ended() -> None:
    where = reported.recorded("ENT-DIS-01", "--defect", "op-case")
    texts = {name: (where / name).read_text(encoding="utf-8") for name in ("summary.md", "junit.xml", "report.html")}
    texts |= {one.name: one.read_text(encoding="utf-8") for one in (where / "allure-results").glob("*.txt")}
    assert [name for name, text in texts.items() if "curl " in text] == []
    again = "scim-conformance demo --defect op-case ENT-DIS-01/legacy"
    assert [name for name in ("summary.md", "junit.xml", "report.html") if again not in texts[name]] == []
    assert f"the target of this run has ended; to play it again: {again}\n" == (
        reported.here("export", where, "--format", "curl", "ENT-DIS-01/legacy").err
    )


def test_a_folder_with_a_space_stays_one_word(tmp_path: Path) -> None:
    said = next_steps.replaying(tmp_path / "my report", TargetFlags(waivers="my waivers.toml"))
    assert said.endswith(f" --report-dir '{tmp_path}/my report' --waivers 'my waivers.toml'")


def test_only_commands_that_send_requests_need_the_token() -> None:
    flag, file = TargetFlags(export="export T=…"), TargetFlags(export='export T="$(cat t)"', only_curl=True)
    explain, replay = ("scim-conformance explain ENT-DIS-01", ""), ("scim-conformance replay last", "")
    assert next_steps.exporting(flag, [explain]) == [explain]
    assert next_steps.exporting(flag, [explain, replay])[0] == ("export T=…", FIRST)
    assert next_steps.exporting(file, [replay]) == [replay]
    assert next_steps.exporting(file, [replay], has_curl=True)[0][1] == "first: curl reads the token from it"
    assert next_steps.exporting(TargetFlags(), [replay], has_curl=True) == [replay]


def test_doctor_says_it_too(faulty: Served, tmp_path: Path) -> None:
    ended = cli(tmp_path, "doctor", "--url", faulty.url, "--token", faulty.token)
    assert ended.out.splitlines()[-1] == f"Ready: scim-conformance run --url {faulty.url}"
    assert f"{EXPORT}…" in ended.out
