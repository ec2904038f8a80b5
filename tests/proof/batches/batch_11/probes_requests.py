"""Probes of the eleventh batch over a raw socket, of the connection, of filters and of lists."""

import gzip
import time
from concurrent.futures import ThreadPoolExecutor

from scim_conformance.demo.probing.bodies import added, ids, merged, removed, replaced, unique
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire

OK = {200, 204}


def lockout_by_address(wire: Wire) -> bool:
    assert wire.get("/Users").status == 200
    assert [wire.get("/Users", Authorization="Bearer wrong").status for _ in range(2)] == [401, 401]
    return [wire.get("/Users").status for _ in range(4)] == [401, 401, 401, 200]


def disable_ends_sessions(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, replaced("title", "Boss")).status in OK
    assert wire.get(f"/Users/{user}").status == 200
    assert wire.change(user, replaced("active", "False")).status in OK
    return [wire.get(f"/Users/{user}").status for _ in range(2)] == [401, 200]


def long_query_414(wire: Wire) -> bool:
    short, long = unique("group"), unique("group") + "a" * 200
    groups = [wire.group(name=name) for name in (short, long)]
    assert ids(wire.find("Groups", f'displayName eq "{short}"').listed) == groups[:1]
    return wire.find("Groups", f'displayName eq "{long}"').status == 414


def gzip_undeclared(wire: Wire) -> bool:
    user = wire.user()
    assert wire.get("/Users/none").json["status"] == "404"
    assert wire.change(user, replaced("title", "a" * 1100)).status in OK
    reply = wire.get(f"/Users/{user}")
    assert "content-encoding" not in reply.headers
    return reply.body[:2] == b"\x1f\x8b" and user.encode() in gzip.decompress(reply.body)


def body_over_four_kilobytes_413(wire: Wire) -> bool:
    assert wire.create(title="a" * 3000).status == 201
    return wire.create(title="a" * 5000).status == 413


def changes_of_one_throttled(wire: Wire) -> bool:
    user, other, group = wire.user(), wire.user(), wire.group()
    found = [wire.change(user, replaced("title", f"Boss {number}")).status for number in range(6)]
    assert wire.change(other, replaced("title", "Boss")).status in OK
    turns = [wire.patch(f"/Groups/{group}", turn(user)).status for turn in (added, removed) * 3]
    return [found[-1], turns[-1]] == [429, 429] and {*found[:-1], *turns[:-1]} <= OK


def two_creations_at_once_500(wire: Wire) -> bool:
    def create(late: float) -> int:
        time.sleep(late)
        return wire.create().status

    assert [wire.create().status for _ in range(2)] == [201, 201]
    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(create, (0, 0.005, 0.01, 0.015)))
    assert found[0] == 201
    return found[-1] == 500


def discovery_403(wire: Wire) -> bool:
    assert wire.get("/Users").status == 200
    paths = ("/Schemas", "/ResourceTypes", "/ServiceProviderConfig")
    return [wire.get(path).status for path in paths] == [403, 403, 403]


def disabled_not_in_total(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    user = wire.user(userName=name)
    assert wire.find("Users", f'userName eq "{name}"').json["totalResults"] == 1
    assert wire.change(user, merged(active=False)).status in OK
    reply = wire.find("Users", f'userName eq "{name}"')
    assert ids(reply.listed) == [user]
    return bool(reply.json["totalResults"] == 0)


def second_domain_unfound(wire: Wire) -> bool:
    names = [f"{unique()}@{domain}.example" for domain in ("one", "two")]
    users = [wire.user(userName=name) for name in names]
    found = [ids(wire.find("Users", f'userName eq "{name}"').listed) for name in names]
    assert found[0] == users[:1]
    return not found[1]


def capital_i_turkish(wire: Wire) -> bool:
    names = [f"{unique('bob')}@a.org".replace("i", "o"), f"{unique('jill')}@a.org"]
    users = [wire.user(userName=name) for name in names]
    same, plain, dotted = (
        ids(wire.find("Users", f'userName eq "{name}"').listed) for name in (names[1], *(one.upper() for one in names))
    )
    assert [same, plain] == [users[1:], users[:1]]
    return not dotted


def second_rename_unindexed(wire: Wire) -> bool:
    user = wire.user()
    found = []
    for _ in range(2):
        name = f"{unique()}@example.com"
        assert wire.change(user, replaced("userName", name)).status in OK
        found.append(ids(wire.find("Users", f'userName eq "{name}"').listed))
    assert wire.read(user)["userName"] == name
    return found == [[user], []]


def total_capped_at_ten(wire: Wire) -> bool:
    for _ in range(10):
        wire.user()
    assert wire.get("/Users").json["totalResults"] == 10
    assert [wire.create().status for _ in range(2)] == [201, 201]
    last = wire.get("/Users?startIndex=11&count=5")
    assert len(last.listed) == 2
    return bool(last.json["totalResults"] == 10)


def changed_user_unlisted(wire: Wire) -> bool:
    users = [wire.user(userName=f"{unique()}@example.com") for _ in range(3)]
    assert sorted(ids(wire.get("/Users").listed)) == sorted(users)
    assert wire.change(users[1], replaced("title", "Boss")).status in OK
    assert ids(wire.find("Users", f'id eq "{users[1]}"').listed) == [users[1]]
    pages = [wire.get(f"/Users?startIndex={start}&count=1") for start in (1, 2)]
    found = sorted(one["id"] for page in pages for one in page.listed)
    return found == sorted([users[0], users[2]]) and pages[0].json["totalResults"] == 2


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        lockout_by_address,
        disable_ends_sessions,
        long_query_414,
        gzip_undeclared,
        body_over_four_kilobytes_413,
        changes_of_one_throttled,
        two_creations_at_once_500,
        discovery_403,
        disabled_not_in_total,
        second_domain_unfound,
        capital_i_turkish,
        second_rename_unindexed,
        total_capped_at_ten,
        changed_user_unlisted,
    )
}
