"""Holds a preview's plan against what happened, object by object. Imports nothing of the product.

The plan is `private/plan.csv` of a preview. What happened is what a recording proxy saw, and what a second client read
in the target's own store after each cycle. Objects of the plan are found in the target by the name that the plan says.
"""

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Account = dict[str, Any]
"""Values by target path."""

PATH = re.compile(r'(?:(urn:.+):)?([^:.\[]+)(?:\[type eq "([^"]+)"\])?(?:\.([^.]+))?')
LISTS = ("members added", "members removed", "not sent")
DONE = ("success", "warning")
NAMES = {"users": ("/Users", "userName"), "groups": ("/Groups", "displayName")}


def plan(file: Path) -> list[Row]:
    """Read a plan."""
    with file.open(encoding="utf-8", newline="") as text:
        rows: list[Row] = [dict(one) for one in csv.DictReader(text)]
    for one in rows:
        one["cycle"], one["changes"] = int(one["cycle"]), json.loads(one["changes"])
        one |= {name: one[name].split() for name in LISTS}
    return rows


def sent(file: Path) -> list[Row]:
    """Read what a proxy recorded, without what does not write."""
    with file.open(encoding="utf-8") as lines:
        return [one for one in map(json.loads, lines) if one["method"] != "GET"]


def value(resource: Any, path: str) -> Any:
    """Return the value at a target path."""
    match = PATH.fullmatch(path)
    assert match, path
    urn, name, kind, sub = match.groups()
    found = (resource.get(urn, {}) if urn else resource).get(name)
    if kind is not None:
        found = next((one for one in found or [] if one.get("type") == kind), None)
    if sub is not None:
        found = (found or {}).get(sub)
    return found.get("value") if name == "manager" and isinstance(found, dict) else found


def plain(one: Any) -> Any:
    """Return a value as it is compared: Booleans as text, nothing for empty."""
    if isinstance(one, bool) or (isinstance(one, str) and one.lower() in ("true", "false")):
        return str(one).lower()
    return None if one in ("", []) else one


@dataclass
class Foretold:
    """The target as a plan says it must be: accounts and members by the ids that the plan gives them."""

    accounts: dict[str, dict[str, Account]] = field(default_factory=lambda: {"users": {}, "groups": {}})
    members: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    target_of: dict[str, str] = field(default_factory=dict)

    def play(self, rows: list[Row]) -> None:
        """Play a cycle of the plan."""
        for one in rows:
            if one["status"] in DONE:
                self._play(one)

    def _play(self, one: Row) -> None:
        phase, target = one["phase"], one["target id"]
        if phase == "members":
            self.members[target] |= {self.target_of[each] for each in one["members added"]}
            self.members[target] -= {self.target_of[each] for each in one["members removed"]}
            return
        kind = "groups" if phase == "groups" else "users"
        self.target_of[one["id"]] = target
        if one["action"] == "delete":
            del self.accounts[kind][target]
            return
        held = self.accounts[kind].setdefault(target, {})
        held.update({path: new for path, _, new in one["changes"]})


