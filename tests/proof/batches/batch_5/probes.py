"""Probes of the fifth batch over a raw socket: True where the fault shows."""

from typing import Any

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import MOBILE, WORK, ids, merged, op, replaced, unique, values
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE

OK = {200, 204}
MANAGER = f"{ENTERPRISE}:manager"


def _manager(wire: Wire, user: str) -> Any:
    return ((wire.read(user).get(ENTERPRISE) or {}).get("manager") or {}).get("value")


def _set_manager(wire: Wire, user: str, manager: str) -> None:
    assert wire.change(user, op("Add", MANAGER, manager)).status in OK


def enterprise_refused(wire: Wire) -> bool:
    assert wire.create().status == 201
    created = wire.create(**{ENTERPRISE: {"department": "Sales"}})
    changed = wire.change(wire.user(), op("Add", f"{ENTERPRISE}:department", "Sales"))
    return created.status == changed.status == 400


def extension_dropped(wire: Wire) -> bool:
    user = wire.user(**{ENTERPRISE: {"department": "Sales"}})
    created = wire.read(user).get(ENTERPRISE)
    assert wire.change(user, op("Add", f"{ENTERPRISE}:department", "Sales")).status in OK
    return not created and not wire.read(user).get(ENTERPRISE)


def external_id_not_returned(wire: Wire) -> bool:
    external = unique()
    user = wire.user(externalId=external)
    assert ids(wire.find("Users", f'externalId eq "{external}"').listed) == [user]
    return "externalId" not in wire.read(user)


def display_name_derived(wire: Wire) -> bool:
    user = wire.user(displayName="Jo (Sales)", name={"givenName": "Jo", "familyName": "Young"})
    return bool(wire.read(user)["displayName"] == "Jo Young")


def created_pending(wire: Wire) -> bool:
    return wire.read(wire.user())["active"] is False


def created_id_upper(wire: Wire) -> bool:
    user = wire.user()
    return bool(wire.read(user)["id"] != user)


def update_loses_external_id(wire: Wire) -> bool:
    user = wire.user(externalId=unique())
    assert "externalId" in wire.read(user)
    assert wire.change(user, replaced("title", "Boss")).status in OK
    return "externalId" not in wire.read(user)


def manager_as_user_name(wire: Wire) -> bool:
    user, name = wire.user(), f"{unique()}@example.com"
    _set_manager(wire, user, wire.user(userName=name))
    return bool(_manager(wire, user) == name)


def manager_first_stays(wire: Wire) -> bool:
    user, first, second = wire.user(), wire.user(), wire.user()
    _set_manager(wire, user, first)
    _set_manager(wire, user, second)
    assert _manager(wire, user) in {first, second}
    return bool(_manager(wire, user) == first)


def group_name_unfilterable(wire: Wire) -> bool:
    assert wire.find("Groups", 'externalId eq "7"').status == 200
    return wire.find("Groups", 'displayName eq "Sales"').status == 400


def needle_lowered(wire: Wire) -> bool:
    name = unique("Jo")
    wire.user(userName=name)
    return not wire.find("Users", f'userName eq "{name}"').listed


def not_found_500(wire: Wire) -> bool:
    return wire.get("/Users/nobody").status == wire.delete("/Groups/none").status == 500


def delete_done_500(wire: Wire) -> bool:
    user = wire.user()
    status = wire.delete(f"/Users/{user}").status
    assert wire.get(f"/Users/{user}").status == 404
    return status == 500


def start_as_page_number(wire: Wire) -> bool:
    for _ in range(4):
        wire.user()
    page = wire.get("/Users?startIndex=3&count=2").json
    assert page["totalResults"] == 4
    return not page.get("Resources")


def schemas_without_sub_attributes(wire: Wire) -> bool:
    schema = wire.get(f"/Schemas/{CORE}User").json
    return not any(one.get("subAttributes") for one in schema["attributes"])


