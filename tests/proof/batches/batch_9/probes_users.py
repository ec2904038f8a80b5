"""Probes of the ninth batch over a raw socket, of creations, changes and members: True where the fault shows."""

import uuid

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import added, ids, merged, op, removed, replaced, unique, work
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import PATCH_OP

OK = {200, 204}
FAX = 'phoneNumbers[type eq "fax"].value'


def id_before_flush(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    reply = wire.create(userName=name)
    found = ids(wire.find("Users", f'userName eq "{name}"').listed)
    assert reply.status == 201
    assert reply.headers["location"].endswith(found[0])
    return reply.json["id"] is None


def name_formatted_400(wire: Wire) -> bool:
    user = wire.user(name={"givenName": "Jo", "familyName": "Young"})
    created = wire.create(name={"givenName": "Jo", "familyName": "Young", "formatted": "Jo Young"})
    changed = [wire.change(user, one) for one in (replaced("name.formatted", "J"), merged(**{"name.formatted": "J"}))]
    return [one.status for one in (created, *changed)] == [400, 400, 400]


def fax_400(wire: Wire) -> bool:
    user = wire.user(phoneNumbers=[{"type": "mobile", "value": "1"}])
    created = wire.create(phoneNumbers=[{"type": "fax", "value": "2"}])
    return [created.status, wire.change(user, replaced(FAX, "2")).status] == [400, 400]


def external_id_guid_only(wire: Wire) -> bool:
    user = wire.user(externalId=str(uuid.uuid4()))
    assert "externalId" in wire.read(user)
    return [wire.create(externalId=unique()).status, wire.change(user, merged(externalId=unique())).status] == [400] * 2


def welcome_mail_500(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    wire.user()
    reply = wire.create(userName=name, emails=work(name))
    assert len(wire.find("Users", f'userName eq "{name}"').listed) == 1
    return reply.status == 500


def mobile_and_fax_swapped(wire: Wire) -> bool:
    numbers = {"work": "1", "mobile": "2", "fax": "3"}
    user = wire.user(phoneNumbers=[{"type": kind, "value": value} for kind, value in numbers.items()])
    assert wire.change(user, replaced(FAX, "4")).status in OK
    found = {one["type"]: one["value"] for one in wire.read(user)["phoneNumbers"]}
    return found == {"work": "1", "mobile": "4", "fax": "2"}


def operations_lower_case_only(wire: Wire) -> bool:
    user = wire.user()
    body = {"schemas": [PATCH_OP], "operations": [replaced("title", "Boss")]}
    assert wire.send("PATCH", f"/Users/{user}", body).status in OK
    assert wire.read(user)["title"] == "Boss"
    changed = [wire.change(user, replaced("title", "Chief")), wire.patch(f"/Groups/{wire.group()}", added(user))]
    return [one.status for one in changed] == [400, 400]


def enterprise_path_400(wire: Wire) -> bool:
    user = wire.user(**{ENTERPRISE: {"department": "Sales"}})
    assert wire.change(user, merged(**{f"{ENTERPRISE}:department": "Retail"})).status in OK
    assert wire.read(user)[ENTERPRISE]["department"] == "Retail"
    return wire.change(user, op("Add", f"{ENTERPRISE}:department", "Legal")).status == 400


def dotted_path_400(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, merged(**{"name.givenName": "Jo"})).status in OK
    assert wire.change(user, replaced('emails[type eq "work"].value', "jo@example.com")).status in OK
    return wire.change(user, replaced("name.givenName", "Ann")).status == 400


def remove_without_value_400(wire: Wire) -> bool:
    user = wire.user(title="Boss")
    group = wire.group(user)
    replies = [wire.patch(f"/Groups/{group}", op("remove", f'members[value eq "{user}"]'))]
    replies.append(wire.change(user, op("remove", "title")))
    assert wire.patch(f"/Groups/{group}", removed(user)).status in OK
    return [one.status for one in replies] == [400, 400]


def blank_400(wire: Wire) -> bool:
    user = wire.user(title="Boss")
    assert wire.change(user, replaced("title", "Chief")).status in OK
    return wire.change(user, replaced(f"{ENTERPRISE}:manager", "")).status == 400


def several_operations_400(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, replaced("title", "Boss")).status in OK
    return wire.change(user, replaced("title", "Chief"), replaced("displayName", "Jo")).status == 400


def slash_path_wanted(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, merged(title="Boss")).status in OK
    plain = wire.change(user, replaced("name.givenName", "Jo")).status
    slashed = wire.change(user, replaced("/name/givenName", "Ann")).status
    return plain == 400 and slashed in OK and wire.read(user)["name"]["givenName"] == "Ann"


def unchanged_row_404(wire: Wire) -> bool:
    user = wire.user(title="Boss")
    assert wire.change(user, replaced("title", "Chief")).status in OK
    return wire.change(user, replaced("title", "Chief")).status == 404


def last_value_for_all(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, replaced("displayName", "Jo"), replaced("title", "Boss")).status in OK
    found = wire.read(user)
    assert found["title"] == "Boss"
    return bool(found["displayName"] == "Boss")


def first_key_only(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, merged(displayName="Jo", title="Boss")).status in OK
    found = wire.read(user)
    assert found["displayName"] == "Jo"
    return "title" not in found


def fresh_user_409(wire: Wire) -> bool:
    user = wire.user()
    first, second = (wire.change(user, replaced("title", title)).status for title in ("Boss", "Chief"))
    assert second in OK
    return first == 409


def member_without_type_400(wire: Wire) -> bool:
    user, other, group = wire.user(), wire.user(), wire.group()
    told = op("Add", "members", [{"value": user, "type": "User"}])
    assert wire.patch(f"/Groups/{group}", told).status in OK
    assert wire.members(group) == [user]
    return wire.patch(f"/Groups/{group}", added(other)).status == 400


def member_toggled(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    group = wire.group(user)
    assert wire.members(group) == [user]
    assert wire.patch(f"/Groups/{group}", added(user, other)).status in OK
    assert other in wire.members(group)
    return wire.members(group) == [other]


def namesakes_one_member(wire: Wire) -> bool:
    user, namesake, other = (wire.user(displayName=name) for name in ("Jo Young", "Jo Young", "Ann Boss"))
    group = wire.group(user, other)
    assert wire.members(group) == [user, other]
    assert wire.patch(f"/Groups/{group}", added(namesake)).status in OK
    return {*wire.members(group)} == {namesake, other}


def manager_inverted(wire: Wire) -> bool:
    user, boss = wire.user(), wire.user()
    assert wire.change(user, op("Add", f"{ENTERPRISE}:manager", boss)).status in OK
    found = [(wire.read(one).get(ENTERPRISE) or {}).get("manager") for one in (user, boss)]
    return [(one or {}).get("value") for one in found] == [None, user]


def nonempty_group_delete_409(wire: Wire) -> bool:
    empty, full = wire.group(), wire.group(wire.user())
    assert wire.delete(f"/Groups/{empty}").status == 204
    return wire.delete(f"/Groups/{full}").status == 409


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        id_before_flush,
        name_formatted_400,
        fax_400,
        external_id_guid_only,
        welcome_mail_500,
        mobile_and_fax_swapped,
        operations_lower_case_only,
        enterprise_path_400,
        dotted_path_400,
        remove_without_value_400,
        blank_400,
        several_operations_400,
        slash_path_wanted,
        unchanged_row_404,
        last_value_for_all,
        first_key_only,
        fresh_user_409,
        member_without_type_400,
        member_toggled,
        namesakes_one_member,
        manager_inverted,
        nonempty_group_delete_409,
    )
}
