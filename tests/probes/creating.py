"""Probes of the defects in how an account is made."""

from typing import Any

from tests.probes.wire import (
    ENTERPRISE,
    WORK,
    Wire,
    person,
    probe,
    replaced,
    unique,
    work,
)

ROLE = [{"primary": True, "type": "WindowsAzureActiveDirectoryRole", "value": "Admin"}]


def _status(wire: Wire, **attributes: Any) -> int:
    assert wire.create().status == 201
    return wire.create(**attributes).status


@probe("manager-post-400")
def manager_post_400(wire: Wire) -> bool:
    return _status(wire, **{ENTERPRISE: {"manager": wire.user()}}) == 400


@probe("null-400")
def null_400(wire: Wire) -> bool:
    return _status(wire, title=None) == 400


@probe("unknown-schema-400")
def unknown_schema_400(wire: Wire) -> bool:
    return wire.send("POST", "/Users", person() | {"schemas": ["urn:x:2.0:User", *person()["schemas"]]}).status == 400


@probe("roles-400")
def roles_400(wire: Wire) -> bool:
    return _status(wire, roles=ROLE) == 400


@probe("meta-400")
def meta_400(wire: Wire) -> bool:
    return _status(wire, meta={"resourceType": "User"}) == 400


@probe("addresses-400")
def addresses_400(wire: Wire) -> bool:
    return wire.change(wire.user(), replaced('addresses[type eq "work"].locality', "Oslo")).status == 400


@probe("profile-400")
def profile_400(wire: Wire) -> bool:
    return wire.change(wire.user(), replaced("nickName", "Jo")).status == 400


@probe("create-200")
def create_200(wire: Wire) -> bool:
    return wire.create().status == 200


@probe("create-without-body")
def create_without_body(wire: Wire) -> bool:
    reply = wire.create()
    assert reply.status == 201
    return reply.body == b""


@probe("create-without-location")
def create_without_location(wire: Wire) -> bool:
    reply = wire.create()
    assert reply.status == 201
    return "location" not in reply.headers


@probe("upn-400")
def upn_400(wire: Wire) -> bool:
    assert wire.create(userName=unique()).status == 201
    return wire.create().status == 400


@probe("email-shape-400")
def email_shape_400(wire: Wire) -> bool:
    return _status(wire, userName=f"{unique()}.o'hara@example.com") == 400


@probe("phone-format-400")
def phone_format_400(wire: Wire) -> bool:
    return _status(wire, phoneNumbers=[{"type": "work", "value": "+1 206 555 0132"}]) == 400


@probe("phones-reformatted")
def phones_reformatted(wire: Wire) -> bool:
    phone = {"type": "work", "value": "+1 206 555 0132"}
    return bool(wire.read(wire.user(phoneNumbers=[phone]))["phoneNumbers"] != [phone])


@probe("names-lowered")
def names_lowered(wire: Wire) -> bool:
    name = f"{unique('Jo')}@example.com"
    return bool(wire.read(wire.user(userName=name))["userName"] != name)


@probe("external-id-lost")
def external_id_lost(wire: Wire) -> bool:
    return "externalId" not in wire.read(wire.user(externalId=unique()))


@probe("email-type-lost")
def email_type_lost(wire: Wire) -> bool:
    address = f"{unique()}@example.com"
    wire.user(emails=work(address))
    return wire.find("Users", f'{WORK} eq "{address}"').listed == []


@probe("active-in-creation-500")
def active_in_creation_500(wire: Wire) -> bool:
    body = person()
    del body["active"]
    assert wire.send("POST", "/Users", body).status == 201
    return wire.create().status == 500


@probe("created-active")
def created_active(wire: Wire) -> bool:
    return bool(wire.read(wire.user(active=False))["active"])


@probe("extension-in-creation-lost")
def extension_in_creation_lost(wire: Wire) -> bool:
    return "department" not in wire.read(wire.user(**{ENTERPRISE: {"department": "Sales"}})).get(ENTERPRISE, {})


def _again(wire: Wire) -> Any:
    """Create somebody twice, and return the first id and the second answer."""
    name = f"{unique()}@example.com"
    return wire.user(userName=name), wire.create(userName=name)


@probe("duplicate-500")
def duplicate_500(wire: Wire) -> bool:
    return bool(_again(wire)[1].status == 500)


@probe("duplicate-400")
def duplicate_400(wire: Wire) -> bool:
    return bool(_again(wire)[1].status == 400)


@probe("conflict-without-type")
def conflict_without_type(wire: Wire) -> bool:
    again = _again(wire)[1]
    return again.status == 409 and "scimType" not in again.json


@probe("duplicate-accepted")
def duplicate_accepted(wire: Wire) -> bool:
    first, again = _again(wire)
    return bool(again.status == 201 and again.id != first)


@probe("twin-by-case")
def twin_by_case(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    wire.user(userName=name)
    assert wire.create(userName=name).status == 409
    return wire.create(userName=name.upper()).status == 201


@probe("duplicate-overwrites")
def duplicate_overwrites(wire: Wire) -> bool:
    first, again = _again(wire)
    return bool(again.status == 201 and again.id == first)


@probe("external-id-taken-500")
def external_id_taken_500(wire: Wire) -> bool:
    key = unique("key")
    wire.user(externalId=key)
    return wire.create(externalId=key).status == 500


@probe("email-takes-over")
def email_takes_over(wire: Wire) -> bool:
    address = f"{unique()}@example.com"
    first = wire.user(emails=work(address))
    return wire.create(emails=work(address)).id == first
