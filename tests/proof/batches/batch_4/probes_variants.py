"""A probe for each legal variant of the fourth batch: True where the answer differs as the variant says."""

import time
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import added, merged, removed, replaced, work
from scim_conformance.demo.probing.registry import PROBES as SHIPPED
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Reply, Wire
from tests.proof.batches.batch_3 import probes_variants
from tests.proof.batches.batch_4.variants_products import PARTS

NOBODY = 'userName eq "nobody"'


def _members(wire: Wire, how: str) -> bool:
    user = wire.user()
    group = wire.group(user)
    if how == "filter":
        reply = wire.find("Groups", f'id eq "{group}" and members eq "{user}"')
        return reply.status == 200 and len(reply.listed) == 1
    path = {"id": f"/Groups/{group}", "asked": f"/Groups/{group}?attributes=members", "list": "/Groups"}[how]
    body = wire.get(path).json
    shown = body.get("Resources", [body])
    return any(one.get("members") for one in shown)


def _ways(wire: Wire) -> tuple[bool, ...]:
    return tuple(_members(wire, how) for how in ("id", "asked", "list", "filter"))


def _token(wire: Wire, header: bool) -> Reply:
    tokens = wire.served.app.tokens
    said = b64encode(f"{tokens.client_id}:{tokens.client_secret}".encode()).decode()
    own = {} if header else {"client_id": tokens.client_id, "client_secret": tokens.client_secret}
    body = urlencode({"grant_type": "client_credentials", **own}).encode()
    basic = f"Basic {said}" if header else None
    return wire.send("POST", "/token", body, Content_Type="application/x-www-form-urlencoded", Authorization=basic)


def _nested(wire: Wire) -> int:
    return wire.patch(f"/Groups/{wire.group()}", added(wire.group())).status


def _emptied(wire: Wire) -> bool:
    first, second = wire.user(), wire.user()
    group = wire.group(first, second)
    wire.patch(f"/Groups/{group}", removed(first))
    return wire.members(group) == []


def _twice(wire: Wire, **attributes: Any) -> int:
    wire.user(**attributes)
    return wire.create(**attributes).status


def _phone(kind: str) -> dict[str, Any]:
    return {"phoneNumbers": [{"type": kind, "value": "+47 1"}]}


def _cleared(wire: Wire) -> bool:
    user = wire.user(title="x")
    wire.change(user, merged(title=None))
    return bool(wire.read(user).get("title") == "")


def _burst(wire: Wire) -> bool:
    return 429 in {wire.get(f"/Users/{number}").status for number in range(60)}


def _slow(wire: Wire) -> bool:
    begun = time.monotonic()
    for _ in range(4):
        wire.get("/Users/none")
    return time.monotonic() - begun > 0.2


def _by_name(wire: Wire) -> bool:
    made = [wire.create(userName=f"{letter}@example.com").json["userName"] for letter in "hcafbgde"]
    names = [one["userName"] for one in wire.get("/Users").listed]
    return names == sorted(made) != made


def _grows(wire: Wire) -> bool:
    for _ in range(30):
        wire.get("/Users/none")
    return bool(wire.get("/Users").json["totalResults"] == 1)


def _sparse(wire: Wire) -> bool:
    reply = wire.change(wire.user(title="x"), replaced("title", "y"))
    return reply.status == 200 and "title" not in reply.json


def _manager(wire: Wire) -> int:
    return wire.create(**{ENTERPRISE: {"manager": {"value": "nobody"}}}).status


def _numbered(wire: Wire) -> int:
    return _twice(wire, **{ENTERPRISE: {"employeeNumber": "7"}})


def _dotted(wire: Wire) -> int:
    return wire.change(wire.user(), merged(**{"name.givenName": "Jo"})).status


def _roles(wire: Wire) -> Any:
    return [one["value"] for one in wire.read(wire.user()).get("roles") or []]


SINGLE: dict[str, Probe] = {
    "members-never-shown": lambda wire: _ways(wire) == (False, False, False, False),
    "members-asked-for": lambda wire: _ways(wire) == (False, True, False, True),
    "members-by-filter": lambda wire: _ways(wire) == (False, False, False, True),
    "members-not-in-lists": lambda wire: _ways(wire) == (True, True, False, True),
    "groups-empty": lambda wire: wire.create_group().status == 501 and wire.get("/Groups").listed == [],
    "no-nested-groups": lambda wire: _nested(wire) == 400,
    "removal-literal": _emptied,
    "country-two-letters": lambda wire: wire.create(addresses=[{"type": "work", "country": "USA"}]).status == 400,
    "formats-checked": lambda wire: wire.create(timezone="noon").status == 400 == wire.create(emails=work("x")).status,
    "types-checked": lambda wire: (
        wire.create(**_phone("x")).status == 400 and wire.create(**_phone("fax")).status == 201
    ),
    "roles-known-only": lambda wire: wire.create(roles=[{"value": "Admin"}]).status == 400,
    "external-id-unique": lambda wire: _twice(wire, externalId="7", userName=None) == 409,
    "employee-number-unique": lambda wire: _numbered(wire) == 409,
    "external-id-required": lambda wire: wire.create().status == 400 and wire.create(externalId="7").status == 201,
    "emails-required": lambda wire: (
        wire.create().status == 400 and wire.create(emails=work("a@b.example")).status == 201
    ),
    "manager-checked": lambda wire: _manager(wire) == 400,
    "patch-200-sparse": _sparse,
    "enterprise-always": lambda wire: wire.read(wire.user()).get(ENTERPRISE) == {},
    "cleared-is-empty": _cleared,
    "roles-of-everybody": lambda wire: _roles(wire) == ["everyone"],
    "dates-seven-digits": lambda wire: wire.create().json["meta"]["created"].endswith(".1234567Z"),
    "keys-are-names": lambda wire: _dotted(wire) == 400,
    "token-by-basic": lambda wire: (_token(wire, True).status, _token(wire, False).status) == (200, 401),
    "token-without-expiry": lambda wire: "expires_in" not in _token(wire, False).json,
    "items-per-page-twenty": lambda wire: wire.find("Users", NOBODY).json.get("itemsPerPage") == 20,
    "thirty-a-second": _burst,
    "answers-delayed": _slow,
    "lists-by-name": _by_name,
    "devices-offered": lambda wire: "Device" in {one["name"] for one in wire.get("/ResourceTypes").listed},
    "populated": lambda wire: wire.get("/Users?count=5").json["totalResults"] == 150,
    "others-sign-up": _grows,
}
"""By the name of the variant."""


def _like(part: str) -> Callable[[Wire], bool]:
    """Tell by one of its parts, which meets no other in the way, whether a likeness is on."""
    known = {**SHIPPED, **probes_variants.PROBES, **SINGLE}
    return known[part]


SHOWN_BY = {
    "like-aws-identity-center": "small-pages",
    "like-slack": "gateway-headers",
    "like-github-emu": "populated",
    "like-atlassian": "emails-required",
    "like-keycloak": "members-asked-for",
    "like-scimple": "dates-with-offset",
    "like-wso2": "roles-of-everybody",
    "like-databricks": "ids-digits",
    "like-sap-ias": "emails-required",
    "like-salesforce": "country-two-letters",
    "like-a-start-up": "no-etags",
    "like-an-old-tenant": "gateway-headers",
}
"""The part by which each likeness is told from the plain target."""

assert set(SHOWN_BY) == set(PARTS)
assert all(part in PARTS[name] for name, part in SHOWN_BY.items())

PROBES: dict[str, Probe] = SINGLE | {name: _like(part) for name, part in SHOWN_BY.items()}
"""By the name of the variant."""
