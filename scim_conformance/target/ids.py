"""Ids that a target assigns: which of them are safe in a path, how to name a resource, and how to reach it."""

import re
from typing import Any

from scim_conformance.scenario.exchange import Outgoing, Sender
from scim_conformance.scim import urns
from scim_conformance.scim.urlencode import segment_quote

Resource = tuple[str, str]
"""Type (`User` or `Group`) and id."""

NAMES = {"User": "userName", "Group": "displayName"}
"""The naming attribute of each type: it identifies a resource for people and for the clean-up."""

_KINDS = re.compile(r"^/*(User|Group)s\b")
_BETWEEN = re.compile(r"[/\\]")


def is_id(value: Any) -> bool:
    """Return whether a value can be an id; a number is not one by the RFC, but it still identifies the resource."""
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def kind_of(path: str) -> str | None:
    """Return the type of the resources below a path; None: of none that a run creates."""
    found = _KINDS.match(path)
    return found[1] if found else None


def path_of(resource: Resource) -> str:
    """Return the path of a resource below the tenant URL."""
    return f"{urns.ENDPOINTS[resource[0]]}/{segment_quote(resource[1])}"


def request(method: str, resource: Resource) -> Outgoing:
    """Return a request of the harness itself to a resource: it is no step of a scenario."""
    return Outgoing(method, path_of(resource), by=Sender.HARNESS, resource=resource)


def danger(identifier: str) -> str | None:
    """Return why nothing is sent to a resource with this id, or None.

    `..` as a path segment means the collection above: a DELETE would then apply to all users. Escaped slashes do not
    help, because many servers and proxies decode them before they evaluate the path.
    """
    if {".", ".."} & set(_BETWEEN.split(identifier)):
        return f"the id {identifier[:40]!r} changes the path of the URL"
    try:
        identifier.encode()
    except UnicodeEncodeError:
        return f"the id {identifier[:40]!a} is not text that a URL can contain"
    return None
