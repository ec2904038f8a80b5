"""Journals that somebody edited by hand: other ids under our names, other names, other targets, and no JSON at all."""

import copy
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from scim_conformance.demo.server import Served, serve
from tests.hostile import playing, second
from tests.hostile.everything import ATTACKS
from tests.hostile.playing import Job, Said
from tests.hostile.population import LOOKALIKES, population
from tests.hostile.world import World
from tests.support.turns import due

Line = dict[str, Any]
Edit = Callable[[list[Line], World], list[bytes]]
ELSEWHERE = "target.customer.invalid"


@dataclass(frozen=True)
class Tampered:
    """What `clean` did with an edited journal."""

    clean: Said
    wrongs: list[str]


def _dumped(lines: list[Line]) -> list[bytes]:
    return [json.dumps(line).encode() for line in lines]


def _with(change: Callable[[Line, World], Line]) -> Edit:
    return lambda lines, world: _dumped([change(dict(line), world) for line in lines])


def _kind(line: Line) -> str:
    return "Groups" if "group" in str(line.get("type")).lower() else "Users"


def _ids_of_strangers(line: Line, world: World) -> Line:
    number = world.notes["lines"] = world.notes.get("lines", 0) + 1
    return {**line, "id": world.some("Users", number)["id"]} if "id" in line else line


def _names_of_strangers(line: Line, world: World) -> Line:
    attribute = "displayName" if _kind(line) == "Groups" else "userName"
    return {**line, "name": world.some(_kind(line), 5)[attribute]} if "name" in line else line


def _untagged(line: Line, world: World) -> Line:
    return {**line, "name": str(line["name"]).replace(str(world.tag), "")} if "name" in line else line


def _another_tag(lines: list[Line], world: World) -> list[bytes]:
    """Add intents of another run, whose accounts live there since long ago."""
    made = []
    for number, (name, _) in enumerate(LOOKALIKES):
        identifier = next(one["id"] for one in world.parsed.values() if one.get("userName") == name)
        common = {"key": f"other-{number}", "url": lines[0].get("url")}
        made.append({"event": "intent", **common, "type": "User", "name": name, "externalId": name})
        made.append({"event": "created", **common, "id": identifier})
    return _dumped([*lines, *made])


def _elsewhere(scheme: str) -> Edit:
    return _with(lambda line, _: {**line, "url": f"{scheme}://{ELSEWHERE}/scim/v2"} if "url" in line else line)


def _ids_above(line: Line, world: World) -> Line:
    return {**line, "id": f"x/../{world.some('Users', 3)['id']}"} if "id" in line else line


FOREIGN: dict[str, Edit] = {
    "ids-of-strangers": _with(_ids_of_strangers),
    "ids-above": _with(_ids_above),
    "ids-empty": _with(lambda line, _: {**line, "id": ""} if "id" in line else line),
    "names-of-strangers": _with(_names_of_strangers),
    "ids-and-names-of-strangers": _with(lambda line, world: _names_of_strangers(_ids_of_strangers(line, world), world)),
    "names-without-tag": _with(_untagged),
    "names-empty": _with(lambda line, _: {**line, "name": ""} if "name" in line else line),
    "groups-are-users": _with(lambda line, _: {**line, "type": "User"} if "type" in line else line),
    "another-tag": _another_tag,
    "elsewhere-http": _elsewhere("http"),
    "elsewhere-https": _elsewhere("https"),
}
"""Edits that lead to strangers, or to another target."""

MALFORMED: dict[str, bytes] = {
    "empty": b"",
    "blanks": b"   \t ",
    "text": b"these are no words of a machine",
    "cut": b'{"event": "intent", "key": "main-1-1", "type": "User", "na',
    "array": b"[]",
    "string": b'"intent"',
    "number": b"7",
    "null": b"null",
    "no-event": b'{"key": "x"}',
    "no-key": b'{"event": "created", "id": "1"}',
    "unknown-event": b'{"event": "exploded", "key": "x"}',
    "event-is-list": b'{"event": ["intent"], "key": "x"}',
    "key-is-object": b'{"event": "created", "key": {"a": 1}, "id": "1"}',
    "id-is-list": b'{"event": "created", "key": "x", "id": ["1"]}',
    "id-is-number": b'{"event": "created", "key": "x", "id": 17}',
    "name-is-null": b'{"event": "intent", "key": "y", "type": "User", "name": null, "externalId": null, "url": null}',
    "type-is-path": b'{"event": "intent", "key": "z", "type": "../Bulk", "name": "a", "externalId": "b", "url": "c"}',
    "url-is-number": b'{"event": "intent", "key": "u", "type": "User", "name": "a", "externalId": "b", "url": 5}',
    "no-utf-8": b'{"event": "created", "key": "\xff\xfe", "id": "1"}',
    "null-bytes": b"\0\0\0\0\0\0",
    "lone-surrogate": b'{"event": "created", "key": "\\ud800", "id": "\\udfff"}',
    "not-a-number": b'{"event": "created", "key": NaN, "id": Infinity}',
    "deep": b"[" * 5000 + b"]" * 5000,
    "huge-number": b'{"event": "created", "key": "x", "id": ' + b"9" * 6000 + b"}",
    "byte-order-mark": b'\xef\xbb\xbf{"event": "created", "key": "x", "id": "1"}',
    "removed-unknown": b'{"event": "removed", "key": "never-seen"}',
}
"""Lines that are none, each put before, between and behind the good ones."""


def _malformed(line: bytes) -> Edit:
    def edit(lines: list[Line], world: World) -> list[bytes]:
        good = _dumped(lines)
        return [line, *good[:3], line, *good[3:], line]

    return edit


LINES = due(MALFORMED, 3)
"""The malformed lines whose turn it is."""

EDITS: dict[str, Edit] = {**FOREIGN, **{f"line-{name}": _malformed(MALFORMED[name]) for name in LINES}}


def play(job: Job) -> dict[str, Tampered]:
    """Play a run that may delete nothing, and then `clean` with every edit of its journal, each time from the same."""
    job.where.mkdir(parents=True, exist_ok=True)
    world = World(population(job.users, job.groups))
    act = ATTACKS["delete-405-until-clean"].act
    with serve([world.watch, partial(act, world), world.serve]) as served:
        report = job.where / "report"
        arguments = ("run", "--url", served.url, "--report-dir", str(report), *job.arguments)
        code, text = playing.command(served, *arguments)
        assert (report / "result.json").is_file(), f"exit {code}: {text[-500:]}"
        world.phase = "clean"
        return dict(_each(served, world, report))


def _each(served: Served, world: World, report: Path) -> Iterator[tuple[str, Tampered]]:
    lines = second.journalled(report)
    before, people = copy.deepcopy(served.app.stored()), dict(world.people)
    for name, edit in EDITS.items():
        served.app.memory.resources, world.wrongs = copy.deepcopy(before), []
        world.people, world.parsed = dict(people), {one: json.loads(data) for one, data in people.items()}
        there = report.with_name(f"report-{name}")
        shutil.copytree(report, there)
        (there / "journal.jsonl").write_bytes(b"\n".join(edit(lines, world)) + b"\n")
        code, text = playing.command(served, "clean", str(there))
        left = {one.id: "in the store" for one in served.app.stored()}
        yield name, Tampered(Said(code, text, world.damage(), left), list(world.wrongs))
