"""The kinds of servers that fail, by name. Each is a function around the right server: see the `kinds_…` modules.

Its docstring has two sentences: what the vendor's code does wrong, and what its developer has to read first.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.failing.server import App, Call, Go, Reply, Twist
from tests.failing.shapes import ENTERPRISE, Resource


@dataclass(frozen=True)
class Kind:
    """A server that fails, and the options of `run` that it is played with."""

    name: str
    twist: Twist
    options: tuple[str, ...]


KINDS: dict[str, Kind] = {}


def kind(name: str, *options: str) -> Callable[[Twist], Twist]:
    """Record a failing server."""

    def record(twist: Twist) -> Twist:
        KINDS[name] = Kind(name, twist, options)
        return twist

    return record


def resaved(app: App, call: Call, reply: Reply, change: Callable[[Resource], Any]) -> Reply:
    """Change what was just stored, and the response that shows it."""
    resource = app.stored[call.kind].get(reply.id) if call.kind and call.writes and reply.status < 300 else None
    if resource is not None:
        change(resource)
        reply.body = reply.body and app.shown(call, resource)
    return reply


def forgetting(*names: str) -> Twist:
    """Return a server that never stores these attributes."""

    def twist(app: App, call: Call, go: Go) -> Reply:
        reply = go(call)
        if call.kind != "Users":
            return reply
        return resaved(app, call, reply, lambda resource: [resource.pop(name, None) for name in names])

    return twist


def operations(call: Call) -> list[dict[str, Any]]:
    """Return the operations of a PATCH."""
    body = call.body if call.method == "PATCH" and isinstance(call.body, dict) else {}
    return [one for one in body.get("Operations", []) if isinstance(one, dict)]


def heads(call: Call) -> set[str]:
    """Return the attributes that a PATCH names, in lower case."""
    paths = [str(one["path"]) for one in operations(call) if one.get("path")]
    values = [one.get("value") for one in operations(call) if not one.get("path")]
    paths += [key for value in values if isinstance(value, dict) for key in value]
    return {
        ENTERPRISE.lower() if one.lower().startswith(ENTERPRISE.lower()) else re.split(r"[.\[]", one)[0].lower()
        for one in paths
    }


def hiding(app: App, call: Call, go: Go, hides: Callable[[Resource], bool]) -> Reply:
    """Read what is stored as a query does that has a condition of its own: lists, pages and totals follow from it."""
    every = app.stored[call.kind]
    app.stored[call.kind] = {key: one for key, one in every.items() if not hides(one)}
    try:
        return go(call)
    finally:
        app.stored[call.kind] = every
