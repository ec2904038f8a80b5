"""Probes of the defects in how an account is disabled, enabled again and deleted."""

from scim_conformance.demo.lifecycle_defects import LAST_ADMIN
from tests.probes.wire import Wire, merged, probe, replaced, unique


def _disabled(wire: Wire) -> str:
    user = wire.user()
    assert wire.change(user, merged(active=False)).status in {200, 204}
    return user


def _deleted(wire: Wire, name: str | None = None) -> str:
    user = wire.user(userName=name)
    assert wire.delete(f"/Users/{user}").status == 204
    return user


@probe("inactive-hidden")
def inactive_hidden(wire: Wire) -> bool:
    return wire.get(f"/Users/{_disabled(wire)}").status == 404


@probe("boolean-string-400")
def boolean_string_400(wire: Wire) -> bool:
    assert wire.change(wire.user(), replaced("active", False)).status in {200, 204}
    return wire.change(wire.user(), replaced("active", "False")).status == 400


@probe("active-string")
def active_string(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, replaced("active", "False")).status in {200, 204}
    return bool(wire.read(user)["active"])


@probe("reactivation-400")
def reactivation_400(wire: Wire) -> bool:
    return wire.change(_disabled(wire), replaced("active", "True")).status == 400


@probe("pathless-active-ignored")
def pathless_active_ignored(wire: Wire) -> bool:
    return bool(wire.read(_disabled(wire))["active"])


@probe("pathless-active-wipes")
def pathless_active_wipes(wire: Wire) -> bool:
    user = wire.user(displayName="Jo")
    assert wire.change(user, merged(active=False)).status in {200, 204}
    return "displayName" not in wire.read(user)


@probe("buried-name-stays")
def buried_name_stays(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    user = wire.user(userName=name)
    buried = [replaced("userName", f"{'0a' * 16}{name}"), replaced("active", "False")]
    for operations in (buried, [replaced("userName", name), replaced("active", "True")]):
        assert wire.change(user, *operations).status in {200, 204}
    return bool(wire.read(user)["userName"] != name)


@probe("inactive-locked")
def inactive_locked(wire: Wire) -> bool:
    return wire.change(_disabled(wire), replaced("title", "Boss")).status == 409


@probe("disable-deletes")
def disable_deletes(wire: Wire) -> bool:
    user = _disabled(wire)
    return wire.get(f"/Users/{user}").status == wire.delete(f"/Users/{user}").status == 404


@probe("last-admin-403")
def last_admin_403(wire: Wire) -> bool:
    return wire.change(LAST_ADMIN, replaced("active", "False")).status == 403


@probe("delete-405")
def delete_405(wire: Wire) -> bool:
    return wire.delete(f"/Users/{wire.user()}").status == 405


@probe("delete-of-member-500")
def delete_of_member_500(wire: Wire) -> bool:
    user = wire.user()
    wire.group(user)
    _deleted(wire)
    return wire.delete(f"/Users/{user}").status == 500


@probe("tombstone")
def tombstone(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    _deleted(wire, name)
    return wire.create(userName=name).status == 409


@probe("deleted-stays")
def deleted_stays(wire: Wire) -> bool:
    return wire.get(f"/Users/{_deleted(wire)}").status == 200


@probe("deleted-still-found")
def deleted_still_found(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    assert wire.get(f"/Users/{_deleted(wire, name)}").status == 404
    return len(wire.find("Users", f'userName eq "{name}"').listed) == 1


@probe("delete-again-204")
def delete_again_204(wire: Wire) -> bool:
    return wire.delete(f"/Users/{_deleted(wire)}").status == 204


@probe("delete-again-500")
def delete_again_500(wire: Wire) -> bool:
    return wire.delete(f"/Users/{_deleted(wire)}").status == 500


@probe("manager-undeletable")
def manager_undeletable(wire: Wire) -> bool:
    boss = wire.user()
    enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    assert wire.create(**{enterprise: {"manager": {"value": boss}}}).status == 201
    return wire.delete(f"/Users/{boss}").status == 409
