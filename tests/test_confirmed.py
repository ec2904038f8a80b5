"""Before its first write to a resource a run reads it by its id; two runs at once do not meet each other's accounts."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of
from scim_conformance.demo.server import serve
from tests.support.cli import Run, assert_calm
from tests.support.small import small
from tests.support.turns import due

pytestmark = pytest.mark.slow

_ID = re.compile(r'[0-9a-f]{32}(?=\\?")')
"""An id, up to the quotation mark after it: a name may begin with other hex digits."""


@dataclass
class Recorder:
    """What a target was asked, in order: method, path, the ids that the body names, and the answer's status."""

    asked: list[tuple[str, str, list[str], int]] = field(default_factory=list)

    async def __call__(self, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        """Serve, and remember."""
        named = _ID.findall(json.dumps(body_of(request)))
        try:
            response = await go(request)
        except Exception:
            self.asked.append((request.method, request.path, named, 0))
            raise
        self.asked.append((request.method, request.path, named, int(response.status)))
        return response

    def assert_read_before_written(self) -> None:
        """Each resource that is written to, or named in a body, was read by its id before."""
        read: set[str] = set()
        for method, path, named, status in self.asked:
            identifier = path.strip("/").partition("/")[2]
            if method == "GET" and identifier and status == 200:
                read.add(identifier)
            if method in {"PATCH", "PUT", "DELETE"}:
                assert identifier in read, (method, path)
            if method in {"POST", "PATCH", "PUT"}:
                assert set(named) <= read, (method, path)


@pytest.mark.parametrize("workers", due(["1", "2"], 2))
def test_every_creation_is_confirmed_before_anything_is_written_to_it(tmp_path: Path, workers: str) -> None:
    recorder = Recorder()
    with serve([recorder]) as served:
        run = Run(tmp_path, served.url, served.token)
        profile = small(groups=True) if workers == "2" else ()
        ended = run.run("-n", workers, "--suite", "all", *profile, within=180)
        assert served.app.stored() == []
    assert_calm(ended)
    assert (run.result["verdict"], run.result["leftovers"]) == ("yes", []), ended.screen
    assert run.result["counts"]["inconclusive"] == 0
    recorder.assert_read_before_written()
    posted = sum(method == "POST" and status == 201 for method, _, _, status in recorder.asked)
    confirmed = next(one for one in run.result["scenarios"] if one["id"] == "STD-IDS-03")
    assert confirmed["verdict"] == "conformant"
    assert posted > 100
    assert sum(one["judged"].get("STD-IDS-03", 0) for one in run.result["scenarios"]) > 100


def test_two_runs_at_once_do_not_meet(tmp_path: Path) -> None:
    with serve() as served:
        runs = [Run(tmp_path / name, served.url, served.token) for name in ("one", "other")]
        started = [run.start("--seed", "7", *small()) for run in runs]
        ended = [process.ended(240) for process in started]
        assert served.app.stored() == []
    assert [one.code for one in ended] == [0, 0], [one.screen[-2000:] for one in ended]
    assert [run.result["verdict"] for run in runs] == ["yes", "yes"]
