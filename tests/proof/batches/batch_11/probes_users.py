"""Probes of the eleventh batch over a raw socket, of creations and changes of users: True where the fault shows."""

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import merged, op, replaced, unique, values, work
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire

OK = {200, 204}
STREET = 'addresses[type eq "work"].streetAddress'
FORMATTED = 'addresses[type eq "other"].formatted'


def leftover_phones(wire: Wire) -> bool:
    assert "phoneNumbers" not in wire.read(wire.user())
    first = wire.user(phoneNumbers=[{"type": "mobile", "value": "1"}])
    assert values(wire.read(first)["phoneNumbers"]) == ["1"]
    return values(wire.read(wire.user()).get("phoneNumbers") or []) == ["1"]


def display_name_unique_409(wire: Wire) -> bool:
    user, other = wire.user(displayName="Jo Young"), wire.user(displayName="Ann Boss")
    assert wire.change(user, replaced("displayName", "Jo Young")).status in OK
    replies = [wire.create(displayName="Jo Young"), wire.change(other, replaced("displayName", "Jo Young"))]
    return [one.status for one in replies] == [409, 409]


def department_other(wire: Wire) -> bool:
    users = [wire.user(**{ENTERPRISE: {"department": name}}) for name in ("Sales", "Research")]
    found = [wire.read(user)[ENTERPRISE]["department"] for user in users]
    assert found[0] == "Sales"
    assert wire.change(users[0], merged(**{f"{ENTERPRISE}:department": "Retail"})).status in OK
    return [found[1], wire.read(users[0])[ENTERPRISE]["department"]] == ["Other", "Other"]


def email_taken_from_other(wire: Wire) -> bool:
    names = [f"{unique()}@example.com" for _ in range(3)]
    first, other, third = (wire.user(emails=work(name)) for name in names)
    assert wire.change(third, replaced('emails[type eq "work"].value', names[0])).status in OK
    found = [values(wire.read(one).get("emails") or []) for one in (first, other, third)]
    assert found[1:] == [names[1:2], names[:1]]
    return not found[0]


def shared_address_row(wire: Wire) -> bool:
    places = [{"type": "work", "streetAddress": street} for street in ("Main St 1", "Main St 1", "Park Rd 2")]
    user, twin, other = (wire.user(addresses=[place]) for place in places)
    assert wire.change(user, replaced(STREET, "High St 3")).status in OK
    found = [wire.read(one)["addresses"][0]["streetAddress"] for one in (user, twin, other)]
    assert [found[0], found[2]] == ["High St 3", "Park Rd 2"]
    return bool(found[1] == "High St 3")


def add_concatenates(wire: Wire) -> bool:
    user = wire.user(title="Boss", **{ENTERPRISE: {"department": "Sales"}})
    assert wire.change(user, op("Add", "nickName", "Jo"), replaced("displayName", "Jo")).status in OK
    assert wire.change(user, op("Add", "title", "Chief")).status in OK
    assert wire.change(user, op("add", None, {f"{ENTERPRISE}:department": "Retail"})).status in OK
    found = wire.read(user)
    assert [found["nickName"], found["displayName"]] == ["Jo", "Jo"]
    return [found["title"], found[ENTERPRISE]["department"]] == ["BossChief", "SalesRetail"]


def capital_part_ignored(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    assert wire.change(other, replaced(FORMATTED, "18/2111")).status in OK
    assert wire.read(other)["addresses"][0]["formatted"] == "18/2111"
    capital = FORMATTED.replace("formatted", "Formatted")
    assert wire.change(user, replaced(capital, "18/2111"), replaced("title", "Boss")).status in OK
    found = wire.read(user)
    assert found["title"] == "Boss"
    return "addresses" not in found


def rename_writes_external_id(wire: Wire) -> bool:
    user, key, name = wire.user(externalId="jo"), "externalId", f"{unique()}@example.com"
    assert wire.change(user, replaced("title", "Boss")).status in OK
    assert wire.read(user)[key] == "jo"
    assert wire.change(user, merged(userName=name)).status in OK
    return bool(wire.read(user)[key] == name)


def title_resets_roles(wire: Wire) -> bool:
    user = wire.user(roles=[{"value": "Admin", "primary": True}])
    assert wire.change(user, replaced("displayName", "Jo")).status in OK
    assert values(wire.read(user)["roles"]) == ["Admin"]
    assert wire.change(user, replaced("title", "Boss")).status in OK
    return "roles" not in wire.read(user)


def second_change_in_second_lost(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    for one, title in ((user, "Boss"), (other, "Boss"), (user, "Chief")):
        assert wire.change(one, replaced("title", title)).status in OK
    assert wire.read(other)["title"] == "Boss"
    return bool(wire.read(user)["title"] == "Boss")


def audit_column_500(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, replaced("title", "a" * 200)).status in OK
    reply = wire.change(user, replaced("title", "b" * 1000))
    assert wire.read(user)["title"] == "b" * 1000
    return reply.status == 500


def refusal_keeps_lock(wire: Wire) -> bool:
    taken = f"{unique()}@example.com"
    wire.user(userName=taken)
    user, other = wire.user(), wire.user()
    assert wire.change(user, replaced("title", "Boss")).status in OK
    assert wire.change(user, replaced("userName", taken)).status == 409
    assert wire.change(other, replaced("title", "Boss")).status in OK
    return wire.change(user, replaced("title", "Chief")).status == 409


def delete_of_recreated_stays(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    first = wire.user(userName=name)
    assert [wire.delete(f"/Users/{first}").status, wire.get(f"/Users/{first}").status] == [204, 404]
    second = wire.user(userName=name)
    assert wire.delete(f"/Users/{second}").status == 204
    return wire.get(f"/Users/{second}").status == 200


def disable_toggles(wire: Wire) -> bool:
    user = wire.user()
    found = []
    for change in (replaced("active", "False"), merged(active=False)):
        assert wire.change(user, change).status in OK
        found.append(wire.read(user)["active"])
    return found == [False, True]


def department_change_leaves_groups(wire: Wire) -> bool:
    user, other = wire.user(**{ENTERPRISE: {"department": "Sales"}}), wire.user()
    group = wire.group(user, other)
    assert wire.change(user, replaced("title", "Boss")).status in OK
    assert wire.members(group) == [user, other]
    assert wire.change(user, replaced(f"{ENTERPRISE}:department", "Retail")).status in OK
    return wire.members(group) == [other]


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        leftover_phones,
        display_name_unique_409,
        department_other,
        email_taken_from_other,
        shared_address_row,
        add_concatenates,
        capital_part_ignored,
        rename_writes_external_id,
        title_resets_roles,
        second_change_in_second_lost,
        audit_column_500,
        refusal_keeps_lock,
        delete_of_recreated_stays,
        disable_toggles,
        department_change_leaves_groups,
    )
}
