"""A target that goes away: one finding, exit code 6, nothing is lost, and the rehearsal continues when it is back."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.commands.main import cli
from scim_conformance.demo.server import listen
from tests.bench.memory_target import MemoryTarget
from tests.rehearsal.company import company

FLAGS = ["--tagged", "--people", "8", "--groups", "2"]
GONE = "the target does not answer any more"


@dataclass
class Mortal(MemoryTarget):
    """Answers so many requests, and then breaks every connection; what it stored stays."""

    lives: int = 0
    created: Counter[str] = field(default_factory=Counter)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, or break its connection."""
        self.lives -= 1
        if self.lives < 0:
            send.__self__.transport.abort()
        else:
            await super().__call__(scope, receive, send)

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """Answer, and count what is created."""
        status, answer = super().answer(method, path, query, body)
        if status == 201:
            self.created[str(body.get("userName") or body["displayName"])] += 1
        return status, answer


def command(*words: str) -> int:
    code: int = cli.main([*words, "--token", "any"], standalone_mode=False)
    return code


def checks(report: Path) -> list[str]:
    return [one["check"] for one in json.loads((report / "result.json").read_bytes())["fix_first"]]


@pytest.mark.parametrize("lives", [12, 60, 130], ids=["first cycle", "later", "at the end"])
def test_a_target_that_goes_away_is_one_finding_and_is_continued(
    tmp_path: Path, lives: int, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report"
    app = Mortal("any", lives=lives)
    with listen(app) as url:
        assert command("rehearse", *FLAGS, "--url", url, "--report-dir", str(report)) == 6
        said = capsys.readouterr().out
        assert said.splitlines()[-1].startswith(f"Rehearsal: ends as sent: not judged; {GONE}. 1 failed")
        assert f"scim-conformance rehearse --resume {report}" in said
        assert checks(report) == ["REH-ANS-01#rehearsal.answer"]
        left = {one["id"] for one in json.loads((report / "result.json").read_bytes())["leftovers"]}
        there = {one for kind in app.kinds.values() for one in kind.held}
        assert there
        assert there <= left
        app.lives = 1_000_000
        assert command("rehearse", "--resume", str(report), "--url", url) == 1
    assert checks(report) == ["REH-ANS-01#rehearsal.answer"], "what was seen before is not forgotten"
    assert [name for name, times in app.created.items() if times > 1] == []
    assert [one for kind in app.kinds.values() for one in kind.held] == []
    assert "(status" not in capsys.readouterr().out


def test_a_preview_of_a_target_that_goes_away_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = company().write(tmp_path / "in")
    with listen(Mortal("any", lives=12)) as url:
        assert command("preview", *given, "--url", url, "--report-dir", str(tmp_path / "report")) == 6
    assert (
        capsys.readouterr()
        .out.splitlines()[-1]
        .startswith("The target cannot be read: it does not answer any more: 127.0.0.1:")
    )
    assert not (tmp_path / "report").exists()
