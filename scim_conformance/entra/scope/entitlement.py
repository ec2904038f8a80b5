"""Whether an object is in scope, and why: active, assigned, with a role that counts, and through the scoping filters.

The first of these that is not so gives the reason; all are kept for the provisioning log. Sources: Microsoft, "How
application provisioning works" (assignment, nested groups), "No users are being provisioned" (Default Access, matching
values), "Scoping users or groups to be provisioned using scoping filters". That a group without security must be out of
scope where assignment decides is inferred.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.profiles.scoping import ScopingFilter
from scim_conformance.entra.scope import filters
from scim_conformance.entra.source.model import (
    DEFAULT_ACCESS,
    PURGED,
    Assignment,
    Entitlement,
    ObjectKind,
    ScopeReason,
    ScopeState,
    SourceObject,
    SourceView,
)


def entitled(profile: Profile, view: SourceView, source: SourceObject | None) -> Entitlement:
    """Return whether an object of the directory is in scope; None is an object that was purged."""
    if source is None:
        return PURGED
    given = _assigned(profile, view, source)
    # A filter may ask for IsSoftDeleted, which is the bin here: what it means for a target depends on this result.
    scoped = filters.evaluate(_filters(profile, source.kind), {**source.attributes, "IsSoftDeleted": source.binned})
    found = replace(
        given.entitlement,
        active=source.enabled and not source.binned,
        passed=scoped.passed,
        clauses=scoped.clauses,
        unanchored=scoped.unanchored,
        problems=scoped.problems,
    )
    return _judged(found, source, given.reason)


def _filters(profile: Profile, kind: ObjectKind) -> Sequence[ScopingFilter]:
    rows = profile.user if kind is ObjectKind.USER else profile.group
    return rows.scope if rows else ()


@dataclass(frozen=True)
class _Assigned:
    """How an object is assigned, and the reason if it is not."""

    entitlement: Entitlement
    reason: ScopeReason


def _assigned(profile: Profile, view: SourceView, source: SourceObject) -> _Assigned:
    if profile.job.scope == "all":
        return _Assigned(Entitlement(ScopeState.IN, ScopeReason.IN_SCOPE), ScopeReason.NOT_ASSIGNED)
    if source.kind is ObjectKind.GROUP and not source.secured:
        return _Assigned(_unassigned(), ScopeReason.NOT_SECURED)
    counted = [one for one in view.assignments(source.id) if _counts(view, source, one)]
    if not counted:
        return _Assigned(_unassigned(), ScopeReason.NOT_ASSIGNED)
    return _Assigned(_by_role(profile, source, counted), ScopeReason.NOT_ASSIGNED)


def _unassigned() -> Entitlement:
    return Entitlement(ScopeState.OUT, ScopeReason.NOT_ASSIGNED, assigned=False, role=False)


def _counts(view: SourceView, source: SourceObject, one: Assignment) -> bool:
    """Return whether an assignment reaches an object: its own, or for a user that of a group that is secured.

    A group is assigned by itself alone: nested groups end at the first level. A group of which only the members are
    known counts as secured.
    """
    if one.principal == source.id:
        return True
    group = view.get(one.principal)
    return source.kind is ObjectKind.USER and (group is None or (group.secured and not group.binned))


def _by_role(profile: Profile, source: SourceObject, counted: Sequence[Assignment]) -> Entitlement:
    with_role = [one for one in counted if one.role != DEFAULT_ACCESS]
    excluded = profile.job.default_access == "excluded" and source.kind is ObjectKind.USER
    return Entitlement(
        ScopeState.IN,
        ScopeReason.IN_SCOPE,
        role=bool(with_role) or not excluded,
        direct=any(one.principal == source.id for one in counted),
        through=tuple(dict.fromkeys(one.principal for one in counted if one.principal != source.id)),
        on_default=not with_role and not excluded,
    )


def _judged(found: Entitlement, source: SourceObject, unassigned: ScopeReason) -> Entitlement:
    """Add state and reason. The reason is the first question answered with no; the state, what decides in a cycle."""
    if source.binned:
        return replace(found, state=ScopeState.BINNED, reason=ScopeReason.BINNED)
    reasons = [
        reason
        for holds, reason in (
            (found.active, ScopeReason.BLOCKED),
            (found.assigned, unassigned),
            (found.role, ScopeReason.ROLE),
            (found.passed, ScopeReason.FILTERED),
        )
        if not holds
    ]
    is_out = any(reason is not ScopeReason.BLOCKED for reason in reasons)
    state = ScopeState.OUT if is_out else ScopeState.BLOCKED if reasons else ScopeState.IN
    return replace(found, state=state, reason=reasons[0] if reasons else ScopeReason.IN_SCOPE)
