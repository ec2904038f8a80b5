"""Prediction equals outcome: what a preview says of three exports is what three cycles with the same exports do.

The plan is that of the command `preview`. The outcome is what a second client reads in the target's store after each
cycle, and what a recording proxy saw. `outcome.py` compares them, and imports nothing of the product.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from scim_conformance.commands.main import cli
from scim_conformance.demo.server import serve
from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.engine.cycle import Cycle, CycleKind
from scim_conformance.entra.engine.model import Rules
from scim_conformance.rehearsal.directories import ExportedDirectory, GeneratedDirectory
from scim_conformance.rehearsal.exports import read_all
from scim_conformance.rehearsal.generated import Generator
from scim_conformance.rehearsal.playing import PlayedCycle, Rehearsal, RehearsalPlan
from scim_conformance.rehearsal.reading import InputFiles
from scim_conformance.rehearsal.store import Store
from scim_conformance.target.cleanup import clean
from scim_conformance.target.journal import NAME
from scim_conformance.target.wire import TargetWire
from tests.rehearsal import graph_export
from tests.rehearsal.outcome import Comparison, plan, sent
from tests.rehearsal.playing import DEFAULT
from tests.rehearsal.recording_proxy import RecordingProxy, recorded

pytestmark = pytest.mark.slow

TAG = "sct00000000feed"
PEOPLE = int(os.environ.get("SCIM_PEOPLE", "60"))
"""60 in `make test`. `SCIM_PEOPLE=300` before a release: a minute of CPU."""
CYCLES = 3


def exports(folder: Path, people: int) -> list[Path]:
    """Write three exports: joiners, movers, leavers, and who returns; and changes of scope and of groups by hand."""
    store, made = Store(None), Generator(DEFAULT, TAG)
    generated, folders = GeneratedDirectory(made, people, 6), []
    for number in range(1, CYCLES + 1):
        with store.transaction():
            generated.apply(store, number, CycleKind.INITIAL if number == 1 else CycleKind.INCREMENTAL)
        folders.append(folder / str(number))
        graph_export.save(folders[-1], by_hand(graph_export.contents(store), number))
    store.close()
    return folders


def by_hand(found: dict[str, Any], number: int) -> dict[str, Any]:
    """The second to last group is unassigned in cycle 2 and back in cycle 3, the last is not there before cycle 2, and
    loses its security in cycle 3; the first user is never assigned on its own, and the second loses its title."""
    away = {found["groups"]["value"][-2]["id"]} if number == 2 else set()
    last = found["groups"]["value"][-1]
    first, second = found["users"]["value"][:2]
    found["assignments"]["value"] = [
        one for one in found["assignments"]["value"] if one["principalId"] not in {*away, first["id"]}
    ]
    if number == 1:
        found["groups"]["value"].remove(last)
        found["members"].pop(last["id"])
        found["assignments"]["value"] = [
            one for one in found["assignments"]["value"] if one["principalId"] != last["id"]
        ]
    if number == 3:
        last["securityEnabled"] = False
        second["jobTitle"] = None
    return found


def flags(folder: Path) -> dict[str, str]:
    return {name: str(folder / f"{name}.json") for name in ("groups", "members", "assignments", "deleted")} | {
        "people": str(folder / "users.json")
    }


@dataclass
class SecondClient:
    """Reads the target's store after each cycle, past the proxy."""

    url: str
    token: str
    proxy: RecordingProxy | None = None
    seen: list[dict[str, list[Any]]] = field(default_factory=list)

    def progress(self, cycle: Cycle, count: int) -> None:
        """Nothing is shown."""

    def played(self, one: PlayedCycle) -> None:
        """Read everything; what follows is the next cycle."""
        assert one.stopped is None, one.stopped
        self.seen.append({kind: self._all(path) for kind, path in (("users", "/Users"), ("groups", "/Groups"))})
        if self.proxy is not None:
            self.proxy.cycle = len(self.seen) + 1 if len(self.seen) < CYCLES else 0

    def _all(self, path: str) -> list[Any]:
        """Return the list, and what else was created and can be read by id: a server may not list in pages."""
        found: dict[str, Any] = {}
        with httpx.Client(headers={"Authorization": f"Bearer {self.token}"}, verify=False) as client:
            while True:
                query = {"startIndex": len(found) + 1, "count": 100}
                body = client.get(self.url + path, params=query).json()
                fresh = {one["id"]: one for one in body.get("Resources", []) if one["id"] not in found}
                found |= fresh
                if len(found) >= body["totalResults"] or not fresh:
                    break
            for one in self._created(path) - found.keys():
                answer = client.get(f"{self.url}{path}/{one}")
                found |= {one: answer.json()} if answer.status_code == 200 else {}
        return [*found.values()]

    def _created(self, path: str) -> set[str]:
        requests = sent(self.proxy.file) if self.proxy is not None and self.proxy.file.exists() else []
        return {one["answer"]["id"] for one in requests if (one["path"], one["status"]) == (path, 201)}


