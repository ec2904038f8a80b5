"""A probe for each legal variant of the eighth batch: True where the answer differs as the variant says."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import added, ids, op, replaced, unique, values, work
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire
from tests.proof.batches.batch_8.variants_references import HISTORY, TEAM

OK = {200, 204}


def connection_closed(wire: Wire) -> bool:
    reply = wire.get("/Users/none", Connection="keep-alive")
    assert reply.status == 404
    return reply.headers.get("connection", "").lower() == "close"


def keys_sorted(wire: Wire) -> bool:
    user = wire.user(title="Boss", name={"givenName": "Jo", "familyName": "Young"})
    assert wire.read(user)["name"] == {"givenName": "Jo", "familyName": "Young"}
    found = [wire.read(user), wire.read(user)["name"], wire.get("/Users").json]
    return all(list(one) == sorted(one) for one in found)


def headers_added(wire: Wire) -> bool:
    replies = [wire.get("/Users"), wire.get("/Users/none")]
    assert [one.status for one in replies] == [200, 404]
    return all({"x-request-id", "ratelimit-limit", "cache-control"} <= set(one.headers) for one in replies)


def pages_of_seven(wire: Wire) -> bool:
    people = {wire.user() for _ in range(9)}
    asked = [wire.get(f"/Users{more}") for more in ("", "?startIndex=1&count=100", "?startIndex=8&count=100")]
    assert {one.json["totalResults"] for one in asked} == {9}
    assert {one["id"] for reply in asked for one in reply.listed} == people
    return [len(one.listed) for one in asked] == [7, 7, 2]


def complete_lists_bare(wire: Wire) -> bool:
    for _ in range(2):
        wire.user()
    partial = wire.get("/Users?startIndex=1&count=1").json
    assert (partial["startIndex"], partial["itemsPerPage"], partial["totalResults"]) == (1, 1, 2)
    return not {"startIndex", "itemsPerPage"} & set(wire.get("/Users").json)


def only_noop_204(wire: Wire) -> bool:
    user = wire.user()
    first, second = (wire.change(user, replaced("title", "Boss")) for _ in range(2))
    assert second.status == 204
    assert wire.read(user)["title"] == "Boss"
    return first.status == 200 and first.json["title"] == "Boss"


def _created(wire: Wire) -> str:
    return str(wire.create().json["meta"]["created"])


def times_with_offset(wire: Wire) -> bool:
    text = _created(wire)
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    assert abs(datetime.now(UTC) - moment) < timedelta(minutes=1)
    return text.endswith("+05:30")


def times_whole_seconds(wire: Wire) -> bool:
    return all(len(_created(wire)) == len("2026-11-30T12:00:00Z") for _ in range(3))


def schemas_extension_first(wire: Wire) -> bool:
    found = wire.read(wire.user(**{ENTERPRISE: {"department": "Sales"}}))["schemas"]
    assert len(found) == 2
    return bool(found[0] == ENTERPRISE)


def primary_false_told(wire: Wire) -> bool:
    phones = [{"type": "work", "value": "1", "primary": True}, {"type": "mobile", "value": "2"}]
    return [one.get("primary") for one in wire.read(wire.user(phoneNumbers=phones))["phoneNumbers"]] == [True, False]


def display_name_made(wire: Wire) -> bool:
    name = unique()
    assert wire.read(wire.user(displayName="Jo"))["displayName"] == "Jo"
    return bool(wire.read(wire.user(userName=f"{name}@example.com")).get("displayName") == name)


def user_type_told(wire: Wire) -> bool:
    assert wire.read(wire.user(userType="Guest"))["userType"] == "Guest"
    return bool(wire.read(wire.user()).get("userType") == "Employee")


def time_zone_told(wire: Wire) -> bool:
    assert wire.read(wire.user(timezone="Asia/Kolkata"))["timezone"] == "Asia/Kolkata"
    found = wire.read(wire.user())
    return (found.get("timezone"), found.get("locale")) == ("Europe/Oslo", "nb-NO")


def profile_page_told(wire: Wire) -> bool:
    user = wire.user()
    return str(wire.read(user).get("profileUrl")).endswith(user)


def photo_made(wire: Wire) -> bool:
    return [one["type"] for one in wire.read(wire.user()).get("photos") or []] == ["photo", "thumbnail"]


def seat_entitlement(wire: Wire) -> bool:
    user = wire.user()
    active = wire.read(user)
    assert wire.change(user, replaced("active", "False")).status in OK
    assert "entitlements" not in wire.read(user)
    return values(active.get("entitlements") or []) == ["seat"]


def email_conflict_409(wire: Wire) -> bool:
    address = f"{unique()}@example.com"
    user = wire.user(emails=work(address))
    assert wire.change(user, replaced('emails[type eq "work"].value', address)).status in OK
    reply = wire.create(emails=work(address))
    return reply.status == 409 and reply.json["scimType"] == "uniqueness"


def user_name_limit(wire: Wire) -> bool:
    assert wire.create(userName=f"{'a' * 130}{unique()}@example.com").status == 201
    return wire.create(userName=f"{'a' * 250}{unique()}@example.com").status == 400


def headquarters_added(wire: Wire) -> bool:
    user = wire.user(addresses=[{"type": "work", "locality": "Bergen"}])
    assert wire.change(user, replaced('addresses[type eq "work"].locality', "Voss")).status in OK
    found = {one["type"]: one["locality"] for one in wire.read(user)["addresses"]}
    assert found["work"] == "Voss"
    return found.get("other") == "Oslo"


def switchboard_added(wire: Wire) -> bool:
    user = wire.user(phoneNumbers=[{"type": "mobile", "value": "1"}])
    found = wire.read(user)["phoneNumbers"]
    assert "1" in values(found)
    return [one["type"] for one in found] == ["other", "mobile"]


def ids_with_colons(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    group = wire.group(user, other)
    assert wire.change(user, replaced("title", "Boss")).status in OK
    assert unquote(wire.read(user)["meta"]["location"]).endswith(user)
    assert wire.patch(f"/Groups/{group}", op("remove", f'members[value eq "{other}"]')).status in OK
    assert wire.members(group) == [user]
    assert wire.delete(f"/Users/{user}").status == 204
    return user.startswith("eu-1:user:~") and wire.get(f"/Users/{user}").status == 404


def _managed(wire: Wire) -> tuple[str, Any]:
    boss = wire.user(displayName="Ann Boss")
    return boss, wire.read(wire.user(**{ENTERPRISE: {"manager": {"value": boss}}}))[ENTERPRISE]["manager"]


def manager_named(wire: Wire) -> bool:
    boss, manager = _managed(wire)
    assert manager["value"] == boss
    return str(manager.get("$ref")).endswith(boss) and manager.get("displayName") == "Ann Boss"


def reports_counted(wire: Wire) -> bool:
    boss, _ = _managed(wire)
    return bool(wire.read(boss).get(TEAM) == {"reports": 1})


def former_names_shown(wire: Wire) -> bool:
    former, name = (f"{unique()}@example.com" for _ in range(2))
    user = wire.user(userName=former)
    assert wire.change(user, replaced("userName", name)).status in OK
    assert ids(wire.find("Users", f'userName eq "{former}"').listed) == []
    return bool(wire.read(user).get(HISTORY) == {"userNames": [former]})


def membership_touches_user(wire: Wire) -> bool:
    user, group = wire.user(), wire.group()
    before = wire.read(user)["meta"]
    assert wire.patch(f"/Groups/{group}", added(user)).status in OK
    after = wire.read(user)["meta"]
    assert before["created"] == after["created"]
    return bool(before["lastModified"] < after["lastModified"])


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        connection_closed,
        keys_sorted,
        headers_added,
        pages_of_seven,
        complete_lists_bare,
        only_noop_204,
        times_with_offset,
        times_whole_seconds,
        schemas_extension_first,
        primary_false_told,
        display_name_made,
        user_type_told,
        time_zone_told,
        profile_page_told,
        photo_made,
        seat_entitlement,
        email_conflict_409,
        user_name_limit,
        headquarters_added,
        switchboard_added,
        ids_with_colons,
        manager_named,
        reports_counted,
        former_names_shown,
        membership_touches_user,
    )
}
