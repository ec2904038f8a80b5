"""Probes of the first batch over a raw socket: True where the defect shows."""

import json
import socket
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any
from urllib.parse import quote, urlsplit

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.server import Served

CORE = "urn:ietf:params:scim:schemas:core:2.0"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@dataclass(frozen=True)
class Wire:
    """Plain HTTP/1.1 to one target, a connection for each request."""

    served: Served

    def send(self, method: str, path: str, body: Any = None, token: str | None = None) -> tuple[int, Any]:
        """Return the status and the parsed body. `token` "" sends no Authorization."""
        place = urlsplit(self.served.url)
        content = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {place.path}{path} HTTP/1.1", f"Host: {place.netloc}", "Connection: close"]
        if token != "":
            lines.append(f"Authorization: Bearer {token or self.served.token}")
        if content:
            lines += ["Content-Type: application/scim+json; charset=utf-8", f"Content-Length: {len(content)}"]
        with socket.create_connection((place.hostname or "", place.port or 0), timeout=10) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + content)
            answer = HTTPResponse(connection, method=method)
            answer.begin()
            said = answer.read()
        return answer.status, json.loads(said) if said else None

    def user(self, name: str, **more: Any) -> tuple[int, Any]:
        """Create a user."""
        return self.send("POST", "/Users", {"schemas": [f"{CORE}:User"], "userName": name, "active": True, **more})

    def group(self, name: str) -> str:
        """Create a group and return its id."""
        status, body = self.send("POST", "/Groups", {"schemas": [f"{CORE}:Group"], "displayName": name})
        assert status == 201
        return str(body["id"])

    def patch(self, path: str, op: str, attribute: str, value: Any) -> int:
        """Send one operation and return the status."""
        operation = {"op": op, "path": attribute, "value": value}
        return self.send("PATCH", path, {"schemas": [PATCH_OP], "Operations": [operation]})[0]

    def join(self, group: str, user: str) -> None:
        """Add one member, which must succeed."""
        assert self.patch(f"/Groups/{group}", "Add", "members", [{"value": user}]) in {200, 204}

    def members(self, group: str) -> set[str]:
        """Return the ids of the members of a group."""
        status, body = self.send("GET", f"/Groups/{group}")
        assert status == 200
        return {one["value"] for one in body.get("members") or []}

    def found(self, query: str) -> list[str]:
        """Return the ids that a filter on users finds."""
        status, body = self.send("GET", f"/Users?filter={quote(query)}")
        assert status == 200
        return [one["id"] for one in body["Resources"]]


def made(answer: tuple[int, Any]) -> str:
    """Return the id of what a request created."""
    assert answer[0] == 201
    return str(answer[1]["id"])


def work(address: str) -> list[dict[str, str]]:
    """Return a work e-mail alone."""
    return [{"type": "work", "value": address}]


def groups_open(wire: Wire) -> bool:
    group = wire.group("Staff")
    assert wire.send("GET", "/Users", token="wrong")[0] == 401
    reads = [wire.send("GET", f"/Groups/{group}", token=token)[0] for token in ("", "wrong")]
    assert len(set(reads)) == 1
    return reads[0] == 200


def email_of_any_type(wire: Wire) -> bool:
    private = made(wire.user("ann@contoso.com", emails=[{"type": "home", "value": "jo@contoso.com"}]))
    office = made(wire.user("jo@contoso.com", emails=work("jo@contoso.com")))
    found = wire.found('emails[type eq "work"].value eq "jo@contoso.com"')
    assert office in found
    return private in found


def one_phone(wire: Wire) -> bool:
    numbers = [
        {"type": "work", "value": "+47 1"},
        {"type": "mobile", "value": "+47 2"},
        {"type": "fax", "value": "+47 3"},
    ]
    body = wire.send("GET", f"/Users/{made(wire.user('jo@contoso.com', phoneNumbers=numbers))}")[1]
    kept = [one["value"] for one in body["phoneNumbers"]]
    assert "+47 1" in kept
    return len(kept) < 3


