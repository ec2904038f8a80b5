"""A probe for each legal variant of the seventh batch: True where the answer differs as the variant says."""

import time
from datetime import datetime

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import added, ids, removed, replaced, unique, values
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE
from tests.proof.batches.batch_7.variants_references import SIZE, STATE

OK = {200, 204}
MANAGER = f"{ENTERPRISE}:manager"


def user_name_composed(wire: Wire) -> bool:
    rest = f"{unique()}@example.com"
    apart, composed = f"Zoe\u0308-{rest}", f"Zo\u00eb-{rest}"
    user = wire.user(userName=apart)
    assert ids(wire.find("Users", f'userName eq "{apart}"').listed) == [user]
    found = ids(wire.find("Users", f'userName eq "{composed}"').listed)
    return wire.read(user)["userName"] == composed and found == [user]


def family_name_placeholder(wire: Wire) -> bool:
    user = wire.user(name={"givenName": "Madonna"})
    found = wire.read(user)["name"]
    assert found["givenName"] == "Madonna"
    assert wire.change(user, replaced("name.familyName", "Ciccone")).status in OK
    assert wire.read(user)["name"] == {"givenName": "Madonna", "familyName": "Ciccone"}
    return bool(found.get("familyName") == "-")


def active_absent_is_inactive(wire: Wire) -> bool:
    assert wire.read(wire.user())["active"] is True
    body = {"schemas": [f"{CORE}User"], "userName": f"{unique()}@example.com"}
    return wire.read(wire.send("POST", "/Users", body).id).get("active") is False


def phones_displayed(wire: Wire) -> bool:
    user = wire.user(phoneNumbers=[{"type": "work", "value": "+47 22 33"}])
    (phone,) = wire.read(user)["phoneNumbers"]
    assert (phone["type"], phone["value"]) == ("work", "+47 22 33")
    return bool(phone.get("display") == "472233")


def language_canonical(wire: Wire) -> bool:
    user = wire.user(preferredLanguage="EN-us", locale="nb")
    found = wire.read(user)
    assert found["locale"] == "nb"
    return bool(found["preferredLanguage"] == "en-US")


def number_generated(wire: Wire) -> bool:
    assert wire.read(wire.user(**{ENTERPRISE: {"employeeNumber": "7"}}))[ENTERPRISE]["employeeNumber"] == "7"
    found = wire.read(wire.user(**{ENTERPRISE: {"department": "Sales"}}))[ENTERPRISE]
    assert found["department"] == "Sales"
    return str(found.get("employeeNumber")).startswith("E-")


def name_made(wire: Wire) -> bool:
    user = wire.user(displayName="Joy Young")
    found = wire.read(user).get("name")
    assert wire.change(user, replaced("displayName", "Ada Byron")).status in OK
    assert wire.read(user).get("name") == found
    return bool(found == {"givenName": "Joy", "familyName": "Young"})


def role_primary_chosen(wire: Wire) -> bool:
    user = wire.user(roles=[{"type": "app", "value": "Admin"}, {"type": "app", "value": "Reader"}])
    found = wire.read(user)["roles"]
    assert values(found) == ["Admin", "Reader"]
    return [one.get("primary") for one in found] == [True, None]


def equal_pairs_once(wire: Wire) -> bool:
    same = {"type": "work", "value": "+47 1"}
    user = wire.user(phoneNumbers=[same, {"type": "mobile", "value": "+47 1"}, same])
    found = wire.read(user)["phoneNumbers"]
    assert {one["type"] for one in found} == {"work", "mobile"}
    return [one["type"] for one in found] == ["work", "mobile"]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def json_where_asked(wire: Wire) -> bool:
    plain, asked = wire.get("/Users"), wire.get("/Users", Accept="application/json")
    assert plain.headers["content-type"].startswith("application/scim+json")
    return asked.headers["content-type"].startswith("application/json")


def deletes_slow(wire: Wire) -> bool:
    begun = time.monotonic()
    wire.get("/Users/none")
    between = time.monotonic()
    wire.delete("/Users/none")
    return time.monotonic() - between > between - begun + 0.2


def version_of_content(wire: Wire) -> bool:
    user = wire.user()
    versions = [wire.read(user)["meta"]["version"]]
    for active in ("False", "True"):
        assert wire.change(user, replaced("active", active)).status in OK
        reply = wire.get(f"/Users/{user}")
        assert reply.headers["etag"] == reply.json["meta"]["version"]
        versions.append(reply.json["meta"]["version"])
    assert versions[0] != versions[1]
    return bool(versions[0] == versions[2])


