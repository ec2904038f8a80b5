"""The request shapes that Entra, or a test of Microsoft's, is known to send: a name and how one is recognised."""

import re
from collections.abc import Callable
from typing import Any

from scim_conformance.scim import urns
from tests.support.traffic import ABSENT, Sent, keys, patched, pathless

Shape = Callable[[Sent], bool]

ENTERPRISE = urns.ENTERPRISE_USER
DEPARTMENT, NUMBER, MANAGER = (f"{ENTERPRISE}:{name}" for name in ("department", "employeeNumber", "manager"))
MICROSOFT_GROUP = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
WORK_EMAIL = 'emails[type eq "work"].value'
CUSTOM = "urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User"
ROLE = "WindowsAzureActiveDirectoryRole"


def asked(pattern: str) -> Shape:
    """Entra reads what matches this pattern."""
    return lambda sent: sent.method == "GET" and sent.by == "entra" and re.fullmatch(pattern, sent.target) is not None


def posted(kind: str, wanted: Callable[[dict[str, Any]], bool]) -> Shape:
    """A resource like this is created."""
    return lambda sent: sent.method == "POST" and sent.target == f"/{kind}" and wanted(sent.body)


def user(op: str, path: Any, value: Any = None) -> Shape:
    """A user is changed by such an operation."""
    return patched("Users", op, path, value)


def group(op: str, path: Any, value: Any = None) -> Shape:
    """A group is changed by such an operation."""
    return patched("Groups", op, path, value)


def added(kind: str, wanted: Callable[[dict[str, Any]], bool]) -> Shape:
    """A user or a group is changed by an `add` without a path whose object is such."""
    return patched(kind, "add", ABSENT, lambda found: isinstance(found, dict) and wanted(found))


def several_removed(sent: Sent) -> bool:
    """A request has several operations, each of which removes one member."""
    return len([one for one in sent.operations if str(one.get("path")).startswith('members[value eq "')]) > 1


def text(value: Any) -> bool:
    return isinstance(value, str) and value not in (ABSENT, "")


def starting(prefix: str) -> Callable[[Any], bool]:
    return lambda path: str(path).startswith(prefix)


def member_objects(least: int, *names: str) -> Callable[[Any], bool]:
    """A list of at least so many members, each an object with exactly these attributes."""
    return lambda value: (
        isinstance(value, list) and len(value) >= least and all(set(one) == set(names) for one in value)
    )


def roles(*names: str, primary: Any) -> Callable[[Any], bool]:
    """A list of roles with exactly these attributes beside `primary` and `type`."""
    wanted = {"primary", "type", *names}
    return lambda value: (
        isinstance(value, list)
        and any(set(one) == wanted and one["type"] == ROLE and one["primary"] is primary for one in value)
    )


def packed(value: Any) -> bool:
    """A list of roles of which each is JSON within a string."""
    return isinstance(value, list) and all(set(one) == {"value"} and one["value"].startswith('{"') for one in value)


QUERIES: dict[str, Shape] = {
    "match a user": asked(r'/Users\?filter=userName eq "[^"]+"'),
    "match a user by externalId": asked(r'/Users\?filter=externalId eq "[^"]+"'),
    "match a user by e-mail": asked(r'/Users\?filter=emails\[type eq "work"\]\.value eq "[^"]+"'),
    "match a user by a custom attribute": asked(r'/Users\?filter=urn:\S+:User:\w+ eq "[^"]+"'),
    "read a linked user": asked(r"/Users/[^/?]+"),
    "match a group": asked(r'/Groups\?excludedAttributes=members&filter=displayName eq ".+"'),
    "read a linked group": asked(r"/Groups/[^/?]+\?excludedAttributes=members"),
    "check a user's manager": asked(r'/Users\?filter=id eq "[^"]+" and manager eq "[^"]+"&attributes=id'),
    "check a group's member": asked(r'/Groups\?filter=id eq "[^"]+" and members eq "[^"]+"&attributes=id'),
    "check a user's manager first": asked(r'/Users\?filter=manager eq "[^"]+" and id eq "[^"]+"&attributes=id'),
    "check a group's member first": asked(r'/Groups\?filter=members eq "[^"]+" and id eq "[^"]+"&attributes=id'),
}
"""Table 2.1: how objects are found."""