@dataclass
class Comparison:
    """Compares cycle by cycle. `ids`: the target's ids by the plan's; `compared`: how much was compared."""

    rows: list[Row]
    requests: list[Row]
    ids: dict[str, str] = field(default_factory=dict)
    foretold: Foretold = field(default_factory=Foretold)
    compared: Counter[str] = field(default_factory=Counter)

    def cycle(self, number: int, store: dict[str, list[Any]]) -> list[str]:
        """Compare a cycle, after which the store was as given; return the differences."""
        rows = [one for one in self.rows if one["cycle"] == number]
        requests = [one for one in self.requests if one["cycle"] == number]
        self._name(rows, requests)
        self.foretold.play(rows)
        return [f"cycle {number}: {one}" for one in (*self._requests(rows, requests), *self._store(store))]

    def _name(self, rows: list[Row], requests: list[Row]) -> None:
        """Find the ids of what was created, by name."""
        for phase, (path, name) in NAMES.items():
            accepted = [one for one in requests if (one["method"], one["path"], one["status"]) == ("POST", path, 201)]
            made = {one["body"][name]: one["answer"]["id"] for one in accepted}
            for one in rows:
                if one["phase"] == phase and one["action"] == "create" and one["status"] in DONE:
                    said = {path: new for path, _, new in one["changes"]}[name]
                    self.ids[one["target id"]] = made.get(said, f"nobody called {said}")

    def _real(self, target: str) -> str:
        return self.ids.get(target, target)

    def _requests(self, rows: list[Row], requests: list[Row]) -> Iterator[str]:
        """Compare what was written: the same requests for each object, with the same attributes or members."""
        wanted, found = Counter(self._wanted(rows)), Counter(_found(requests))
        self.compared["requests"] += sum(wanted.values())
        yield from (f"not sent: {one}" for one in (wanted - found).elements())
        yield from (f"not foretold: {one}" for one in (found - wanted).elements())

    def _wanted(self, rows: list[Row]) -> Iterator[tuple[str, ...]]:
        verbs = {"create": "POST", "delete": "DELETE"}
        for one in rows:
            target = self._real(one["target id"])
            if one["phase"] == "members":
                for verb in ("added", "removed"):
                    for each in one[f"members {verb}"]:
                        yield "member", verb, target, self._real(self.foretold.target_of[each])
            elif one["status"] == "success":
                verb = verbs.get(one["action"], "PATCH")
                attributes = sorted(path for path, _, _ in one["changes"]) if verb == "PATCH" else ()
                yield verb, target, *attributes

    def _store(self, store: dict[str, list[Any]]) -> Iterator[str]:
        """Compare every account and group of the store with what the plan says it must be."""
        for kind, foretold in self.foretold.accounts.items():
            real = {one["id"]: one for one in store[kind]}
            wanted = {self._real(target): held for target, held in foretold.items()}
            yield from (f"{kind}: {one} is missing" for one in wanted.keys() - real.keys())
            yield from (f"{kind}: {one} was not foretold" for one in real.keys() - wanted.keys())
            for one in wanted.keys() & real.keys():
                self.compared[kind] += 1
                yield from self._values(one, wanted[one], real[one])
        yield from self._members(store["groups"])

    def _values(self, target: str, wanted: Account, real: Any) -> Iterator[str]:
        for path, new in wanted.items():
            said = self._real(new) if path.endswith(":manager") else new
            found = value(real, path)
            self.compared["values"] += 1
            if plain(said) != plain(found):
                yield f"{target} {path}: foretold {said!r}, found {found!r}"

    def _members(self, groups: list[Any]) -> Iterator[str]:
        planned = {self._real(target): ids for target, ids in self.foretold.members.items()}
        # A deleted account may leave its groups before the request that says so.
        held = {self._real(target) for target in self.foretold.accounts["users"]}
        for one in groups:
            theirs = {each["value"] for each in one.get("members") or []} & held
            ours = {self._real(target) for target in planned.get(one["id"], ())} & held
            self.compared["memberships"] += len(ours)
            if theirs != ours:
                yield f"members of {one['id']}: {len(ours - theirs)} are missing, {len(theirs - ours)} not foretold"


def _found(requests: list[Row]) -> Iterator[tuple[str, ...]]:
    for one in requests:
        target = one["path"].rpartition("/")[2]
        if one["method"] == "POST":
            yield "POST", str((one["answer"] or {}).get("id"))
        elif one["method"] == "DELETE":
            yield "DELETE", target
        else:
            yield from _patched(target, one["body"]["Operations"])


def _patched(target: str, operations: list[Any]) -> Iterator[tuple[str, ...]]:
    paths: list[str] = []
    for one in operations:
        path, verb = one.get("path"), {"add": "added", "remove": "removed"}.get(one["op"].lower(), "replaced")
        if path == "members":
            yield from (("member", verb, target, each["value"]) for each in one["value"])
        elif path and path.startswith("members["):
            yield "member", verb, target, path.split('"')[1]
        else:
            paths += [path] if path else one["value"]
    if paths:
        yield "PATCH", target, *sorted(paths)
