"""What the provisioning service knows of a customer's directory, and what it may ask of one. Plain data, no I/O.

A *snapshot* is the directory at one time. `SourceView` is a snapshot, with what has changed since an earlier one.
Attributes have the names of a mapping's sources (`userPrincipalName`, `extensionAttribute1`), not those of Graph or the
portal: the readers in this package translate.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"
"""The app role of an assignment without a role (Microsoft Graph, "appRoleAssignment")."""


class ObjectKind(StrEnum):
    """The two kinds of objects that are provisioned."""

    USER = "user"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class SourceObject:
    """A user or group. `attributes`: by a mapping's source names; absent ones are not set.

    `binned`: deleted, and still in the recycle bin (Entra calls it soft-deleted). An object that is purged does not
    exist. userPrincipalName of a binned user is the one from before the deletion.
    """

    id: str
    kind: ObjectKind
    attributes: Mapping[str, Any] = field(default_factory=dict)
    binned: bool = False

    @property
    def enabled(self) -> bool:
        """accountEnabled, which only users have; what an export leaves out counts as enabled."""
        return self.attributes.get("accountEnabled") is not False

    @property
    def secured(self) -> bool:
        """securityEnabled, which only groups have; what an export leaves out counts as enabled."""
        return self.attributes.get("securityEnabled") is not False

    @property
    def name(self) -> str:
        """What a provisioning log calls the object: the userPrincipalName of a user, the displayName of a group."""
        key = "userPrincipalName" if self.kind is ObjectKind.USER else "displayName"
        return str(self.attributes.get(key) or self.id)


@dataclass(frozen=True, slots=True)
class Assignment:
    """An assignment to the application. `principal`: the id of the user or group that is assigned; `role`: an id."""

    principal: str
    kind: ObjectKind
    role: str = DEFAULT_ACCESS


@dataclass(frozen=True, slots=True)
class MemberDelta:
    """Ids of the members of a group that were added and removed, compared with what was last sent."""

    added: Sequence[str] = ()
    removed: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Watermark:
    """The position up to which a directory was read: the number of the snapshot, from 1."""

    snapshot: int


@dataclass(frozen=True, slots=True)
class Due:
    """An object that a cycle looks at. `source` is None if it was purged; `retry`: it is due only because it failed."""

    id: str
    kind: ObjectKind
    source: SourceObject | None
    retry: bool = False


class ScopeState(StrEnum):
    """Where an object is, seen from the application. If several apply, the order is that of the decision table: purged,
    binned, out, blocked."""

    IN = "in"
    OUT = "out"
    BLOCKED = "blocked"
    BINNED = "binned"
    PURGED = "purged"


class ScopeReason(StrEnum):
    """Why an object is in scope or not: the first question whose answer is no."""

    IN_SCOPE = "in scope"
    PURGED = "deleted permanently in Entra"
    BINNED = "deleted in Entra"
    BLOCKED = "blocked in Entra"
    NOT_ASSIGNED = "not assigned"
    ROLE = "assigned with Default Access only"
    FILTERED = "filtered out"
    NOT_SECURED = "not a security group"


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Whether an object is in scope ("effectively entitled"), with all answers for the provisioning log.

    `clauses`: `{title}.{attribute} {operator} '{value}'` -> result, as in ScopeEvaluationResult. `through`: the ids of
    the groups through which a user is assigned; `direct`: the user itself is assigned. `on_default`: in scope only
    because Default Access counts. `unanchored`: the result depends on whether a pattern is searched or must match the
    whole value. `problems`: clauses that could not be evaluated, as sentences.
    """

    state: ScopeState
    reason: ScopeReason
    active: bool = True
    assigned: bool = True
    role: bool = True
    passed: bool = True
    clauses: Mapping[str, bool] = field(default_factory=dict)
    direct: bool = False
    through: Sequence[str] = ()
    on_default: bool = False
    unanchored: bool = False
    problems: Sequence[str] = ()

    @property
    def in_scope(self) -> bool:
        """Whether the object is to be provisioned."""
        return self.state is ScopeState.IN


PURGED = Entitlement(ScopeState.PURGED, ScopeReason.PURGED, active=False, assigned=False)
"""What every object has that no longer exists."""


class SourceView(Protocol):
    """What the engine may ask of a directory. Live, SQLite answers; in tests and previews, `MemoryView`."""

    def get(self, id: str) -> SourceObject | None:  # noqa: A002 - the directory's own word
        """Return an object, also one in the bin; None if it was purged or never existed."""
        ...

    def objects(self, kind: ObjectKind) -> Iterator[SourceObject]:
        """Return all objects of a kind, those in the bin included, in the order in which they were read."""
        ...

    def due(self, kind: ObjectKind, since: Watermark | None, at: datetime) -> Iterator[Due]:
        """Return what a cycle looks at: everything if `since` is None, else what changed since, and due retries."""
        ...

    def members(self, group: str) -> Sequence[str]:
        """Return the ids of the direct members of a group now: users, and groups nested in it."""
        ...

    def joined(self, group: str) -> MemberDelta:
        """Return how the direct members differ from what the target was last sent."""
        ...

    def manager(self, user: str) -> str | None:
        """Return the id of a user's manager."""
        ...

    def assignments(self, id: str) -> Sequence[Assignment]:  # noqa: A002
        """Return an object's own assignments, and those of the groups of which it is a direct member."""
        ...
