"""Probes of the third batch over a raw socket, of accounts and their changes: True where the defect shows."""

from typing import Any

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import MOBILE, WORK, merged, person, replaced, unique, work
from scim_conformance.demo.probing.bodies import op as operation
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire

OK = {200, 204}


def found(wire: Wire, text: str, kind: str = "Users") -> list[str]:
    """Return the ids that a filter finds."""
    return [str(one["id"]) for one in wire.find(kind, text).listed]


def change(wire: Wire, user: str, *operations: dict[str, Any]) -> None:
    """Change a user, which must be answered as a success."""
    reply = wire.change(user, *operations)
    assert reply.status in OK, (reply.status, reply.body)


def phones(wire: Wire, user: str) -> dict[str, str]:
    """Return the telephone numbers of a user by their type."""
    return {one["type"]: one["value"] for one in wire.read(user).get("phoneNumbers") or [] if "value" in one}


def enterprise(wire: Wire, user: str) -> dict[str, Any]:
    """Return the enterprise extension of a user."""
    return dict(wire.read(user).get(ENTERPRISE) or {})


NUMBERS = [{"type": "work", "value": "+47 1"}, {"type": "mobile", "value": "+47 2"}]


def delete_unchecked(wire: Wire) -> bool:
    user = wire.user()
    assert wire.get(f"/Users/{user}", Authorization=None).status == 401
    assert wire.send("PATCH", f"/Users/{user}", {}, Authorization="Bearer wrong").status == 401
    status = wire.send("DELETE", f"/Users/{user}", Authorization=None).status
    assert (wire.get(f"/Users/{user}").status == 404) is (status == 204)
    return status == 204


