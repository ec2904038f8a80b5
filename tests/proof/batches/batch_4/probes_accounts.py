"""Probes of the fourth batch over a raw socket, of accounts and their values: True where the defect shows."""

from typing import Any

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import MOBILE, WORK, merged, replaced, unique, work
from scim_conformance.demo.probing.bodies import op as operation
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire
from tests.proof.batches.batch_4.probes_groups import OK, found

TOMBSTONE = "0123456789abcdef" * 2


def _change(wire: Wire, user: str, *operations: dict[str, Any]) -> None:
    reply = wire.change(user, *operations)
    assert reply.status in OK, (reply.status, reply.body)


def _enterprise(wire: Wire, user: str) -> dict[str, Any]:
    return dict(wire.read(user).get(ENTERPRISE) or {})


def _address() -> list[dict[str, str]]:
    return [{"type": "work", "streetAddress": "1 Main St", "locality": "Oslo", "formatted": "18/2111"}]


def delete_of_disabled_ignored(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    assert wire.delete(f"/Users/{other}").status == 204
    assert wire.get(f"/Users/{other}").status == 404
    _change(wire, user, replaced("active", "False"))
    assert wire.delete(f"/Users/{user}").status == 204
    return wire.get(f"/Users/{user}").status == 200


def tombstone_name_hides(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    user = wire.user(userName=name)
    _change(wire, user, replaced("userName", TOMBSTONE + name), replaced("active", "False"))
    status = wire.get(f"/Users/{user}").status
    assert found(wire, f'userName eq "{TOMBSTONE}{name}"') == ([] if status == 404 else [user])
    return status == 404


def revived_as_before(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    assert wire.delete(f"/Users/{wire.user(userName=name, title='Old', nickName='Jo')}").status == 204
    body = wire.read(wire.user(userName=name, title="New"))
    assert (body["title"] == "Old") is ("nickName" in body)
    return bool(body["title"] == "Old")


def new_email_disables(wire: Wire) -> bool:
    user = wire.user(emails=work("jo@example.com"))
    _change(wire, user, replaced(WORK, "ann@example.com"))
    body = wire.read(user)
    assert body["emails"][0]["value"] == "ann@example.com"
    return body["active"] is False


def email_is_login(wire: Wire) -> bool:
    name, mail = f"{unique()}@example.com", f"{unique()}@example.com"
    user = wire.user(userName=name, emails=work("jo@example.com"))
    _change(wire, user, replaced(WORK, mail))
    assert wire.read(user)["userName"] in {name, mail}
    return found(wire, f'userName eq "{name}"') == []


def external_id_moves(wire: Wire) -> bool:
    external = unique()
    first, second = wire.user(externalId=external), wire.user(externalId=external)
    assert second in found(wire, f'externalId eq "{external}"')
    return "externalId" not in wire.read(first)


def external_id_index_old(wire: Wire) -> bool:
    old, new = unique(), unique()
    user = wire.user(externalId=old)
    _change(wire, user, replaced("externalId", new))
    assert wire.read(user)["externalId"] == new
    return found(wire, f'externalId eq "{new}"') == [] and found(wire, f'externalId eq "{old}"') == [user]


def case_rename_conflict(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    user = wire.user(userName=name)
    _change(wire, user, replaced("userName", name))
    return wire.change(user, replaced("userName", name.capitalize())).status == 409


def disable_clears_reports(wire: Wire) -> bool:
    boss = wire.user()
    user = wire.user(**{ENTERPRISE: {"manager": {"value": boss}, "department": "R&D"}})
    assert "manager" in _enterprise(wire, user)
    _change(wire, boss, replaced("active", "False"))
    return "manager" not in _enterprise(wire, user)


def disabled_manager_dropped(wire: Wire) -> bool:
    boss, user = wire.user(), wire.user()
    _change(wire, boss, replaced("active", "False"))
    _change(wire, user, operation("Add", f"{ENTERPRISE}:manager", boss), operation("Add", "title", "x"))
    assert wire.read(user)["title"] == "x"
    return "manager" not in _enterprise(wire, user)


def language_reset(wire: Wire) -> bool:
    user = wire.user(preferredLanguage="nb-NO")
    assert wire.read(user)["preferredLanguage"] == "nb-NO"
    _change(wire, user, replaced("title", "x"))
    return bool(wire.read(user)["preferredLanguage"] == "en-GB")


def country_cut(wire: Wire) -> bool:
    user = wire.user(addresses=[{"type": "work", "country": "United States"}])
    return bool(wire.read(user)["addresses"][0].get("country") == "UN")


def apostrophe_doubled(wire: Wire) -> bool:
    user = wire.user(name={"familyName": "O'Neill"})
    assert wire.read(user)["name"]["familyName"] == "O'Neill"
    _change(wire, user, replaced("name.familyName", "O'Brien"))
    return bool(wire.read(user)["name"]["familyName"] == "O''Brien")


def nested_extension_replaces(wire: Wire) -> bool:
    user = wire.user(**{ENTERPRISE: {"employeeNumber": "7", "department": "R&D"}})
    _change(wire, user, merged(**{ENTERPRISE: {"department": "Sales"}}))
    held = _enterprise(wire, user)
    assert held["department"] == "Sales"
    return "employeeNumber" not in held


def clear_drops_address(wire: Wire) -> bool:
    user = wire.user(addresses=_address())
    _change(wire, user, operation("Remove", 'addresses[type eq "work"].streetAddress'))
    return not wire.read(user).get("addresses")


def address_formatted_rewritten(wire: Wire) -> bool:
    user = wire.user(addresses=_address())
    _change(wire, user, replaced('addresses[type eq "work"].locality', "Bergen"))
    address = wire.read(user)["addresses"][0]
    assert address["locality"] == "Bergen"
    return bool(address["formatted"] != "18/2111")


def capitalised_types_miss(wire: Wire) -> bool:
    user = wire.user(emails=work("jo@example.com"))
    _change(wire, user, replaced(WORK, "ann@example.com"))
    return len(wire.read(user)["emails"]) == 2


def missing_type_retypes(wire: Wire) -> bool:
    user = wire.user(phoneNumbers=[{"type": "work", "value": "+47 1"}])
    _change(wire, user, operation("Add", MOBILE, "+47 2"))
    kept = {one["type"]: one["value"] for one in wire.read(user)["phoneNumbers"]}
    assert kept["mobile"] == "+47 2"
    return "work" not in kept


PROBES: dict[str, Probe] = {
    probe.__name__.replace("_", "-"): probe
    for probe in (
        delete_of_disabled_ignored,
        tombstone_name_hides,
        revived_as_before,
        new_email_disables,
        email_is_login,
        external_id_moves,
        external_id_index_old,
        case_rename_conflict,
        disable_clears_reports,
        disabled_manager_dropped,
        language_reset,
        country_cut,
        apostrophe_doubled,
        nested_extension_replaces,
        clear_drops_address,
        address_formatted_rewritten,
        capitalised_types_miss,
        missing_type_retypes,
    )
}
"""By the name of the defect."""
