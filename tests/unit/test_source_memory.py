"""The directory in memory: what a cycle looks at after a change."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from scim_conformance.entra.source.memory import MemoryView, Snapshot
from scim_conformance.entra.source.model import Assignment, Due, MemberDelta, ObjectKind, SourceObject, SourceView

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def user(name: str, **attributes: Any) -> SourceObject:
    return SourceObject(name, ObjectKind.USER, {"userPrincipalName": f"{name}@example.com", **attributes})


def group(name: str) -> SourceObject:
    return SourceObject(name, ObjectKind.GROUP, {"displayName": name})


def snapshot(
    *objects: SourceObject,
    members: Mapping[str, Sequence[str]] | None = None,
    managers: Mapping[str, str] | None = None,
    assigned: Sequence[Assignment] = (),
) -> Snapshot:
    return Snapshot.of(objects, dict(members or {}), dict(managers or {}), assigned)


def due(view: MemoryView, kind: ObjectKind = ObjectKind.USER, at: datetime = NOW) -> list[Due]:
    return list(view.due(kind, view_before(view), at))


def view_before(view: MemoryView) -> Any:
    return MemoryView(view.history[:-1]).watermark


def test_an_initial_cycle_looks_at_everything_of_a_kind() -> None:
    view: SourceView = MemoryView([snapshot(user("ann"), group("staff"), user("bob"))])
    assert [one.id for one in view.due(ObjectKind.USER, None, NOW)] == ["ann", "bob"]
    assert [one.id for one in view.due(ObjectKind.GROUP, None, NOW)] == ["staff"]


def test_what_did_not_change_is_not_due() -> None:
    same = snapshot(user("ann"), group("staff"), members={"staff": ["ann"]})
    view = MemoryView([same, snapshot(user("ann"), group("staff"), members={"staff": ["ann"]})])
    assert due(view) == []
    assert due(view, ObjectKind.GROUP) == []


def test_an_attribute_a_manager_the_bin_and_an_assignment_are_changes() -> None:
    before = snapshot(user("ann"), user("bob"), user("cat"), user("dan"), user("eve"))
    binned = SourceObject("cat", ObjectKind.USER, {"userPrincipalName": "cat@example.com"}, binned=True)
    after = snapshot(
        user("ann", jobTitle="Lead"), user("bob"), binned, user("dan"), user("eve"),
        managers={"bob": "ann"}, assigned=[Assignment("dan", ObjectKind.USER)],
    )  # fmt: skip
    assert [one.id for one in due(MemoryView([before, after]))] == ["ann", "bob", "cat", "dan"]


def test_a_membership_in_an_assigned_group_is_a_change_of_the_user_and_another_is_one_of_the_group_alone() -> None:
    staff = [Assignment("staff", ObjectKind.GROUP)]
    objects = [user("ann"), user("bob"), group("staff"), group("other")]
    before = snapshot(*objects, members={"staff": [], "other": []}, assigned=staff)
    after = snapshot(*objects, members={"staff": ["ann"], "other": ["bob"]}, assigned=staff)
    view = MemoryView([before, after])
    assert [one.id for one in due(view)] == ["ann"]
    assert [one.id for one in due(view, ObjectKind.GROUP)] == ["staff", "other"]
    assert view.assignments("ann") == (Assignment("staff", ObjectKind.GROUP),)
    assert view.assignments("bob") == ()


def test_who_was_purged_is_due_first_and_without_a_source() -> None:
    view = MemoryView([snapshot(user("ann"), user("bob")), snapshot(user("ann", jobTitle="Lead"))])
    assert due(view)[0] == Due("bob", ObjectKind.USER, None)
    assert view.get("bob") is None


def test_a_retry_is_due_at_its_time() -> None:
    view = MemoryView([snapshot(user("ann")), snapshot(user("ann"))], retries={"ann": NOW + timedelta(hours=6)})
    assert due(view) == []
    assert due(view, at=NOW + timedelta(hours=6)) == [Due("ann", ObjectKind.USER, user("ann"), retry=True)]


def test_joined_is_the_difference_from_what_the_target_was_sent() -> None:
    view = MemoryView([snapshot(user("ann"), user("bob"), group("staff"), members={"staff": ["ann", "bob"]})])
    assert view.joined("staff") == MemberDelta(("ann", "bob"), ())
    view.told("staff", ["ann", "old"])
    assert view.joined("staff") == MemberDelta(("bob",), ("old",))
    view.told("staff", removed=["old"])
    assert view.joined("staff").removed == ()