def refused_but_done(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    wrong = {"Authorization": "Bearer wrong"}
    assert wire.send("POST", "/Users", person(userName=name), **wrong).status == 401
    made = found(wire, f'userName eq "{name}"')
    user = wire.user()
    assert wire.send("DELETE", f"/Users/{user}", **wrong).status == 401
    assert (wire.get(f"/Users/{user}").status == 404) is bool(made)
    return bool(made)


def email_index_old(wire: Wire) -> bool:
    old, new = f"{unique()}@example.com", f"{unique()}@example.com"
    user = wire.user(emails=work(old))
    assert found(wire, f'{WORK} eq "{old}"') == [user]
    change(wire, user, replaced(WORK, new))
    assert wire.read(user)["emails"][0]["value"] == new
    by_new = found(wire, f'{WORK} eq "{new}"')
    assert found(wire, f'{WORK} eq "{old}"') == ([] if by_new else [user])
    return not by_new


def external_id_case(wire: Wire) -> bool:
    users = [wire.user(externalId="Qk3x=="), wire.user(externalId="qK3X==")]
    hits = found(wire, 'externalId eq "Qk3x=="')
    assert users[0] in hits
    assert set(hits) <= set(users)
    return users[1] in hits


def numbers_loosely_equal(wire: Wire) -> bool:
    user = wire.user(externalId="417", **{ENTERPRISE: {"employeeNumber": "1000"}})
    assert found(wire, 'externalId eq "417"') == [user]
    hits = [found(wire, text) for text in ('externalId eq "0417"', f'{ENTERPRISE}:employeeNumber eq "1e3"')]
    assert hits in ([[], []], [[user], [user]])
    return hits[0] == [user]


def html_escaped(wire: Wire) -> bool:
    user = wire.user(title="Jo's <b>", **{ENTERPRISE: {"department": "R&D"}})
    first = enterprise(wire, user)["department"]
    change(wire, user, merged(**{f"{ENTERPRISE}:department": "Q&A"}))
    second = enterprise(wire, user)["department"]
    assert (first, second) in {("R&D", "Q&A"), ("R&amp;D", "Q&amp;A")}
    return bool(first == "R&amp;D")


def null_as_text(wire: Wire) -> bool:
    body = wire.read(wire.user(title=None, displayName="Jo"))
    assert body["displayName"] == "Jo"
    assert body.get("title") in {None, "null"}
    return bool(body.get("title") == "null")


def cut_at_emoji(wire: Wire) -> bool:
    user = wire.user(displayName="Jo 😀 Young", name={"givenName": "Zoë", "familyName": "吉𠮷野"})
    body = wire.read(user)
    kept = [body["displayName"], body["name"]["familyName"]]
    assert body["name"]["givenName"] == "Zoë"
    assert kept in (["Jo 😀 Young", "吉𠮷野"], ["Jo ", "吉"])
    change(wire, user, replaced("displayName", "Ann 🎉"))
    assert wire.read(user)["displayName"] == ("Ann " if kept[1] == "吉" else "Ann 🎉")
    return bool(kept[1] == "吉")


def equal_values_once(wire: Wire) -> bool:
    user = wire.user(phoneNumbers=[{"type": "work", "value": "+47 1"}, {"type": "mobile", "value": "+47 1"}])
    kept = phones(wire, user)
    assert kept["work"] == "+47 1"
    change(wire, user, replaced(MOBILE, "+47 2"))
    assert phones(wire, user) == {"work": "+47 1", "mobile": "+47 2"}
    return "mobile" not in kept


def json_false_ignored(wire: Wire) -> bool:
    states = []
    for disabling in (operation("replace", "active", False), merged(active=False, title="x")):
        user = wire.user()
        change(wire, user, disabling)
        states.append(wire.read(user)["active"])
        change(wire, user, replaced("active", "False"))
        assert wire.read(user)["active"] is False
    assert states in ([True, True], [False, False])
    return bool(states[0])


def add_keeps_old(wire: Wire) -> bool:
    user = wire.user(title="Engineer", **{ENTERPRISE: {"department": "R&D"}})
    change(wire, user, operation("Add", "title", "Director"), operation("Add", f"{ENTERPRISE}:department", "Sales"))
    kept = [wire.read(user)["title"], enterprise(wire, user)["department"]]
    change(wire, user, operation("Add", "nickName", "Jo"), replaced("title", "Chief"))
    assert (wire.read(user)["nickName"], wire.read(user)["title"]) == ("Jo", "Chief")
    assert kept in (["Director", "Sales"], ["Engineer", "R&D"])
    return bool(kept[0] == "Engineer")


def dotted_keys_collide(wire: Wire) -> bool:
    user = wire.user(name={"givenName": "Ada", "familyName": "Byron"})
    number, unit = f"{ENTERPRISE}:employeeNumber", f"{ENTERPRISE}:department"
    change(wire, user, merged(**{"name.givenName": "Jo", number: "7", "name.familyName": "Young", unit: "Sales"}))
    name, held = wire.read(user)["name"], enterprise(wire, user)
    assert (name["familyName"], held["department"]) == ("Young", "Sales")
    kept = (name["givenName"], held.get("employeeNumber"))
    assert kept in {("Jo", "7"), ("Ada", None)}
    return kept[0] == "Ada"


def list_from_snapshot(wire: Wire) -> bool:
    user = wire.user(phoneNumbers=NUMBERS)
    change(wire, user, replaced('phoneNumbers[type eq "work"].value', "+47 8"), replaced(MOBILE, "+47 9"))
    kept = phones(wire, user)
    assert kept["mobile"] == "+47 9"
    return kept["work"] == "+47 1"


def remove_one_removes_list(wire: Wire) -> bool:
    user = wire.user(phoneNumbers=NUMBERS, emails=work("jo@example.com"))
    change(wire, user, operation("Remove", MOBILE))
    kept = phones(wire, user)
    assert "mobile" not in kept
    assert wire.read(user)["emails"][0]["value"] == "jo@example.com"
    return "work" not in kept


def clearing_ignored(wire: Wire) -> bool:
    user = wire.user(title="Engineer", nickName="Jo")
    change(wire, user, replaced("title", ""), {"op": "replace", "value": {"nickName": None}})
    body = wire.read(user)
    kept = [name for name in ("title", "nickName") if body.get(name)]
    change(wire, user, operation("Remove", "title"))
    assert "title" not in wire.read(user)
    assert len(kept) != 1
    return bool(kept)


def _manager(wire: Wire, user: str) -> Any:
    return (enterprise(wire, user).get("manager") or {}).get("value")


def manager_swap_ignored(wire: Wire) -> bool:
    boss, other = wire.user(), wire.user()
    user = wire.user(**{ENTERPRISE: {"manager": {"value": boss}}})
    change(wire, boss, operation("Add", f"{ENTERPRISE}:manager", user))
    swapped = _manager(wire, boss)
    change(wire, user, replaced(f"{ENTERPRISE}:manager", other))
    change(wire, boss, replaced(f"{ENTERPRISE}:manager", user))
    assert (_manager(wire, user), _manager(wire, boss)) == (other, user)
    return swapped is None


def rename_hides_disable(wire: Wire) -> bool:
    states = []
    for together in (True, False):
        user, name = wire.user(), f"{unique()}@example.com"
        rename, disable = replaced("userName", name), replaced("active", "False")
        change(wire, user, *([rename, disable] if together else [merged(userName=name, active=False)]))
        body = wire.read(user)
        assert body["userName"] == name
        states.append(body["active"])
        change(wire, user, disable)
        assert wire.read(user)["active"] is False
    assert states in ([True, True], [False, False])
    return bool(states[0])


PROBES: dict[str, Probe] = {
    probe.__name__.replace("_", "-"): probe
    for probe in (
        delete_unchecked,
        refused_but_done,
        email_index_old,
        external_id_case,
        numbers_loosely_equal,
        html_escaped,
        null_as_text,
        cut_at_emoji,
        equal_values_once,
        json_false_ignored,
        add_keeps_old,
        dotted_keys_collide,
        list_from_snapshot,
        remove_one_removes_list,
        clearing_ignored,
        manager_swap_ignored,
        rename_hides_disable,
    )
}
"""By the name of the defect."""
