"""A directory in memory: for tests, previews, and the generated people of a small rehearsal."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from scim_conformance.entra.source.model import (
    Assignment,
    Due,
    MemberDelta,
    ObjectKind,
    SourceObject,
    Watermark,
)


@dataclass
class Snapshot:
    """The directory at one time. `members`: group id -> ids; `managers`: user id -> id; `assigned`: principal -> its
    assignments. The objects keep the order in which they were added."""

    objects: dict[str, SourceObject] = field(default_factory=dict)
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    managers: dict[str, str] = field(default_factory=dict)
    assigned: dict[str, tuple[Assignment, ...]] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(init=False, default_factory=dict)
    """Member id -> ids of the groups that directly contain it. Made from `members`."""

    def __post_init__(self) -> None:
        """Turn the memberships around."""
        found: dict[str, list[str]] = {}
        for group, ids in self.members.items():
            for one in ids:
                found.setdefault(one, []).append(group)
        self.groups = {one: tuple(groups) for one, groups in found.items()}

    @classmethod
    def of(
        cls,
        objects: Iterable[SourceObject],
        members: dict[str, Sequence[str]] | None = None,
        managers: dict[str, str] | None = None,
        assignments: Iterable[Assignment] = (),
    ) -> "Snapshot":
        """Make a snapshot from lists."""
        assigned: dict[str, tuple[Assignment, ...]] = {}
        for one in assignments:
            assigned[one.principal] = (*assigned.get(one.principal, ()), one)
        joined = {group: tuple(ids) for group, ids in (members or {}).items()}
        return cls({one.id: one for one in objects}, joined, dict(managers or {}), assigned)


@dataclass
class MemoryView:
    """A `SourceView` of snapshots in memory. `sent`: group id -> ids of members that the target was last sent;
    `retries`: object id -> when it is tried again. What drives the engine keeps both."""

    history: list[Snapshot]
    sent: dict[str, set[str]] = field(default_factory=dict)
    retries: dict[str, datetime] = field(default_factory=dict)

    @property
    def now(self) -> Snapshot:
        """The newest snapshot."""
        return self.history[-1]

    @property
    def watermark(self) -> Watermark:
        """The position after the newest snapshot was read."""
        return Watermark(len(self.history))

    def advance(self, snapshot: Snapshot) -> None:
        """Make a snapshot the newest."""
        self.history.append(snapshot)

    def told(self, group: str, added: Iterable[str] = (), removed: Iterable[str] = ()) -> None:
        """Record members that were sent to the target."""
        held = self.sent.setdefault(group, set())
        held.update(added)
        held.difference_update(removed)

    def get(self, id: str) -> SourceObject | None:  # noqa: A002
        """Return an object, also one in the bin; None if it was purged or never existed."""
        return self.now.objects.get(id)

    def objects(self, kind: ObjectKind) -> Iterator[SourceObject]:
        """Return all objects of a kind, in the order in which they were read."""
        return (one for one in self.now.objects.values() if one.kind is kind)

    def due(self, kind: ObjectKind, since: Watermark | None, at: datetime) -> Iterator[Due]:
        """Return what a cycle looks at. What was purged comes first, then the order of the directory."""
        if since is None:
            yield from (Due(one.id, kind, one) for one in self.objects(kind))
            return
        before = self.history[since.snapshot - 1]
        for one in before.objects.values():
            if one.kind is kind and one.id not in self.now.objects:
                yield Due(one.id, kind, None)
        for one in self.objects(kind):
            changed = differs(one.id, before, self.now)
            if changed or self.retries.get(one.id, _NEVER) <= at:
                yield Due(one.id, kind, one, retry=not changed)

    def members(self, group: str) -> Sequence[str]:
        """Return the ids of the direct members of a group now."""
        return self.now.members.get(group, ())

    def joined(self, group: str) -> MemberDelta:
        """Return how the direct members differ from what the target was last sent, in the directory's order.

        Groups in a group are left out (Microsoft: only direct members are provisioned), and ids that name nobody.
        """
        now, sent = self.members(group), self.sent.get(group, set())
        now = [one for one in now if one in self.now.objects and self.now.objects[one].kind is ObjectKind.USER]
        return MemberDelta(tuple(one for one in now if one not in sent), tuple(sorted(sent.difference(now))))

    def manager(self, user: str) -> str | None:
        """Return the id of a user's manager."""
        return self.now.managers.get(user)

    def assignments(self, id: str) -> Sequence[Assignment]:  # noqa: A002
        """Return an object's own assignments, and those of the groups of which it is a direct member."""
        own = self.now.assigned.get(id, ())
        return (*own, *(one for group in self.now.groups.get(id, ()) for one in self.now.assigned.get(group, ())))


_NEVER = datetime.max.replace(tzinfo=UTC)


def differs(id: str, before: Snapshot, now: Snapshot) -> bool:  # noqa: A002
    """Return whether an object changed: attributes, bin, manager, members, or anything that may assign it."""
    old, new = before.objects.get(id), now.objects.get(id)
    return old != new or any(
        one(before) != one(now)
        for one in (
            lambda given: given.managers.get(id),
            lambda given: set(given.members.get(id, ())),
            lambda given: _assigning(id, given),
        )
    )


def _assigning(id: str, given: Snapshot) -> set[tuple[str, Assignment]]:  # noqa: A002
    """Return the assignments that concern an object, each with the object that has it."""
    places = (id, *given.groups.get(id, ()))
    return {(place, one) for place in places for one in given.assigned.get(place, ())}


def carried(before: Snapshot, after: Snapshot) -> Snapshot:
    """Return a later export with the memberships of users in the recycle bin, which no export has.

    They get them back when they are restored (Microsoft Graph, "Restore deleted item"), so they have not left these
    groups (inferred; otherwise the difference would remove them).
    """
    members = dict(after.members)
    for one in after.objects.values():
        if one.binned and one.kind is ObjectKind.USER:
            for group in before.groups.get(one.id, ()):
                if group in after.objects and one.id not in members.get(group, ()):
                    members[group] = (*members.get(group, ()), one.id)
    return Snapshot(after.objects, members, after.managers, after.assigned)