def foretold(url: str, token: str, folders: list[Path], dialect: Dialect, report: Path) -> Path:
    """Preview the exports; return the plan."""
    given = [text for name, file in flags(folders[0]).items() for text in (f"--{name}", file)]
    then = [text for one in folders[1:] for text in ("--then", str(one))]
    flag = "?aadOptscim062020" if dialect is Dialect.COMPLIANT else ""
    target = ["--url", url + flag, "--token", token, "--report-dir", str(report)]
    assert cli.main(["preview", *given, *then, *target], standalone_mode=False) == 0
    return report / "private" / "plan.csv"


def played(url: str, folders: list[Path], dialect: Dialect, report: Path, client: SecondClient) -> None:
    """Rehearse the exports; their names carry the tag already. What was made is removed."""
    given = flags(folders[0])
    files = InputFiles(given["people"], given["groups"], [given["members"]], (), given["assignments"], given["deleted"])
    read = read_all(files, [str(one) for one in folders[1:]], DEFAULT)
    wire = TargetWire(url, client.token)
    rules = Rules(read.profile, dialect)
    rehearsal = Rehearsal(wire, rules, TAG, report, RehearsalPlan(cycles=CYCLES, restart=False), client)
    rehearsal.source = ExportedDirectory(read)
    try:
        rehearsal.run()
        found = [(one.check, one.attribute, one.text, one.sent, one.found) for one in rehearsal.findings.found.values()]
        (report / "findings.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    finally:
        rehearsal.tidy()
        clean(wire, report / NAME, TAG)
        rehearsal.store.close()
        wire.close()


@contextmanager
def embedded() -> Iterator[tuple[str, str]]:
    with serve(profile=DEFAULT) as served:
        yield served.url, served.token


def compared(url: str, token: str, dialect: Dialect, folder: Path, people: int) -> tuple[Comparison, list[str]]:
    """Preview, rehearse, and compare."""
    folders, log = exports(folder / "in", people), folder / "requests.jsonl"
    with recorded(url, folder / "preview.jsonl") as (through, _):
        rows = plan(foretold(through, token, folders, dialect, folder / "preview"))
    assert sent(folder / "preview.jsonl") == []
    client = SecondClient(url, token)
    with recorded(url, log) as (through, proxy):
        client.proxy = proxy
        played(through, folders, dialect, folder / "rehearsal", client)
    comparison = Comparison(rows, sent(log))
    differences = [one for at, store in enumerate(client.seen, 1) for one in comparison.cycle(at, store)]
    return comparison, differences


@pytest.mark.parametrize("dialect", list(Dialect))
def test_prediction_equals_outcome(dialect: Dialect, tmp_path: Path) -> None:
    with embedded() as (url, token):
        comparison, differences = compared(url, token, dialect, tmp_path, PEOPLE)
    assert differences == []
    assert json.loads((tmp_path / "rehearsal" / "findings.json").read_bytes()) == []
    done = {(one["phase"], one["action"]) for one in comparison.rows if one["cycle"] > 1}
    kinds = {("users", action) for action in ("create", "update", "disable", "delete")}
    kinds |= {("groups", action) for action in ("create", "update", "delete")}
    assert done >= kinds | {("members", "update"), ("managers", "update")}
    assert any(one["members removed"] for one in comparison.rows)
    assert any(one["not sent"] for one in comparison.rows)
    assert comparison.compared["requests"] > PEOPLE * 2
    assert comparison.compared["values"] > PEOPLE * CYCLES * 10


def test_a_wrong_prediction_is_seen(tmp_path: Path) -> None:
    """The comparison itself: each kind of difference is found."""
    rows = [
        {"cycle": 1, "phase": "users", "id": "a", "target id": "new-1", "action": "create", "status": "success",
         "changes": [["userName", None, "a@x"], ["title", None, "Clerk"]]},
        {"cycle": 1, "phase": "users", "id": "b", "target id": "new-2", "action": "create", "status": "success",
         "changes": [["userName", None, "b@x"]]},
    ]  # fmt: skip
    made = {
        "cycle": 1,
        "method": "POST",
        "path": "/Users",
        "status": 201,
        "body": {"userName": "a@x"},
        "answer": {"id": "1"},
    }
    more = {"cycle": 1, "method": "PATCH", "path": "/Users/1", "status": 204,
            "body": {"Operations": [{"op": "replace", "value": {"title": "Boss"}}]}}  # fmt: skip
    store = {"users": [{"id": "1", "userName": "a@x", "title": "Boss"}, {"id": "9", "userName": "c@x"}], "groups": []}
    found = Comparison(rows, [made, more]).cycle(1, store)
    said = ["not sent: ('POST', 'nobody called b@x')", "not foretold: ('PATCH', '1', 'title')"]
    said += ["users: nobody called b@x is missing", "users: 9 was not foretold"]
    assert [one.removeprefix("cycle 1: ") for one in found] == [*said, "1 title: foretold 'Clerk', found 'Boss'"]
