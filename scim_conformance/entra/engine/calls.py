"""The requests of a cycle, without checks: what a rehearsal must find is judged once, by reading back."""

from collections.abc import Sequence
from typing import Any

from scim_conformance.entra import payload
from scim_conformance.entra.dialects import Change, Dialect, Verb, patch_op
from scim_conformance.entra.directory.people import Person, Team
from scim_conformance.entra.engine.model import EntraRequest, Rules
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.requests import BODY_HEADERS
from scim_conformance.entra.source.model import ObjectKind
from scim_conformance.entra.world import group_query, probe_query, user_query
from scim_conformance.scenario.bodies import Var
from scim_conformance.scenario.exchange import Creation
from scim_conformance.scenario.steps import RequestTemplate
from scim_conformance.scim import paths, urns

TYPES = {ObjectKind.USER: "User", ObjectKind.GROUP: "Group"}
"""The resource type of each kind of object."""

MANAGER = f"{urns.ENTERPRISE_USER}:manager"


def probe(rules: Rules, guid: str) -> EntraRequest:
    """The first request of each cycle: a query for a user that cannot exist."""
    query = probe_query(rules.profile, guid)
    return EntraRequest(RequestTemplate("probe", "GET", "/Users", "Each cycle begins with a random user", query))


def match(kind: ObjectKind, rule: AttributeMapping, value: Any) -> EntraRequest:
    """Look for the account of an object by a matching attribute."""
    query = user_query(rule.target, value) if kind is ObjectKind.USER else group_query(rule.target, value)
    return EntraRequest(RequestTemplate("match", "GET", f"/{TYPES[kind]}s", "Does this account already exist?", query))


def create(rules: Rules, kind: ObjectKind, attributes: dict[str, Any]) -> EntraRequest:
    """Create the account of a user, or a group without members."""
    is_user = kind is ObjectKind.USER
    body = (
        payload.user(rules.profile, Person(attributes)) if is_user else payload.group(rules.profile, Team(attributes))
    )
    external = paths.member(body, "externalId")
    name = paths.member(body, "userName" if is_user else "displayName")
    creation = Creation(TYPES[kind], str(name), None if external is None else str(external))
    template = RequestTemplate(
        "create",
        "POST",
        f"/{TYPES[kind]}s",
        "Create the account",
        body=body,
        headers=BODY_HEADERS,
        creates=creation,
    )
    return EntraRequest(template)


def read(kind: ObjectKind, target: str) -> EntraRequest:
    """Read a linked account; a group without its members."""
    query = None if kind is ObjectKind.USER else "excludedAttributes=members"
    why = "Read the linked account"
    return EntraRequest(RequestTemplate("read", "GET", f"/{TYPES[kind]}s/{{id}}", why, query), {"id": target})


def change(dialect: Dialect, kind: ObjectKind, target: str, changes: Sequence[Change]) -> EntraRequest:
    """Send all changed attributes of an object in one request."""
    # A manager is sent with its path in both dialects: one operation without a path replaces simple attributes only.
    own = [one for one in changes if paths.parse(one.path).name.lower() == "manager"]
    body = dialect.body([one for one in changes if one not in own])
    body["Operations"] += [{"op": dialect.op(one.verb), "path": one.path, "value": one.value} for one in own]
    return _patch(kind, body, {"id": target}, "patch")


def delete(kind: ObjectKind, target: str) -> EntraRequest:
    """Delete the account of an object that was purged."""
    template = RequestTemplate("delete", "DELETE", f"/{TYPES[kind]}s/{{id}}", "Delete the account")
    return EntraRequest(template, {"id": target})


def add_members(dialect: Dialect, group: str, members: Sequence[str]) -> EntraRequest:
    """Add accounts to a group."""
    named = _named(members)
    return _patch(ObjectKind.GROUP, dialect.add_members(*named), {"id": group, **named}, "add-members")


def remove_members(dialect: Dialect, group: str, members: Sequence[str]) -> EntraRequest:
    """Remove accounts from a group."""
    named = _named(members)
    return _patch(ObjectKind.GROUP, dialect.remove_members(*named), {"id": group, **named}, "remove-members")


def set_manager(dialect: Dialect, path: str, user: str, boss: str, *, first: bool) -> EntraRequest:
    """Set a user's manager: the id as a string. `first`: there was none before."""
    verb = Verb.ADD if first else Verb.REPLACE
    # With a path in both dialects: one operation without a path replaces simple attributes only.
    body = patch_op([{"op": dialect.op(verb), "path": path, "value": Var("manager")}])
    return _patch(ObjectKind.USER, body, {"id": user, "manager": boss}, "manager")


def _named(members: Sequence[str]) -> dict[str, str]:
    return {f"m{number}": one for number, one in enumerate(members)}


def _patch(kind: ObjectKind, body: Any, bindings: dict[str, str], key: str) -> EntraRequest:
    template = RequestTemplate(
        key, "PATCH", f"/{TYPES[kind]}s/{{id}}", "Send the change", body=body, headers=BODY_HEADERS
    )
    return EntraRequest(template, bindings)
