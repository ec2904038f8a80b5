"""Bodies of POST, built from a profile's mappings as Entra builds them."""

from typing import Any

from scim_conformance.entra.directory.people import Person, Team
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.scim import paths, urns

MICROSOFT_GROUP = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
"""The schema that Entra adds to each group it creates. Source: Microsoft's tutorial, "Create Group"."""

CASE_EXACT = frozenset({"externalid", "id"})
"""Case-sensitive attributes (RFC 7643 section 8.7.1: caseExact true)."""


_PRIMARY, _TYPE = paths.parse("primary"), paths.parse("type")


def user(profile: Profile, person: Person) -> dict[str, Any]:
    """Return the body of POST /Users: the mapped attributes that have a value, without references."""
    schemas = [urns.USER]
    if any(row.path.urn == urns.ENTERPRISE_USER for row in profile.user.mapping):
        schemas.append(urns.ENTERPRISE_USER)
    body: dict[str, Any] = {"schemas": schemas}
    for row, value in flowing(profile, person):
        paths.write(body, row.path, value)
    emails = _objects(body, "emails")
    for email in emails:
        primary = any(paths.member(one, "primary") for one in emails)
        if paths.member(email, "type") == "work" and not primary:
            paths.write(email, _PRIMARY, value=True)
    for role in _objects(body, "roles"):
        # A mapping's filter has primary eq "True"; in the request it is a boolean, together with Entra's own type.
        paths.write(role, _PRIMARY, str(paths.member(role, "primary")).lower() == "true")
        if paths.member(role, "type") is None:
            paths.write(role, _TYPE, "WindowsAzureActiveDirectoryRole")
    return {**body, "meta": {"resourceType": "User"}}


def _objects(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [one for one in paths.elements(paths.member(body, name)) if isinstance(one, dict)]


def flowing(profile: Profile, person: Person, *, creating: bool = True) -> list[tuple[AttributeMapping, Any]]:
    """Return the user mappings that send something for this user, with the value that is sent.

    `creating`: at creation, when default values and values that are sent once are included.
    """
    rows = [row for row in profile.user.mapping if not row.is_reference and (creating or row.apply == "always")]
    found = [(row, row.value(person.attributes, creating=creating)) for row in rows]
    return [(row, value) for row, value in found if value is not None]


def kept(profile: Profile, before: Person, after: Person) -> list[tuple[AttributeMapping, Any]]:
    """Return the target's values for a user who was created as `before` and updated to `after`.

    Values that are sent only at creation stay, and so do values that were cleared: Entra sends no empty values.
    """
    new = {row.target: value for row, value in flowing(profile, after, creating=False)}
    old = {row.target: value for row, value in flowing(profile, before)}
    held = {**old, **new}
    return [(row, held[row.target]) for row in profile.user.mapping if row.target in held]


def flowing_of(profile: Profile, team: Team) -> list[tuple[AttributeMapping, Any]]:
    """Return the group mappings that send something at a creation, with the value that is sent."""
    rows = [row for row in profile.group.mapping if not row.is_reference] if profile.group else []
    found = [(row, row.value(team.attributes, creating=True)) for row in rows]
    return [(row, value) for row, value in found if value is not None]


def group(profile: Profile, team: Team) -> dict[str, Any]:
    """Return the body of POST /Groups: Entra creates a group without members and adds them by PATCH."""
    assert profile.group is not None
    body: dict[str, Any] = {"schemas": [urns.GROUP, MICROSOFT_GROUP]}
    for row, value in flowing_of(profile, team):
        paths.write(body, row.path, value)
    return {**body, "meta": {"resourceType": "Group"}}


def case_exact(path: paths.AttrPath) -> bool:
    """Return whether the attribute at `path` is case-sensitive."""
    return path.urn is None and path.name.lower() in CASE_EXACT
