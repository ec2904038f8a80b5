"""The bodies that probes send: users, operations and their values."""

import uuid
from collections.abc import Iterable
from typing import Any

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.shapes import CORE


def unique(prefix: str = "jo") -> str:
    """Return a name that nobody has."""
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def person(**attributes: Any) -> dict[str, Any]:
    """Return a user as Entra creates one, with what is given."""
    name = attributes.pop("userName", None) or f"{unique()}@example.com"
    return {"schemas": [f"{CORE}User", ENTERPRISE], "userName": name, "active": True, **attributes}


def op(verb: str, path: str | None, value: Any = None) -> dict[str, Any]:
    """Return an operation; without a path, and without a value, where they are None."""
    said = {"op": verb, "path": path, "value": value}
    return {name: entry for name, entry in said.items() if entry is not None}


def replaced(path: str | None, value: Any) -> dict[str, Any]:
    """Return a replace as Entra's legacy dialect writes it."""
    return op("Replace", path, value)


def merged(**attributes: Any) -> dict[str, Any]:
    """Return a replace without a path, as the compliant dialect writes it."""
    return op("replace", None, attributes)


def added(*members: str) -> dict[str, Any]:
    """Return the addition of members."""
    return op("Add", "members", [{"value": member} for member in members])


def removed(*members: str) -> dict[str, Any]:
    """Return the removal of members, as Entra's legacy dialect writes it."""
    return op("Remove", "members", [{"value": member} for member in members])


def values(found: Iterable[dict[str, Any]]) -> list[Any]:
    """Return the values of the elements of a list."""
    return [one.get("value") for one in found]


WORK = 'emails[type eq "work"].value'
MOBILE = 'phoneNumbers[type eq "mobile"].value'


def work(address: str) -> list[dict[str, str]]:
    """Return a work e-mail alone."""
    return [{"type": "work", "value": address}]


def ids(found: list[dict[str, Any]]) -> list[Any]:
    """Return the ids of resources."""
    return [one["id"] for one in found]


TITLE = replaced("title", "Boss")
