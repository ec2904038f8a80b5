"""Who is in scope, and why: from Microsoft's text, one rule after the other."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest

from scim_conformance.entra.profiles.profile import Profile, load
from scim_conformance.entra.profiles.scoping import JobSettings, ScopingClause, ScopingFilter
from scim_conformance.entra.scope.entitlement import entitled
from scim_conformance.entra.source.memory import MemoryView, Snapshot
from scim_conformance.entra.source.model import (
    PURGED,
    Assignment,
    Entitlement,
    ObjectKind,
    ScopeReason,
    ScopeState,
    SourceObject,
)

ROLE = "11111111-0000-4000-8000-000000000001"
SALES = ScopingFilter(title="Sales", clauses=[ScopingClause(attribute="department", operator="EQUALS", value="Sales")])


def profile(*filters: ScopingFilter, **job: Any) -> Profile:
    found = load("entra-default")
    user = msgspec.structs.replace(found.user, scope=[*filters])
    return msgspec.structs.replace(found, user=user, job=JobSettings(**job))


def ann(*, binned: bool = False, **attributes: Any) -> SourceObject:
    return SourceObject("ann", ObjectKind.USER, {"department": "Sales", **attributes}, binned)


def group(name: str = "staff", **attributes: Any) -> SourceObject:
    return SourceObject(name, ObjectKind.GROUP, {"displayName": name, **attributes})


def judged(
    given: Profile,
    one: SourceObject,
    *others: SourceObject,
    assigned: Sequence[Assignment] = (Assignment("ann", ObjectKind.USER, ROLE),),
    members: Mapping[str, Sequence[str]] | None = None,
) -> Entitlement:
    snapshot = Snapshot.of([one, *others], dict(members or {}), {}, assigned)
    return entitled(given, MemoryView([snapshot]), one)


def test_who_is_assigned_is_in_scope() -> None:
    found = judged(profile(), ann())
    assert (found.state, found.reason, found.direct, found.through) == (ScopeState.IN, ScopeReason.IN_SCOPE, True, ())


def test_who_is_not_assigned_is_out_and_with_the_scope_all_in() -> None:
    found = judged(profile(), ann(), assigned=[])
    assert (found.state, found.reason) == (ScopeState.OUT, ScopeReason.NOT_ASSIGNED)
    assert (found.active, found.assigned, found.passed) == (True, False, True)
    assert judged(profile(scope="all"), ann(), assigned=[]).in_scope


def test_direct_members_of_an_assigned_group_are_in_scope_and_nested_groups_are_not_followed() -> None:
    staff = [Assignment("staff", ObjectKind.GROUP, ROLE)]
    found = judged(profile(), ann(), group(), assigned=staff, members={"staff": ["ann"]})
    assert (found.in_scope, found.direct, found.through) == (True, False, ("staff",))
    nested = {"staff": ["inner"], "inner": ["ann"]}
    assert judged(profile(), ann(), group(), group("inner"), assigned=staff, members=nested).state is ScopeState.OUT
    assert not judged(profile(), group("inner"), ann(), group(), assigned=staff, members=nested).in_scope


def test_a_group_without_security_gives_scope_to_no_user_and_has_none() -> None:
    staff = [Assignment("staff", ObjectKind.GROUP, ROLE)]
    mail = group(securityEnabled=False)
    found = judged(profile(), ann(), mail, assigned=staff, members={"staff": ["ann"]})
    assert found.reason is ScopeReason.NOT_ASSIGNED
    assert judged(profile(), mail, assigned=staff).reason is ScopeReason.NOT_SECURED
    assert judged(profile(scope="all"), mail, assigned=[]).in_scope


def test_default_access_counts_unless_the_profile_says_otherwise() -> None:
    default = [Assignment("ann", ObjectKind.USER)]
    found = judged(profile(), ann(), assigned=default)
    assert (found.in_scope, found.on_default) == (True, True)
    found = judged(profile(default_access="excluded"), ann(), assigned=default)
    assert (found.state, found.reason, found.role) == (ScopeState.OUT, ScopeReason.ROLE, False)
    both = [*default, Assignment("ann", ObjectKind.USER, ROLE)]
    assert not judged(profile(), ann(), assigned=both).on_default
    assert judged(profile(default_access="excluded"), ann(), assigned=both).in_scope


def test_a_filter_that_is_false() -> None:
    found = judged(profile(SALES), ann(department="HR"))
    assert (found.state, found.reason) == (ScopeState.OUT, ScopeReason.FILTERED)
    assert found.clauses == {"Sales.department EQUALS 'Sales'": False}
    assert judged(profile(SALES), ann()).in_scope


def test_who_is_blocked_is_not_in_scope_and_not_out() -> None:
    found = judged(profile(), ann(accountEnabled=False))
    assert (found.state, found.reason, found.active) == (ScopeState.BLOCKED, ScopeReason.BLOCKED, False)


def test_who_is_blocked_and_unassigned_is_out_and_the_log_names_the_first_reason() -> None:
    found = judged(profile(), ann(accountEnabled=False), assigned=[])
    assert (found.state, found.reason) == (ScopeState.OUT, ScopeReason.BLOCKED)


@pytest.mark.parametrize("assigned", [[], [Assignment("ann", ObjectKind.USER, ROLE)]])
def test_the_bin_comes_before_everything_else(assigned: list[Assignment]) -> None:
    found = judged(profile(SALES), ann(binned=True, accountEnabled=False), assigned=assigned)
    assert (found.state, found.reason, found.active) == (ScopeState.BINNED, ScopeReason.BINNED, False)


def test_who_was_purged() -> None:
    assert entitled(profile(), MemoryView([Snapshot.of([])]), None) is PURGED


def test_a_filter_may_ask_for_the_bin() -> None:
    alive = ScopingFilter(title="Alive", clauses=[ScopingClause(attribute="IsSoftDeleted", operator="IS FALSE")])
    assert judged(profile(alive), ann()).in_scope
    assert not judged(profile(alive), ann(binned=True)).passed
