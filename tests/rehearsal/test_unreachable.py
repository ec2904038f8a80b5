"""A target that cannot be judged: one sentence, the one of a run, exit code 6, and no report."""

from pathlib import Path

import pytest

from scim_conformance.commands.main import cli
from scim_conformance.demo.server import serve
from tests.rehearsal.application import accounts, application
from tests.rehearsal.company import company

DEAD = "127.0.0.1:9 refuses connections: start the target, or check the port in the tenant URL"
TOKEN = "set SCIM_CONFORMANCE_TOKEN to the secret token, or issue a new one"


def rehearse(url: str, folder: Path) -> int:
    flags = ["--tagged", "--people", "5", "--url", url, "--token", "wrong", "--report-dir", str(folder / "report")]
    code: int = cli.main(["rehearse", *flags], standalone_mode=False)
    return code


def test_a_rehearsal_of_a_dead_host(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rehearse("http://127.0.0.1:9/v2", tmp_path) == 6
    assert capsys.readouterr().out == f"Rehearsal: not judged: {DEAD}\n"
    assert not (tmp_path / "report").exists()


def test_a_rehearsal_with_a_wrong_token(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve() as served:
        assert rehearse(served.url, tmp_path) == 6
    [line] = capsys.readouterr().out.splitlines()
    assert " refuses the token (status 401, application/scim+json, " in line
    assert line.endswith(TOKEN)
    assert not (tmp_path / "report").exists()


def test_a_rehearsal_of_your_own_users_leaves_no_folder_at_a_dead_host(tmp_path: Path) -> None:
    flags = ["--url", "http://127.0.0.1:9/v2", "--token", "any", "--report-dir", str(tmp_path / "report")]
    given = company().write(tmp_path / "in")
    assert cli.main(["rehearse", "--tagged", *given, *flags], standalone_mode=False) == 6
    assert not (tmp_path / "report").exists()


def test_a_preview_with_a_wrong_token(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = company()
    with application(accounts(given)) as there:
        flags = ["--url", there.served.url, "--token", "wrong", "--report-dir", str(tmp_path / "report")]
        assert cli.main(["preview", *given.write(tmp_path / "in"), *flags], standalone_mode=False) == 6
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("The target cannot be read: 127.0.0.1:")
    assert " refuses the token (status 401" in last
    assert last.endswith(TOKEN)
