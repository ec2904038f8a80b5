"""A directory of which only some objects are looked at: for provisioning on demand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from scim_conformance.entra.source.model import (
    Assignment,
    Due,
    MemberDelta,
    ObjectKind,
    SourceObject,
    SourceView,
    Watermark,
)


@dataclass(frozen=True)
class ChosenOnly:
    """A `SourceView` of which only some objects are looked at."""

    whole: SourceView
    ids: frozenset[str]

    def get(self, id: str) -> SourceObject | None:  # noqa: A002 - the directory's own word
        """Return any object."""
        return self.whole.get(id)

    def objects(self, kind: ObjectKind) -> Iterator[SourceObject]:
        """Return the chosen objects of a kind."""
        return (one for one in self.whole.objects(kind) if one.id in self.ids)

    def due(self, kind: ObjectKind, since: Watermark | None, at: datetime) -> Iterator[Due]:
        """Return the chosen objects of a kind."""
        return (one for one in self.whole.due(kind, since, at) if one.id in self.ids)

    def members(self, group: str) -> Sequence[str]:
        """Return the ids of the direct members of a group."""
        return self.whole.members(group)

    def joined(self, group: str) -> MemberDelta:
        """Return how the direct members differ from what the target was last sent."""
        return self.whole.joined(group)

    def manager(self, user: str) -> str | None:
        """Return the id of a user's manager."""
        return self.whole.manager(user)

    def assignments(self, id: str) -> Sequence[Assignment]:  # noqa: A002 - the directory's own word
        """Return an object's own assignments, and those of its groups."""
        return self.whole.assignments(id)
