"""What a scenario is built from: the profile, and the people and groups of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scim_conformance.entra.dialects import DIALECTS, Dialect
from scim_conformance.entra.people import Directory, Person, Team
from scim_conformance.entra.profile import Mapping, Profile
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import filters
from scim_conformance.scim.urlencode import dotnet_quote


@dataclass(frozen=True)
class World:
    """A scenario's view: `profile`, and a `directory` that makes the people of this scenario."""

    profile: Profile
    directory: Directory
    unkept: frozenset[str] = frozenset()
    """Target paths that this target did not keep when a neighbour was created: ENT-CRE-01 says so, once."""
    neighbour: Person | None = None
    """Who is always there, taken as `neighbour`; None where nothing is played."""
    dialects: Sequence[Dialect] = DIALECTS
    """The dialects of the run, in the order in which they are played."""

    def person(self) -> Person:
        """Make the next person of this scenario."""
        return self.directory.person()

    def team(self) -> Team:
        """Make the next group of this scenario."""
        return self.directory.team()

    def guid(self) -> str:
        """Make the next random GUID of this scenario."""
        return self.directory.guid()

    def once(self, dialect: Dialect, *steps: Step) -> list[Step]:
        """Return steps for the first dialect of the run, and nothing for the others: they ask the same in either."""
        return [replace(step, either=True) for step in steps] if dialect is self.dialects[0] else []

    @property
    def user_match(self) -> Mapping:
        """The first matching attribute of users: what the probe and the match query filter on."""
        return self.profile.user.matching[0]

    @property
    def group_match(self) -> str:
        """The first matching attribute of groups; `displayName` where the profile has no groups."""
        return self.profile.group.matching[0].target if self.profile.group else "displayName"

    def match_value(self, person: Person) -> str:
        """Return the value by which this person is matched."""
        return str(self.user_match.value(person.attributes))


def unmatchable(profile: Profile) -> str | None:
    """Return why nobody can be matched: no generated person has the first matching attribute; None when all is well."""
    row = profile.user.matching[0]
    person = Directory("check", profile.people.domain, "match").person()
    if row.value(person.attributes) is not None:
        return None
    what = row.source or row.expression
    said = f"the profile {profile.name} matches users on {row.target}, and no generated person has {what}"
    return f"{said}: give that mapping `sample` values"


def user_query(attribute: str, value: str) -> str:
    """Return the raw query of a match on users, as on the wire: `filter=userName+eq+%22…%22`."""
    return "filter=" + dotnet_quote(filters.eq(attribute, value))


def group_query(attribute: str, value: str) -> str:
    """Return the raw query of a match on groups. Entra never asks for members here (Microsoft's tutorial)."""
    return "excludedAttributes=members&" + user_query(attribute, value)
