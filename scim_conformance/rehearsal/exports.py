"""Exports of a customer's directory as the cycles of a job: the first fills the directory, the others change it.

Whether an object is in scope is decided on the export. What the database keeps may have other values (`disguise`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.scope.entitlement import entitled
from scim_conformance.entra.source.memory import MemoryView, Snapshot, carried, differs
from scim_conformance.entra.source.model import Entitlement, ObjectKind, ScopeState, SourceObject
from scim_conformance.rehearsal.directory import DirectoryEdit
from scim_conformance.rehearsal.reading import BadInput, InputFiles, SourceDirectory, read
from scim_conformance.rehearsal.store import Store

Same = Callable[[str], str]
"""Returns the id by which an object is known in the database."""

Dressed = Callable[[SourceObject], SourceObject]
"""Returns an object as the database keeps it."""


@dataclass(frozen=True)
class Exports:
    """The exports of a job, in their order, read with one profile: what all of them can fill."""

    directories: Sequence[SourceDirectory]

    @property
    def first(self) -> SourceDirectory:
        """The export that the first cycle reads."""
        return self.directories[0]

    @property
    def profile(self) -> Profile:
        """The profile as far as all exports allow."""
        return self.directories[-1].profile

    @property
    def snapshots(self) -> list[Snapshot]:
        """The directory at the time of each export."""
        return [one.snapshot for one in self.directories]


def read_all(files: InputFiles, then: Sequence[str], profile: Profile) -> Exports:
    """Read the export, and those that follow it: the same files in other folders.

    Raises:
        BadInput: a file is missing, cannot be read, or has errors.
    """
    found = [read(files, profile)]
    for folder in then:
        later = read(_in(files, Path(folder)), found[-1].profile)
        found.append(replace(later, snapshot=carried(found[-1].snapshot, later.snapshot)))
    return Exports([replace(one, profile=found[-1].profile) for one in found])


def _in(files: InputFiles, folder: Path) -> InputFiles:
    """Return the same files of another folder."""

    def there(file: str) -> str:
        path = folder / Path(file).name
        if not path.is_file():
            raise BadInput(f"{path} is missing: each --then folder has the same files as the first export")
        return str(path)

    def maybe(file: str | None) -> str | None:
        return None if file is None else there(file)

    return InputFiles(
        there(files.people),
        maybe(files.groups),
        [there(one) for one in files.members],
        files.group_names,
        maybe(files.assignments),
        maybe(files.deleted),
    )


@dataclass
class Loader:
    """Takes exports over into a database, one for each cycle. `changes`: what the last one changed, in words."""

    store: Store
    profile: Profile
    same: Same = str
    dressed: Dressed = lambda one: one
    changes: Counter[str] = field(default_factory=Counter)

    def load(self, before: Snapshot | None, after: Snapshot) -> None:
        """Change the directory in the database from one export to the next. The caller has opened a transaction."""
        edit, self.changes = self.store.edit(), Counter()
        old = before if before is not None else Snapshot()
        views = MemoryView([old]), MemoryView([after])
        for one in after.objects.values():
            self._object(edit, old, one)
            standing = entitled(self.profile, views[1], one)
            edit.stand(self.same(one.id), standing)
            self._count(one, old.objects.get(one.id), standing, views[0])
        for one in old.objects.values():
            if one.id not in after.objects:
                edit.purge(self.same(one.id))
                self.changes["purged" if one.kind is ObjectKind.USER else "groups deleted"] += 1
        self._members(edit, old, after)
        self._managers(edit, old, after)
        # Not before: an object that is not in the database yet cannot be marked.
        edit.touch([self.same(one) for one in after.objects if differs(one, old, after)])

    def _object(self, edit: DirectoryEdit, old: Snapshot, one: SourceObject) -> None:
        if old.objects.get(one.id) != one:
            edit.put(replace(self.dressed(one), id=self.same(one.id)))

    def _count(self, one: SourceObject, old: SourceObject | None, now: Entitlement, before: MemoryView) -> None:
        is_user = one.kind is ObjectKind.USER
        if old is None:
            self.changes["joined" if is_user else "groups added"] += 1
        elif not is_user:
            self.changes["groups changed"] += old != one
        else:
            was = entitled(self.profile, before, old)
            what = _STATES[now.state] if was.state is not now.state else "changed" if old != one else ""
            self.changes[what] += bool(what)

    def _members(self, edit: DirectoryEdit, old: Snapshot, after: Snapshot) -> None:
        for group in after.objects:
            was, now = old.members.get(group, ()), after.members.get(group, ())
            added, removed = _lacking(now, was), _lacking(was, now)
            for one in added:
                edit.join(self.same(group), self.same(one))
            for one in removed:
                edit.leave(self.same(group), self.same(one))
            self.changes["memberships"] += len(added) + len(removed)

    def _managers(self, edit: DirectoryEdit, old: Snapshot, after: Snapshot) -> None:
        for user in after.objects:
            was, now = old.managers.get(user), after.managers.get(user)
            if now is not None and now != was:
                edit.manage(self.same(user), self.same(now))
            elif now is None and was is not None:
                edit.unmanage(self.same(user))
            self.changes["managers"] += was != now


_STATES = {
    ScopeState.IN: "came into scope",
    ScopeState.OUT: "left the scope",
    ScopeState.BLOCKED: "blocked",
    ScopeState.BINNED: "deleted",
}


def _lacking(these: Iterable[str], those: Iterable[str]) -> list[str]:
    held = set(those)
    return [one for one in these if one not in held]


def scope_counts(read: Exports) -> tuple[int, int]:
    """Return how many users and groups are in scope in any of the exports: what a rehearsal may create."""
    found: dict[ObjectKind, set[str]] = {kind: set() for kind in ObjectKind}
    for snapshot in read.snapshots:
        view = MemoryView([snapshot])
        for one in snapshot.objects.values():
            if entitled(read.profile, view, one).in_scope:
                found[one.kind].add(one.id)
    has_groups = read.profile.group is not None
    return len(found[ObjectKind.USER]), len(found[ObjectKind.GROUP]) if has_groups else 0
