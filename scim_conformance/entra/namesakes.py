"""Users who resemble each other: what identifies a user, and another user with the same name."""

from typing import Any

from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.world import World

_NAMES = ("displayName", "givenName", "surname")


def identity_of(world: World, person: Person) -> dict[str, Any]:
    """Return the values that identify this user, by target attribute."""
    rows = [row for row in world.profile.user.mapping if row.match or row.target in {"userName", "externalId"}]
    values = {row.target: row.value(person.attributes, creating=True) for row in rows}
    return {target: value for target, value in values.items() if value is not None}


def namesake(world: World, person: Person) -> Person:
    """Create another user with the same names, except for those that the profile uses to identify a user."""
    other = world.person()
    own = identity_of(world, other)
    for name in _NAMES:
        alike = other.with_(**{name: person.attributes.get(name)})
        other = alike if identity_of(world, alike) == own else other
    return other


def with_address(world: World, person: Person, local: str, domain: str) -> Person:
    """Create another user whose userPrincipalName has these two parts, and who resembles this one.

    If the mapping makes the same name or matching value of both, it is a user who does not resemble this one.
    """
    other = world.person().with_(userPrincipalName=f"{local}@{domain}")
    taken = {str(value).casefold() for value in identity_of(world, person).values()}
    same = any(str(value).casefold() in taken for value in identity_of(world, other).values())
    return world.person() if same else other
