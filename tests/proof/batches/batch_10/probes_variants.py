"""A probe for each legal variant of the tenth batch: True where the answer differs as the variant says."""

from urllib.parse import quote

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import added, ids, merged, op, removed, replaced, unique
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE
from tests.proof.batches.batch_10.probes_changes import put
from tests.proof.batches.batch_10.probes_documents import SPC, described, search
from tests.proof.batches.batch_10.variants_service import DEVICE
from tests.proof.batches.batch_10.variants_values import LICENCE

OK = {200, 204}


def sort_501(wire: Wire) -> bool:
    wire.user()
    assert wire.get("/Users").status == wire.get("/Schemas?sortBy=id").status == 200
    sorts = [wire.get("/Users?sortBy=userName"), wire.send("POST", "/Users/.search", search(sortBy="userName"))]
    return wire.get(SPC).json["sort"] == {"supported": False} and [one.status for one in sorts] == [501, 501]


def versions_unsupported(wire: Wire) -> bool:
    user = wire.user()
    reply = wire.get(f"/Users/{user}", If_None_Match="*")
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [replaced("title", "Boss")]}
    changed = wire.send("PATCH", f"/Users/{user}", body, If_Match='W/"none"').status
    versions = ["version" in one["meta"] for one in (wire.read(user), wire.get("/Users").listed[0])]
    supported = wire.get(SPC).json["etag"]["supported"]
    return (reply.status, "etag" in reply.headers, versions, changed in OK, supported) == VERSIONLESS


VERSIONLESS = (200, False, [False, False], True, False)


def patch_501(wire: Wire) -> bool:
    user = wire.user()
    assert put(wire, user, title="Chief").status == 200
    assert wire.change("none", replaced("title", "Boss")).status == 404
    said = wire.get(SPC).json
    supported = [said[name]["supported"] for name in ("patch", "bulk")]
    changed = [wire.change(user, replaced("title", "Boss")).status, wire.send("POST", "/Bulk", {}).status]
    return [*supported, *changed, wire.read(user)["title"]] == [False, False, 501, 501, "Chief"]


def location_relative(wire: Wire) -> bool:
    reply = wire.create()
    location = reply.json["meta"]["location"]
    assert location.endswith(f"/v2/Users/{reply.id}")
    return reply.headers["location"] == f"/v2/Users/{reply.id}" and "content-location" not in reply.headers


