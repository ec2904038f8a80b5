"""Probes of the ninth batch over a raw socket, of the connection, of filters, lists and errors."""

import json

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import added, ids, person, replaced, unique, work
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import JSON, Wire

OK = {200, 204}


def version_header_400(wire: Wire) -> bool:
    assert wire.get("/Users").status == 200
    return wire.get("/Users", ADSCIMVersion="6.0").status == 400


def node_with_old_token(wire: Wire) -> bool:
    return [wire.get("/Users").status for _ in range(8)] == [200] * 6 + [401, 200]


def get_untyped_415(wire: Wire) -> bool:
    user = wire.user()
    assert wire.get(f"/Users/{user}", Content_Type=JSON).status == 200
    return [wire.get("/Users").status, wire.delete(f"/Users/{user}").status] == [415, 415]


def creation_redirected(wire: Wire) -> bool:
    assert wire.send("POST", "/Users/", person()).status == 201
    reply = wire.create()
    return reply.status == 301 and reply.headers["location"].endswith("/Users/")


def wrapped_in_data(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    created = wire.create(userName=name).json
    found = wire.find("Users", f'userName eq "{name}"').listed[0]
    assert found["userName"] == name
    return bool(created.get("data", {}).get("id") == found["id"])


def length_in_characters(wire: Wire) -> bool:
    user, other = wire.user(displayName="Jo"), wire.create(displayName="Zoë Åström")
    assert wire.read(user)["displayName"] == "Jo"
    try:
        assert other.json["displayName"] == "Zoë Åström"
    except json.JSONDecodeError:
        return True
    return False


def schema_ids_are_names(wire: Wire) -> bool:
    return {"User", "Group", "EnterpriseUser"} <= {*ids(wire.get("/Schemas").listed)}


def patch_supported_flat(wire: Wire) -> bool:
    found = wire.get("/ServiceProviderConfig").json
    assert found["authenticationSchemes"]
    return found["patch"] is True and found["filter"] is True


def plus_not_a_space(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    user = wire.user(userName=name)
    assert ids(wire.get(f"/Users?filter=userName%20eq%20%22{name}%22").listed) == [user]
    return wire.find("Users", f'userName eq "{name}"').status == 400


def nothing_found_204(wire: Wire) -> bool:
    user = wire.user()
    assert ids(wire.find("Users", f'id eq "{user}"').listed) == [user]
    reply = wire.find("Users", f'userName eq "{unique()}"')
    return reply.status == 204 and not reply.body


def value_undecoded(wire: Wire) -> bool:
    name, blank = f"{unique()}@example.com", f"{unique('Sales')} EMEA"
    wire.user(userName=name)
    group = wire.group(name=blank)
    assert ids(wire.find("Groups", f'displayName eq "{blank}"').listed) == [group]
    return not wire.find("Users", f'userName eq "{name}"').listed


def memberless_group_unfound(wire: Wire) -> bool:
    names = [unique("group") for _ in range(2)]
    empty, other = wire.group(name=names[0]), wire.group(wire.user(), name=names[1])
    assert wire.get(f"/Groups/{empty}").status == 200
    found = [ids(wire.find("Groups", f'displayName eq "{name}"').listed) for name in names]
    assert found[1] == [other]
    return not found[0]


def domain_ignored(wire: Wire) -> bool:
    name = unique()
    user = wire.user(userName=f"{name}@one.example")
    assert not wire.find("Users", f'userName eq "{unique()}@one.example"').listed
    return ids(wire.find("Users", f'userName eq "{name}@two.example"').listed) == [user]


def absent_remembered(wire: Wire) -> bool:
    known, other = (f"{unique()}@example.com" for _ in range(2))
    assert not wire.find("Users", f'userName eq "{known}"').listed
    user, stranger = wire.user(userName=known), wire.user(userName=other)
    assert ids(wire.find("Users", f'userName eq "{other}"').listed) == [stranger]
    found = ids(wire.find("Users", f'userName eq "{known}"').listed)
    assert found in ([], [user])
    return not found


def user_by_id_405(wire: Wire) -> bool:
    user = wire.user()
    assert ids(wire.find("Users", f'id eq "{user}"').listed) == [user]
    assert wire.change(user, replaced("title", "Boss")).status in OK
    return wire.get(f"/Users/{user}").status == 405


def later_page_500(wire: Wire) -> bool:
    for _ in range(3):
        wire.user()
    assert len(wire.get("/Users?startIndex=1&count=2").listed) == 2
    return wire.get("/Users?startIndex=3&count=2").status == 500


def list_of_summaries(wire: Wire) -> bool:
    user = wire.user(displayName="Jo")
    assert "userName" in wire.read(user)
    found = wire.get("/Users").listed[0]
    assert (found["id"], found["displayName"]) == (user, "Jo")
    return "userName" not in found


def errors_without_schemas(wire: Wire) -> bool:
    replies = [wire.get("/Users/none"), wire.get("/Nothing")]
    assert [one.status for one in replies] == [404, 404]
    return all("schemas" not in one.json for one in replies)


def extension_as_text(wire: Wire) -> bool:
    user = wire.user(**{ENTERPRISE: {"department": "Sales"}})
    return bool(wire.read(user)[ENTERPRISE] == '{"department": "Sales"}')


def namesakes_disabled(wire: Wire) -> bool:
    user, namesake, other = (wire.user(displayName=name) for name in ("Jo Young", "Jo Young", "Ann Boss"))
    assert wire.change(user, replaced("active", "False")).status in OK
    assert [wire.read(one)["active"] for one in (user, other)] == [False, True]
    return wire.read(namesake)["active"] is False


def delete_takes_same_email(wire: Wire) -> bool:
    shared = f"{unique()}@example.com"
    user, twin, other = (wire.user(emails=work(one)) for one in (shared, shared, f"{unique()}@example.com"))
    assert wire.delete(f"/Users/{user}").status == 204
    assert wire.get(f"/Users/{other}").status == 200
    return wire.get(f"/Users/{twin}").status == 404


def group_taken_500(wire: Wire) -> bool:
    name, user = unique("group"), f"{unique()}@example.com"
    wire.group(wire.user(userName=user), name=name)
    assert wire.create(userName=user).status == 409
    return wire.create_group(name).status == 500


def group_writes_403(wire: Wire) -> bool:
    wire.user()
    assert wire.get("/Groups").status == 200
    replies = [wire.create_group(), wire.patch("/Groups/none", added("none")), wire.delete("/Groups/none")]
    return [one.status for one in replies] == [403, 403, 403]


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        version_header_400,
        node_with_old_token,
        get_untyped_415,
        creation_redirected,
        wrapped_in_data,
        length_in_characters,
        schema_ids_are_names,
        patch_supported_flat,
        plus_not_a_space,
        nothing_found_204,
        value_undecoded,
        memberless_group_unfound,
        domain_ignored,
        absent_remembered,
        user_by_id_405,
        later_page_500,
        list_of_summaries,
        errors_without_schemas,
        extension_as_text,
        namesakes_disabled,
        delete_takes_same_email,
        group_taken_500,
        group_writes_403,
    )
}
