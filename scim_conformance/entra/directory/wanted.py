"""What a profile requires of the users: values of a tenant's own attributes, and those that its expressions know.

A value that may be anything is generated so that it is valid for its target: an IANA name for `timezone`, ISO 3166-1
alpha-2 for a country. And a `Switch` without a default sends nothing for a value that is not one of its keys.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from scim_conformance.entra.directory import attributes
from scim_conformance.entra.directory.people import PeopleMaker
from scim_conformance.entra.expressions import parser
from scim_conformance.entra.profiles.mapping import AttributeMapping, ObjectType
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.scenario import tags
from scim_conformance.scenario.passwords import is_password
from scim_conformance.scim import paths

PLAIN = frozenset(
    {
        "department", "jobTitle", "city", "state", "companyName", "employeeType", "country", "usageLocation",
        "preferredLanguage", "physicalDeliveryOfficeName", "employeeOrgData.division", "employeeOrgData.costCenter",
        "division", "costCenter", "description", "classification", "visibility", *attributes.EXTENSIONS,
    }
)  # fmt: skip
"""Sources that do not identify a user, so that they may have a value that an expression knows."""

_FORMS = {
    ("preferredlanguage", None): "language",
    ("locale", None): "language",
    ("timezone", None): "timezone",
    ("profileurl", None): "url",
    ("photos", "value"): "url",
    ("emails", "value"): "address",
    ("phonenumbers", "value"): "phone",
    ("addresses", "country"): "country",
    ("x509certificates", "value"): "Binary",
}


@dataclass(frozen=True)
class RequiredValues:
    """By source attribute: `kinds` of values that may be anything, and `known` values, of which each user gets one."""

    kinds: dict[str, str] = field(default_factory=dict)
    known: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def values(self, one: attributes.Identity) -> dict[str, Any]:
        """Return the values of a user."""
        made = {name: attributes.free(one, name, kind) for name, kind in self.kinds.items()}
        chosen = {name: keys[one.number(name, 0, len(keys) - 1)] for name, keys in self.known.items()}
        return made | chosen


NOTHING = RequiredValues()


def directory_of(profile: Profile, tag: str, scope: str, seed: int = 0) -> PeopleMaker:
    """Return the directory of a scope, whose users have the values that the profile requires."""
    users, groups = of_users(profile), of_groups(profile)
    return PeopleMaker(tag, profile.people.domain, scope, seed, users.values, groups.values)


def example_of(profile: Profile, scope: str) -> PeopleMaker:
    """Return a directory to look at what a profile does with its users: none is sent, and all have one name."""
    return replace(directory_of(profile, tags.EXAMPLE, scope), is_example=True)


def of_users(profile: Profile) -> RequiredValues:
    """Return what the mapping of users requires."""
    return _wanted(profile.user)


def of_groups(profile: Profile) -> RequiredValues:
    """Return what the mapping of groups requires."""
    return NOTHING if profile.group is None else _wanted(profile.group)


def _wanted(thing: ObjectType) -> RequiredValues:
    kinds: dict[str, str] = {}
    known: dict[str, tuple[str, ...]] = {}
    for row in thing.mapping:
        for name, kind in _kinds(row):
            if kinds.get(name, "text") == "text":
                kinds[name] = kind
        for name, keys in _switched(row):
            known.setdefault(name, keys)
    direct = {row.source for row in thing.mapping if _form(row) is not None}
    # If a value is also sent unchanged, being valid there takes precedence over what an expression knows.
    return RequiredValues(kinds, {name: keys for name, keys in known.items() if name not in direct})


def _kinds(row: AttributeMapping) -> Iterator[tuple[str, str]]:
    for name in sources(row):
        if attributes.is_free(name):
            yield name, (_form(row) or "text") if row.source is not None else "text"


def sources(row: AttributeMapping) -> list[str]:
    """Return the source attributes that a mapping names."""
    if row.expression is not None:
        return parser.attributes(parser.parse(row.expression))
    return [] if row.source is None else [row.source]


def _form(row: AttributeMapping) -> str | None:
    """Return what kind of value the target requires; None if any text is valid."""
    if row.type in {"Integer", "Boolean", "DateTime", "Binary"}:
        return row.type
    path = row.path
    return _FORMS.get((path.name.lower(), _part(path))) if path.urn is None else None


def _part(path: paths.AttrPath) -> str | None:
    return None if path.sub is None else path.sub.lower()


def _switched(row: AttributeMapping) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the attributes that a Switch without a default looks up, with the keys that it knows."""
    # The password's expression is not on record in full, and judging a run again needs the same users.
    if row.expression is None or is_password(row.target):
        return
    for call in _calls(parser.parse(row.expression)):
        source, default, *pairs = call.arguments
        nothing = isinstance(default, parser.Constant) and not default.value
        if isinstance(source, parser.Attribute) and source.name in PLAIN and nothing:
            keys = tuple(one.value for one in pairs[::2] if isinstance(one, parser.Constant) and one.value)
            if keys:
                yield source.name, keys


def _calls(tree: parser.Expression) -> Iterable[parser.Call]:
    if not isinstance(tree, parser.Call):
        return
    if tree.name == "Switch" and len(tree.arguments) > 1:
        yield tree
    for argument in tree.arguments:
        yield from _calls(argument)
