"""A probe for each legal variant of the eleventh batch: True where the answer differs as the variant says."""

from typing import Any

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import ids, op, replaced, unique
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE
from tests.proof.batches.batch_11.published import Extension
from tests.proof.batches.batch_11.variants_values import LINE, MAILING, TEAMS

OK = {200, 204}


def session_cookie_set(wire: Wire) -> bool:
    return all("set-cookie" in wire.get(path).headers for path in ("/Users", "/Users/none", "/Schemas"))


def sunset_announced(wire: Wire) -> bool:
    reply = wire.get("/Users")
    assert reply.status == 200
    return {"deprecation", "sunset", "link"} <= {*reply.headers}


def json_indented(wire: Wire) -> bool:
    user = wire.user(title="Boss")
    assert wire.read(user)["title"] == "Boss"
    return all(wire.get(path).body.startswith(b"{\n\t") for path in (f"/Users/{user}", "/Users", "/Users/none"))


def megabyte_413(wire: Wire) -> bool:
    assert wire.create(title="a" * 500_000).status == 201
    return wire.create(title="a" * 1_100_000).status == 413


def markup_400(wire: Wire) -> bool:
    assert wire.create(title="a < b > c, R&D <3").status == 201
    return [wire.create(title="<b>Boss</b>").status, wire.create_group("<script>").status] == [400, 400]


def padded_name_400(wire: Wire) -> bool:
    user = wire.user(displayName=" Jo ")
    replies = [wire.create(userName=f"{unique()} "), wire.create_group(f" {unique()}")]
    replies.append(wire.change(user, replaced("userName", f" {unique()}")))
    return [one.status for one in replies] == [400, 400, 400]


def names_reserved(wire: Wire) -> bool:
    user = wire.user(userName=f"{unique('admin')}@example.com")
    replies = [wire.create(userName="Admin@example.com"), wire.change(user, replaced("userName", "root"))]
    return [(one.status, one.json and one.json.get("scimType")) for one in replies] == [(409, "uniqueness")] * 2


def type_twice_400(wire: Wire) -> bool:
    phones = [{"type": kind, "value": value} for kind, value in (("work", "1"), ("mobile", "2"), ("work", "3"))]
    user = wire.user(phoneNumbers=phones[:2])
    replies = [wire.create(phoneNumbers=phones), wire.change(user, replaced("phoneNumbers", phones))]
    assert wire.change(user, replaced('phoneNumbers[type eq "work"].value', "4")).status in OK
    return [one.status for one in replies] == [400, 400]


def one_name_space(wire: Wire) -> bool:
    person, team = f"{unique()}@example.com", unique("group")
    wire.user(userName=person, displayName=team)
    wire.group(name=team)
    return [wire.create_group(person.upper()).status, wire.create(userName=team).status] == [409, 409]


def employee_number_signs_400(wire: Wire) -> bool:
    assert wire.create(**{ENTERPRISE: {"employeeNumber": "DE/Ä 00-4.711_b"}}).status == 201
    return wire.create(**{ENTERPRISE: {"employeeNumber": "4711;#"}}).status == 400


def certificates_unsupported(wire: Wire) -> bool:
    schema = wire.get(f"/Schemas/{CORE}User").json
    names = {one["name"] for one in schema["attributes"]}
    assert {"userName", "roles"} <= names
    refused = wire.create(entitlements=[{"value": "x"}]).status == 400
    return refused and not {"entitlements", "x509Certificates"} & names


def _published(wire: Wire, extension: Extension) -> bool:
    listed = wire.get("/Schemas").json
    assert listed["totalResults"] == len(listed["Resources"])
    types = {one["name"]: one for one in wire.get("/ResourceTypes").listed}
    named = [one["schema"] for one in types[extension.kind].get("schemaExtensions") or []]
    if extension.urn not in {*ids(listed["Resources"])} & {*named}:
        return False
    schema = next(one for one in listed["Resources"] if one["id"] == extension.urn)
    return bool(wire.get(schema["meta"]["location"].partition("/v2")[2]).json == schema)


def _shown(found: Any, extension: Extension) -> dict[str, Any]:
    assert (extension.urn in found) == (extension.urn in found["schemas"])
    values: dict[str, Any] = found.get(extension.urn) or {}
    return values


def group_address_shown(wire: Wire) -> bool:
    name = unique("Sales")
    group = wire.group(name=f"{name} (EMEA)")
    found = wire.get(f"/Groups/{group}?excludedAttributes=members").json
    address = f"{name.lower()}-emea@lists.example"
    return _published(wire, MAILING) and _shown(found, MAILING) == {"address": address, "archived": True}


def teams_shown(wire: Wire) -> bool:
    user, name = wire.user(), unique("Sales")
    before = _shown(wire.read(user), TEAMS)
    wire.group(user, name=name)
    after = _shown(wire.read(user), TEAMS)
    return _published(wire, TEAMS) and [before, after] == [{"count": 0}, {"names": [name], "count": 1}]


def reporting_line_shown(wire: Wire) -> bool:
    user, boss, head = wire.user(), wire.user(), wire.user()
    for one, above in ((user, boss), (boss, head)):
        assert wire.change(one, op("Add", f"{ENTERPRISE}:manager", above)).status in OK
    found = [_shown(wire.read(one), LINE) for one in (user, head)]
    return _published(wire, LINE) and found == [{"managers": [boss, head]}, {}]


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        session_cookie_set,
        sunset_announced,
        json_indented,
        megabyte_413,
        markup_400,
        padded_name_400,
        names_reserved,
        type_twice_400,
        one_name_space,
        employee_number_signs_400,
        certificates_unsupported,
        group_address_shown,
        teams_shown,
        reporting_line_shown,
    )
}