def replace_touches(wire: Wire) -> bool:
    user = wire.user(title="Boss")
    first = wire.read(user)["meta"]
    assert wire.change(user, replaced("title", "Boss")).status in OK
    second = wire.read(user)["meta"]
    assert first["created"] == second["created"]
    return _moment(first["lastModified"]) < _moment(second["lastModified"])


def always_returned(wire: Wire) -> bool:
    user = wire.user(title="Boss")
    found = wire.get(f"/Users/{user}?attributes=id").json
    assert found["id"] == user
    assert "title" not in found
    return {"userName", "active"} <= set(found)


def version_of_single_reads(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    user = wire.user(userName=name)
    assert "version" in wire.read(user)["meta"]
    (found,) = wire.find("Users", f'userName eq "{name}"').listed
    return "version" not in found["meta"]


def conflict_located(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    user = wire.user(userName=name)
    reply = wire.create(userName=name)
    assert (reply.status, reply.json["scimType"]) == (409, "uniqueness")
    return reply.headers.get("location", "").endswith(f"/Users/{user}")


def manager_loop_400(wire: Wire) -> bool:
    first, second = wire.user(), wire.user()
    assert wire.change(first, replaced(MANAGER, second)).status in OK
    status = wire.change(second, replaced(MANAGER, first)).status
    assert wire.change(first, replaced(MANAGER, "")).status in OK
    assert wire.change(second, replaced(MANAGER, first)).status in OK
    return status == 400


def manager_by_default(wire: Wire) -> bool:
    user = wire.user(title="Boss")
    found = wire.read(user).get(ENTERPRISE, {}).get("manager", {}).get("value")
    assert wire.change(user, replaced(MANAGER, "")).status in OK
    assert "manager" not in wire.read(user).get(ENTERPRISE, {})
    return found is not None and wire.read(found)["userName"] == "owner@app.example"


def deactivation_dated(wire: Wire) -> bool:
    user = wire.user()
    assert STATE not in wire.read(user)
    assert wire.change(user, replaced("active", "False")).status in OK
    shown = wire.read(user).get(STATE)
    assert wire.change(user, replaced("active", "True")).status in OK
    assert STATE not in wire.read(user)
    return shown is not None


def member_count_shown(wire: Wire) -> bool:
    user, group = wire.user(), wire.group()
    counts = []
    for operation in (added(user), removed(user)):
        assert wire.patch(f"/Groups/{group}", operation).status in OK
        counts.append(wire.get(f"/Groups/{group}?excludedAttributes=members").json.get(SIZE, {}).get("count"))
    return counts == [1, 0]


def accounts_before(wire: Wire) -> bool:
    first = wire.get("/Users?startIndex=1&count=5").json
    assert len(first["Resources"]) == min(first["totalResults"], 5)
    return bool(first["totalResults"] == 40 and not all(one["active"] for one in first["Resources"]))


def groups_before(wire: Wire) -> bool:
    found = wire.find("Groups", 'displayName eq "Team 3 (R&D)"')
    assert found.json["totalResults"] == len(found.listed)
    return len(found.listed) == 1 and wire.get("/Groups?count=5").json["totalResults"] == 30


def administrator_protected(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, replaced("title", "Boss")).status in OK
    found = ids(wire.find("Users", 'userName eq "administrator"').listed)
    return [wire.change(one, replaced("title", "Boss")).status for one in found] == [403]


def department_groups(wire: Wire) -> bool:
    name = unique("Sales")
    users = [wire.user(**{ENTERPRISE: {"department": name}}) for _ in range(2)]
    found = ids(wire.find("Groups", f'displayName eq "Department {name}"').listed)
    return [wire.members(one) for one in found] == [users]


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        user_name_composed,
        family_name_placeholder,
        active_absent_is_inactive,
        phones_displayed,
        language_canonical,
        number_generated,
        name_made,
        role_primary_chosen,
        equal_pairs_once,
        json_where_asked,
        deletes_slow,
        version_of_content,
        replace_touches,
        always_returned,
        version_of_single_reads,
        conflict_located,
        manager_loop_400,
        manager_by_default,
        deactivation_dated,
        member_count_shown,
        accounts_before,
        groups_before,
        administrator_protected,
        department_groups,
    )
}
