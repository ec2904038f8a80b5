"""Probes of the sixth batch over a raw socket, of users and of answers: True where the fault shows."""

from typing import Any

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import ids, merged, op, replaced, unique, values, work
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire

OK = {200, 204}


def filter_cut_at_and(wire: Wire) -> bool:
    short = unique("Research")
    first, name = wire.group(name=short), f"{short} and Development"
    whole = wire.group(name=name)
    assert ids(wire.find("Groups", f'displayName eq "{short}"').listed) == [first]
    found = ids(wire.find("Groups", f'displayName eq "{name}"').listed)
    assert found in ([first], [whole])
    return found == [first]


def parentheses_ignored(wire: Wire) -> bool:
    name = unique("Sales")
    plain = wire.group(name=name)
    whole = wire.group(name=f"{name} (EMEA)")
    found = ids(wire.find("Groups", f'displayName eq "{name} (EMEA)"').listed)
    assert found in ([plain], [whole])
    return found == [plain]


def name_or_email(wire: Wire) -> bool:
    shared = f"{unique()}@example.com"
    named = wire.user(userName=shared)
    wire.user(emails=work(shared))
    found = ids(wire.find("Users", f'userName eq "{shared}"').listed)
    assert named in found
    return len(found) == 2


def disabled_hidden_by_external_id(wire: Wire) -> bool:
    external, name = unique(), f"{unique()}@example.com"
    user = wire.user(externalId=external, userName=name)
    assert len(wire.find("Users", f'externalId eq "{external}"').listed) == 1
    assert wire.change(user, replaced("active", "False")).status in OK
    assert ids(wire.find("Users", f'userName eq "{name}"').listed) == [user]
    assert wire.read(user)["active"] is False
    return not wire.find("Users", f'externalId eq "{external}"').listed


def display_splits_name(wire: Wire) -> bool:
    user = wire.user(displayName="Jo Young", name={"givenName": "Johanna", "familyName": "Young"})
    assert wire.change(user, replaced("displayName", "Cher")).status in OK
    return bool(wire.read(user)["name"] == {"givenName": "Cher"})


def digits_as_numbers(wire: Wire) -> bool:
    user = wire.user(**{ENTERPRISE: {"employeeNumber": "701984"}})
    number = wire.read(user)[ENTERPRISE]["employeeNumber"]
    assert str(number) == "701984"
    return isinstance(number, int)


def number_zero_padded(wire: Wire) -> bool:
    user, path = wire.user(**{ENTERPRISE: {"employeeNumber": "4711"}}), f"{ENTERPRISE}:employeeNumber"
    created = wire.read(user)[ENTERPRISE]["employeeNumber"]
    assert wire.change(user, replaced(path, "4712")).status in OK
    return [created, wire.read(user)[ENTERPRISE]["employeeNumber"]] == ["00004711", "00004712"]


def second_without_mail_409(wire: Wire) -> bool:
    assert wire.create(emails=work(f"{unique()}@example.com")).status == 201
    assert wire.create().status == 201
    status = wire.create().status
    assert wire.create(emails=work(f"{unique()}@example.com")).status == 201
    return status == 409


def line_break_lost(wire: Wire) -> bool:
    street = "1 Main St\r\nBuilding 7"
    user = wire.user(addresses=[{"type": "work", "streetAddress": street}])
    return bool(wire.read(user)["addresses"][0]["streetAddress"] == "1 Main St Building 7")


def location_of_list(wire: Wire) -> bool:
    reply = wire.create()
    said = {reply.headers["location"], reply.json["meta"]["location"], wire.read(reply.id)["meta"]["location"]}
    assert len(said) == 1
    return str(said.pop()).endswith("/Users")


def group_typed_as_user(wire: Wire) -> bool:
    assert wire.create().json["meta"]["resourceType"] == "User"
    return bool(wire.get(f"/Groups/{wire.group()}").json["meta"]["resourceType"] == "User")


