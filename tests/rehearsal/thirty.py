"""Thirty people of a company, one for each thing that can be so of a person, and what Microsoft's text says of each.

Nothing here was taken from a preview or a rehearsal. `first` and `then`: what the log of the initial cycle, and of the
next one, has of the person as done; `ends`: the account afterwards.
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

HOW = "How application provisioning works"
SCOPE = "Scoping users or groups to be provisioned using scoping filters"
KNOWN = "Known issues for application provisioning"
NO_USER = "No users are being provisioned"
MEMBER, DEFAULT = "5ca1ab1e-0000-4000-8000-000000000001", "00000000-0000-0000-0000-000000000000"
CREATED, CHANGED, DISABLED, DELETED, NOTHING = "create", "update", "disable", "delete", ""


@dataclass(frozen=True)
class One:
    """A person. `week` and `next_week`: attributes that differ from the usual ones, and `assigned`: through what;
    `bin` or `gone` as a value: in the recycle bin, or not there. `account`: what an existing account has instead."""

    case: str
    source: str
    first: str
    then: str
    ends: str
    week: dict[str, Any] = field(default_factory=dict)
    next_week: dict[str, Any] | None = None
    account: dict[str, Any] | None = None
    linked: str = ""
    """What the initial cycle does where the account exists."""

    @property
    def id(self) -> str:
        """The object id."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, self.case))


STAFF, CREW, OUTER, CLUB = ({"assigned": name} for name in ("Staff", "Crew", "Outer", "Club"))
NOBODY: dict[str, Any] = {"assigned": ""}
ABROAD = {"country": "SE", "department": "Sales"}
BIN, GONE = {"where": "bin"}, {"where": "gone"}

PEOPLE = (
    One("assigned directly", HOW, CREATED, NOTHING, "active"),
    One("member of an assigned group", HOW, CREATED, NOTHING, "active", STAFF),
    One("member of a group in an assigned group", NO_USER, NOTHING, NOTHING, "none", OUTER),
    One("not assigned", HOW, NOTHING, NOTHING, "none", NOBODY),
    One("assigned only with Default Access", NO_USER, CREATED, NOTHING, "active", {"role": DEFAULT}),
    One("blocked before there is an account", KNOWN, NOTHING, NOTHING, "none", {"accountEnabled": False}),
    One("in the recycle bin before there is an account", HOW, NOTHING, NOTHING, "none", BIN),
    One("does not pass any filter", SCOPE, NOTHING, NOTHING, "none", ABROAD),
    One("passes the second filter alone", SCOPE, CREATED, NOTHING, "active", {"country": "SE", "department": "Board"}),
    One("has no value for the filters", SCOPE, NOTHING, NOTHING, "none", {"country": None, "department": None}),
    One("letter case of the filter's value", SCOPE, NOTHING, NOTHING, "none", {"country": "no", "department": "Sales"}),
    One("has an equal account", HOW, CREATED, NOTHING, "active", account={}, linked=NOTHING),
    One("has an account with another title", HOW, CREATED, NOTHING, "active", account={"title": "x"}, linked=CHANGED),
    One("has an inactive account", HOW, CREATED, NOTHING, "active", account={"active": False}, linked=CHANGED),
    One("joins", HOW, NOTHING, CREATED, "active", GONE, {}),
    One("is assigned later", HOW, NOTHING, CREATED, "active", NOBODY, {}),
    One("joins an assigned group", HOW, NOTHING, CREATED, "active", NOBODY, STAFF),
    One("comes to pass a filter", SCOPE, NOTHING, CREATED, "active", {"country": "SE"}, {}),
    One("is no longer blocked", KNOWN, NOTHING, CREATED, "active", {"accountEnabled": False}, {}),
    One("is restored from the recycle bin", HOW, NOTHING, CREATED, "active", BIN, {}),
    One("gets another title", HOW, CREATED, CHANGED, "active", {}, {"jobTitle": "Lead"}),
    One("is renamed", HOW, CREATED, CHANGED, "active", {}, {"userPrincipalName": "renamed@example.com"}),
    One("loses a value, which is not sent", KNOWN, CREATED, NOTHING, "active", {}, {"jobTitle": None}),
    One("changes what is not mapped", HOW, CREATED, NOTHING, "active", {}, {"city": "Bergen"}),
    One("is blocked", HOW, CREATED, DISABLED, "inactive", {}, {"accountEnabled": False}),
    One("is no longer assigned", HOW, CREATED, DISABLED, "inactive", {}, NOBODY),
    One("leaves the assigned group", HOW, CREATED, DISABLED, "inactive", STAFF, NOBODY),
    One("leaves one of two assigned groups", HOW, CREATED, NOTHING, "active", {"assigned": "Staff Crew"}, CREW),
    One("no longer passes a filter", SCOPE, CREATED, DISABLED, "inactive", {}, ABROAD),
    One("is deleted into the recycle bin", HOW, CREATED, DISABLED, "inactive", {}, BIN),
    One("is deleted permanently", HOW, CREATED, DELETED, "gone", {}, GONE),
)  # fmt: skip

