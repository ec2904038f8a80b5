"""Bodies of POST, built from a profile's mappings as Entra builds them."""

from typing import Any

from scim_conformance.entra.people import Person, Team
from scim_conformance.entra.profile import Mapping, Profile
from scim_conformance.scim import paths, urns

MICROSOFT_GROUP = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
"""The schema that Entra adds to each group it creates. Source: Microsoft's tutorial, "Create Group"."""

CASE_EXACT = frozenset({"externalid", "id"})
"""Attributes whose letter case counts (RFC 7643 section 8.7.1: caseExact true)."""


def user(profile: Profile, person: Person) -> dict[str, Any]:
    """Return the body of POST /Users: the mapped attributes that have a value, references left for later."""
    schemas = [urns.USER]
    if any(row.path.urn == urns.ENTERPRISE_USER for row in profile.user.mapping):
        schemas.append(urns.ENTERPRISE_USER)
    body: dict[str, Any] = {"schemas": schemas}
    for row, value in flowing(profile, person):
        paths.write(body, row.path, value)
    for email in body.get("emails", []):
        if email.get("type") == "work":
            email["primary"] = True
    for role in body.get("roles", []):
        # A mapping's filter says primary eq "True"; on the wire it is a boolean, with Entra's own type beside it.
        role["primary"] = str(role.get("primary")).lower() == "true"
        role.setdefault("type", "WindowsAzureActiveDirectoryRole")
    return {**body, "meta": {"resourceType": "User"}}


def flowing(profile: Profile, person: Person) -> list[tuple[Mapping, Any]]:
    """Return the user mappings that send something for this person, with the value that is sent."""
    rows = [row for row in profile.user.mapping if not row.is_reference]
    found = [(row, row.value(person.attributes, creating=True)) for row in rows]
    return [(row, value) for row, value in found if value is not None]


def group(profile: Profile, team: Team) -> dict[str, Any]:
    """Return the body of POST /Groups: Entra creates a group without members and adds them by PATCH."""
    assert profile.group is not None
    body: dict[str, Any] = {"schemas": [urns.GROUP, MICROSOFT_GROUP]}
    for row in profile.group.mapping:
        value = None if row.is_reference else row.value(team.attributes, creating=True)
        if value is not None:
            paths.write(body, row.path, value)
    return {**body, "meta": {"resourceType": "Group"}}


def case_exact(path: paths.AttrPath) -> bool:
    """Tell whether the letter case of the attribute at `path` counts."""
    return path.urn is None and path.name.lower() in CASE_EXACT
