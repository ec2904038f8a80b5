"""Changes of a directory between two cycles, as a usual tenant has them: joiners, movers, leavers, and who returns.

The shares are ours. Each kind of change occurs at least once in a cycle, also in a small directory.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from scim_conformance.entra.source.model import Assignment, ObjectKind, SourceObject
from scim_conformance.rehearsal.directory import DirectoryEdit
from scim_conformance.rehearsal.generated import Generator
from scim_conformance.rehearsal.store import Store

BLOCKED, BINNED, UNASSIGNED = "blocked", "binned", "unassigned"

_AWAY = "away"
"""The job's value that says who is away, and how."""


@dataclass
class Changes:
    """Changes a directory. `counts`: how many changes of each kind the last cycle had, in words."""

    store: Store
    generator: Generator
    counts: Counter[str] = field(default_factory=Counter)

    def apply(self, number: int) -> None:
        """Change the directory before a cycle. The caller has opened a transaction."""
        self.counts = Counter()
        self.generator = replace(self.generator, scope=f"rehearsal {number}")
        edit, chance = self.store.edit(), self.generator.chance(f"changes {number}")
        away: dict[str, str] = self.store.value(_AWAY, {})
        users = [one.id for one in self.store.directory.objects(ObjectKind.USER) if one.id not in away]
        groups = [one.id for one in self.store.directory.objects(ObjectKind.GROUP)]
        chance.shuffle(users)
        some = _Slices(users)
        self._return(edit, away)
        self._each(some.take(0.05), "moved", lambda one: self._move(edit, one))
        self._each(some.take(0.01), "renamed", lambda one: self._rename(edit, one))
        self._each(some.take(0.02, least=3), "left", lambda one: self._leave(edit, one, away))
        self._each(some.take(0.01), "got another manager", lambda one: edit.manage(one, chance.choice(users)))
        self._join(edit, max(1, len(users) * 3 // 100), groups)
        if groups:
            self._regroup(edit, chance.sample(groups, len(groups)), some)
        self.store.keep(_AWAY, away)

    def _each(self, ids: list[str], what: str, change: Callable[[str], None]) -> None:
        for one in ids:
            change(one)
        self.counts[what] += len(ids)

    def _move(self, edit: DirectoryEdit, user: str) -> None:
        """Another department and job: the values of somebody new, so that they fit the profile."""
        other = self.generator.user().attributes
        self._change(edit, user, {name: other[name] for name in ("department", "jobTitle") if name in other})

    def _rename(self, edit: DirectoryEdit, user: str) -> None:
        one = self.store.directory.get(user)
        assert one is not None
        names = [name for name in ("userPrincipalName", "mail", "displayName") if name in one.attributes]
        renamed = {name: self.generator.maker.renamed("New", str(one.attributes[name])) for name in names}
        self._change(edit, user, renamed)

    def _leave(self, edit: DirectoryEdit, user: str, away: dict[str, str]) -> None:
        """In turn: blocked in Entra, deleted into the recycle bin, no longer assigned."""
        how = (BLOCKED, BINNED, UNASSIGNED)[len(away) % 3]
        away[user] = how
        if how == BLOCKED:
            self._change(edit, user, {"accountEnabled": False})
        elif how == BINNED:
            edit.put(self._with(user, binned=True))
        else:
            edit.unassign(user)
            for group in {one.principal for one in self.store.directory.assignments(user)}:
                edit.leave(group, user)

    def _return(self, edit: DirectoryEdit, away: dict[str, str]) -> None:
        """Who was away in the last cycle returns; of the recycle bin, every second user is purged instead."""
        purged = set([user for user, how in away.items() if how == BINNED][::2])
        for user, how in away.items():
            if user in purged:
                edit.purge(user)
            elif how == UNASSIGNED:
                edit.assign(Assignment(user, ObjectKind.USER))
            elif how == BLOCKED:
                self._change(edit, user, {"accountEnabled": True})
            else:
                edit.put(self._with(user, binned=False))
        self.counts["purged"] += len(purged)
        self.counts["returned"] += len(away) - len(purged)
        away.clear()

    def _join(self, edit: DirectoryEdit, count: int, groups: list[str]) -> None:
        for _ in range(count):
            one = self.generator.user()
            edit.put(one)
            edit.assign(Assignment(one.id, ObjectKind.USER))
            for group in groups[:1]:
                edit.join(group, one.id)
        self.counts["joined"] += count

    def _regroup(self, edit: DirectoryEdit, groups: list[str], some: "_Slices") -> None:
        """Rename a group, and move users between two others; of four groups and more, one is deleted."""
        self._change(edit, groups[0], {"displayName": self._new_name(groups[0])})
        self.counts["groups renamed"] += 1
        for user in some.take(0.03):
            edit.leave(groups[-1], user)
            edit.join(groups[0], user)
            self.counts["changed groups"] += 1
        if len(groups) > 3:
            edit.purge(groups[1])
            self.counts["groups deleted"] += 1

    def _new_name(self, group: str) -> str:
        one = self.store.directory.get(group)
        assert one is not None
        return self.generator.maker.renamed("New", str(one.attributes["displayName"]))

    def _change(self, edit: DirectoryEdit, identifier: str, values: dict[str, Any]) -> None:
        one = self._with(identifier)
        edit.put(replace(one, attributes={**one.attributes, **values}))

    def _with(self, identifier: str, **changes: Any) -> SourceObject:
        one = self.store.directory.get(identifier)
        assert one is not None
        return replace(one, **changes)


@dataclass
class _Slices:
    """Hands out users, each once, so that two changes of a cycle concern different users."""

    users: list[str]
    at: int = 0

    def take(self, share: float, least: int = 1) -> list[str]:
        """Return the next part of the users."""
        count = max(least, round(len(self.users) * share))
        found = self.users[self.at : self.at + count]
        self.at += count
        return found