LEGACY: dict[str, Shape] = {
    "disable": user("Replace", "active", "False"),
    "disable, lower case": user("Replace", "active", "false"),
    "disable, boolean": user("Replace", "active", value=False),
    "enable": user("Replace", "active", "True"),
    "disable by add": user("Add", "active", "False"),
    "enable by add": user("Add", "active", "True"),
    "add a string": user("Add", "title", text),
    "replace displayName": user("Replace", "displayName", text),
    "replace name.givenName": user("Replace", "name.givenName", text),
    "replace name.familyName": user("Replace", "name.familyName", text),
    "replace externalId": user("Replace", "externalId", text),
    "replace employeeNumber": user("Replace", NUMBER, text),
    "replace an e-mail": user("Replace", WORK_EMAIL, text),
    "add an e-mail": user("Add", WORK_EMAIL, text),
    "add a phone number": user("Add", starting('phoneNumbers[type eq "'), text),
    "add to an address": user("Add", starting('addresses[type eq "work"].'), text),
    "rename": user("Replace", "userName", text),
    "add a department": user("Add", DEPARTMENT, text),
    "core attribute by its URN": user("Replace", starting(f"{urns.USER}:"), text),
    "remove an e-mail with its value": user("Remove", WORK_EMAIL, text),
    "remove an e-mail": user("Remove", WORK_EMAIL, ABSENT),
    "custom extension attribute": user("Add", starting(f"{CUSTOM}:"), text),
    "custom complex attribute": user("Add", lambda path: "[primary eq true].value" in path),
    "add a manager": user("Add", MANAGER, text),
    "add a manager as a list": user("Add", "manager", member_objects(1, "$ref", "value")),
    "replace a manager": user("Replace", MANAGER, text),
    "add a role as JSON": user("Add", "roles", packed),
    "rename a group": group("Replace", "displayName", text),
    "change a group's externalId": group("Replace", "externalId", text),
    "link a group": group("Add", "externalId", text),
    "add a member": group("Add", "members", member_objects(1, "value")),
    "add a member with $ref": group("Add", "members", member_objects(1, "$ref", "value")),
    "add several members": group("Add", "members", member_objects(2, "value")),
    "remove a member": group("Remove", "members", member_objects(1, "value")),
    "remove several members": group("Remove", "members", member_objects(2, "value")),
    "remove a member with $ref": group("Remove", "members", member_objects(1, "$ref", "value")),
}
"""Tables 4.1, 4.3, 4.4 and 6.1: what is written without the compliance flag."""

