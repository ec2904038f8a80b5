"""Probes of the twelfth batch over a raw socket, of the connection, of queries and of creations."""

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import ids, replaced, unique, work
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE

OK = {200, 204}


def groups_unrouted(wire: Wire) -> bool:
    assert wire.get("/Users").status == 200
    reply = wire.find("Groups", f'displayName eq "{unique("group")}"')
    return reply.status == 404 and reply.headers["content-type"].startswith("text/html")


def _attributes(wire: Wire, schema: str) -> dict[str, str]:
    found = next(one for one in wire.get("/Schemas").listed if one["id"] == schema)
    return {one["name"]: one["type"] for one in found["attributes"]}


def schemas_complex_as_string(wire: Wire) -> bool:
    found = _attributes(wire, f"{CORE}User")
    assert found["emails"] == "complex"
    return found["name"] == "string"


def schemas_group_without_members(wire: Wire) -> bool:
    found = _attributes(wire, f"{CORE}Group")
    assert "displayName" in found
    return "members" not in found


def lists_without_emails(wire: Wire) -> bool:
    user = wire.user(emails=work("jo@example.com"))
    assert wire.read(user)["emails"] == work("jo@example.com")
    lists = [wire.find("Users", f'id eq "{user}"').listed, wire.get("/Users").listed]
    assert [ids(one) for one in lists] == [[user], [user]]
    return not any("emails" in one[0] for one in lists)


def local_group_breaks_lists(wire: Wire) -> bool:
    name = unique("group")
    assert wire.create_group(name, externalId=unique()).status == 201
    query = f'displayName eq "{name}"'
    assert len(wire.find("Groups", query).listed) == 1
    assert wire.create_group().status == 201
    return [wire.find("Groups", query).status, wire.get("/Groups").status] == [500, 500]


def team_name_as_slug(wire: Wire) -> bool:
    name = unique("SRE Team")
    group = wire.group(name=name)
    found = wire.find("Groups", f'displayName eq "{name}"').listed
    assert ids(found) == [group]
    return [found[0]["displayName"], wire.get(f"/Groups/{group}").json["displayName"]] == [
        name.lower().replace(" ", "-")
    ] * 2


def listed_once_per_group(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    assert sorted(ids(wire.get("/Users").listed)) == sorted([user, other])
    for _ in range(2):
        wire.group(user)
    pages = [wire.get(f"/Users?startIndex={start}&count=2") for start in (1, 3)]
    found = sorted(one["id"] for page in pages for one in page.listed)
    return found == sorted([user, user, other]) and pages[0].json["totalResults"] == 3


def conflict_unlinks_account(wire: Wire) -> bool:
    name, key = f"{unique()}@example.com", unique()
    user, other = wire.user(userName=name, externalId=key), wire.user(externalId="other")
    assert wire.read(user)["externalId"] == key
    assert wire.create(userName=name.upper(), externalId=key).status == 409
    assert wire.read(other)["externalId"] == "other"
    return "externalId" not in wire.read(user)


def known_manager_creation_500(wire: Wire) -> bool:
    boss = wire.user()
    assert wire.create(**{ENTERPRISE: {"manager": {"value": "nobody"}}}).status == 201
    sent = ({"value": boss}, boss)
    return [wire.create(**{ENTERPRISE: {"manager": one}}).status for one in sent] == [500, 500]


def former_email_reserved(wire: Wire) -> bool:
    old, new = (f"{unique()}@example.com" for _ in range(2))
    user, other = wire.user(emails=work(old)), wire.user(emails=work(unique()))
    path = 'emails[type eq "work"].value'
    assert wire.change(user, replaced(path, new)).status in OK
    replies = [wire.create(emails=work(old)), wire.change(other, replaced(path, old))]
    assert wire.change(user, replaced(path, old)).status in OK
    return [one.status for one in replies] == [409, 409]


def long_login_400(wire: Wire) -> bool:
    user = wire.user(userName=f"{'a' * 21}@a-domain-that-is-long.example")
    reply = wire.change(user, replaced("userName", f"{'0' * 32}jo@example.com"))
    return [reply.status, wire.create(userName=f"{'b' * 22}@example.com").status] == [400, 400]


def created_name_is_email(wire: Wire) -> bool:
    name, mail = (f"{unique()}@example.com" for _ in range(2))
    reply = wire.create(userName=name, emails=work(mail))
    assert wire.read(reply.id)["userName"] == name
    assert wire.create(userName=unique("ann")).json["userName"].startswith("ann")
    return bool(reply.json["userName"] == mail)


def group_period_400(wire: Wire) -> bool:
    group = wire.group(name=unique("Sales_EMEA"))
    replies = [
        wire.create_group(unique("Sales.EMEA")),
        wire.patch(f"/Groups/{group}", replaced("displayName", unique("Sales.EMEA"))),
    ]
    return all(one.status == 400 and "schemas" not in one.json for one in replies)


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        groups_unrouted,
        schemas_complex_as_string,
        schemas_group_without_members,
        lists_without_emails,
        local_group_breaks_lists,
        team_name_as_slug,
        listed_once_per_group,
        conflict_unlinks_account,
        known_manager_creation_500,
        former_email_reserved,
        long_login_400,
        created_name_is_email,
        group_period_400,
    )
}
