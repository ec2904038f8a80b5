"""One resource type, read alone: where it is, and what it is (RFC 7643 section 6, RFC 7644 section 4)."""

from typing import Any
from urllib.parse import unquote

from scim_conformance.rfc.obligations import says
from scim_conformance.rfc.published import types_with
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.notes import kept
from scim_conformance.scenario.words import short
from scim_conformance.scim import urns
from scim_conformance.scim.paths import member

BY_PLACE = "by-place"
"""Under this name, what is at the address of the type is kept."""


def _of_users(types: Any) -> Any:
    return next(iter(types_with(urns.USER, types)), None)


def name_of_users(types: Any) -> str:
    """Return the name of the resource type of users, from the list."""
    return str(member(_of_users(types), "name") or "User")


def place_of_users(types: Any) -> str:
    """Return what follows /ResourceTypes/ in the address of the resource type of users: the end of its location, or its
    id, or its name."""
    entry = _of_users(types)
    location = str(member(member(entry, "meta"), "location") or "")
    end = location.rpartition("/ResourceTypes/")[2] if "/ResourceTypes/" in location else ""
    return unquote(end.partition("?")[0]) or str(member(entry, "id") or name_of_users(types))


def _alone(view: View) -> Any:
    """Return what is at the address of the type, or what this request by its name returned."""
    return kept(BY_PLACE, view.bindings) or (view.answer.json if view.answer.ok else None)


def alone() -> Obligation:
    """Check that the type is served at its address, or by its name."""

    def judge(view: View) -> str | None:
        return None if _alone(view) is not None else f"status {view.answer.status}"

    return says("status", "status 200, at the address of the type or by its name", judge, gate=True)


def named() -> Obligation:
    """Check that what is served is the type with the name in the list."""

    def judge(view: View) -> str | None:
        found = member(_alone(view), "name")
        return None if found == view.bindings.get("name") else f"name is {short(found)}"

    return says("name", "name as in the list of resource types", judge)