COMPLIANT: dict[str, Shape] = {
    "disable": user("replace", "active", value=False),
    "disable without a path": pathless("Users", lambda value: value == {"active": False}),
    "enable": user("replace", "active", value=True),
    "disable by add": user("add", "active", value=False),
    "enable by add": user("add", "active", value=True),
    "disable by add without a path": added("Users", lambda value: value == {"active": False}),
    "enable by add without a path": added("Users", lambda value: value == {"active": True}),
    "add several without a path": added("Users", keys("displayName", "name.givenName", DEPARTMENT, NUMBER)),
    "add to an extension, nested": added("Users", lambda value: "department" in value.get(ENTERPRISE, {})),
    "add a string": user("add", "title", text),
    "replace several": pathless("Users", keys("displayName", "name.givenName", "name.familyName", NUMBER)),
    "replace an e-mail": user("replace", WORK_EMAIL, text),
    "replace an e-mail beside the rest": lambda sent: (
        user("replace", WORK_EMAIL, text)(sent) and pathless("Users", keys("displayName"))(sent)
    ),
    "add an e-mail": user("add", WORK_EMAIL, text),
    "add a phone number": user("add", starting('phoneNumbers[type eq "'), text),
    "add to an address": user("add", starting('addresses[type eq "work"].'), text),
    "rename": pathless("Users", keys("userName")),
    "department as a key": pathless("Users", keys(DEPARTMENT)),
    "department by its path": user("add", DEPARTMENT, text),
    "department, nested": pathless("Users", lambda value: "department" in value.get(ENTERPRISE, {})),
    "core attribute by its URN": user("replace", starting(f"{urns.USER}:"), text),
    "remove an e-mail": user("remove", WORK_EMAIL, ABSENT),
    "custom extension attribute": pathless("Users", lambda value: any(key.startswith(CUSTOM) for key in value)),
    "custom complex attribute": user("add", lambda path: "[primary eq true].value" in path),
    "add a manager": user("add", MANAGER, text),
    "add a manager as an object": user("add", MANAGER, lambda value: isinstance(value, dict)),
    "replace a manager": user("replace", MANAGER, text),
    "replace a manager by an object": user(
        "replace", MANAGER, lambda value: isinstance(value, dict) and value["value"]
    ),
    "remove a manager by an empty string": user("replace", MANAGER, ""),
    "remove a manager by an empty object": user("replace", MANAGER, {"value": ""}),
    "remove a manager by a filter": user("remove", starting('manager[value eq "'), ABSENT),
    "replace the roles": user("replace", "roles", roles("display", "value", primary=False)),
    "change a role's value": user("replace", 'roles[primary eq "True"].value', text),
    "change a role's display": user("replace", 'roles[primary eq "True"].display', text),
    "change a role's type": user("replace", 'roles[primary eq "True"].type', text),
    "rename a group": pathless("Groups", lambda value: set(value) == {"displayName"}),
    "change a group's externalId": pathless("Groups", lambda value: set(value) == {"externalId"}),
    "add a member": group("add", "members", member_objects(1, "value")),
    "add several members": group("add", "members", member_objects(2, "value")),
    "link a group": group("add", "externalId", text),
    "link a group without a path": added("Groups", keys("externalId")),
    "remove a member": group("remove", starting('members[value eq "'), ABSENT),
    "remove several members": several_removed,
    "set the members": group("replace", "members", member_objects(1, "value")),
}
"""The same with the flag, and what Microsoft's own tests write."""

OTHERS: dict[str, Shape] = {
    "create a group": posted(
        "Groups", lambda body: body["schemas"] == [urns.GROUP, MICROSOFT_GROUP] and "members" not in body
    ),
    "create a group with an empty list of members": posted("Groups", lambda body: body.get("members") == []),
    "create with an empty list of roles": posted("Users", lambda body: body.get("roles") == []),
    "create with a role without a value": posted("Users", lambda body: roles(primary=True)(body.get("roles"))),
    "list users to the end": lambda sent: sent.target.startswith("/Users?startIndex=1&count=100"),
    "create with one role": posted("Users", lambda body: roles("value", primary=True)(body.get("roles"))),
    "create with several roles": posted(
        "Users",
        lambda body: len(body.get("roles", [])) > 1 and roles("displayName", "value", primary=False)(body["roles"]),
    ),
    "create with an attribute under the core URN": posted("Users", lambda body: urns.USER in body),
    "delete a user": lambda sent: sent.method == "DELETE" and sent.target.startswith("/Users/"),
    "delete a group": lambda sent: sent.method == "DELETE" and sent.target.startswith("/Groups/"),
}

BY_PROFILE: dict[str, dict[str, Shape]] = {
    "object-id": {
        "probe by objectId": asked(r'/Users\?filter=externalId eq "[0-9a-f-]{36}"'),
        "match by userName after that": asked(r'/Users\?filter=userName eq "[^"]+"'),
        "create with objectId": posted(
            "Users", lambda body: bool(re.fullmatch("[0-9a-f-]{36}", body.get("externalId", "")))
        ),
    },
    "custom-extension": {
        "create with an extension that schemas does not name": posted(
            "Users", lambda body: CUSTOM in body and CUSTOM not in body["schemas"]
        ),
        "change it by its path": user("Add", starting(f"{CUSTOM}:"), text),
        "change it as a key": pathless("Users", lambda value: any(key.startswith(f"{CUSTOM}:") for key in value)),
        "match by it": asked(rf'/Users\?filter={CUSTOM}:number eq "[^"]+"'),
    },
}
"""What only these shipped profiles send, as administrators commonly set up the mappings."""