def filter_equality_only(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    user = wire.user(userName=name, title="one co two")
    text = f'(userName eq "{name}" or userName eq "x") and title eq "one co two" and not (title eq "b") and title pr'
    assert ids(wire.find("Users", text).listed) == [user]
    found = [wire.find("Users", one) for one in ('userName sw "a"', 'emails[value co "a"]', 'title NE "a"')]
    return [(one.status, (one.json or {}).get("scimType")) for one in found] == [(400, "invalidFilter")] * 3


def put_keeps_left_out(wire: Wire) -> bool:
    user = wire.user(title="Boss", nickName="Babs", **{ENTERPRISE: {"department": "Sales"}})
    reply = wire.send("PUT", f"/Users/{user}", {"schemas": [f"{CORE}User"], "USERNAME": "x", "nickName": None})
    found = wire.read(user)
    assert reply.json == found
    assert "nickName" not in found
    kept = (found.get("title"), found.get(ENTERPRISE), ENTERPRISE in found["schemas"])
    return kept == ("Boss", {"department": "Sales"}, True)


def device_type_empty(wire: Wire) -> bool:
    types = [one["name"] for one in wire.get("/ResourceTypes").listed]
    schemas = ids(wire.get("/Schemas").listed)
    single = [wire.get(f"/Schemas/{one}").status for one in (DEVICE, quote(DEVICE, safe=""))]
    single.append(wire.get("/ResourceTypes/Device").status)
    text = quote('serialNumber eq "1"')
    lists = [wire.get("/Devices"), wire.get(f"/Devices?filter={text}"), wire.send("POST", "/Devices/.search", search())]
    more = [
        wire.send("POST", "/Devices", {}).status,
        wire.get("/Devices/1").status,
        wire.get("/Devices?filter=x").status,
    ]
    open_to_all = wire.get("/Devices", Authorization=None).status
    return [*types[-1:], *schemas[-1:], *single, *more, open_to_all] == [
        "Device",
        DEVICE,
        200,
        200,
        200,
        *REFUSED,
    ] and [(one.status, one.json.get("totalResults")) for one in lists] == [(200, 0)] * 3


REFUSED = [403, 404, 400, 401]


def user_name_immutable(wire: Wire) -> bool:
    user, name = wire.user(title="Boss"), f"{unique()}@example.com"
    before = wire.read(user)
    assert put(wire, user, title="Chief").status == 200
    assert wire.change(user, replaced("title", "Boss"), replaced("userName", before["userName"])).status in OK
    urn = f"{CORE}User:userName".upper()
    tries = [wire.change(user, one) for one in (replaced("userName", name), merged(**{urn: name, "title": "x"}))]
    tries.append(put(wire, user, userName=name))
    after = wire.read(user)
    declared = described(wire, f"{CORE}User", "userName")["mutability"]
    refused = [(one.status, one.json.get("scimType")) for one in tries if one.body]
    return (declared, refused[:1], refused[-1:]) == ("immutable", MUTABILITY, MUTABILITY) and after["title"] == "Boss"


MUTABILITY = [(400, "mutability")]


def user_name_lower_cased(wire: Wire) -> bool:
    name = f"{unique()}@Example.COM"
    reply = wire.create(userName=name)
    found = [reply.json["userName"], wire.read(reply.id)["userName"]]
    assert wire.create(userName=name).status == 409
    assert wire.change(reply.id, replaced("userName", f"X{name}")).status in OK
    found.append(wire.find("Users", f'userName eq "X{name}"').listed[0]["userName"])
    found.append(put(wire, reply.id, userName=name).json["userName"])
    return found == [name.lower(), name.lower(), f"x{name.lower()}", name.lower()]


def details_by_request(wire: Wire) -> bool:
    reply = wire.create(nickName="Babs", title="Boss")
    assert reply.json["nickName"] == "Babs"
    assert put(wire, reply.id, nickName="Bea", title="Boss").json["nickName"] == "Bea"
    assert wire.get(f"/Users/{reply.id}?attributes=nickName").json["nickName"] == "Bea"
    assert len(wire.find("Users", 'nickName eq "Bea"').listed) == 1
    plain = [wire.read(reply.id), wire.get("/Users").listed[0], wire.get("/Users?excludedAttributes=title").listed[0]]
    declared = described(wire, f"{CORE}User", "nickName")["returned"]
    return declared == "request" and all("nickName" not in one for one in plain)


def required_extension_filled(wire: Wire) -> bool:
    user = wire.user(**{LICENCE: {"seat": "guest"}})
    found = [wire.get(f"/Users/{user}{more}").json for more in ("", "?attributes=userName")]
    found += [wire.get("/Users").listed[0], put(wire, user, title="Boss").json]
    assert found[0]["id"] == user
    shown = all(one.get(LICENCE) == {"seat": "full"} and LICENCE in one["schemas"] for one in found)
    changed = wire.change(user, replaced(f"{LICENCE}:seat", "guest"))
    kind = wire.get("/ResourceTypes/User").json["schemaExtensions"][-1]
    listed = LICENCE in ids(wire.get("/Schemas").listed) and wire.get(f"/Schemas/{LICENCE}").status == 200
    return shown and listed and changed.status == 400 and kind == {"schema": LICENCE, "required": True}


def members_read_only(wire: Wire) -> bool:
    user = wire.user()
    group = wire.create_group(members=[{"value": user}])
    assert group.status == 201
    tries = [wire.patch(f"/Groups/{group.id}", one) for one in (added(user), merged(members=[{"value": user}]))]
    tries.append(wire.patch(f"/Groups/{group.id}", op("remove", f'members[value eq "{user}"]')))
    assert wire.patch(f"/Groups/{group.id}", replaced("displayName", unique("group"))).status in OK
    declared = described(wire, f"{CORE}Group", "members")["mutability"]
    return (declared, [one.status for one in tries], wire.members(group.id)) == ("readOnly", [400] * 3, [])


def members_with_relative_ref(wire: Wire) -> bool:
    user, inner = wire.user(), wire.group()
    group = wire.get(f"/Groups/{wire.group(user, inner)}").json
    found = [(one["value"], one.get("type"), one.get("$ref")) for one in group["members"]]
    assert wire.send("PUT", f"/Groups/{group['id']}", group).status == 200
    assert wire.patch(f"/Groups/{group['id']}", removed(user)).status in OK
    assert wire.members(group["id"]) == [inner]
    return found == [(user, "User", f"Users/{user}"), (inner, "Group", f"Groups/{inner}")]


def password_policy(wire: Wire) -> bool:
    user = wire.user(password="Correct-horse-9")
    assert "password" not in wire.read(user)
    assert wire.change(user, replaced("password", "Correct-horse-10")).status in OK
    assert wire.change(user, replaced("title", "Boss"), replaced("password", "Correct-horse-10")).status in OK
    assert wire.read(user)["title"] == "Boss"
    before = wire.read(user)["meta"]
    assert wire.change(user, replaced("password", "Correct-horse-11")).status == 204
    touched = wire.read(user)["meta"]["lastModified"] > before["lastModified"]
    weak = [wire.create(password="short1"), wire.change(user, replaced("password", "without-a-digit"))]
    weak.append(wire.change(user, merged(password="short1")))
    weak.append(put(wire, user, password="short1"))
    declared = described(wire, f"{CORE}User", "password").get("mutability")
    return touched and declared == "writeOnly" and [one.status for one in weak] == [400] * 4


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        sort_501,
        versions_unsupported,
        patch_501,
        location_relative,
        filter_equality_only,
        put_keeps_left_out,
        device_type_empty,
        user_name_immutable,
        user_name_lower_cased,
        details_by_request,
        required_extension_filled,
        members_read_only,
        members_with_relative_ref,
        password_policy,
    )
}
