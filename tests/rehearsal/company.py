"""A small company as Microsoft Graph exports it: the same people each time, with what every directory has.

Some are blocked, some filtered out, one is a guest, one is in the recycle bin, and two share an address.
"""

import json
import os
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

GIVEN = (
    "Astrid",
    "Bjørn",
    "Chloé",
    "Dmitri",
    "Elif",
    "Farouk",
    "Greta",
    "Hiroshi",
    "Ingrid",
    "João",
    "Keira",
    "Lionel",
)
FAMILY = ("Andersen", "Bianchi", "Castellanos", "Dubois", "Eriksen", "Fitzgerald", "Guðmunds", "Halvorsen", "Ivanova")
TITLES = ("Account Executive", "Field Engineer", "Payroll Clerk", "Team Lead")
DEPARTMENTS = ("Sales", "Engineering", "Finance")
COUNTRIES = ("NO", "SE", None)
CITIES = ("Trondheim", "Linköping", "Valparaíso")
WRITTEN = datetime(2026, 11, 28, 9, 12).timestamp()
"""When the files were written."""
DEFAULT = "00000000-0000-0000-0000-000000000000"
MEMBER = "5ca1ab1e-0000-4000-8000-000000000001"

PROFILE = """
name = "my-app"
title = "My application"

[[user.scope]]
title = "Nordics"
clauses = [{ attribute = "country", operator = "IS NOT NULL" }]

[[user.mapping]]
source = "userPrincipalName"
target = "userName"
match = 1

[[user.mapping]]
source = "mail"
target = 'emails[type eq "work"].value'
match = 2

[[user.mapping]]
expression = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'
target = "active"
type = "Boolean"

[[user.mapping]]
source = "displayName"
target = "displayName"

[[user.mapping]]
source = "jobTitle"
target = "title"

[[user.mapping]]
source = "city"
target = 'addresses[type eq "work"].locality'

[[user.mapping]]
source = "facsimileTelephoneNumber"
target = 'phoneNumbers[type eq "fax"].value'

[[user.mapping]]
source = "department"
target = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"

[[user.mapping]]
source = "manager"
target = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"
type = "Reference"

[[group.mapping]]
source = "displayName"
target = "displayName"
match = 1

[[group.mapping]]
source = "members"
target = "members"
type = "Reference"
"""


def guid(what: str, number: int) -> str:
    """Return an id that is the same each time."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{what}/{number}"))


@dataclass(frozen=True)
class Company:
    """An export: users, groups, members, assignments, and who is in the recycle bin."""

    users: list[dict[str, Any]]
    groups: list[dict[str, Any]]
    members: dict[str, list[str]]
    assignments: list[dict[str, Any]]
    deleted: list[dict[str, Any]]

    def write(self, folder: Path) -> list[str]:
        """Write the files, and return the flags that name them."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "my-app.toml").write_text(PROFILE, encoding="utf-8")
        contents = {
            "people": {"value": self.users},
            "groups": {"value": self.groups},
            "members": self.members,
            "assignments": {"value": self.assignments},
            "deleted": {"value": self.deleted},
        }
        flags = ["--profile", str(folder / "my-app.toml")]
        for name, content in contents.items():
            file = folder / f"{'users' if name == 'people' else name}.json"
            file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
            os.utime(file, (WRITTEN, WRITTEN))
            flags += [f"--{name}", str(file)]
        return flags


def user(number: int, chief: int | None = None) -> dict[str, Any]:
    """Return a user as Graph returns it."""
    given, family = GIVEN[number % len(GIVEN)], FAMILY[number % len(FAMILY)]
    alias = f"{given}.{family}{number}".lower().encode("ascii", "ignore").decode()
    manager = {} if chief is None else {"manager": {"@odata.type": "#microsoft.graph.user", "id": guid("user", chief)}}
    return {
        "id": guid("user", number),
        "userPrincipalName": f"{alias}@fjordworks.example",
        "mail": f"{alias}@fjordworks.example",
        "displayName": f"{given} {family} {number}",
        "accountEnabled": number % 17 != 16,
        "jobTitle": TITLES[number % len(TITLES)],
        "department": DEPARTMENTS[number % len(DEPARTMENTS)],
        "country": COUNTRIES[number % 7 % 3],
        "city": CITIES[number % 4 % 3],
        "faxNumber": None,
        **manager,
    }


def company(size: int = 60) -> Company:
    """Return a company of this many users; at least 40."""
    users = [user(number, None if number < 2 else number % 2) for number in range(size)]
    users[3]["mail"] = users[4]["mail"]
    users[8] |= {
        "userPrincipalName": "eve.o'hara_fabrikam.example#EXT#@fjordworks.example",
        "mail": "eve@fabrikam.example",
    }
    names = ("Sales Nordics", "Engineering", "Everyone in Oslo", "Book club")
    groups = [
        {"id": guid("group", at), "displayName": name, "securityEnabled": name != "Book club"}
        for at, name in enumerate(names)
    ]
    members = {
        guid("group", 0): [one["id"] for one in users[: size // 3]],
        guid("group", 1): [one["id"] for one in users[size // 4 : size // 2]],
        guid("group", 2): [one["id"] for one in users],
        guid("group", 3): [one["id"] for one in users[-3:]],
    }
    assigned = [
        (guid("group", 0), "Group", MEMBER),
        (guid("group", 1), "Group", DEFAULT),
        (guid("group", 3), "Group", MEMBER),
    ]
    assigned += [(users[number]["id"], "User", MEMBER) for number in (size // 2 + 1, size // 2 + 2)]
    gone = user(size)
    gone["userPrincipalName"] = gone["id"].replace("-", "") + gone["userPrincipalName"]
    assignments = [{"principalId": one, "principalType": kind, "appRoleId": role} for one, kind, role in assigned]
    return Company(users, groups, members, assignments, [gone])


def next_week(before: Company) -> Company:
    """Return a later export: one moved, one blocked, one deleted, one new, a group renamed with three members fewer."""
    users = [dict(one) for one in before.users]
    users[0]["jobTitle"], users[3]["accountEnabled"] = TITLES[2], False
    gone = users.pop(4)
    deleted = {**gone, "userPrincipalName": gone["id"].replace("-", "") + gone["userPrincipalName"]}
    fresh = user(len(before.users) + 2)
    groups = [dict(one) for one in before.groups]
    groups[0]["displayName"] = "Sales Northern Europe"
    first = [one for one in before.members[groups[0]["id"]][:-3] if one != gone["id"]]
    members = {group: [one for one in ids if one != gone["id"]] for group, ids in before.members.items()}
    members[groups[0]["id"]] = [*first, fresh["id"]]
    return Company([*users, fresh], groups, members, before.assignments, [*before.deleted, deleted])
