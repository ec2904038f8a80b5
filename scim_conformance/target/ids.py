"""Ids that a target gives: which of them can be put into a path without harm, and whose resource it is."""

import re
from typing import Any

from scim_conformance.scim.paths import member

NAMES = {"User": "userName", "Group": "displayName"}
"""By which attribute a resource is known to people and to clean-up."""

_TAG = re.compile(r"sct[0-9a-f]{6}")
_BETWEEN = re.compile(r"[/\\]")


def is_id(value: Any) -> bool:
    """Tell whether a value can be an id; a number is none by the RFC, but it names the resource all the same."""
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def danger(identifier: str) -> str | None:
    """Say why nothing is sent to a resource with this id, or None.

    `..` as a path segment means the collection above: a DELETE would then be for all users. Escaped slashes do not
    help, since many servers and proxies undo them before they look at the path.
    """
    if {".", ".."} & set(_BETWEEN.split(identifier)):
        return f"the id {identifier[:40]!r} leads to another path than its own"
    try:
        identifier.encode()
    except UnicodeEncodeError:
        return f"the id {identifier[:40]!a} is no text that a URL can hold"
    return None


def is_tagged(name: str) -> bool:
    """Tell whether a name carries the tag of some run: that is how everything is named that a run creates."""
    return _TAG.search(name) is not None


def is_ours(said: str, name: str) -> bool:
    """Tell whether a name is that of a resource made under `name`: the same, or one with the tag of the same run."""
    tag = _TAG.search(name.casefold())
    return said.casefold() == name.casefold() or (tag is not None and tag[0] in said.casefold())


def is_strange(kind: str, body: Any, name: str) -> bool:
    """Tell whether a resource is known to be somebody else's: it has a name, and our tag stands nowhere in it."""
    said = member(body, NAMES[kind])
    return isinstance(said, str) and said != "" and not is_ours(said, name) and not is_ours(str(body), name)
