"""A rehearsal that is killed before or after a request, and continued: the same end, and nothing created twice."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from scim_conformance.demo.choices import chosen
from scim_conformance.demo.server import Served, serve
from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.engine.model import Rules
from scim_conformance.rehearsal.playing import Rehearsal, RehearsalPlan
from scim_conformance.scenario.exchange import Exchange, Outgoing
from scim_conformance.target.wire import TargetWire
from tests.rehearsal.playing import DEFAULT, Quiet
from tests.support.turns import due

pytestmark = pytest.mark.slow

TAG = "sct00000000abcd"
PLAN = RehearsalPlan(people=2, groups=1, cycles=3, restart=False)
MOST = 60
EVERY = 5
"""Each turn of the tests kills at other requests; `SCIM_ROWS=all`, or this file by name, at each of them."""


class Killed(BaseException):
    """The process ends here: nothing that follows in it runs."""


@dataclass
class MortalWire(TargetWire):
    """Counts requests and created names, and dies at one of them: before it is sent, or before its response is seen."""

    dies_at: int = -1
    dies_after: bool = False
    lines: list[str] = field(default_factory=list)
    created: Counter[str] = field(default_factory=Counter)

    def send(self, outgoing: Outgoing) -> Exchange:
        """Send a request, unless it is time to die."""
        self.lines.append(f"{outgoing.method} {outgoing.target}")
        is_last = len(self.lines) == self.dies_at
        if is_last and not self.dies_after:
            raise Killed
        exchange = super().send(outgoing)
        if outgoing.creates is not None and exchange.answer is not None and exchange.answer.ok:
            self.created[outgoing.creates.name] += 1
        if is_last:
            raise Killed
        return exchange


def begun(served: Served, directory: Path, wire: MortalWire) -> Rehearsal:
    del served
    return Rehearsal(wire, Rules(DEFAULT, Dialect.LEGACY), TAG, directory, PLAN, Quiet())


@contextmanager
def wire_to(served: Served, dies_at: int = -1, *, dies_after: bool = False) -> Iterator[MortalWire]:
    """Connect, and close the connections in the end: a process that is killed closes them too."""
    wire = MortalWire(served.url, served.token, dies_at=dies_at, dies_after=dies_after)
    try:
        yield wire
    finally:
        wire.close()


def contents(served: Served) -> dict[str, Any]:
    """Return what a second client sees: all users and groups without ids and times, members by name."""
    headers = {"Authorization": f"Bearer {served.token}"}
    found = {}
    with httpx.Client(headers=headers) as client:
        listed = [client.get(f"{served.url}/{kind}", params={"count": 500}).json() for kind in ("Users", "Groups")]
    every = [one for body in listed for one in body.get("Resources", [])]
    names = {one["id"]: one.get("userName") or one["displayName"] for one in every}
    for one in every:
        kept = {key: value for key, value in one.items() if key not in {"id", "meta", "groups"}}
        kept["members"] = sorted(names[each["value"]] for each in one.get("members", []))
        enterprise = next((key for key in kept if key.endswith("enterprise:2.0:User")), "")
        boss = (kept.get(enterprise) or {}).get("manager")
        if boss:
            kept[enterprise] = {**kept[enterprise], "manager": names.get(boss["value"])}
        found[names[one["id"]]] = kept
    return found


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], int]:
    """What an uninterrupted rehearsal leaves, and how many requests its cycles take."""
    with serve(profile=DEFAULT) as served, wire_to(served) as wire:
        rehearsal = begun(served, tmp_path_factory.mktemp("whole"), wire)
        rehearsal.run()
        rehearsal.store.close()
        return contents(served), len(wire.lines)


@pytest.mark.parametrize("dies_after", [False, True], ids=["before", "after"])
def test_each_request_may_be_the_last(whole: tuple[dict[str, Any], int], tmp_path: Path, *, dies_after: bool) -> None:
    expected, count = whole
    assert count <= MOST
    for at in due(range(1, count + 1), EVERY):
        with serve(profile=DEFAULT) as served:
            directory = tmp_path / f"{at}"
            with wire_to(served, at, dies_after=dies_after) as first:
                rehearsal = begun(served, directory, first)
                with pytest.raises(Killed):
                    rehearsal.run()
                rehearsal.store.close()
            with wire_to(served) as second:
                again = begun(served, directory, second)
                again.run()
                again.store.close()
            created = first.created + second.created
            assert [name for name, times in created.items() if times > 1] == [], f"killed at request {at}"
            assert contents(served) == expected, f"killed at request {at}: {first.lines[-1]}"


def found(rehearsal: Rehearsal) -> set[tuple[str, str, str]]:
    every = rehearsal.findings.found.values()
    return {(one.check, one.text, source) for one in every for source in one.sources}


def test_what_was_found_before_is_reported_after(tmp_path: Path) -> None:
    """The disabling is refused in the last cycle; the process ends just before the end."""
    around = [one.around for one in chosen(("boolean-string-400",), ())]
    ends: list[set[tuple[str, str, str]]] = []
    counts: list[dict[str, int]] = []
    with serve(around, profile=DEFAULT) as served, wire_to(served) as wire:
        rehearsal = begun(served, tmp_path / "whole", wire)
        rehearsal.run()
        ends, counts = [found(rehearsal)], [rehearsal.findings.asked]
        rehearsal.store.close()
        last = len(wire.lines)
    with serve(around, profile=DEFAULT) as served:
        with wire_to(served, last) as first:
            rehearsal = begun(served, tmp_path / "killed", first)
            with pytest.raises(Killed):
                rehearsal.run()
            rehearsal.store.close()
        with wire_to(served) as second:
            again = begun(served, tmp_path / "killed", second)
            again.run()
            ends.append(found(again))
            counts.append(again.findings.asked)
            again.store.close()
    assert {check for check, *_ in ends[0]} >= {"REH-ACC-01"}
    assert ends[1] == ends[0]
    assert counts[1].keys() == counts[0].keys()
