"""Other people's accounts and groups: realistic, some with names close to ours, always the same. Stored as bytes."""

import json
import random
import uuid
from collections.abc import Callable, Iterator
from typing import Any

CORE = "urn:ietf:params:scim:schemas:core:2.0:"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

FIRST = [
    "Ada",
    "Björn",
    "Chloé",
    "Dmitri",
    "Élodie",
    "Fatima",
    "Göran",
    "Håkon",
    "Íris",
    "Jürgen",
    "Kenji",
    "Łukasz",
    "Mónica",
    "Nguyễn",
    "Ólafur",
    "Priya",
    "Quinn",
]
LAST = [
    "Abe",
    "Brännström",
    "Castañeda",
    "Dvořák",
    "Eriksson",
    "Fjörd",
    "García",
    "Huynh",
    "Ibáñez",
    "Jørgensen",
    "Kowalczyk",
    "Lindqvist",
    "Müller",
]
DEPARTMENTS = ("R&D", "Sales", "Finance", "Legal & Compliance", "Support", "Conscription Affairs")
TEAMS = (
    "All Staff",
    "VPN users",
    "SCT Sailing Club",
    "Finance (EMEA)",
    "Admins",
    "Projekt Ångström",
    "sct",
    "Reception",
)

LOOKALIKES: tuple[tuple[str, str], ...] = (
    ("sct.smith@customer.example", "Sct Smith"),
    ("sct0f1e2d3c4b5a-Joy.Young-aa00bb@example.com", "Joy Young"),
    ("sct00112233aabb.Nia.Novak@customer.example", "Nia Novak (sct00112233aabb)"),
    ("prescott.sct@customer.example", "Prescott SCT"),
    ("sctabcdef-Kristi.Christian-680f4e@example.com", "Kristi Christian"),
    ("SCTFEDCBA987654@CUSTOMER.EXAMPLE", "Service Account"),
    ("00112233aabb44556677889900aabbccddeeff@example.com", "Deleted somebody"),
    ("281474976710655", "Badge reader"),
)
"""Who lived there before us under names that look like a run's: other runs' tags, and the letters alone."""


def population(users: int = 400, groups: int = 100, seed: int = 7) -> dict[str, bytes]:
    """Return `users` + `groups` resources as the JSON bytes in which they are stored, by id. The same for one seed."""
    dice = random.Random(seed)
    made = list(_users(dice, users))
    ids = [one["id"] for one in made]
    for number, one in enumerate(made):
        one[ENTERPRISE]["manager"] = {"value": ids[number // 7], "displayName": made[number // 7]["displayName"]}
    everything = [*made, *_groups(dice, groups, ids)]
    return {one["id"]: stored(one) for one in everything}


def stored(resource: dict[str, Any]) -> bytes:
    """Return the bytes in which a resource is stored."""
    return json.dumps(resource, ensure_ascii=False).encode()


def _new_id(dice: random.Random) -> str:
    return str(uuid.UUID(int=dice.getrandbits(128), version=4))


def _meta(dice: random.Random, kind: str) -> dict[str, str]:
    year, month, day = dice.randint(2017, 2025), dice.randint(1, 12), dice.randint(1, 28)
    made = f"{year}-{month:02}-{day:02}T{dice.randint(0, 23):02}:{dice.randint(0, 59):02}:12.345Z"
    return {"resourceType": kind, "created": made, "lastModified": made}


def _users(dice: random.Random, many: int) -> Iterator[dict[str, Any]]:
    for number in range(many):
        first, last = dice.choice(FIRST), dice.choice(LAST)
        ordinary = (f"{first}.{last}.{number}@customer.example".lower(), f"{first} {last}")
        name, shown = LOOKALIKES[number // 10] if number % 10 == 3 and number // 10 < len(LOOKALIKES) else ordinary
        yield {
            "schemas": [f"{CORE}User", ENTERPRISE],
            "id": _new_id(dice),
            "externalId": f"{first}{number}".lower(),
            "userName": name,
            "displayName": shown,
            "name": {"givenName": first, "familyName": last, "formatted": f"{first} {last}"},
            "title": dice.choice(["Engineer", "Director", "Nurse", "Conductor"]),
            "active": dice.random() > 0.2,
            "emails": [
                {"value": f"{number}.{last}@customer.example".lower(), "type": "work", "primary": True},
                {"value": f"{first}{number}@home.example".lower(), "type": "home"},
            ],
            "phoneNumbers": [{"value": f"+47 22 {number:06}", "type": "work"}],
            ENTERPRISE: {"employeeNumber": str(700_000 + number), "department": dice.choice(DEPARTMENTS)},
            "meta": _meta(dice, "User"),
        }


def _groups(dice: random.Random, many: int, people: list[str]) -> Iterator[dict[str, Any]]:
    for number in range(many):
        yield {
            "schemas": [f"{CORE}Group"],
            "id": _new_id(dice),
            "externalId": _new_id(dice),
            "displayName": f"{TEAMS[number % len(TEAMS)]} {number}",
            "members": [{"value": one, "type": "User"} for one in dice.sample(people, min(5, len(people)))],
            "meta": _meta(dice, "Group"),
        }


def rewritten(data: bytes, change: Callable[[dict[str, Any]], Any]) -> bytes:
    """Return a stored resource after a change of it."""
    resource = json.loads(data)
    change(resource)
    return stored(resource)
