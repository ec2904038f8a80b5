"""The embedded target has each member of a group once, however often it is added."""

from collections.abc import Iterator

import pytest

from scim_conformance.demo.probing.bodies import added, op, removed
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.server import serve


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with serve() as served:
        yield Wire(served)


@pytest.mark.parametrize("more", [{"type": "User"}, {"display": "Ada"}, {}])
def test_a_member_who_is_added_again_is_there_once_and_changes_nothing(wire: Wire, more: dict[str, str]) -> None:
    group = wire.group(user := wire.user())
    before = wire.get(f"/Groups/{group}").json
    assert wire.patch(f"/Groups/{group}", op("add", "members", [{"value": user, **more}])).status == 204
    assert wire.get(f"/Groups/{group}").json == before


def test_a_member_who_is_added_without_a_path_is_there_once(wire: Wire) -> None:
    group = wire.group(user := wire.user())
    again = op("add", None, {"members": [{"value": user, "type": "User"}]})
    assert wire.patch(f"/Groups/{group}", again).status == 204
    assert wire.members(group) == [user]


def test_the_rest_of_a_request_that_adds_a_member_again_is_applied(wire: Wire) -> None:
    group, other = wire.group(user := wire.user()), wire.user()
    both = op("add", "members", [{"value": user, "type": "User"}, {"value": other, "type": "User"}])
    assert wire.patch(f"/Groups/{group}", both, op("replace", "displayName", "renamed")).status == 204
    assert wire.members(group) == [user, other]
    assert wire.get(f"/Groups/{group}").json["displayName"] == "renamed"


def test_a_member_who_was_removed_is_added_as_it_is_sent(wire: Wire) -> None:
    group = wire.group(user := wire.user())
    again = op("add", "members", [{"value": user, "type": "User"}])
    assert wire.patch(f"/Groups/{group}", removed(user), again).status == 204
    assert [one.get("type") for one in wire.get(f"/Groups/{group}").json["members"]] == ["User"]
    assert wire.patch(f"/Groups/{group}", added(user), removed(user)).status == 204
    assert wire.members(group) == []