def department_drops_others(wire: Wire) -> bool:
    boss = made(wire.user("ann@contoso.com"))
    held = {"employeeNumber": "7", "department": "R&D", "manager": {"value": boss}}
    user = made(wire.user("jo@contoso.com", **{ENTERPRISE: held}))
    assert wire.patch(f"/Users/{user}", "Replace", f"{ENTERPRISE}:department", "Sales") in {200, 204}
    extension = wire.send("GET", f"/Users/{user}")[1][ENTERPRISE]
    assert extension["department"] == "Sales"
    assert ("manager" in extension) == ("employeeNumber" in extension)
    return "manager" not in extension


def disable_scrubs(wire: Wire) -> bool:
    user = made(wire.user("jo@contoso.com", title="Engineer", phoneNumbers=[{"type": "work", "value": "+47 1"}]))
    for active in ("False", "True"):
        assert wire.patch(f"/Users/{user}", "Replace", "active", active) in {200, 204}
    body = wire.send("GET", f"/Users/{user}")[1]
    assert body["active"] is True
    assert ("title" in body) == ("phoneNumbers" in body)
    return "title" not in body


def disabled_name_free(wire: Wire) -> bool:
    user = made(wire.user("jo@contoso.com"))
    assert wire.user("jo@contoso.com")[0] == 409
    assert wire.patch(f"/Users/{user}", "Replace", "active", "False") in {200, 204}
    status, _ = wire.user("jo@contoso.com")
    assert len(wire.found('userName eq "jo@contoso.com"')) == (2 if status == 201 else 1)
    return status == 201


def id_reused(wire: Wire) -> bool:
    gone = made(wire.user("ann@contoso.com"))
    assert wire.send("DELETE", f"/Users/{gone}")[0] == 204
    new = made(wire.user("jo@contoso.com"))
    status, body = wire.send("GET", f"/Users/{new}")
    assert (status, body["userName"]) == (200, "jo@contoso.com")
    assert wire.send("GET", f"/Users/{gone}")[0] == (200 if gone == new else 404)
    return gone == new


def one_group_each(wire: Wire) -> bool:
    user, first, second = made(wire.user("jo@contoso.com")), wire.group("Staff"), wire.group("Sales")
    wire.join(first, user)
    wire.join(second, user)
    assert wire.members(second) == {user}
    return wire.members(first) == set()


def members_in_haste(wire: Wire) -> bool:
    people, group = [made(wire.user(f"jo{number}@contoso.com")) for number in range(3)], wire.group("Staff")
    for user in people:
        wire.join(group, user)
    members = wire.members(group)
    assert people[-1] in members
    return len(members) < 3


def schemas_pascal_case(wire: Wire) -> bool:
    status, body = wire.send("GET", "/Schemas")
    assert status == 200
    attributes = [one for schema in body["Resources"] for one in schema["attributes"]]
    written = {one["mutability"] for one in attributes} | {one["returned"] for one in attributes}
    capital = {word for word in written if word[0].isupper()}
    assert capital in (set(), written)
    return capital == written


def first_user_skipped(wire: Wire) -> bool:
    people = {made(wire.user(f"jo{number}@contoso.com")) for number in range(5)}
    seen: set[str] = set()
    for start in (1, 3, 5):
        body = wire.send("GET", f"/Users?startIndex={start}&count=2")[1]
        assert (body["startIndex"], body["totalResults"]) == (start, 5)
        seen |= {one["id"] for one in body["Resources"]}
    return len(people - seen) == 1


def gone_403(wire: Wire) -> bool:
    group, statuses = wire.group("Staff"), set()
    assert wire.send("DELETE", f"/Groups/{group}")[0] == 204
    statuses.add(wire.send("GET", f"/Groups/{group}")[0])
    statuses.add(wire.send("DELETE", f"/Groups/{group}")[0])
    statuses.add(wire.patch(f"/Users/{group}", "Replace", "active", "False"))
    assert statuses in ({403}, {404})
    return statuses == {403}


PROBES: dict[str, Callable[[Wire], bool]] = {
    "groups-open": groups_open,
    "email-of-any-type": email_of_any_type,
    "one-phone": one_phone,
    "department-drops-others": department_drops_others,
    "disable-scrubs": disable_scrubs,
    "disabled-name-free": disabled_name_free,
    "id-reused": id_reused,
    "one-group-each": one_group_each,
    "members-in-haste": members_in_haste,
    "schemas-pascal-case": schemas_pascal_case,
    "first-user-skipped": first_user_skipped,
    "gone-403": gone_403,
}
