"""Profile settings that are valid but probably not intended: reported as warnings, never as deviations."""

from collections.abc import Iterator
from typing import NamedTuple

from scim_conformance.entra import needs
from scim_conformance.entra.directory import attributes, wanted
from scim_conformance.entra.directory.people import ROLES
from scim_conformance.entra.profiles.mapping import AttributeMapping, ObjectType
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.scenario import tags

TEXTS = {"username", "displayname", "nickname", "title", "usertype", "preferredlanguage", "locale", "timezone"}
"""Attributes that RFC 7643 section 4.1.1 has as strings."""


SHARED = wanted.PLAIN.difference(attributes.EXTENSIONS) | {ROLES}
"""Entra attributes whose values many users share."""


class Caution(NamedTuple):
    """What a profile says, and what to do about it."""

    says: str
    do: str

    def __str__(self) -> str:
        """Return both as a sentence."""
        return f"{self.says}: {self.do}"


def of(profile: Profile) -> list[Caution]:
    """Return everything that is worth a warning."""
    objects = [("user", profile.user), *([("group", profile.group)] if profile.group else [])]
    return [said for kind, rows in objects for said in (*_matching(profile, kind, rows), *_types(rows))] + [
        *_disabling(profile)
    ]


def _matching(profile: Profile, kind: str, rows: ObjectType) -> Iterator[Caution]:
    for row in rows.matching:
        if not needs.flows(profile, row, kind):
            says = (
                f"{kind}s are matched on {row.target}, but no generated {kind} has a value for it; Entra skips "
                "such a rule"
            )
            yield Caution(says, "add `sample` values to the mapping, so that it is tested")
        elif is_shared(profile, row, kind):
            # Inferred: Microsoft documents what Entra does with several results; users obviously share such values.
            says = (
                f"{kind}s are matched on {row.target}, a value that several {kind}s may share; Entra may link the "
                f"wrong {'account' if kind == 'user' else 'group'}, or stop if it finds several"
            )
            yield Caution(says, f"match on a value that is unique to each {kind}, such as {_better(kind)}")


def is_shared(profile: Profile, row: AttributeMapping, kind: str) -> bool:
    """Return whether several may share a matching value: it is a word, a date or a boolean, not an identifier."""
    value = needs.example(profile, row, kind)
    named = wanted.sources(row)
    if isinstance(value, bool | list | dict) or row.constant is not None or (named and SHARED.issuperset(named)):
        return True
    # A number can be unique, such as an employee number.
    return isinstance(value, str) and not tags.carries(tags.EXAMPLE, value)


def _better(kind: str) -> str:
    return "userName, externalId or the employee number" if kind == "user" else "displayName or externalId"


def _types(rows: ObjectType) -> Iterator[Caution]:
    for row in rows.mapping:
        if row.target.lower() in TEXTS and row.type not in {"String", "Reference"}:
            says = (
                f"{row.target} has the type {row.type}, but RFC 7643 defines it as a string; a target may "
                "refuse the value"
            )
            yield Caution(says, "omit the type")


def _disabling(profile: Profile) -> Iterator[Caution]:
    if profile.user.find("active") is not None and not needs.has(profile, "changes:active"):
        says = "active is mapped, but no update ever sends it as false: a user who leaves the scope keeps access"
        yield Caution(says, "map it from IsSoftDeleted, as Entra does by default, and always apply the mapping")
