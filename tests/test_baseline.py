"""`run --write-baseline`: what fails today is waived, until a day; what is new still fails."""

import shlex
import signal
import threading
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.choices import DEFECTS
from scim_conformance.demo.server import Served, serve
from scim_conformance.reporting import files
from tests.support.cli import Ended, Run, cli

pytestmark = pytest.mark.slow

SOME = ["ENT-CON-01", "ENT-DIS", "ENT-UPD-02"]


@pytest.fixture(scope="module")
def faulty() -> Iterator[Served]:
    with serve([DEFECTS[name].around for name in ("op-case", "urn-keys-ignored")]) as served:
        yield served


@pytest.fixture(scope="module")
def honest() -> Iterator[Served]:
    with serve() as served:
        yield served


def run_at(served: Served, where: Path, *arguments: str) -> Ended:
    known = {"SCIM_CONFORMANCE_TOKEN": served.token, "SCIM_CONFORMANCE_URL": served.url}
    return cli(where, "run", *arguments, environ=known)


def waivers_in(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))["waiver"]
    return found


def test_a_baseline_makes_the_next_run_green(faulty: Served, tmp_path: Path) -> None:
    first = run_at(faulty, tmp_path, "--write-baseline", "base.toml", "--report-dir", "one", *SOME)
    assert first.code == 1
    held = waivers_in(tmp_path / "base.toml")
    result = files.read(tmp_path / "one")
    hard = {check.id for one in result.scenarios for check in one.deviations if check.level != "SHOULD"}
    assert {one["check"] for one in held} == hard
    assert {one["until"] for one in held} == {datetime.now(UTC).date() + timedelta(days=90)}
    assert not any("target" in one for one in held)
    assert "Add an owner and a reason" in first.out
    second = run_at(faulty, tmp_path, "--waivers", "base.toml", "--report-dir", "two", *SOME)
    assert second.code == 0, second.screen


def test_the_next_run_is_printed_as_it_works(faulty: Served, tmp_path: Path) -> None:
    known = {"SCIM_CONFORMANCE_TOKEN": faulty.token}
    asked = ("--url", faulty.url, "--report-dir", "one", "ENT-DIS-01")
    first = cli(tmp_path, "run", *asked, "--write-baseline", "my waivers.toml", environ=known)
    command = f"scim-conformance run --url {faulty.url} --waivers 'my waivers.toml'"
    assert f"Next run: {command}\n" in first.out
    second = cli(tmp_path, *shlex.split(command)[1:], "--report-dir", "two", "ENT-DIS-01", environ=known)
    assert second.code == 0, second.screen
    assert f"{command}\n" in second.out


def test_a_baseline_says_what_its_flags_say_and_keeps_what_was_waived(faulty: Served, tmp_path: Path) -> None:
    first = '# mine\n[[waiver]]\ncheck = "ENT-DIS-01/legacy"\nreason = "r"\nowner = "o"\nuntil = 2999-01-01\n'
    (tmp_path / "w.toml").write_text(first, encoding="utf-8")
    flags = ["--owner", 'Ada "A"', "--reason", "bug\\7", "--until", "2999-12-31"]
    ended = run_at(faulty, tmp_path, "--waivers", "w.toml", "--write-baseline", "w.toml", *flags, *SOME)
    text = (tmp_path / "w.toml").read_text(encoding="utf-8")
    assert text.startswith(first)
    old, *new = waivers_in(tmp_path / "w.toml")
    assert old["owner"] == "o"
    assert new
    assert {(one["owner"], one["reason"], one["until"]) for one in new} == {('Ada "A"', "bug\\7", date(2999, 12, 31))}
    assert not any(one["check"].startswith("ENT-DIS-01/legacy#") for one in new)
    assert "Add an owner" not in ended.out
    assert run_at(faulty, tmp_path, "--waivers", "w.toml", *SOME).code == 0


def test_a_baseline_of_a_conformant_target_is_not_written(honest: Served, tmp_path: Path) -> None:
    ended = run_at(honest, tmp_path, "--write-baseline", "base.toml", "ENT-CON-01")
    assert ended.code == 0
    assert "Nothing fails" in ended.out
    assert not (tmp_path / "base.toml").exists()


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--write-baseline", "there.toml"], "there.toml already exists"),
        (["--write-baseline", "no/folder.toml"], "the folder no does not exist"),
        (["--write-baseline", "b.toml", "--until", "soon"], "--until soon is not a date"),
        (["--write-baseline", "b.toml", "--until", "2020-01-01"], "--until 2020-01-01 is in the past"),
        (["--owner", "Ada"], "require --write-baseline FILE"),
    ],
)
def test_a_baseline_that_cannot_be_written_is_said_before_the_run(
    honest: Served, tmp_path: Path, flags: list[str], sentence: str
) -> None:
    (tmp_path / "there.toml").write_text("", encoding="utf-8")
    ended = run_at(honest, tmp_path, *flags, "ENT-CON-01")
    assert ended.code == 4
    assert sentence in ended.err
    assert not (tmp_path / "reports").exists()


def test_an_interrupted_run_writes_no_baseline(tmp_path: Path) -> None:
    asked = threading.Event()

    async def noting(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        asked.set()
        return await go(request)

    with serve([noting]) as served:
        process = Run(tmp_path, served.url, served.token).start("--write-baseline", "base.toml")
        assert asked.wait(30)
        process.signal(signal.SIGINT, group=True)
        ended = process.ended()
    assert ended.code == 2, ended.screen
    assert "base.toml was not written: the run did not complete" in ended.err
    assert not (tmp_path / "base.toml").exists()
