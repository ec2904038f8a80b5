"""Probes of the defects that show in time."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import IncompleteRead

from tests.probes.wire import Reply, Wire, added, probe, replaced, unique


def _at_once(*calls: Callable[[], Reply]) -> list[Reply]:
    """Send requests at the same moment, each over its own connection."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [one.result() for one in [pool.submit(call) for call in calls]]


@probe("late-groups")
def late_groups(wire: Wire) -> bool:
    name = unique("group")
    wire.group(name=name)
    before = wire.find("Groups", f'displayName eq "{name}"').listed
    time.sleep(0.15)
    assert len(wire.find("Groups", f'displayName eq "{name}"').listed) == 1
    return before == []


@probe("late-users")
def late_users(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    wire.user(userName=name)
    before = wire.find("Users", f'userName eq "{name}"').listed
    time.sleep(0.15)
    assert len(wire.find("Users", f'userName eq "{name}"').listed) == 1
    return before == []


@probe("late-changes")
def late_changes(wire: Wire) -> bool:
    user = wire.user(title="Clerk")
    assert wire.change(user, replaced("title", "Boss")).status in {200, 204}
    before = wire.read(user)["title"]
    time.sleep(0.15)
    assert wire.read(user)["title"] == "Boss"
    return bool(before == "Clerk")


@probe("lost-members")
def lost_members(wire: Wire) -> bool:
    group, users = wire.group(), [wire.user() for _ in range(3)]
    replies = _at_once(*(lambda user=user: wire.patch(f"/Groups/{group}", added(user)) for user in users))
    assert {reply.status for reply in replies} <= {200, 204}
    return len(wire.members(group)) < 3


@probe("lost-changes")
def lost_changes(wire: Wire) -> bool:
    user = wire.user(title="Clerk", displayName="Jo")
    said = (replaced("title", "Boss"), replaced("displayName", "Joan"))
    replies = _at_once(*(lambda one=one: wire.change(user, one) for one in said))
    assert {reply.status for reply in replies} <= {200, 204}
    found = wire.read(user)
    return (found["title"], found["displayName"]) != ("Boss", "Joan")


def _twins(wire: Wire) -> list[int]:
    name = f"{unique()}@example.com"
    return sorted(one.status for one in _at_once(*[lambda: wire.create(userName=name)] * 2))


@probe("twins-at-once")
def twins_at_once(wire: Wire) -> bool:
    return _twins(wire) == [201, 201]


@probe("twins-at-once-500")
def twins_at_once_500(wire: Wire) -> bool:
    return _twins(wire) == [201, 500]


def _burst(wire: Wire) -> list[Reply]:
    return [wire.get("/Users/nobody") for _ in range(20)]


@probe("throttled")
def throttled(wire: Wire) -> bool:
    return any(one.status == 429 and "retry-after" in one.headers for one in _burst(wire))


@probe("throttled-without-hint")
def throttled_without_hint(wire: Wire) -> bool:
    return any(one.status == 429 and "retry-after" not in one.headers for one in _burst(wire))


@probe("throttled-as-500")
def throttled_as_500(wire: Wire) -> bool:
    return any(one.status == 500 for one in _burst(wire))


@probe("slow-creations")
def slow_creations(wire: Wire) -> bool:
    started = time.monotonic()
    wire.user()
    return time.monotonic() - started > 1


@probe("broken-off")
def broken_off(wire: Wire) -> bool:
    group = wire.group()
    try:
        wire.patch(f"/Groups/{group}", replaced("displayName", unique("group")))
    except (IncompleteRead, ConnectionError):
        return True
    return False
