"""Probes of the twelfth batch over a raw socket, of changes of users: True where the fault shows."""

from typing import Any

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import MOBILE, TITLE, WORK, merged, op, replaced, unique, values, work
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import PATCH_OP

OK = {200, 204}
ADMIN: dict[str, Any] = {"value": "Admin", "primary": True}
PRIMARY: dict[str, Any] = {"type": "work", "value": "jo@example.com", "primary": True}


def first_department_500(wire: Wire) -> bool:
    user, other = wire.user(), wire.user(**{ENTERPRISE: {"employeeNumber": "1"}})
    key = f"{ENTERPRISE}:department"
    assert wire.change(other, op("Add", key, "Sales")).status in OK
    assert wire.change(user, TITLE).status in OK
    return [wire.change(user, one).status for one in (op("Add", key, "Sales"), merged(**{key: "Sales"}))] == [500, 500]


def first_display_name_500(wire: Wire) -> bool:
    user, other = wire.user(), wire.user(displayName="Ann")
    sent = (replaced("displayName", "Jo"), merged(displayName="Jo"))
    assert [wire.change(other, one).status in OK for one in (*sent, TITLE)] == [True] * 3
    return [wire.change(user, one).status for one in sent] == [500, 500]


def phone_change_400(wire: Wire) -> bool:
    user = wire.user(phoneNumbers=[{"type": "mobile", "value": "1"}])
    assert values(wire.read(user)["phoneNumbers"]) == ["1"]
    return [wire.change(one, replaced(MOBILE, "2")).status for one in (user, wire.user())] == [400, 400]


def external_id_change_400(wire: Wire) -> bool:
    user, other = wire.user(externalId="jo"), wire.user()
    assert wire.change(other, op("Add", "externalId", "ann")).status in OK
    assert wire.change(user, replaced("externalId", "jo")).status in OK
    return [wire.change(one, merged(externalId=unique())).status for one in (user, other)] == [400, 400]


def role_added_again_400(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, op("Add", "roles", [ADMIN])).status in OK
    assert wire.change(user, op("Add", "roles", [{"value": "Editor"}])).status in OK
    return wire.change(user, op("Add", "roles", [ADMIN])).status == 400


def any_change_clears_roles(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, op("Add", "roles", [ADMIN])).status in OK
    assert values(wire.read(user)["roles"]) == ["Admin"]
    assert wire.change(user, replaced("name.givenName", "Jo")).status in OK
    return "roles" not in wire.read(user)


def patch_answer_is_patch_op(wire: Wire) -> bool:
    user, group = wire.user(), wire.group()
    replies = [wire.change(user, TITLE), wire.patch(f"/Groups/{group}", replaced("displayName", unique()))]
    assert PATCH_OP not in wire.read(user)["schemas"]
    return all(one.status == 200 and one.json["schemas"] == [PATCH_OP] for one in replies)


def changed_email_not_primary(wire: Wire) -> bool:
    user = wire.user(emails=[PRIMARY])
    assert wire.change(user, TITLE).status in OK
    assert wire.read(user)["emails"][0]["primary"] is True
    assert wire.change(user, replaced(WORK, "ann@example.com")).status in OK
    found = wire.read(user)["emails"]
    assert values(found) == ["ann@example.com"]
    return found[0].get("primary") is not True


def changed_email_as_text(wire: Wire) -> bool:
    user = wire.user(emails=[PRIMARY, {"type": "home", "value": "b@example.com"}])
    assert values(wire.read(user)["emails"]) == ["jo@example.com", "b@example.com"]
    assert wire.change(user, replaced(WORK, "ann@example.com")).status in OK
    found = wire.read(user)["emails"]
    assert found[1]["value"] == "b@example.com"
    return bool(found[0] == "ann@example.com")


def first_email_at_top_level(wire: Wire) -> bool:
    user, other = wire.user(), wire.user(emails=work("b@example.com"))
    for one in (user, other):
        assert wire.change(one, op("Add", WORK, "jo@example.com")).status in OK
    assert values(wire.read(other)["emails"]) == ["jo@example.com"]
    found = wire.read(user)
    return "emails" not in found and found["value"] == "jo@example.com"


def added_email_takes_primary(wire: Wire) -> bool:
    user = wire.user(emails=[PRIMARY])
    assert wire.change(user, op("Add", 'emails[type eq "other"].value', "b@example.com")).status in OK
    found = {one["type"]: one.get("primary") for one in wire.read(user)["emails"]}
    return found == {"work": False, "other": True}


def address_of_each_part(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    adds = [op("Add", f'addresses[type eq "work"].{part}', "x") for part in ("streetAddress", "locality")]
    for one in adds:
        assert wire.change(other, one).status in OK
    assert len(wire.read(other)["addresses"]) == 1
    assert wire.change(user, *adds).status in OK
    return len(wire.read(user)["addresses"]) == 2


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        first_department_500,
        first_display_name_500,
        phone_change_400,
        external_id_change_400,
        role_added_again_400,
        any_change_clears_roles,
        patch_answer_is_patch_op,
        changed_email_not_primary,
        changed_email_as_text,
        first_email_at_top_level,
        added_email_takes_primary,
        address_of_each_part,
    )
}
