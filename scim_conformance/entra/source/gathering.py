"""Gathers a directory from the records of exports, whatever file they are in: users, groups, memberships, assignments.

Records are objects as Microsoft Graph returns them, or rows of the portal's CSV files. What is wrong with one is noted
with its place, and the next one is read.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scim_conformance.entra.source import names
from scim_conformance.entra.source.memory import Snapshot
from scim_conformance.entra.source.model import DEFAULT_ACCESS, Assignment, ObjectKind, SourceObject
from scim_conformance.entra.source.problems import Problems

EXPANDED = 20
"""Graph returns at most this many members with `$expand=members`, without saying that there are more."""

ALWAYS = frozenset({"objectId", "userPrincipalName", "displayName", "accountEnabled", "securityEnabled"})
"""Attributes that are kept whatever the profile maps: they identify, or decide the scope."""

_ASSIGNED = {"user": ObjectKind.USER, "group": ObjectKind.GROUP}


@dataclass
class Gathering:
    """Collects a directory. `keep`: the source attributes to keep; None keeps all."""

    keep: frozenset[str] | None = None
    problems: Problems = field(default_factory=Problems)
    seen: dict[ObjectKind, set[str]] = field(default_factory=lambda: {kind: set() for kind in ObjectKind})
    """Source attributes that the files have, with or without values."""
    filled: Counter[str] = field(default_factory=Counter)
    """How many users have a value, by source attribute."""
    objects: dict[str, SourceObject] = field(default_factory=dict)
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    managers: dict[str, str] = field(default_factory=dict)
    assignments: list[Assignment] = field(default_factory=list)
    expanded: list[int] = field(default_factory=list)
    """The number of members of each group that came with its members."""

    def graph(self, kind: ObjectKind, record: Mapping[str, Any], where: str, *, binned: bool = False) -> None:
        """Add a user or group as Graph returns it."""
        found = self._add(kind, names.from_graph(record), where, binned=binned)
        if found is None:
            return
        if "manager" in record:
            self._manager(found, record["manager"], where)
        if "members" in record:
            self.member_list(found, record["members"], where, expanded=True)

    def portal(self, row: Mapping[str, str], where: str) -> None:
        """Add a user from a row of the portal's CSV file."""
        given = names.from_portal(row)
        self._add(ObjectKind.USER, {"objectId": given.get("userPrincipalName"), **given}, where)

    def _add(self, kind: ObjectKind, given: dict[str, Any], where: str, *, binned: bool = False) -> str | None:
        """Add an object; return its id, or None if it cannot be used."""
        identifier = given.get("objectId")
        wanted = "userPrincipalName" if kind is ObjectKind.USER else "displayName"
        problem = None
        if not isinstance(identifier, str) or not identifier:
            problem = "it has no id"
        elif identifier in self.objects:
            problem = "this id is there twice"
        elif not isinstance(given.get(wanted), str) or not given[wanted]:
            problem = f"{wanted} is missing"
        if problem is not None or not isinstance(identifier, str):
            self.problems.error(where, str(problem))
            return None
        self.seen[kind].update(given)
        self.objects[identifier] = SourceObject(identifier, kind, self._kept(kind, given, binned=binned), binned)
        return identifier

    def _kept(self, kind: ObjectKind, given: dict[str, Any], *, binned: bool) -> dict[str, Any]:
        held = {
            name: value
            for name, value in given.items()
            if value not in (None, "", []) and (self.keep is None or name in self.keep or name in ALWAYS)
        }
        if kind is ObjectKind.GROUP:
            return held
        self.filled.update(held.keys())
        found = names.signing_in(held, binned=binned)
        if self.keep is not None and "originalUserPrincipalName" not in self.keep:
            found.pop("originalUserPrincipalName", None)
        return found

    def _manager(self, user: str, given: Any, where: str) -> None:
        identifier = given.get("id") if isinstance(given, dict) else given
        if isinstance(identifier, str) and identifier:
            self.managers[user] = identifier
        elif identifier is not None:
            self.problems.error(where, "its manager has an id that is not text")

    def member_list(self, group: Any, given: Any, where: str, *, expanded: bool = False) -> None:
        """Add the members of a group: ids, or objects with ids. `expanded`: they came with the group."""
        ids = [one.get("id") if isinstance(one, dict) else one for one in given] if isinstance(given, list) else [None]
        if not isinstance(group, str) or not all(isinstance(one, str) and one for one in ids):
            self.problems.error(where, "a member is not an id")
            return
        if expanded:
            self.expanded.append(len(ids))
        self.members[group] = tuple(dict.fromkeys((*self.members.get(group, ()), *ids)))

    def assignment(self, record: Mapping[str, Any], where: str) -> None:
        """Add an assignment as Graph returns it (`appRoleAssignedTo`). Service principals are ignored."""
        principal, kind = record.get("principalId"), str(record.get("principalType") or "").lower()
        if not isinstance(principal, str) or not principal:
            self.problems.error(where, "the assignment has no principalId")
        elif kind in _ASSIGNED:
            self.assignments.append(
                Assignment(principal, _ASSIGNED[kind], str(record.get("appRoleId") or DEFAULT_ACCESS))
            )

    def named_members(self, group_name: str, rows: Iterable[tuple[Mapping[str, str], str]]) -> None:
        """Add the members of a group from the rows of a CSV file, by id or userPrincipalName. Read users and groups
        first."""
        group = next((one for one in self.objects.values() if _is_called(one, group_name)), None)
        if group is None:
            group = SourceObject(f"group:{group_name}", ObjectKind.GROUP, {"displayName": group_name})
            self.objects[group.id] = group
            self.seen[ObjectKind.GROUP].add("displayName")
        by_name = {one.name.lower(): one.id for one in self.objects.values() if one.kind is ObjectKind.USER}
        found = []
        for row, where in rows:
            given = names.from_portal(row)
            identifier = given.get("objectId") or by_name.get(str(given.get("userPrincipalName")).lower())
            if identifier is None:
                self.problems.warn(where, "this member is not among the users")
            else:
                found.append(str(identifier))
        self.member_list(group.id, found, group_name)

    def snapshot(self) -> Snapshot:
        """Check what refers to what, and return the directory."""
        self._check_expanded()
        self._check_names("membership", [one for ids in self.members.values() for one in ids])
        self._check_names("membership of a group", [*self.members])
        self._check_names("manager", [*self.managers.values()])
        self._check_names("assignment", [one.principal for one in self.assignments])
        return Snapshot.of(self.objects.values(), dict(self.members), self.managers, self.assignments)

    def _check_expanded(self) -> None:
        full = [number for number in self.expanded if number >= EXPANDED]
        if full and set(full) == {EXPANDED}:
            self.problems.error(
                "groups",
                f"each of the {len(full):,} largest groups has exactly {EXPANDED} members: $expand=members returns no "
                "more; export groups/{id}/members instead",
            )

    def _check_names(self, what: str, ids: Sequence[str]) -> None:
        lost = sum(one not in self.objects for one in ids)
        if lost:
            self.problems.warn(f"{what}s", f"{lost:,} of {len(ids):,} name nobody in these files, and are ignored")


def _is_called(one: SourceObject, name: str) -> bool:
    return one.kind is ObjectKind.GROUP and one.name.lower() == name.lower()
