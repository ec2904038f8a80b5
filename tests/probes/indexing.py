"""Probes of the defects in what people are looked up by, and of a token that is looked at too late."""

from tests.probes.wire import ENTERPRISE, PATCH_OP, Wire, person, probe, replaced, unique

NUMBER = f"{ENTERPRISE}:employeeNumber"


@probe("changed-then-refused")
def changed_then_refused(wire: Wire) -> bool:
    user = wire.user(title="before")
    body = {"schemas": [PATCH_OP], "Operations": [replaced("title", "after")]}
    reply = wire.send("PATCH", f"/Users/{user}", body, Authorization="Bearer wrong")
    assert reply.status == 401
    return bool(wire.read(user)["title"] == "after")


@probe("phone-kept-once")
def phone_kept_once(wire: Wire) -> bool:
    both = [{"type": kind, "value": "+1 206 555 0100"} for kind in ("work", "mobile")]
    return len(wire.read(wire.user(phoneNumbers=both))["phoneNumbers"]) == 1


@probe("number-index-old")
def number_index_old(wire: Wire) -> bool:
    old, new = unique("number"), unique("number")
    user = wire.user(**{ENTERPRISE: {"employeeNumber": old}})
    wire.change(user, replaced(NUMBER, new))
    found = {value: len(wire.find("Users", f'{NUMBER} eq "{value}"').listed) for value in (old, new)}
    return found == {old: 1, new: 0}


@probe("found-by-email")
def found_by_email(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    body = person() | {"userName": name, "emails": [{"type": "work", "value": f"mail.{name}"}]}
    assert wire.send("POST", "/Users", body).status == 201
    return wire.find("Users", f'userName eq "{name}"').listed == []
