"""Probes of the eighth batch over a raw socket, of users and of answers: True where the fault shows."""

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import WORK, ids, merged, op, replaced, unique, values, work
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire

OK = {200, 204}


def plus_decoded_twice(wire: Wire) -> bool:
    name = f"{unique()}+test@example.com"
    user = wire.user(userName=name)
    found = ids(wire.find("Users", f'userName eq "{name}"').listed)
    assert found in ([], [user])
    return not found


def ampersand_cuts_value(wire: Wire) -> bool:
    name = unique("R")
    whole = wire.group(name=f"{name}&D")
    assert ids(wire.find("Groups", f'id eq "{whole}"').listed) == [whole]
    return not wire.find("Groups", f'displayName eq "{name}&D"').listed


def ascii_case_only(wire: Wire) -> bool:
    name = f"{unique('åsa')}@example.com"
    user = wire.user(userName=name)
    shown = [ids(wire.find("Users", f'userName eq "{one}"').listed) for one in (name, "Å" + name[1:].upper())]
    assert shown[0] == ids(wire.find("Users", f'userName eq "å{name[1:].upper()}"').listed) == [user]
    return not shown[1]


def former_name_finds(wire: Wire) -> bool:
    former, name = (f"{unique()}@example.com" for _ in range(2))
    user = wire.user(userName=former)
    assert wire.change(user, replaced("userName", name)).status in OK
    assert ids(wire.find("Users", f'userName eq "{name}"').listed) == [user]
    return ids(wire.find("Users", f'userName eq "{former}"').listed) == [user]


