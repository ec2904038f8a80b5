"""Probes of the tenth batch over a raw socket, of filters, sorting and paging: True where the fault shows."""

from datetime import datetime, timedelta, timezone
from urllib.parse import quote

from scim_conformance.demo.probing.bodies import ids, unique
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire
from tests.proof.batches.batch_10.probes_documents import search


def found(wire: Wire, text: str) -> set[str]:
    """Return the ids of the users that a filter finds."""
    return {*ids(wire.find("Users", text).listed)}


def attributes_by_id_ignored(wire: Wire) -> bool:
    user = wire.user(title="Boss")
    assert "title" not in wire.get("/Users?attributes=userName").listed[0]
    replies = [wire.get(f"/Users/{user}?{one}").json for one in ("attributes=userName", "excludedAttributes=title")]
    return all(one.get("title") == "Boss" for one in replies)


def exclusion_takes_id(wire: Wire) -> bool:
    user = wire.user(title="Boss")
    assert "id" in wire.get(f"/Users/{user}?excludedAttributes=title").json
    assert "id" in wire.get(f"/Users/{user}?attributes=title").json
    return "id" not in wire.get(f"/Users/{user}?excludedAttributes=id").json


def not_unevaluated(wire: Wire) -> bool:
    boss, clerk = (wire.user(title=title) for title in ("Boss", "Clerk"))
    assert found(wire, 'title eq "Boss"') == {boss}
    assert found(wire, 'title eq "not (Boss)"') == set()
    return found(wire, 'not (title eq "Boss")') == {boss} and clerk != boss


def left_to_right(wire: Wire) -> bool:
    first = wire.user(title="A", nickName="x")
    second = wire.user(title="B", nickName="y")
    assert found(wire, 'title eq "A" or (title eq "B" and nickName eq "y")') == {first, second}
    assert found(wire, 'title eq "A or B" or title eq "B"') == {second}
    return found(wire, 'title eq "A" or title eq "B" and nickName eq "y"') == {second}


def offset_cut_off(wire: Wire) -> bool:
    user = wire.user()
    created = datetime.fromisoformat(wire.read(user)["meta"]["created"])
    before = (created - timedelta(minutes=1)).astimezone(timezone(timedelta(hours=2)))
    assert found(wire, f'meta.created gt "{(created - timedelta(minutes=1)):%Y-%m-%dT%H:%M:%S}Z"') == {user}
    return found(wire, f'meta.created gt "{before.isoformat(timespec="seconds")}"') == set()


def value_path_joined(wire: Wire) -> bool:
    home, work = (f"{unique()}@example.com" for _ in range(2))
    user = wire.user(emails=[{"type": "work", "value": work}, {"type": "home", "value": home}])
    assert found(wire, f'emails[type eq "work" and value eq "{work}"]') == {user}
    assert found(wire, f'emails[type eq "other" and value eq "{home}"]') == set()
    return found(wire, f'emails[type eq "work" and value eq "{home}"]') == {user}


def sorted_names(wire: Wire, more: str = "") -> list[str]:
    """Return the userNames of a list that is sorted by them."""
    return [one["userName"] for one in wire.get(f"/Users?sortBy=userName{more}").listed]


def descending_ignored(wire: Wire) -> bool:
    for name in ("b", "a", "c"):
        wire.user(userName=name)
    assert sorted_names(wire) == ["a", "b", "c"]
    body = search(sortBy="userName", sortOrder="descending")
    posted = [one["userName"] for one in wire.send("POST", "/Users/.search", body).listed]
    return sorted_names(wire, "&sortOrder=descending") == posted == ["a", "b", "c"]


def page_then_sort(wire: Wire) -> bool:
    for name in ("c", "b", "a"):
        wire.user(userName=name)
    assert sorted_names(wire) == ["a", "b", "c"]
    assert sorted_names(wire, "&sortOrder=descending") == ["c", "b", "a"]
    return sorted_names(wire, "&startIndex=1&count=2") != ["a", "b"]


def search_page_unread(wire: Wire) -> bool:
    for _ in range(3):
        wire.user()
    assert len(wire.get("/Users?startIndex=2&count=1").listed) == 1
    plain = wire.send("POST", "/Users/.search", search(filter=f'title eq "{quote("a b")}"')).listed
    assert plain == []
    return len(wire.send("POST", "/Users/.search", search(startIndex=2, count=1)).listed) == 3


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        attributes_by_id_ignored,
        exclusion_takes_id,
        not_unevaluated,
        left_to_right,
        offset_cut_off,
        value_path_joined,
        descending_ignored,
        page_then_sort,
        search_page_unread,
    )
}
