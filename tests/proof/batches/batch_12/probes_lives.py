"""Probes of the twelfth batch over a raw socket, of lives of users, of groups and members: True where it shows."""

from scim_conformance.demo.probing.bodies import TITLE, WORK, added, merged, removed, replaced, unique, work
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire

OK = {200, 204}


def _name() -> str:
    return f"{unique()}@example.com"


def renamed_user_new_id(wire: Wire) -> bool:
    user, name = wire.user(), _name()
    assert wire.change(user, TITLE).status in OK
    assert wire.get(f"/Users/{user}").status == 200
    assert wire.change(user, replaced("userName", name)).status in OK
    assert len(wire.find("Users", f'userName eq "{name}"').listed) == 1
    return wire.get(f"/Users/{user}").status == 404


def delete_of_member_disables(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    wire.group(user)
    assert [wire.delete(f"/Users/{one}").status for one in (user, other)] == [204, 204]
    assert wire.get(f"/Users/{other}").status == 404
    reply = wire.get(f"/Users/{user}")
    return reply.status == 200 and reply.json["active"] is False


def new_email_leaves_groups(wire: Wire) -> bool:
    user = wire.user(emails=work(_name()))
    group = wire.group(user)
    assert wire.change(user, TITLE).status in OK
    assert wire.members(group) == [user]
    assert wire.change(user, replaced(WORK, _name())).status in OK
    return not wire.members(group)


def disable_writes_none(wire: Wire) -> bool:
    user = wire.user(name={"givenName": "Jo"})
    other = wire.user(title="Boss")
    for one in (user, other):
        assert wire.change(one, replaced("active", "False")).status in OK
    assert wire.read(other)["title"] == "Boss"
    found = wire.read(user)
    assert found["name"]["givenName"] == "Jo"
    return [found.get("title"), found["name"].get("middleName")] == ["None", "None"]


def disable_resets_roles(wire: Wire) -> bool:
    user = wire.user(roles=[{"value": "Admin", "primary": True}])
    assert wire.change(user, TITLE).status in OK
    assert len(wire.read(user)["roles"]) == 1
    for active in (False, True):
        assert wire.change(user, merged(active=active)).status in OK
    found = wire.read(user)
    assert found["active"] is True
    return "roles" not in found


def grouped_disable_skipped(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    wire.group(user)
    sent = [replaced("active", "False"), replaced("title", "Boss")]
    assert [wire.change(one, *sent).status in OK for one in (user, other)] == [True, True]
    assert wire.read(other)["active"] is False
    assert wire.read(user)["title"] == "Boss"
    return wire.read(user)["active"] is True


def last_group_deletes_account(wire: Wire) -> bool:
    user = wire.user()
    groups = [wire.group(user), wire.group(user)]
    assert wire.patch(f"/Groups/{groups[0]}", removed(user)).status in OK
    assert wire.get(f"/Users/{user}").status == 200
    assert wire.patch(f"/Groups/{groups[1]}", removed(user)).status in OK
    return wire.get(f"/Users/{user}").status == 404


def second_group_409(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    group, second = wire.group(user), wire.group()
    assert wire.patch(f"/Groups/{group}", added(user, other)).status in OK
    return wire.patch(f"/Groups/{second}", added(user)).status == 409


def member_named_twice_500(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    group = wire.group()
    assert wire.patch(f"/Groups/{group}", added(other), added(user)).status in OK
    assert wire.patch(f"/Groups/{group}", added(user)).status in OK
    return wire.patch(f"/Groups/{group}", added(user), added(user)).status == 500


def member_without_display_422(wire: Wire) -> bool:
    user, group = wire.user(), wire.group()
    shown = {"op": "add", "path": "members", "value": [{"value": user, "display": "Jo"}]}
    assert wire.patch(f"/Groups/{group}", shown).status in OK
    return wire.patch(f"/Groups/{group}", added(user)).status == 422


def freed_name_restores_members(wire: Wire) -> bool:
    user, other, name = wire.user(), wire.user(), unique("Sales")
    former, group = wire.group(user, name=name), wire.group(other)
    assert wire.delete(f"/Groups/{former}").status == 204
    assert wire.patch(f"/Groups/{group}", replaced("displayName", unique("Sales"))).status in OK
    assert wire.members(group) == [other]
    assert wire.patch(f"/Groups/{group}", replaced("displayName", name)).status in OK
    return wire.members(group) == [other, user]


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        renamed_user_new_id,
        delete_of_member_disables,
        new_email_leaves_groups,
        disable_writes_none,
        disable_resets_roles,
        grouped_disable_skipped,
        last_group_deletes_account,
        second_group_409,
        member_named_twice_500,
        member_without_display_422,
        freed_name_restores_members,
    )
}
