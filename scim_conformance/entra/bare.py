"""Accounts with names alone: everything else of the user is empty in Entra."""

from scim_conformance.entra import sources as ms
from scim_conformance.entra.changing import sources
from scim_conformance.entra.directory.people import ROLES, Person
from scim_conformance.entra.world import World
from scim_conformance.scenario.obligations.answers import status

IDENTITY = ("objectId", "userPrincipalName", "mailNickname", "displayName", "accountEnabled", "IsSoftDeleted")
NAMES = ("givenName", "surname")
"""The attributes of a bare account; everything else is empty in Entra. A schema may require the names, and some do (RFC
7643 section 2.2)."""


def bare_of(world: World, person: Person) -> Person:
    """Return the same user with nothing but names, and what they sign in with."""
    # The attributes that users sign in with stay, whatever the profile builds them from.
    kept = {*IDENTITY, *NAMES, ROLES, *sources(world, "userName", "displayName", "externalId", "active")}
    return person.with_(**{key: None for key in person.attributes if key not in kept})


CREATED_BARE = status(201).should(
    ms.ATTRIBUTES,
    so="a user without an e-mail address or telephone number in Entra gets no account",
    fix="require no attributes other than userName and the names",
)