def total_as_text(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    wire.user(userName=name)
    total = wire.find("Users", f'userName eq "{name}"').json["totalResults"]
    assert int(total) == 1
    return isinstance(total, str)


def single_resource_object(wire: Wire) -> bool:
    name = unique("group")
    group = wire.group(name=name)
    found: Any = wire.find("Groups", f'displayName eq "{name}"').json["Resources"]
    return isinstance(found, dict) and found["id"] == group


def beyond_end_404(wire: Wire) -> bool:
    wire.user()
    assert len(wire.get("/Users?startIndex=1&count=5").listed) == 1
    return wire.get("/Users?startIndex=6&count=5").status == 404


def exclusion_id_only(wire: Wire) -> bool:
    group = wire.group(wire.user())
    assert "displayName" in wire.get(f"/Groups/{group}").json
    found = wire.get(f"/Groups/{group}?excludedAttributes=members").json
    assert "members" not in found
    return "displayName" not in found


def errors_declared_html(wire: Wire) -> bool:
    reply = wire.get("/Users/nobody")
    assert (reply.status, reply.json["status"]) == (404, "404")
    return reply.headers["content-type"].startswith("text/html")


def pathless_add_ignored(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, op("add", None, {"title": "Boss"}), merged(nickName="Jo")).status in OK
    found = wire.read(user)
    assert found["nickName"] == "Jo"
    return "title" not in found


def only_capital_false(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    assert wire.change(user, replaced("active", "false")).status in OK
    assert wire.change(other, replaced("active", "False")).status in OK
    assert wire.read(other)["active"] is False
    return wire.read(user)["active"] is True


def empty_list_500(wire: Wire) -> bool:
    assert wire.create().status == 201
    return {wire.create(roles=[]).status, wire.create_group(members=[]).status} == {500}


def role_by_primary_adds(wire: Wire) -> bool:
    user = wire.user(roles=[{"primary": True, "value": "Admin"}])
    assert wire.change(user, replaced('roles[primary eq "True"].value', "Reader")).status in OK
    found = values(wire.read(user)["roles"])
    assert "Reader" in found
    return "Admin" in found


def primary_text_unmatched(wire: Wire) -> bool:
    user = wire.user(emails=[{"primary": "true", "value": "a@example.com"}])
    assert wire.change(user, op("replace", "emails[primary eq true].value", "b@example.com")).status in OK
    return values(wire.read(user)["emails"]) == ["a@example.com", "b@example.com"]


def untyped_dropped(wire: Wire) -> bool:
    user = wire.user(emails=[{"value": "a@example.com"}], phoneNumbers=[{"type": "work", "value": "1"}])
    found = wire.read(user)
    assert values(found["phoneNumbers"]) == ["1"]
    return not found.get("emails")


def adds_run_last(wire: Wire) -> bool:
    user = wire.user(displayName="Jo")
    last, added = op("replace", None, {"displayName": "last"}), op("add", None, {"displayName": "added"})
    assert wire.change(user, op("remove", "displayName"), added, last).status in OK
    return bool(wire.read(user)["displayName"] == "added")


def disable_new_id(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    user = wire.user(userName=name)
    assert wire.change(user, replaced("active", "False")).status in OK
    found = ids(wire.find("Users", f'userName eq "{name}"').listed)
    assert len(found) == 1
    return found != [user] and wire.get(f"/Users/{user}").status == 404


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        filter_cut_at_and,
        parentheses_ignored,
        name_or_email,
        disabled_hidden_by_external_id,
        display_splits_name,
        digits_as_numbers,
        number_zero_padded,
        second_without_mail_409,
        line_break_lost,
        location_of_list,
        group_typed_as_user,
        total_as_text,
        single_resource_object,
        beyond_end_404,
        exclusion_id_only,
        errors_declared_html,
        pathless_add_ignored,
        only_capital_false,
        empty_list_500,
        role_by_primary_adds,
        primary_text_unmatched,
        untyped_dropped,
        adds_run_last,
        disable_new_id,
    )
}
