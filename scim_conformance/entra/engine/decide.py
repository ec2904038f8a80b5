"""What is done with an object: the decision table of a cycle.

Sources: Microsoft, "How provisioning works" (match, create, update, disable, delete), "Skip deletion of out-of-scope
users", and "Known issues" (disabled users are not created). What a row infers, `engine.assumptions` lists.
"""

from dataclasses import replace
from enum import StrEnum
from typing import Any

from scim_conformance.entra.engine.compare import depends_on
from scim_conformance.entra.engine.model import Link, LinkState, Rules, Subject
from scim_conformance.entra.profiles.mapping import Action, AttributeMapping
from scim_conformance.entra.source.model import ObjectKind, ScopeState

SOFT_DELETED, ENABLED, LOGIN = "IsSoftDeleted", "accountEnabled", "userPrincipalName"


class Move(StrEnum):
    """What is done. `SKIP`: nothing, and the log says so; `LEAVE`: nothing, and no record."""

    MATCH = "match"
    UPDATE = "update"
    DISABLE = "disable"
    DELETE = "delete"
    SKIP = "skip"
    LEAVE = "leave"


def decide(rules: Rules, subject: Subject) -> Move:
    """Return what is done with an object."""
    state, link = subject.standing.state, subject.link
    held = None if link is None or link.state is LinkState.GONE else link.state
    if state is ScopeState.IN:
        return Move.MATCH if held is None else Move.UPDATE
    if held is None:
        return Move.LEAVE if state is ScopeState.PURGED else Move.SKIP
    if subject.kind is ObjectKind.GROUP:
        return Move.DELETE
    return _out(rules, subject, held)


def _out(rules: Rules, subject: Subject, held: LinkState) -> Move:
    """Return what is done with a linked user who is not in scope."""
    if held is LinkState.RELEASED:
        return Move.LEAVE
    if subject.standing.state is ScopeState.PURGED:
        return Move.DELETE
    if held is LinkState.DISABLED:
        return Move.SKIP
    if rules.profile.user.unassign == "delete":
        return Move.DELETE
    return Move.DISABLE if disabling(rules, subject) else Move.SKIP


_NEEDS: dict[Move, Action] = {Move.UPDATE: "update", Move.DISABLE: "update", Move.DELETE: "delete"}


def allowed(rules: Rules, kind: ObjectKind, move: Move) -> bool:
    """Return whether the profile's actions allow it: disabling is an update."""
    return move not in _NEEDS or _NEEDS[move] in rules.of(kind).actions


def disabling(rules: Rules, subject: Subject) -> list[AttributeMapping]:
    """Return the mappings that disabling a user sends; none: it is not disabled.

    A user in the recycle bin also has a new userPrincipalName (observed: onyx-dot-app/onyx#14074).
    """
    if rules.profile.user.unassign == "nothing":
        return []
    state = subject.standing.state
    names = [SOFT_DELETED, *([ENABLED] if state is ScopeState.BLOCKED else [])]
    rows = rules.profile.user.mapping
    if not any(depends_on(row, *names) for row in rows):
        return []
    names += [ENABLED, *([LOGIN] if renames(rules, subject) else [])]
    return [row for row in rows if depends_on(row, *names)]


def renames(rules: Rules, subject: Subject) -> bool:
    """Return whether the user's userPrincipalName is that of the recycle bin."""
    return rules.job.tombstone and subject.standing.state is ScopeState.BINNED


def attributes(rules: Rules, subject: Subject) -> dict[str, Any]:
    """Return the source attributes as the mapping sees them.

    IsSoftDeleted is true whenever the object is not in scope (Microsoft: How provisioning works). In the recycle bin,
    the userPrincipalName begins with the 32 hex digits of the object's id.
    """
    source = {} if subject.source is None else dict(subject.source.attributes)
    found = {**source, "objectId": subject.id, SOFT_DELETED: not subject.standing.in_scope}
    if subject.boss is not None:
        found["manager"] = subject.boss
    if renames(rules, subject) and source.get(LOGIN):
        found[LOGIN] = subject.id.replace("-", "") + str(source[LOGIN])
    return found


def state_after(subject: Subject, move: Move) -> LinkState:
    """Return the state of the link once this was done."""
    if move is Move.DELETE:
        return LinkState.GONE
    if move in {Move.MATCH, Move.UPDATE}:
        return LinkState.ACTIVE
    released = subject.standing.state is ScopeState.OUT
    return LinkState.RELEASED if released else LinkState.DISABLED


def skipped(subject: Subject) -> Link | None:
    """Return the link of an object that is skipped.

    An inactive account of a user out of scope is no longer managed; an active one stays as it is.
    """
    link = subject.link
    if link is None or link.state is not LinkState.DISABLED:
        return link
    return replace(link, state=state_after(subject, Move.SKIP))
