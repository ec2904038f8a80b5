"""Probes of the seventh batch over a raw socket, of users and of what they are created with: True where it shows."""

from typing import Any

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import ids, merged, op, replaced, unique, values, work
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE

OK = {200, 204}


def _found(wire: Wire, name: str) -> list[Any]:
    return ids(wire.find("Users", f'userName eq "{name}"').listed)


def _mailed(wire: Wire, name: str) -> str:
    return wire.user(userName=name, emails=work(f"{unique()}@example.com"))


def eq_in_value_unfound(wire: Wire) -> bool:
    plain, name = f"{unique()}@example.com", f"{unique()}-frequency@example.com"
    assert _found(wire, plain) == []
    users = [_mailed(wire, plain), _mailed(wire, name)]
    assert _found(wire, plain) == users[:1]
    assert _found(wire, name) in ([], users[1:])
    return _found(wire, name) == []


def digit_name_unfound(wire: Wire) -> bool:
    name = "70198402"
    user = _mailed(wire, name)
    assert wire.read(user)["userName"] == name
    assert wire.create(userName=name).status == 409
    return _found(wire, name) == []


def mailless_unfound(wire: Wire) -> bool:
    with_mail, without = f"{unique()}@example.com", f"{unique()}@example.com"
    user = _mailed(wire, with_mail)
    other = wire.user(userName=without)
    assert _found(wire, with_mail) == [user]
    assert wire.read(other)["userName"] == without
    return _found(wire, without) == []


def found_id_unknown(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    user = _mailed(wire, name)
    (found,) = _found(wire, name)
    assert wire.read(user)["id"] == user
    return found != user and wire.get(f"/Users/{found}").status == 404


def half_name_dropped(wire: Wire) -> bool:
    whole = wire.user(name={"givenName": "Jo", "familyName": "Young"})
    assert wire.read(whole)["name"]["givenName"] == "Jo"
    half = wire.user(name={"givenName": "Madonna"})
    assert wire.change(half, replaced("name.givenName", "Cher")).status in OK
    return "name" not in wire.read(half)


def creation_email_is_login(wire: Wire) -> bool:
    name, mail = f"{unique()}@example.com", f"{unique()}@example.com"
    user = wire.user(userName=name, emails=work(mail))
    first = values(wire.read(user)["emails"])
    assert wire.change(user, replaced('emails[type eq "work"].value', mail)).status in OK
    assert values(wire.read(user)["emails"]) == [mail]
    return first == [name]


def no_becomes_false(wire: Wire) -> bool:
    user = wire.user(addresses=[{"type": "work", "region": "ON", "locality": "Oslo"}], title="Boss")
    found = wire.read(user)
    assert (found["title"], found["addresses"][0]["locality"]) == ("Boss", "Oslo")
    return bool(found["addresses"][0]["region"] == "true")


def null_name_lost(wire: Wire) -> bool:
    found = wire.read(wire.user(name={"givenName": "Jo", "familyName": "Null"}))
    assert found["name"]["givenName"] == "Jo"
    return "familyName" not in found["name"]


def case_change_ignored(wire: Wire) -> bool:
    user = wire.user(displayName="jo young", title="boss")
    assert wire.change(user, replaced("displayName", "Jo Young"), replaced("title", "Chair")).status in OK
    found = wire.read(user)
    assert found["title"] == "Chair"
    return bool(found["displayName"] == "jo young")


def revived_inactive(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    first = wire.user(userName=name)
    assert wire.read(first)["active"] is True
    assert wire.delete(f"/Users/{first}").status == 204
    return wire.read(wire.user(userName=name))["active"] is False


def external_id_reserved(wire: Wire) -> bool:
    external, name = unique(), f"{unique()}@example.com"
    user = wire.user(externalId=external, userName=name)
    assert wire.delete(f"/Users/{user}").status == 204
    assert not wire.find("Users", f'externalId eq "{external}"').listed
    status = wire.create(externalId=external, userName=name).status
    assert status == 409 or wire.delete(f"/Users/{_found(wire, name)[0]}").status == 204
    assert wire.create(externalId=unique(), userName=name).status == 201
    return status == 409


def disabled_change_ignored(wire: Wire) -> bool:
    user = wire.user(title="Clerk")
    assert wire.change(user, replaced("active", "False")).status in OK
    assert wire.change(user, replaced("title", "Boss")).status in OK
    title = wire.read(user)["title"]
    assert wire.change(user, replaced("active", "True"), replaced("title", "Chair")).status in OK
    assert wire.read(user)["title"] == "Chair"
    return bool(title == "Clerk")


def add_enable_ignored(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, op("Add", "active", "False")).status in OK
    assert wire.read(user)["active"] is False
    assert wire.change(user, op("Add", "active", "True")).status in OK
    active = wire.read(user)["active"]
    assert wire.change(user, replaced("active", "True")).status in OK
    assert wire.read(user)["active"] is True
    return active is False


def _sent(wire: Wire, body: dict[str, Any]) -> Any:
    return wire.read(wire.send("POST", "/Users", {"userName": f"{unique()}@example.com", **body}).id)


def schemas_last_lost(wire: Wire) -> bool:
    own, schemas = {ENTERPRISE: {"department": "Sales"}}, {"schemas": [f"{CORE}User", ENTERPRISE]}
    assert _sent(wire, schemas | own)[ENTERPRISE]["department"] == "Sales"
    found = _sent(wire, own | schemas | {"title": "Boss"})
    assert found["title"] == "Boss"
    return ENTERPRISE not in found


def null_ends_reading(wire: Wire) -> bool:
    found = wire.read(wire.user(nickName="Jo", title=None, displayName="Jo Young"))
    assert (found["nickName"], found["active"]) == ("Jo", True)
    return "displayName" not in found


def empty_list_blank_entry(wire: Wire) -> bool:
    found = wire.read(wire.user(roles=[], title="Boss"))
    assert found["title"] == "Boss"
    return bool(found.get("roles"))


def roles_replace_adds(wire: Wire) -> bool:
    user = wire.user(roles=[{"type": "app", "value": "Admin"}])
    assert wire.change(user, op("replace", "roles", [{"type": "app", "value": "Reader"}])).status in OK
    found = values(wire.read(user)["roles"])
    assert "Reader" in found
    return "Admin" in found


def added_urn_keys_ignored(wire: Wire) -> bool:
    user, key = wire.user(), f"{ENTERPRISE}:department"
    assert wire.change(user, op("add", None, {"title": "Boss", key: "Sales"})).status in OK
    found = wire.read(user)
    assert found["title"] == "Boss"
    assert wire.change(user, merged(**{key: "Retail"})).status in OK
    assert wire.read(user)[ENTERPRISE]["department"] == "Retail"
    return ENTERPRISE not in found


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        eq_in_value_unfound,
        digit_name_unfound,
        mailless_unfound,
        found_id_unknown,
        half_name_dropped,
        creation_email_is_login,
        no_becomes_false,
        null_name_lost,
        case_change_ignored,
        revived_inactive,
        external_id_reserved,
        disabled_change_ignored,
        add_enable_ignored,
        schemas_last_lost,
        null_ends_reading,
        empty_list_blank_entry,
        roles_replace_adds,
        added_urn_keys_ignored,
    )
}
