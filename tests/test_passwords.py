"""A password that a profile maps is in no report and on no screen, and what is exported still works."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.reporting import files
from scim_conformance.run import rejudge
from tests.support.cli import Ended, Run, assert_calm, cli
from tests.support.raw import Accounts, Pieces, Received, http, listening
from tests.support.reported import demo, here

PROFILE = """
name = "password"
title = "a password on create, like many gallery applications"
[[user.mapping]]
source = "userPrincipalName"
target = "userName"
match = 1
[[user.mapping]]
source = "displayName"
target = "displayName"
[[user.mapping]]
expression = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'
target = "active"
type = "Boolean"
[[user.mapping]]
expression = 'RandomString(16,4,4,4,4,"")'
target = "password"
"""


def echoing() -> Any:
    """Be a target that tells a password in every way: as the attribute, in another one, in an error, in a header."""
    honest = Accounts()

    def answer(request: Received) -> Pieces:
        held = [*_passwords(request)]
        head, _, body = honest(request).partition(b"\r\n\r\n")
        told = json.dumps({**(json.loads(body) if body else {}), "nickName": f"is {held}", "title": held}).encode()
        return http(int(head[9:12]), told if body else b"", [("X-Echo", " ".join(held))])

    return answer


def _passwords(request: Received) -> list[str]:
    body = request.json or {}
    found = [body["password"]] if "password" in body else []
    for one in body.get("Operations", []):
        value = one.get("value")
        found += [value] if one.get("path") == "password" else []
        found += [value["password"]] if isinstance(value, dict) and "password" in value else []
    return [one for one in found if isinstance(one, str)]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Ended, list[str]]:
    where = tmp_path_factory.mktemp("passwords")
    (where / "p.toml").write_text(PROFILE, encoding="utf-8")
    with listening(echoing()) as target:
        run = Run(where, target.url, "no-one-checks-it")
        ids = ["ENT-CRE-01", "ENT-UPD", "ENT-DIS-01"]
        ended = run.run(
            "--profile", str(where / "p.toml"), "--timeout", "5", *ids, "--", "-vv", "-rA", "-s", within=120
        )
        sent = [one for request in target.received for one in _passwords(request)]
    return run, ended, sent


def assert_none(sent: list[str], texts: dict[str, bytes]) -> None:
    assert len(set(sent)) > 3
    assert [(name, one) for name, text in texts.items() for one in sent if one.encode() in text] == []


def test_no_report_and_no_screen_shows_one(played: tuple[Run, Ended, list[str]]) -> None:
    run, ended, sent = played
    assert_calm(ended)
    texts = {str(path): path.read_bytes() for path in run.where.rglob("*") if path.is_file()}
    assert b"$SCIM_CONFORMANCE_PASSWORD" in texts[str(run.reports / "result.json")]
    assert_none(sent, texts)


def test_what_is_judged_again_agrees(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(PROFILE, encoding="utf-8")
    demo(tmp_path / "report", "--profile", str(tmp_path / "p.toml"), "ENT-CRE-01", "ENT-DIS-01")
    found = rejudge.judged_again(files.read(tmp_path / "report"))
    assert found.checks > 10
    assert [one for one in found.wrong if "request body" in one] == []


@pytest.mark.parametrize("kind", ["har", "curl", "json"])
def test_no_export_shows_one(played: tuple[Run, Ended, list[str]], kind: str) -> None:
    run, _, sent = played
    ended = here("export", run.reports, "--format", kind)
    assert ended.code == 0
    assert "SCIM_CONFORMANCE_PASSWORD" in ended.out
    assert_none(sent, {kind: ended.out.encode()})


@pytest.mark.parametrize("given", ["", "Xy9-given-by-hand"])
def test_the_exported_script_works(played: tuple[Run, Ended, list[str]], given: str, tmp_path: Path) -> None:
    run = played[0]
    with listening(Accounts()) as target:
        script = here("export", run.reports, "--format", "curl", "ENT-CRE-01").out.replace(run.url, target.url)
        environ = {"SCIM_CONFORMANCE_TOKEN": "x", "PATH": "/usr/bin:/bin"}
        environ |= {"SCIM_CONFORMANCE_PASSWORD": given} if given else {}
        done = subprocess.run(
            ["sh"], input=script.encode(), env=environ, cwd=tmp_path, capture_output=True, check=False
        )
        sent = {one for request in target.received for one in _passwords(request)}
    assert done.returncode == 0, done.stderr
    assert sent == {given} if given else len(min(sent)) >= 12


def test_what_is_shown_without_a_target_holds_none(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(PROFILE.replace('RandomString(16,4,4,4,4,"")', 'Append("cnry-Pa55", "word")'))
    # No check is on a password: it is never read back.
    for arguments, is_named in (
        (("run", "--dry-run", "--profile", "p.toml", "ENT-CRE", "ENT-UPD"), True),
        (("list", "--profile", "p.toml"), True),
        (("explain", "--profile", "p.toml", "ENT-CRE-01"), False),
        (("profile", "show", "p.toml"), True),
    ):
        ended = cli(tmp_path, *arguments)
        assert ended.code == 0, ended.screen
        assert ("password" in ended.out) is is_named
        assert "cnry" not in ended.screen, arguments
