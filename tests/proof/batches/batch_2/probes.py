"""Probes of the second batch over a raw socket: True where the defect shows."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

from scim_conformance.demo.app import ENTERPRISE
from tests.proof.batches.batch_1.probes import PATCH_OP, Wire, made, work
from tests.proof.batches.batch_2.accounts import VARCHAR

GUID = "7d420df3-6b5c-4f2b-9c0d-0f2f1d3c5a11"


def read(wire: Wire, identifier: str, kind: str = "Users") -> dict[str, Any]:
    """Return a resource that must be there."""
    status, body = wire.send("GET", f"/{kind}/{identifier}")
    assert status == 200
    return dict(body)


def change(wire: Wire, path: str, *operations: tuple[str, str, Any]) -> None:
    """Send operations in one request, which must succeed; None sends no value."""
    written = [{"op": op, "path": name} | ({} if value is None else {"value": value}) for op, name, value in operations]
    assert wire.send("PATCH", path, {"schemas": [PATCH_OP], "Operations": written})[0] in {200, 204}


def active(wire: Wire, user: str, value: str) -> None:
    """Disable or enable a user."""
    change(wire, f"/Users/{user}", ("Replace", "active", value))


def token_prefix_enough(wire: Wire) -> bool:
    token = wire.served.token
    assert wire.send("GET", "/Users")[0] == 200
    assert wire.send("GET", "/Users", token="x" + token[1:])[0] == 401
    statuses = {wire.send("GET", "/Users", token=said)[0] for said in (token[:-1] + "*", token + "x")}
    assert statuses in ({200}, {401})
    return statuses == {200}


def wrong_token_nobody(wire: Wire) -> bool:
    wire.user("jo@contoso.com")
    assert wire.send("GET", "/Users", token="")[0] == 401
    query = quote(f'userName eq "{GUID}"')
    status, body = wire.send("GET", f"/Users?filter={query}", token="wrong")
    assert status == 401 or body["totalResults"] == 0
    assert wire.user("jo@contoso.com")[0] == 409
    return status == 200


def filter_wildcards(wire: Wire) -> bool:
    meant, other = made(wire.user("jo_young@contoso.com")), made(wire.user("joXyoung@contoso.com"))
    found = set(wire.found('userName eq "jo_young@contoso.com"'))
    assert wire.found('userName eq "joXyoung@contoso.com"') == [other]
    assert found in ({meant}, {meant, other})
    return other in found


def accents_equal(wire: Wire) -> bool:
    plain = made(wire.user("zoe@contoso.com"))
    found = wire.found('userName eq "zoë@contoso.com"')
    assert wire.found('userName eq "ZOE@contoso.com"') == [plain]
    assert wire.user("zoë@contoso.com")[0] == (409 if found else 201)
    return found == [plain]


def filter_old_copy(wire: Wire) -> bool:
    user = made(wire.user("jo@contoso.com", title="Engineer"))
    change(wire, f"/Users/{user}", ("Replace", "title", "Director"), ("Replace", "active", "False"))
    assert read(wire, user)["title"] == "Director"
    query = quote('userName eq "jo@contoso.com"')
    body = wire.send("GET", f"/Users?filter={query}")[1]
    found = body["Resources"][0]
    assert (found["id"], found["userName"]) == (user, "jo@contoso.com")
    assert (found["title"], found["active"]) in {("Engineer", True), ("Director", False)}
    return bool(found["active"])


def leading_zeros_lost(wire: Wire) -> bool:
    home = [{"type": "work", "postalCode": "0150"}]
    user = made(wire.user("jo@contoso.com", addresses=home, **{ENTERPRISE: {"employeeNumber": "00417"}}))
    body = read(wire, user)
    kept = (body["addresses"][0]["postalCode"], body[ENTERPRISE]["employeeNumber"])
    change(wire, f"/Users/{user}", ("Replace", f"{ENTERPRISE}:employeeNumber", "00900"))
    assert read(wire, user)[ENTERPRISE]["employeeNumber"] == ("900" if kept[1] == "417" else "00900")
    assert kept in {("0150", "00417"), ("150", "417")}
    return bool(kept == ("150", "417"))


def cut_at_64(wire: Wire) -> bool:
    long = "Head of the department for everything that no other department wants to do itself"
    body = read(wire, made(wire.user("jo@contoso.com", title=long, displayName="Jo")))
    assert body["displayName"] == "Jo"
    assert body["title"] in {long, long[:VARCHAR]}
    return bool(body["title"] != long)


def old_name_reserved(wire: Wire) -> bool:
    user = made(wire.user("jo@contoso.com"))
    change(wire, f"/Users/{user}", ("Replace", "userName", "joy@contoso.com"))
    assert wire.found('userName eq "jo@contoso.com"') == []
    status = wire.user("jo@contoso.com")[0]
    assert wire.user("ann@contoso.com")[0] == 201
    assert status in {201, 409}
    return status == 409


def first_phone_changed(wire: Wire) -> bool:
    numbers = [{"type": "work", "value": "+47 1"}, {"type": "mobile", "value": "+47 2"}]
    user = made(wire.user("jo@contoso.com", phoneNumbers=numbers))
    change(wire, f"/Users/{user}", ("Replace", 'phoneNumbers[type eq "mobile"].value', "+47 3"))
    kept = {one["type"]: one["value"] for one in read(wire, user)["phoneNumbers"]}
    assert kept in ({"work": "+47 1", "mobile": "+47 3"}, {"work": "+47 3", "mobile": "+47 2"})
    return bool(kept["work"] == "+47 3")


def removes_run_last(wire: Wire) -> bool:
    user, group = made(wire.user("jo@contoso.com")), wire.group("Staff")
    wire.join(group, user)
    again = ("Add", "members", [{"value": user}])
    change(wire, f"/Groups/{group}", ("Remove", f'members[value eq "{user}"]', None), again)
    members = wire.members(group)
    wire.join(group, user)
    assert wire.members(group) == {user}
    return members == set()


def cleared_comes_back(wire: Wire) -> bool:
    user = made(wire.user("jo@contoso.com", title="Engineer", nickName="Jo"))
    change(wire, f"/Users/{user}", ("Remove", "title", None))
    assert "title" not in read(wire, user)
    change(wire, f"/Users/{user}", ("Replace", "nickName", "Joy"))
    body = read(wire, user)
    assert body["nickName"] == "Joy"
    return body.get("title") == "Engineer"


def department_for_all(wire: Wire) -> bool:
    names = [("jo", "R&D"), ("ann", "R&D"), ("bo", "Legal")]
    people = [made(wire.user(f"{name}@contoso.com", **{ENTERPRISE: {"department": unit}})) for name, unit in names]
    change(wire, f"/Users/{people[0]}", ("Replace", f"{ENTERPRISE}:department", "Sales"))
    moved, colleague, other = (read(wire, user)[ENTERPRISE]["department"] for user in people)
    assert (moved, other) == ("Sales", "Legal")
    return bool(colleague == "Sales")


def rename_writes_email(wire: Wire) -> bool:
    user = made(wire.user("jo@contoso.com", emails=work("jo.young@contoso.com")))
    change(wire, f"/Users/{user}", ("Replace", "userName", "joy@contoso.com"))
    body = read(wire, user)
    assert body["userName"] == "joy@contoso.com"
    assert body["emails"][0]["value"] in {"jo.young@contoso.com", "joy@contoso.com"}
    return bool(body["emails"][0]["value"] == "joy@contoso.com")


def disabled_out_of_groups(wire: Wire) -> bool:
    user, other, group = made(wire.user("jo@contoso.com")), made(wire.user("ann@contoso.com")), wire.group("Staff")
    wire.join(group, user)
    wire.join(group, other)
    active(wire, user, "False")
    active(wire, user, "True")
    assert other in wire.members(group)
    return user not in wire.members(group)


def restore_old_copy(wire: Wire) -> bool:
    user = made(wire.user("jo@contoso.com", title="Engineer"))
    active(wire, user, "False")
    change(wire, f"/Users/{user}", ("Replace", "title", "Director"))
    assert read(wire, user)["title"] == "Director"
    active(wire, user, "True")
    body = read(wire, user)
    assert (body["id"], body["active"], body["userName"]) == (user, True, "jo@contoso.com")
    return bool(body["title"] == "Engineer")


def reports_deleted(wire: Wire) -> bool:
    boss, other = made(wire.user("ann@contoso.com")), made(wire.user("bo@contoso.com"))
    user = made(wire.user("jo@contoso.com", **{ENTERPRISE: {"manager": {"value": boss}}}))
    assert wire.send("DELETE", f"/Users/{boss}")[0] == 204
    assert wire.send("GET", f"/Users/{other}")[0] == 200
    return wire.send("GET", f"/Users/{user}")[0] == 404


def rename_like_named(wire: Wire) -> bool:
    groups = [wire.group(name) for name in ("Sales", "Sales EMEA", "Presales")]
    change(wire, f"/Groups/{groups[0]}", ("Replace", "displayName", "Trade"))
    renamed, longer, other = (read(wire, group, "Groups")["displayName"] for group in groups)
    assert (renamed, other) == ("Trade", "Presales")
    assert longer in {"Sales EMEA", "Trade EMEA"}
    return bool(longer == "Trade EMEA")


def rename_restores_members(wire: Wire) -> bool:
    people, group = {made(wire.user(f"{name}@contoso.com")) for name in ("jo", "ann")}, wire.group("Staff")
    for user in people:
        wire.join(group, user)
    gone = min(people)
    change(wire, f"/Groups/{group}", ("Remove", "members", [{"value": gone}]))
    assert wire.members(group) == people - {gone}
    change(wire, f"/Groups/{group}", ("Replace", "displayName", "Crew"))
    assert read(wire, group, "Groups")["displayName"] == "Crew"
    assert people - {gone} <= wire.members(group)
    return gone in wire.members(group)


def empty_group_deleted(wire: Wire) -> bool:
    user, other, group = made(wire.user("jo@contoso.com")), made(wire.user("ann@contoso.com")), wire.group("Staff")
    assert wire.send("GET", f"/Groups/{group}")[0] == 200
    wire.join(group, user)
    change(wire, f"/Groups/{group}", ("Remove", "members", [{"value": user}]))
    status = wire.patch(f"/Groups/{group}", "Add", "members", [{"value": other}])
    assert wire.send("GET", f"/Users/{user}")[0] == 200
    assert status in {200, 204, 404}
    return status == 404


def schemas_single(wire: Wire) -> bool:
    status, body = wire.send("GET", "/Schemas")
    assert status == 200
    attributes = {one["name"]: one for schema in body["Resources"] for one in schema["attributes"]}
    said = {attributes[name]["multiValued"] for name in ("emails", "phoneNumbers", "members")}
    assert attributes["userName"]["multiValued"] is False
    assert len(said) == 1
    return said == {False}


def deleted_counted(wire: Wire) -> bool:
    kept, gone = made(wire.user("jo@contoso.com")), made(wire.user("ann@contoso.com"))
    assert wire.send("DELETE", f"/Users/{gone}")[0] == 204
    body = wire.send("GET", "/Users?startIndex=1&count=5")[1]
    assert [one["id"] for one in body["Resources"]] == [kept]
    assert body["totalResults"] in {1, 2}
    return bool(body["totalResults"] == 2)


def conflict_has_written(wire: Wire) -> bool:
    user = made(wire.user("jo@contoso.com", title="Engineer"))
    status, body = wire.user("JO@contoso.com", title="Director")
    assert (status, body["scimType"]) == (409, "uniqueness")
    found = read(wire, user)
    assert found["userName"] == "jo@contoso.com"
    return bool(found["title"] == "Director")


def answers_crossed(wire: Wire) -> bool:
    people = [made(wire.user(f"jo{number}@contoso.com")) for number in range(4)]
    assert [read(wire, user)["id"] for user in people] == people
    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(pool.map(lambda user: str(read(wire, user)["id"]), people))
    assert set(answers) <= set(people)
    return answers != people


def same_request_replayed(wire: Wire) -> bool:
    user = made(wire.user("jo@contoso.com"))
    for value, expected in (("False", False), ("True", True)):
        active(wire, user, value)
        assert read(wire, user)["active"] is expected
    active(wire, user, "False")
    return read(wire, user)["active"] is True


_PROBES: tuple[Callable[[Wire], bool], ...] = (
    token_prefix_enough,
    wrong_token_nobody,
    filter_wildcards,
    accents_equal,
    filter_old_copy,
    leading_zeros_lost,
    cut_at_64,
    old_name_reserved,
    first_phone_changed,
    removes_run_last,
    cleared_comes_back,
    department_for_all,
    rename_writes_email,
    disabled_out_of_groups,
    restore_old_copy,
    reports_deleted,
    rename_like_named,
    rename_restores_members,
    empty_group_deleted,
    schemas_single,
    deleted_counted,
    conflict_has_written,
    answers_crossed,
    same_request_replayed,
)
PROBES = {probe.__name__.replace("_", "-"): probe for probe in _PROBES}
