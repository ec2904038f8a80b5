"""The situations that probes start from: a user who is there, changed, disabled or deleted, a group with a member."""

import uuid
from typing import Any
from urllib.parse import quote, urlencode

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import ids, merged, replaced, unique
from scim_conformance.demo.probing.wire import Reply, Wire

NO_MATCH = "/Users?filter=userName+eq+%22nobody%22"
NAMED = {"name": {"givenName": "Ada", "familyName": "Byron"}}
FORM = "application/x-www-form-urlencoded"
OWN = "urn:example:params:scim:schemas:extension:vendor:1.0:User"
SENT = {"level": 5, "remote": True, "hired": "2024-03-01T00:00:00Z", "badge": "YWJjZGVmZw=="}


def ask_for_token(wire: Wire, **changed: Any) -> Reply:
    """Ask for a token; `changed` replaces fields of the form."""
    tokens = wire.served.app.tokens
    form = {"grant_type": "client_credentials", "client_id": tokens.client_id, "client_secret": tokens.client_secret}
    return wire.send("POST", "/token", urlencode(form | changed).encode(), Content_Type=FORM, Authorization=None)


def read_own(wire: Wire) -> dict[str, Any]:
    """Create a user with a value of each type, and return what is read of the extension."""
    found: dict[str, Any] = wire.read(wire.user(**{OWN: SENT})).get(OWN, {})
    return found


def find_nobody(
    wire: Wire, kind: str = "Users", name: str = "userName", more: str = "", **headers: str | None
) -> Reply:
    """Ask for a user, or a group, that nobody has."""
    return wire.get(f"/{kind}?filter={name}+eq+%22{uuid.uuid4()}%22{more}", **headers)


def quoted(text: str) -> str:
    """Return a text as a filter writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def created_and_found(wire: Wire, name: str) -> list[Any]:
    """Create a user, and return the id and what a filter on this name finds."""
    created = wire.user(userName=name)
    found = ids(wire.find("Users", f"userName eq {quoted(name)}").listed)
    return [created, found]


def found_by_number(wire: Wire) -> Any:
    """Create two users, and ask for one by the employee number."""
    number = unique("number")
    wire.user(**{ENTERPRISE: {"employeeNumber": number}})
    wire.user()
    return wire.find("Users", f'{ENTERPRISE}:employeeNumber eq "{number}"')


def changed_user(wire: Wire, *operations: dict[str, Any], **attributes: Any) -> Any:
    """Create a user, change that user with success, and return what is stored."""
    user = wire.user(**attributes)
    reply = wire.change(user, *operations)
    assert reply.status in {200, 204}, (reply.status, reply.body)
    return wire.read(user)


def status_of_change(wire: Wire, *operations: dict[str, Any], **attributes: Any) -> int:
    """Create a user, change that one, and return the status."""
    return wire.change(wire.user(**attributes), *operations).status


def disabled_user(wire: Wire) -> str:
    """Create and disable a user, and return the id."""
    user = wire.user()
    assert wire.change(user, merged(active=False)).status in {200, 204}
    return user


def deleted_user(wire: Wire, name: str | None = None) -> str:
    """Create and delete a user, and return the id."""
    user = wire.user(userName=name)
    assert wire.delete(f"/Users/{user}").status == 204
    return user


def grouped(wire: Wire) -> tuple[str, str]:
    """Create a user in a group; return both ids."""
    user = wire.user()
    return user, wire.group(user)


def peopled_group(wire: Wire) -> str:
    """Create a group with one member, and return its id."""
    return wire.group(wire.user())


def deleted_group(wire: Wire) -> tuple[str, str]:
    """Delete a group; return its id and its name."""
    name = unique("group")
    group = wire.group(name=name)
    assert wire.delete(f"/Groups/{group}").status == 204
    return group, name


def mails(*kinds: str) -> list[dict[str, Any]]:
    """Return an e-mail of each type, with capital letters."""
    return [{"type": kind, "value": f"{unique()}@Example.com"} for kind in kinds]


def created(wire: Wire, **attributes: Any) -> Any:
    """Create a user with names, and read it."""
    return wire.read(quote(wire.user(**(NAMED | attributes)), safe=""))


def patched(wire: Wire, kind: str = "User", value: str = "x") -> Reply:
    """Create a user or a group, change one attribute, and return the answer."""
    if kind == "User":
        return wire.change(wire.user(), replaced("title", value))
    return wire.patch(f"/Groups/{wire.group()}", replaced("displayName", unique("group")))


def first_member(wire: Wire) -> Any:
    """Create a group with a member, and return that member as a read shows it."""
    group = wire.group(wire.user(displayName="Ada"))
    return wire.get(f"/Groups/{group}").json["members"][0]