PROFILE = """
name = "thirty"
title = "Thirty people"

[[user.scope]]
title = "Norway"
clauses = [{ attribute = "country", operator = "EQUALS", value = "NO" }]

[[user.scope]]
title = "Board"
clauses = [{ attribute = "department", operator = "EQUALS", value = "Board" }]

[[user.mapping]]
source = "userPrincipalName"
target = "userName"
match = 1

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

[group]

[[group.mapping]]
source = "displayName"
target = "displayName"
match = 1

[[group.mapping]]
source = "members"
target = "members"
type = "Reference"
"""

GROUPS = ("Staff", "Crew", "Outer", "Inner")
"""Staff, Crew and Inner are assigned, and Outer is a group in Inner."""


def export(*, later: bool) -> dict[str, Any]:
    """Return the export of a week, as Microsoft Graph has it."""
    found: dict[str, Any] = {"users": [], "deleted": [], "assignments": [], "members": {one: [] for one in GROUPS}}
    for number, one in enumerate(PEOPLE):
        changes = one.week if not later or one.next_week is None else one.next_week
        _add(found, number, one, {**changes})
    found["members"]["Inner"] = [_group("Outer")]
    groups = [{"id": _group(name), "displayName": name, "securityEnabled": True} for name in GROUPS]
    found["assignments"] += [_assignment(_group(name), "Group", MEMBER) for name in ("Staff", "Crew", "Inner")]
    members = {_group(name): ids for name, ids in found["members"].items()}
    lists = {name: {"value": found[name]} for name in ("users", "deleted", "assignments")}
    return {**lists, "groups": {"value": groups}, "members": members}


def _add(found: dict[str, Any], number: int, one: One, changes: dict[str, Any]) -> None:
    where, assigned = changes.pop("where", ""), changes.pop("assigned", None)
    role = changes.pop("role", MEMBER)
    if where == "gone":
        return
    user = {"id": one.id, **usual(number), **changes}
    if where == "bin":
        name = one.id.replace("-", "") + user["userPrincipalName"]
        found["deleted"].append({**user, "userPrincipalName": name})
        return
    found["users"].append(user)
    if assigned is None:
        found["assignments"].append(_assignment(one.id, "User", role))
    for group in (assigned or "").split():
        found["members"][group].append(one.id)


def usual(number: int) -> dict[str, Any]:
    """Return the attributes of somebody of whom nothing special is known."""
    login = f"person{number}@example.com"
    place = {"country": "NO", "department": "Sales", "city": "Oslo"}
    return {
        "userPrincipalName": login,
        "displayName": f"Person {number}",
        "jobTitle": "Clerk",
        "accountEnabled": True,
        **place,
    }


def _group(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))


def _assignment(principal: str, kind: str, role: str) -> dict[str, Any]:
    return {"principalId": principal, "principalType": kind, "appRoleId": role}


def accounts() -> list[dict[str, Any]]:
    """Return the accounts that exist."""
    core = "urn:ietf:params:scim:schemas:core:2.0:User"
    found = []
    for number, one in enumerate(PEOPLE):
        if one.account is not None:
            user = usual(number)
            equal = {
                "userName": user["userPrincipalName"],
                "displayName": user["displayName"],
                "title": user["jobTitle"],
            }
            found.append({"schemas": [core], "active": True, **equal, **one.account})
    return found
