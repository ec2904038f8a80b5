"""Provisioning on demand: one user, or a group with at most five members, of a customer's directory.

Source: Microsoft, "On-demand provisioning": users who are blocked or deleted are not found by its search, so it cannot
disable them.
"""

import json
from pathlib import Path

from scim_conformance.config.settings import SettingsError
from scim_conformance.entra.engine.on_demand import answer
from scim_conformance.entra.source.model import ObjectKind, SourceObject
from scim_conformance.rehearsal.customer import Customer
from scim_conformance.rehearsal.files import records
from scim_conformance.reporting.next_steps import near
from scim_conformance.system.writing import replace

NAME = "on-demand.json"
MOST_MEMBERS = 5


def chosen(customer: Customer, name: str) -> list[str]:
    """Return the ids, as the rehearsal knows them, of the object with a name and of its members.

    Raises:
        SettingsError: nobody has this name, or on-demand provisioning does not take it.
    """
    snapshot, found = customer.read.first.snapshot, _named(customer, name)
    if len(found) != 1:
        said = "no user has this userPrincipalName, and no group this name" if not found else "several have this name"
        raise SettingsError(f"--on-demand: {said}")
    one, members = found[0], list(snapshot.members.get(found[0].id, ()))
    if one.binned or (one.kind is ObjectKind.USER and not one.enabled):
        raise SettingsError("--on-demand: users who are blocked or deleted in Entra are not found by its search")
    if len(members) > MOST_MEMBERS:
        raise SettingsError(f"--on-demand: the group has {len(members):,} members, and {MOST_MEMBERS} are possible")
    return [customer.disguise.id(each) for each in (one.id, *members)]


def is_group(customer: Customer, name: str) -> bool:
    """Return whether it is a group that has this name."""
    return any(one.kind is ObjectKind.GROUP for one in _named(customer, name))


def _named(customer: Customer, name: str) -> list[SourceObject]:
    objects = customer.read.first.snapshot.objects.values()
    return [one for one in objects if one.name.lower() == name.lower()]


def write(directory: Path, identifier: str) -> str:
    """Write the answer that Graph would give; return where, as a line."""
    held = [one for one in records(directory) if one["sourceIdentity"]["id"] == identifier]
    if not held:
        return "On demand: nothing was logged"
    said = answer(held)
    text = json.dumps(said, ensure_ascii=False, indent=2)
    replace(directory / NAME, text.encode())
    return f"On demand: {json.loads(said['key'])['result']}    {near(directory) / NAME}"