def reads_open(wire: Wire) -> bool:
    assert wire.send("POST", "/Users", {}, Authorization=None).status == 401
    return wire.get("/Users", Authorization=None).status == 200


def token_one_day(wire: Wire) -> bool:
    form = "application/x-www-form-urlencoded"
    tokens = wire.served.app.tokens
    body = f"grant_type=client_credentials&client_id={tokens.client_id}&client_secret={tokens.client_secret}"
    life: float = wire.send("POST", "/token", body.encode(), Content_Type=form, Authorization=None).json["expires_in"]
    return life == 86400


def user_remove_refused(wire: Wire) -> bool:
    return wire.change(wire.user(title="Boss"), op("Remove", "title")).status == 400


def value_filter_hits_all(wire: Wire) -> bool:
    user = wire.user(phoneNumbers=[{"type": "work", "value": "1"}, {"type": "mobile", "value": "2"}])
    assert wire.change(user, replaced(MOBILE, "3")).status in OK
    return values(wire.read(user)["phoneNumbers"]) == ["3", "3"]


def replace_only_existing(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, replaced("title", "Boss"), replaced(WORK, "jo@example.com")).status in OK
    found = wire.read(user)
    return "title" not in found and "emails" not in found


def pathless_refused(wire: Wire) -> bool:
    return wire.change(wire.user(), merged(title="Boss")).status == 400


def json_boolean_refused(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, replaced("active", "False")).status in OK
    return wire.change(user, op("replace", "active", True)).status == 400


def add_active_ignored(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, op("Add", "active", "False")).status in OK
    return wire.read(user)["active"] is True


def enable_ignored(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, replaced("active", "False")).status in OK
    assert wire.change(user, replaced("active", "True")).status in OK
    return wire.read(user)["active"] is False


def deleted_readable_by_id(wire: Wire) -> bool:
    user = wire.user()
    assert wire.delete(f"/Users/{user}").status == 204
    return wire.get(f"/Users/{user}").status == 200


def delete_needs_disabled(wire: Wire) -> bool:
    user = wire.user()
    status = wire.delete(f"/Users/{user}").status
    if status == 409:
        assert wire.change(user, replaced("active", "False")).status in OK
    return status == 409 and wire.delete(f"/Users/{user}").status == 204


def group_create_needs_members(wire: Wire) -> bool:
    user = wire.user()
    assert wire.create_group(members=[{"value": user}]).status == 201
    return wire.create_group().status == 400


def group_rename_new_id(wire: Wire) -> bool:
    group, name = wire.group(), unique("group")
    assert wire.patch(f"/Groups/{group}", replaced("displayName", name)).status in OK
    return ids(wire.find("Groups", f'displayName eq "{name}"').listed) != [group]


def group_add_overwrites(wire: Wire) -> bool:
    first, second = wire.user(), wire.user()
    group = wire.group(first, second)
    assert second in wire.members(group)
    return first not in wire.members(group)


def member_filter_ignored(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    group = wire.group(user, other)
    assert wire.patch(f"/Groups/{group}", op("remove", f'members[value eq "{user}"]')).status in OK
    return user in wire.members(group)


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        enterprise_refused,
        extension_dropped,
        external_id_not_returned,
        display_name_derived,
        created_pending,
        created_id_upper,
        update_loses_external_id,
        manager_as_user_name,
        manager_first_stays,
        group_name_unfilterable,
        needle_lowered,
        not_found_500,
        delete_done_500,
        start_as_page_number,
        schemas_without_sub_attributes,
        reads_open,
        token_one_day,
        user_remove_refused,
        value_filter_hits_all,
        replace_only_existing,
        pathless_refused,
        json_boolean_refused,
        add_active_ignored,
        enable_ignored,
        deleted_readable_by_id,
        delete_needs_disabled,
        group_create_needs_members,
        group_rename_new_id,
        group_add_overwrites,
        member_filter_ignored,
    )
}