def found_once_per_phone(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    wire.user(userName=name, phoneNumbers=[{"type": "work", "value": "1"}, {"type": "mobile", "value": "2"}])
    reply = wire.find("Users", f'userName eq "{name}"')
    assert len(reply.listed) == reply.json["totalResults"]
    return len(reply.listed) == 2


def every_entry_primary(wire: Wire) -> bool:
    phones = [{"type": "work", "value": "1", "primary": True}, {"type": "mobile", "value": "2"}]
    return [one.get("primary") for one in wire.read(wire.user(phoneNumbers=phones))["phoneNumbers"]] == [True, True]


def name_capitalised(wire: Wire) -> bool:
    user = wire.user(name={"givenName": "Ana", "familyName": "van der Berg"})
    created = wire.read(user)["name"]["familyName"]
    assert wire.change(user, merged(**{"name.familyName": "McDonald"})).status in OK
    return [created, wire.read(user)["name"]["familyName"]] == ["Van Der Berg", "Mcdonald"]


def fax_becomes_other(wire: Wire) -> bool:
    user = wire.user(phoneNumbers=[{"type": "work", "value": "1"}, {"type": "fax", "value": "2"}])
    assert wire.change(user, replaced('phoneNumbers[type eq "fax"].value', "3")).status in OK
    found = wire.read(user)["phoneNumbers"]
    return [(one["type"], one["value"]) for one in found] == [("work", "1"), ("other", "2"), ("other", "3")]


def role_primary_lost(wire: Wire) -> bool:
    user = wire.user(roles=[{"primary": True, "value": "Admin"}])
    assert wire.change(user, replaced('roles[primary eq "True"].value', "Reader")).status in OK
    return values(wire.read(user)["roles"]) == ["Admin", "Reader"]


def postal_code_closed_up(wire: Wire) -> bool:
    user = wire.user(addresses=[{"type": "work", "postalCode": "SW1A 1AA"}])
    created = wire.read(user)["addresses"][0]["postalCode"]
    assert wire.change(user, replaced('addresses[type eq "work"].postalCode', "EC1A 1BB")).status in OK
    return [created, wire.read(user)["addresses"][0]["postalCode"]] == ["SW1A1AA", "EC1A1BB"]


def language_region_cut(wire: Wire) -> bool:
    return bool(wire.read(wire.user(preferredLanguage="en-US"))["preferredLanguage"] == "en")


def latin_1_in_changes(wire: Wire) -> bool:
    user = wire.user(displayName="Zoë")
    assert wire.read(user)["displayName"] == "Zoë"
    assert wire.change(user, replaced("displayName", "Chloë")).status in OK
    return bool(wire.read(user)["displayName"] == "ChloÃ«")


def last_pathless_only(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, op("add", None, {"title": "Boss"}), merged(displayName="Jo")).status in OK
    found = wire.read(user)
    assert found["displayName"] == "Jo"
    return "title" not in found


def pathless_alone(wire: Wire) -> bool:
    user = wire.user(emails=work("a@example.com"))
    assert wire.change(user, op("replace", WORK, "b@example.com"), merged(title="Boss")).status in OK
    found = wire.read(user)
    assert found["title"] == "Boss"
    return values(found["emails"]) == ["a@example.com"]


def address_part_replaces(wire: Wire) -> bool:
    user = wire.user(addresses=[{"type": "work", "locality": "Oslo", "postalCode": "0150"}])
    assert wire.change(user, replaced('addresses[type eq "work"].locality', "Bergen")).status in OK
    return bool(wire.read(user)["addresses"] == [{"type": "work", "locality": "Bergen"}])


def changed_email_untyped(wire: Wire) -> bool:
    user = wire.user(emails=work("a@example.com"))
    for address in ("b@example.com", "c@example.com"):
        assert wire.change(user, replaced(WORK, address)).status in OK
    return values(wire.read(user)["emails"]) == ["b@example.com", "c@example.com"]


def capital_remove_ignored(wire: Wire) -> bool:
    user, other = wire.user(title="Boss"), wire.user(title="Boss")
    assert wire.change(user, op("Remove", "title")).status in OK
    assert wire.change(other, op("remove", "title")).status in OK
    assert "title" not in wire.read(other)
    return bool(wire.read(user).get("title") == "Boss")


def lists_without_extension(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    user = wire.user(userName=name, **{ENTERPRISE: {"department": "Sales"}})
    assert wire.read(user)[ENTERPRISE]["department"] == "Sales"
    return ENTERPRISE not in wire.find("Users", f'userName eq "{name}"').listed[0]


def extension_undeclared(wire: Wire) -> bool:
    found = wire.read(wire.user(**{ENTERPRISE: {"department": "Sales"}}))
    assert ENTERPRISE in found
    return ENTERPRISE not in found["schemas"]


def page_one_too_many(wire: Wire) -> bool:
    for _ in range(4):
        wire.user()
    first, second = (ids(wire.get(f"/Users?startIndex={start}&count=2").listed) for start in (1, 3))
    return len(first) == 3 and first[2] == second[0]


def total_counts_what_is_left(wire: Wire) -> bool:
    for _ in range(4):
        wire.user()
    totals = [wire.get(f"/Users?startIndex={start}&count=2").json["totalResults"] for start in (1, 3)]
    return totals == [4, 2]


def disabled_shown_bare(wire: Wire) -> bool:
    user = wire.user(title="Boss")
    assert wire.change(user, replaced("active", "False")).status in OK
    disabled = wire.read(user)
    assert disabled["active"] is False
    assert wire.change(user, replaced("active", "True")).status in OK
    return "title" not in disabled and wire.read(user)["title"] == "Boss"


def active_only_alone(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    assert wire.change(user, replaced("title", "Boss"), replaced("active", "False")).status in OK
    assert wire.change(other, replaced("active", "False")).status in OK
    assert wire.read(other)["active"] is False
    assert wire.read(user)["title"] == "Boss"
    return wire.read(user)["active"] is True


def disabled_renamed(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    user = wire.user(userName=name)
    shown = []
    for active in ("False", "True"):
        assert wire.change(user, replaced("active", active)).status in OK
        shown.append(ids(wire.find("Users", f'userName eq "{name}"').listed))
    return shown == [[], [user]]


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        plus_decoded_twice,
        ampersand_cuts_value,
        ascii_case_only,
        former_name_finds,
        found_once_per_phone,
        every_entry_primary,
        name_capitalised,
        fax_becomes_other,
        role_primary_lost,
        postal_code_closed_up,
        language_region_cut,
        latin_1_in_changes,
        last_pathless_only,
        pathless_alone,
        address_part_replaces,
        changed_email_untyped,
        capital_remove_ignored,
        lists_without_extension,
        extension_undeclared,
        page_one_too_many,
        total_counts_what_is_left,
        disabled_shown_bare,
        active_only_alone,
        disabled_renamed,
    )
}
