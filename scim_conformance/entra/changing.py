"""A change that Entra could send: to an attribute that the profile maps and an update can change, with a legal
value."""

import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from scim_conformance.entra import payload
from scim_conformance.entra.dialects import Change
from scim_conformance.entra.directory import wanted
from scim_conformance.entra.directory.people import ROLES, Person
from scim_conformance.entra.expectations import value_of
from scim_conformance.entra.needs import can_change
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.world import World, stays_named

KEPT = ("objectId", "userPrincipalName", "accountEnabled", "IsSoftDeleted", "preferredLanguage", "country", ROLES)
"""What makes a user the same user for Entra, what other scenarios check, and what all users have in common."""

PLAINEST = ("displayName", "title", "name.givenName", "nickName", "userName")
"""Attributes that are changed first: texts that any target supports."""


def new_value(row: AttributeMapping, old: Any, usual: Any) -> Any:
    """Return a different value for a mapping than `old`: the usual one, or one of the profile's samples."""
    others = [one for one in row.sample if one != old]
    return others[0] if others else usual


def changed(world: World, person: Person, other: Person, keep: Iterable[str] = ()) -> Person:
    """Return a user who has become like another, except for the id, the login and whatever else must stay."""
    kept = {*KEPT, *keep, *sources(world, "userName")}
    return person.with_(**{key: value for key, value in other.attributes.items() if key not in kept})


CODES = {"jobTitle": "0042", "department": "0815", "postalCode": "01067", "physicalDeliveryOfficeName": "0012"}
"""Texts of digits that are no numbers (RFC 7643 section 2.3.1): one with more or fewer zeros is another text."""

FREE = frozenset({"title", "department", "employeenumber", "postalcode", "formatted", "streetaddress"})
"""Targets that take any text, and that identify nobody unless the profile matches on them."""


def with_codes(world: World, person: Person) -> Person:
    """Return a user whose job, department, office, postal code and employee number are digits with leading zeros."""
    number = zlib.crc32(person.external_id.encode()) % 10_000
    return _with_texts(world, person, {**CODES, "employeeId": f"0{number:04}"})


def with_two_lines(world: World, person: Person) -> Person:
    """Return a user whose street has two lines, which RFC 7643 section 4.1.2 allows, and letters beyond ASCII; the
    postal code has a space."""
    street = f"{person.attributes.get('streetAddress')}\nBâtiment É"
    return _with_texts(world, person, {"streetAddress": street, "postalCode": "SW1A 1AA", "country": "GB"})


def in_capitals(world: World, before: Person, after: Person) -> Person:
    """Return `after` with the department of `before` in capital letters, unless it is in capitals already."""
    department = str(before.attributes.get("department") or "")
    return after if department == department.upper() else _with_texts(world, after, {"department": department.upper()})


def with_literals(world: World, person: Person) -> Person:
    """Return a user whose values are null, true or false in software that reads texts as literals, as YAML 1.1 does."""
    matching = {name for row in world.profile.user.matching for name in wanted.sources(row)}
    usual = matching.isdisjoint(LITERALS) and stays_named(world.profile, _literal)
    return _literal(person) if usual else person


LITERALS = {"surname": "Null", "state": "ON", "country": "NO", "city": "True"}


def _literal(person: Person) -> Person:
    return person.with_(**LITERALS)


def _with_texts(world: World, person: Person, texts: Mapping[str, str]) -> Person:
    """Change attributes that are mapped unchanged to targets which take any text."""
    rows = [(row, set(wanted.sources(row))) for row in world.profile.user.mapping]
    bound = {name for row, names in rows if not _is_free(row) for name in names}
    return person.with_(**{name: text for name, text in texts.items() if name not in bound})


def _is_free(row: AttributeMapping) -> bool:
    plain = row.source is not None and row.kind == "String" and not row.match and not row.sample
    return plain and (row.path.sub or row.path.name).lower() in FREE


def leaver(person: Person) -> Person:
    """Return a user who is out of scope: disabled in Entra, and so soft-deleted for the application."""
    return person.with_(IsSoftDeleted=True, accountEnabled=False)


def sources(world: World, *targets: str) -> set[str]:
    """Return the names of the Entra attributes from which these target paths are built."""
    rows = [row for row in world.profile.user.mapping if row.target.lower() in {name.lower() for name in targets}]
    return {name for row in rows for name in wanted.sources(row)}


def renaming(world: World, person: Person, word: str = "New", target: str = "displayName") -> Change:
    """Return a change of a user's attribute to another text, made from a word and the text that it has."""
    return Change(target, world.renamed(word, str(value_of(world, person, target))))


def some_change(world: World, person: Person) -> Change:
    """Return the simplest user change that this profile sends; disabling the user if it sends no other."""
    flowing = payload.flowing(world.profile, person, creating=False)
    texts = {row.target.lower(): (row, value) for row, value in flowing if _is_text(world, row, value)}
    chosen = next((texts[name.lower()] for name in PLAINEST if name.lower() in texts), None) or _first(texts.values())
    if chosen is None:
        return Change("active", value=False)
    row, value = chosen
    return Change(row.target, new_value(row, value, world.renamed("New", value)))


def _is_text(world: World, row: AttributeMapping, value: Any) -> bool:
    return row.kind == "String" and isinstance(value, str) and row.path.simple and can_change(world.profile, row)


def _first(found: Iterable[tuple[AttributeMapping, Any]]) -> tuple[AttributeMapping, Any] | None:
    return next(iter(found), None)
