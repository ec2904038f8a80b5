"""Thirty people, written by hand: what a preview predicts and what a rehearsal does is what Microsoft's text says."""

import csv
import json
from pathlib import Path

import pytest

from scim_conformance.commands.main import cli
from scim_conformance.demo.server import serve
from scim_conformance.entra.profiles.profile import loads
from tests.rehearsal import graph_export
from tests.rehearsal.application import application
from tests.rehearsal.thirty import NOTHING, PEOPLE, PROFILE, accounts, export

BOTH = ["legacy", "compliant"]
Done = dict[tuple[str, int], str]
"""What was done, by object id and cycle."""


def flags(folder: Path) -> list[str]:
    """Write both exports and the profile; return the flags that name them."""
    for name, later in (("week", False), ("next-week", True)):
        graph_export.save(folder / name, export(later=later))
    (folder / "thirty.toml").write_text(PROFILE, encoding="utf-8")
    files = {name: str(folder / "week" / f"{name}.json") for name in ("groups", "members", "assignments", "deleted")}
    given = [text for name, file in files.items() for text in (f"--{name}", file)]
    people = ["--people", str(folder / "week" / "users.json"), "--then", str(folder / "next-week")]
    return ["--profile", str(folder / "thirty.toml"), *given, *people]


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def wrong(done: Done, *, linked: bool) -> list[str]:
    """Return every person of whom something else was done than is expected."""
    found = []
    for one in PEOPLE:
        first = one.linked if linked and one.account is not None else one.first
        for cycle, expected in ((1, first), (2, one.then)):
            action = done.get((one.id, cycle), NOTHING)
            if action != expected:
                found.append(f"{one.case}: {action!r} in cycle {cycle}, {expected!r} is expected ({one.source})")
    return found


@pytest.mark.parametrize("dialect", BOTH)
def test_a_preview_predicts_what_microsoft_says(dialect: str, tmp_path: Path) -> None:
    given = flags(tmp_path)
    with application(accounts()) as there:
        flag = "?aadOptscim062020" if dialect == "compliant" else ""
        to = ["--url", there.served.url + flag, "--token", there.served.token, "--report-dir", str(tmp_path / "report")]
        assert cli.main(["preview", *given, *to], standalone_mode=False) == 0
    plan = [one for one in rows(tmp_path / "report" / "private" / "plan.csv") if one["phase"] == "users"]
    assert wrong({(one["id"], int(one["cycle"])): one["action"] for one in plan}, linked=True) == []


@pytest.mark.parametrize("dialect", BOTH)
def test_a_rehearsal_does_what_microsoft_says(dialect: str, tmp_path: Path) -> None:
    given = flags(tmp_path)
    with serve(profile=loads(PROFILE, "it")) as served:
        to = ["--url", served.url, "--token", served.token, "--report-dir", str(tmp_path / "report")]
        line = ["rehearse", "--tagged", *given, "--no-restart", "--dialect", dialect, *to]
        assert cli.main(line, standalone_mode=False) == 0
    people = {one["rehearsed id"]: one for one in rows(tmp_path / "report" / "private" / "people.csv")}
    assert wrong(logged(tmp_path / "report", {key: one["id"] for key, one in people.items()}), linked=False) == []
    assert ended({one["id"]: one["account"] for one in people.values()}) == []


def logged(report: Path, ids: dict[str, str]) -> Done:
    """Return what the provisioning log has of users as done."""
    lines = (report / "provisioning-log.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(one) for one in lines]
    cycles = list(dict.fromkeys(one["cycleId"] for one in records))
    return {
        (ids[one["sourceIdentity"]["id"]], 1 + cycles.index(one["cycleId"])): one["provisioningAction"]
        for one in records
        if one["sourceIdentity"]["identityType"] == "User" and one["provisioningStatusInfo"]["status"] == "success"
    }


INACTIVE = {"disabled": "inactive", "released": "inactive"}
"""What the table calls an inactive account: one that is still managed, and one that is not."""


def ended(after: dict[str, str]) -> list[str]:
    """Return everybody whose account has another state than is expected."""
    seen = {one.id: INACTIVE.get(after.get(one.id, "none"), after.get(one.id, "none")) for one in PEOPLE}
    return [f"{one.case}: {seen[one.id]}, {one.ends} is expected" for one in PEOPLE if seen[one.id] != one.ends]


def test_there_are_thirty_and_each_kind_of_change() -> None:
    assert len(PEOPLE) >= 30
    assert {one.then for one in PEOPLE} == {"create", "update", "disable", "delete", ""}
    assert len({one.case for one in PEOPLE}) == len(PEOPLE)
